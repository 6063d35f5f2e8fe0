// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/slider.h"

#include "app/style/theme.h"
#include "app/widgets/mouse.h"
#include "app/widgets/number_field.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"
#include "app/widgets/term_labels.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <type_traits>

namespace regard {
namespace {

template <class Number>
std::string written(const SliderSpec& spec, Number value) {
  const char* usual = std::is_integral_v<Number> ? "%d" : "%.2f";
  char text[64];
  std::snprintf(text, sizeof text, spec.format != nullptr ? spec.format : usual, value);
  return text;
}

/// Label, then the number in a column that is wide enough for both ends, then the frame takes the rest of the width: the
/// knob never lies on the number.
template <class Number>
void place(const SliderSpec& spec, Number value, Number low, Number high) {
  const float width = spec.width > 0.0F ? spec.width : ImGui::GetContentRegionAvail().x;
  const float gap = ImGui::GetStyle().ItemInnerSpacing.x, start = ImGui::GetCursorPosX();
  float taken = 0.0F;
  ImGui::AlignTextToFramePadding();
  if (!spec.label.empty()) {
    ImGui::PushStyleColor(ImGuiCol_Text, theme().text_muted);
    ImGui::TextUnformatted(spec.label.data(), spec.label.data() + spec.label.size());
    ImGui::PopStyleColor();
    label_drawn(spec.label);
    taken = std::max(spec.label_width, ImGui::GetItemRectSize().x) + gap;
    ImGui::SameLine(start + taken);
  }
  const std::string text = written(spec, value);
  const auto wide = [](const std::string& one) { return ImGui::CalcTextSize(one.c_str()).x; };
  const float column =
      std::ceil(std::max({spec.number_width, wide(written(spec, low)), wide(written(spec, high)), wide(text)}));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddText({at.x + column - wide(text), at.y + ImGui::GetStyle().FramePadding.y},
                                      ImGui::GetColorU32(ImGuiCol_Text), text.c_str());
  probe(std::string(spec.id) + ".number", at, {at.x + column, at.y + ImGui::GetFrameHeight()});
  ImGui::SetCursorPosX(start + taken + column + gap);
  ImGui::SetNextItemWidth(std::max(em(2.5F), width - taken - column - gap));
}

/// ImGui's slider without its own number, which the knob would cover; what is being typed is seen.
struct ScopedTrack {
  ScopedTrack() {
    const bool typing = ImGui::TempInputIsActive(ImGui::GetID("##frame"));
    const ImVec4& text = theme().text;
    ImGui::PushStyleColor(ImGuiCol_SliderGrab, mix(theme().frame, theme().accent, 0.7F));
    ImGui::PushStyleColor(ImGuiCol_SliderGrabActive, theme().accent);
    ImGui::PushStyleColor(ImGuiCol_Text, {text.x, text.y, text.z, typing ? text.w : 0.0F});
  }
  ~ScopedTrack() { ImGui::PopStyleColor(3); }
  ScopedTrack(const ScopedTrack&) = delete;
  ScopedTrack& operator=(const ScopedTrack&) = delete;
};

/// Is a number being typed where the slider's frame is? ImGui begins that (Ctrl-click, Enter on a slider that has the focus) and
/// shows what it begins with; from the next frame on the field is ours, which takes a decimal comma too.
bool is_typed_into() {
  return ImGui::TempInputIsActive(ImGui::GetID("##frame"));
}

template <class Number>
void type_into(const SliderSpec& spec, Number& value) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImRect frame(at, {at.x + ImGui::CalcItemWidth(), at.y + ImGui::GetFrameHeight()});
  double typed = static_cast<double>(value);
  if (!number_over_slider("##frame", frame, written(spec, value).c_str(), typed)) return;
  constexpr double kMost = std::numeric_limits<Number>::max();
  if constexpr (std::is_integral_v<Number>) typed = std::round(typed);
  value = static_cast<Number>(std::clamp(typed, -kMost, kMost));
}

}  // namespace

bool slider(const SliderSpec& spec, int& value, int low, int high) {
  const ScopedId id(spec.id);
  const int before = value;
  place(spec, value, low, high);
  const ScopedTrack track;
  if (is_typed_into())
    type_into(spec, value);
  else
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
  place(spec, value, low, high);
  const ScopedTrack track;
  ImGuiSliderFlags flags = ImGuiSliderFlags_AlwaysClamp;
  if (logarithmic) flags |= ImGuiSliderFlags_Logarithmic;
  if (is_typed_into())
    type_into(spec, value);
  else
    ImGui::SliderFloat("##frame", &value, low, high, spec.format != nullptr ? spec.format : "%.2f", flags);
  probe_last_item(spec.id);
  constexpr float kNotches = 40.0F;  // wheel notches from one end to the other
  if (const float notches = wheel_over_item(); notches != 0.0F)
    value = logarithmic ? value * std::pow(high / low, notches / kNotches) : value + (high - low) * notches / kNotches;
  value = std::clamp(value, low, high);
  return value != before;
}

}  // namespace regard
