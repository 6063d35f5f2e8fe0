// SPDX-License-Identifier: Apache-2.0
// What the hand did, where ImGui has no question for it.
#pragma once

#include <imgui.h>

namespace regard {

/// Since the left button went down, the mouse has moved so far that no click is meant.
[[nodiscard]] inline bool was_dragged() {
  const ImGuiIO& io = ImGui::GetIO();
  return io.MouseDragMaxDistanceSqr[0] > io.MouseDragThreshold * io.MouseDragThreshold;
}

/// Notches of the wheel for the item just drawn while the mouse is on it; the window under it does not scroll. 0 with Ctrl, whose wheel
/// changes the size of everything, and while a window is being scrolled: what comes under the mouse on the way is not meant.
[[nodiscard]] float wheel_over_item();

/// Likewise of both wheels for the window being drawn, which moves sideways and does not scroll by itself.
[[nodiscard]] float wheel_over_window();

}  // namespace regard
