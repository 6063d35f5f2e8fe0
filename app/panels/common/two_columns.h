// SPDX-License-Identifier: Apache-2.0
// Two parts of a panel: side by side in a wide one, each scrolling for itself, else one below the other. UI thread only.
#pragma once

#include "app/panels/common/parts.h"
#include "app/widgets/nav.h"

#include <cmath>

namespace regard {

template <class First, class Second>
void two_columns(const First& first, const Second& second) {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  if (room.x < em(34.0F)) {
    first();
    gap(0.75F);
    second();
    return;
  }
  const float space = em(1.5F);
  const auto column = [&](const char* id, float width, const auto& part) {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {em(0.35F), 0.0F});  // room for the grounds of rows
    ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0.0F, 0.0F, 0.0F, 0.0F));
    const bool open =
        ImGui::BeginChild(id, {width, room.y}, false, ImGuiWindowFlags_AlwaysUseWindowPadding | child_nav_flags());
    ImGui::PopStyleColor();
    ImGui::PopStyleVar();
    if (open) part();
    ImGui::EndChild();
  };
  const float left = std::floor((room.x - space) * 0.5F);
  column("left", left, first);
  ImGui::SameLine(0.0F, space);
  column("right", room.x - space - left, second);
}

}  // namespace regard
