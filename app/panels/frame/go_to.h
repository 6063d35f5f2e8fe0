// SPDX-License-Identifier: Apache-2.0
// "Go to token": a field for a number or a text, and the places where it is found. Part of the panel of grids.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

/// Opens the field, or goes back to it.
void open_go_to(PanelContext& context);
/// The line of the field, while it is open. Enter or ↓ goes to the next place, Shift-Enter or ↑ to the one before, Escape closes
/// it. Going there selects the query and brings it into the middle of a map.
void draw_go_to(PanelContext& context);

}  // namespace regard
