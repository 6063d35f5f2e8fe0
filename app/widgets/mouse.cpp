// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/mouse.h"

#include <imgui_internal.h>

namespace regard {
namespace {

/// ImGui keeps the window that is being scrolled until the mouse moves or rests for two seconds.
const ImGuiWindow* scrolled_window() {
  return ImGui::GetCurrentContext()->WheelingWindow;
}

}  // namespace

float wheel_over_item() {
  if (!ImGui::IsItemHovered() || scrolled_window() != nullptr) return 0.0F;
  ImGui::SetItemUsingMouseWheel();
  const ImGuiIO& io = ImGui::GetIO();
  return io.KeyCtrl ? 0.0F : io.MouseWheel;
}

float wheel_over_window() {
  const ImGuiWindow* scrolled = scrolled_window();
  const ImGuiIO& io = ImGui::GetIO();
  const bool meant = !io.KeyCtrl && (scrolled == nullptr || scrolled == ImGui::GetCurrentWindowRead());
  return meant && ImGui::IsWindowHovered() ? io.MouseWheel + io.MouseWheelH : 0.0F;
}

}  // namespace regard
