// SPDX-License-Identifier: Apache-2.0
// ImGui's push/pop pairs as scopes. IDs come from data keys (layer, head, token), never from labels.
#pragma once

#include <imgui.h>

#include <string_view>

namespace regard {

/// PushID … PopID.
struct ScopedId {
  explicit ScopedId(std::string_view id) { ImGui::PushID(id.data(), id.data() + id.size()); }
  explicit ScopedId(std::size_t index) { ImGui::PushID(static_cast<int>(index)); }
  ~ScopedId() { ImGui::PopID(); }
  ScopedId(const ScopedId&) = delete;
  ScopedId& operator=(const ScopedId&) = delete;
};

/// PushClipRect … PopClipRect on the current window's list.
struct ScopedClip {
  ScopedClip(ImVec2 min, ImVec2 max) { ImGui::PushClipRect(min, max, true); }
  ~ScopedClip() { ImGui::PopClipRect(); }
  ScopedClip(const ScopedClip&) = delete;
  ScopedClip& operator=(const ScopedClip&) = delete;
};

/// BeginTooltip … EndTooltip.
struct ScopedTooltip {
  ScopedTooltip() { ImGui::BeginTooltip(); }
  ~ScopedTooltip() { ImGui::EndTooltip(); }
  ScopedTooltip(const ScopedTooltip&) = delete;
  ScopedTooltip& operator=(const ScopedTooltip&) = delete;
};

/// Sizes are written in ems: em(1.5F) is one and a half text heights of the current font.
[[nodiscard]] inline float em(float count = 1.0F) {
  return ImGui::GetFontSize() * count;
}

}  // namespace regard
