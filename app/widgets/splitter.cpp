// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/splitter.h"

#include "app/style/theme.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>

namespace regard {

float splitter_thickness() {
  return std::round(em(0.5F));
}

bool splitter(const SplitterSpec& spec, float& share) {
  const ScopedId id(spec.id);
  const bool upright = spec.line == SplitterLine::vertical;
  const float across = splitter_thickness(), length = std::max(1.0F, spec.length);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size = upright ? ImVec2(across, length) : ImVec2(length, across);
  ImGui::InvisibleButton("handle", size);
  probe(spec.id, at, {at.x + size.x, at.y + size.y});
  const bool lit = ImGui::IsItemHovered() || ImGui::IsItemActive();
  if (lit) {
    ImGui::SetMouseCursor(upright ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    const float middle = std::floor(0.5F * across);
    const ImU32 colour = colour_u32(theme().accent, ImGui::IsItemActive() ? 1.0F : 0.6F);
    const ImVec2 from = upright ? ImVec2(at.x + middle, at.y) : ImVec2(at.x, at.y + middle);
    const ImVec2 to = upright ? ImVec2(from.x + 1.0F, at.y + length) : ImVec2(at.x + length, from.y + 1.0F);
    ImGui::GetWindowDrawList()->AddRectFilled(from, to, colour);
  }
  if (spec.total <= 0.0F) return false;

  const float before = share;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const float hand = upright ? mouse.x : mouse.y;
  // What the hand is away from the first pane's end stays the same: past a limit the handle waits for it to come back.
  float& grabbed = *ImGui::GetStateStorage()->GetFloatRef(ImGui::GetID("grabbed"), 0.0F);
  if (ImGui::IsItemActivated()) grabbed = hand - share * spec.total;
  if (ImGui::IsItemActive()) share = (hand - grabbed) / spec.total;
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) share = spec.standard;
  const float least = std::clamp(spec.least_first / spec.total, 0.0F, 1.0F);
  const float most = std::max(least, 1.0F - std::clamp(spec.least_second / spec.total, 0.0F, 1.0F));
  if (share != before) share = std::clamp(share, least, most);
  return share != before;
}

}  // namespace regard
