// SPDX-License-Identifier: Apache-2.0
// What the views share when they show the difference: what is subtracted from what, why it is not, which words have nothing
// to be subtracted from, and the two colours of more and less. UI thread only.
#pragma once

#include "app/panels/common/panel.h"
#include "app/viewmodel/difference_views.h"
#include "app/widgets/changes.h"

#include <string>
#include <vector>

namespace regard {

/// The differences, where they are asked for and there are some; else null.
[[nodiscard]] const DifferenceViews* shown_difference(const PanelContext& context);
/// The grids' difference where the grids show it: maps of long texts do not.
[[nodiscard]] const GridDifference* shown_grid_difference(const PanelContext& context);

/// "B − A", "after − before".
[[nodiscard]] std::string difference_sign(const PanelContext& context);

/// Where the difference is asked for and there is none: says why. Else nothing, and false.
bool tell_no_difference(const PanelContext& context);
/// One quiet line in a panel that knows no difference: it shows the live text.
void tell_live_shown(const PanelContext& context);

/// "+queen −king": units that only B has and that only A has, the first few of them; empty where every unit has a partner.
[[nodiscard]] std::string unpaired_note(const std::vector<std::string>& only_live,
                                        const std::vector<std::string>& only_baseline);

/// The ends of the diverging map.
[[nodiscard]] ChangeColours change_colours(const PanelContext& context);

}  // namespace regard
