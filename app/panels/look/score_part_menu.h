// SPDX-License-Identifier: Apache-2.0
// Which term of the scores the grid of scores shows, where a head has several. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

/// Are there several terms, and do the cells hold them? Not on the map of a long text.
[[nodiscard]] bool has_score_parts(const PanelContext& context);

/// The button that says what the cells hold, and its menu. Probes "grids.part", "grids.part.<index>", 0 the sum.
void draw_score_menu(PanelContext& context);
[[nodiscard]] float score_menu_width(const PanelContext& context);

}  // namespace regard
