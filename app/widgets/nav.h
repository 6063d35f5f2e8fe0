// SPDX-License-Identifier: Apache-2.0
// Keys that go from item to item (ImGui's navigation) are switched on only while a person walks through the window with them
// or a menu or a dialog is open. UI thread only.
#pragma once

#include <imgui.h>

namespace regard {

[[nodiscard]] inline bool keys_go_from_item_to_item() {
  return (ImGui::GetIO().ConfigFlags & ImGuiConfigFlags_NavEnableKeyboard) != 0;
}

/// Flags of a child window: its items are among those of the window around it, or no key reaches them.
[[nodiscard]] inline ImGuiWindowFlags child_nav_flags() {
  return keys_go_from_item_to_item() ? ImGuiWindowFlags_NavFlattened : ImGuiWindowFlags_NoNavInputs;
}

/// Behind the beginning of a table that scrolls: it is a child window too, and BeginTable() takes no such flags.
void keys_reach_into_table();

}  // namespace regard
