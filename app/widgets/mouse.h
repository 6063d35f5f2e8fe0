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

}  // namespace regard
