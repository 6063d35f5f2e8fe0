// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/term_labels.h"

#include "app/style/theme.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace regard {
namespace {

TermLabels& known_labels() {
  static TermLabels labels;
  return labels;
}
std::optional<LabelledTerm> term_under_mouse;

}  // namespace

void set_term_labels(TermLabels labels) {
  known_labels() = std::move(labels);
}

void label_drawn(std::string_view text, ImVec2 min, ImVec2 max) {
  const auto found = known_labels().find(text);
  if (found == known_labels().end()) return;
  if (probe_enabled()) probe("term." + found->second, min, max);
  if (!ImGui::IsWindowHovered() || !ImGui::IsMouseHoveringRect(min, max)) return;
  term_under_mouse = LabelledTerm{found->second, min, max};
  const float thick = std::round(stroke(0.06F, 1.0F));
  const float step = std::max(3.0F, std::round(em(0.22F)));
  for (float x = min.x; x + thick <= max.x; x += step)
    ImGui::GetWindowDrawList()->AddRectFilled({x, max.y}, {std::min(x + step * 0.5F, max.x), max.y + thick},
                                              colour_u32(theme().text_muted));
}

void label_drawn(std::string_view text) {
  label_drawn(text, ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
}

std::optional<LabelledTerm> take_term_under_mouse() {
  return std::exchange(term_under_mouse, std::nullopt);
}

}  // namespace regard
