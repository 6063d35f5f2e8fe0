// SPDX-License-Identifier: Apache-2.0
// One window that fills the viewport, with every panel in its place. Wide: heads and predictions at the left, grids over
// arcs in the middle, the panels of the side as tabs at the right. Small windows show grids, arcs and those as tabs of one
// row. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

namespace regard::shell {

/// Draws all panels and the overlays of this frame.
void draw_window(PanelContext& context);

/// Whether a window of this size (pixels) at this text size shows grids, arcs and the panels of the side one at a time.
[[nodiscard]] bool is_small(ImVec2 size, float em_pixels);

}  // namespace regard::shell
