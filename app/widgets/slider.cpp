// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/slider.h"

#include "app/style/theme.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

/// Label at the left, then the frame takes the rest of the width.
void place(const SliderSpec& spec) {
  const float width = spec.width > 0.0F ? spec.width : ImGui::GetContentRegionAvail().x;
  float taken = 0.0F;
  if (!spec.label.empty()) {
    const float start = ImGui::GetCursorPosX();
    ImGui::AlignTextToFramePadding();
    ImGui::PushStyleColor(ImGuiCol_Text, theme().text_muted);
    ImGui::TextUnformatted(spec.label.data(), spec.label.data() + spec.label.size());
    ImGui::PopStyleColor();
    const float gap = ImGui::GetStyle().ItemInnerSpacing.x;
    taken = std::max(spec.label_width, ImGui::GetItemRectSize().x) + gap;
    ImGui::SameLine(start + taken);
  }
  ImGui::SetNextItemWidth(std::max(em(2.0F), width - taken));
}

/// A grab that the number stays readable on.
struct ScopedGrab {
  ScopedGrab() {
    ImGui::PushStyleColor(ImGuiCol_SliderGrab, mix(theme().frame, theme().accent, 0.45F));
    ImGui::PushStyleColor(ImGuiCol_SliderGrabActive, mix(theme().frame, theme().accent, 0.6F));
  }
  ~ScopedGrab() { ImGui::PopStyleColor(2); }
  ScopedGrab(const ScopedGrab&) = delete;
  ScopedGrab& operator=(const ScopedGrab&) = delete;
};

/// Notches of the wheel over the frame just submitted; the window under it does not scroll.
float wheel_over_item() {
  if (!ImGui::IsItemHovered()) return 0.0F;
  ImGui::SetItemUsingMouseWheel();
  const ImGuiIO& io = ImGui::GetIO();
  return io.KeyCtrl ? 0.0F : io.MouseWheel;
}

}  // namespace

bool slider(const SliderSpec& spec, int& value, int low, int high) {
  const ScopedId id(spec.id);
  const int before = value;
  place(spec);
  const ScopedGrab grab;
  ImGui::SliderInt("##frame", &value, low, high, spec.format != nullptr ? spec.format : "%d",
                   ImGuiSliderFlags_AlwaysClamp);
  probe_last_item(spec.id);
  value += static_cast<int>(std::round(wheel_over_item()));
  value = std::clamp(value, low, std::max(low, high));
  return value != before;
}

bool slider(const SliderSpec& spec, float& value, float low, float high, bool logarithmic) {
  const ScopedId id(spec.id);
  const float before = value;
  place(spec);
  const ScopedGrab grab;
  ImGuiSliderFlags flags = ImGuiSliderFlags_AlwaysClamp;
  if (logarithmic) flags |= ImGuiSliderFlags_Logarithmic;
  ImGui::SliderFloat("##frame", &value, low, high, spec.format != nullptr ? spec.format : "%.2f", flags);
  probe_last_item(spec.id);
  constexpr float kNotches = 40.0F;  // wheel notches from one end to the other
  if (const float notches = wheel_over_item(); notches != 0.0F)
    value = logarithmic ? value * std::pow(high / low, notches / kNotches) : value + (high - low) * notches / kNotches;
  value = std::clamp(value, low, high);
  return value != before;
}

}  // namespace regard
