// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/nav.h"

#include <imgui_internal.h>

namespace regard {

void keys_reach_into_table() {
  if (!keys_go_from_item_to_item()) return;
  ImGuiWindow* inner = ImGui::GetCurrentWindow();
  inner->Flags |= ImGuiWindowFlags_NavFlattened;
  inner->RootWindowForNav = inner->ParentWindow->RootWindowForNav;
}

}  // namespace regard
