// SPDX-License-Identifier: Apache-2.0
// One window that fills the viewport, with every panel in its place. Wide: heads and predictions at the left, grids over
// arcs in the middle, one question at the right. Small windows show grids, arcs and the question as tabs. UI thread only.
#pragma once

#include "app/panels/panel.h"

namespace regard::shell {

/// Draws all panels and the overlays of this frame.
void draw_window(PanelContext& context);

/// Whether a window of this size (pixels) at this text size shows grids, arcs and the question one at a time.
[[nodiscard]] bool is_small(ImVec2 size, float em_pixels);

}  // namespace regard::shell
