// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/question_sections.h"

#include "app/panels/common/parts.h"
#include "app/style/fonts.h"
#include "app/viewmodel/views.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace regard {
namespace {

/// Divided by √d, as all do but T5 and a few others.
bool scaled_by_root(const QuestionView& view) {
  return std::fabs(view.scale * std::sqrt(static_cast<float>(view.head_dim)) - 1.0F) < 1e-4F;
}

std::string scale_sign(const QuestionView& view) {
  if (scaled_by_root(view)) return " ÷ √d";
  return view.scale == 1.0F ? "" : " × " + number(view.scale, 4);
}

/// Sections over each other.
void draw_column(PanelContext& context, std::span<const SectionShare> sections, ImVec2 room) {
  const float space = em(0.75F);
  float shares = 0.0F;
  for (const SectionShare& section : sections)
    shares += section.share;
  const float bars_room = room.y - space * (static_cast<float>(sections.size()) - 1.0F);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  float top = start.y;
  for (const SectionShare& section : sections) {
    const float height = std::max(em(5.5F) * section.share, bars_room * section.share / shares);
    ImGui::SetCursorScreenPos({start.x, top});
    ImGui::BeginGroup();
    section.draw(context, {room.x, height});
    ImGui::EndGroup();
    top += height + space;
  }
}

}  // namespace

void section_caption(const ImVec4& colour, std::string_view sign, const std::string& text) {
  const ScopedFont font(fonts().small);
  coloured(colour, sign);
  ImGui::SameLine(0.0F, em(0.5F));
  caption(text);
}

BarsSpec section_bars(const char* id, ImVec2 size, BarTint tint) {
  BarsSpec spec;
  spec.id = id;
  spec.size = {size.x, size.y - ImGui::GetTextLineHeightWithSpacing()};
  spec.tint = tint;
  return spec;
}

std::string score_sign(const QuestionView& view) {
  const bool plain = view.score_cap == 0.0F && view.alibi_slope == 0.0F && !view.relative_bias &&
                     !has_scores_of_its_own(view.kind.form);
  if (!plain) return "s";
  return "q·k" + scale_sign(view);
}

std::string product_sign(const QuestionView& view) {
  return "q_d·k_d" + scale_sign(view);
}

void draw_sections(PanelContext& context, const std::vector<SectionShare>& left,
                   const std::vector<SectionShare>& right) {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const bool side_by_side = room.x > em(38.0F) && room.y < em(26.0F) && !right.empty();
  if (!side_by_side) {
    std::vector<SectionShare> all = left;
    all.insert(all.end(), right.begin(), right.end());
    return draw_column(context, all, room);
  }
  const float space = em(1.5F);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float left_width = (room.x - space) * 0.55F;
  draw_column(context, left, {left_width, room.y});
  ImGui::SetCursorScreenPos({start.x + left_width + space, start.y});
  draw_column(context, right, {room.x - left_width - space, room.y});
}

}  // namespace regard
