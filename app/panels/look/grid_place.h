// SPDX-License-Identifier: Apache-2.0
// Where the two grids are zoomed to, and when that still means anything: a text that is being edited keeps its place, another
// text or model is shown whole. UI thread only.
#pragma once

#include "app/panels/common/grids_state.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/views.h"

namespace regard {

/// Is what one zoomed into still there? Yes, where most of the shorter text is the beginning and the end of the other one;
/// no, where other units stand along the axes.
[[nodiscard]] bool keeps_place(const GridGround& before, const GridGround& now);

/// Is one axis the other with some units put in or taken out?
[[nodiscard]] bool is_edited(const Axis& before, const Axis& now);

/// Once a frame, before the grids.
void follow_text(PanelContext& context);
/// All of both grids again, and all heads: a command, whose argument says nothing.
void show_all(PanelContext& context, int);

}  // namespace regard
