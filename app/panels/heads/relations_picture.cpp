// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/likeness_parts.h"
#include "app/panels/heads/relations_parts.h"
#include "app/panels/heads/roles_parts.h"
#include "app/session/selection.h"
#include "app/style/fonts.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <optional>

namespace regard {
namespace {

constexpr float kRoomyPicture = 12.0F;  ///< ems of a side from which on its explanation stands below it

/// Where shares stand in the picture: x is the first text's, y the second one's, from the bottom.
struct DotFrame {
  ImVec2 min{}, max{};
  [[nodiscard]] ImVec2 at(float first, float second) const {
    return {min.x + first * (max.x - min.x), max.y - second * (max.y - min.y)};
  }
};

void paint_axes(const DotFrame& frame, const RelationTexts& texts, ImDrawList& list) {
  const ScopedFont font(fonts().small);
  const ImU32 line = colour_u32(theme().grid), ink = colour_u32(theme().text_muted);
  list.AddRect(frame.min, frame.max, line);
  list.AddLine(frame.at(0.0F, 0.0F), frame.at(1.0F, 1.0F), line);
  const bool wide = frame.max.x - frame.min.x > 4.0F * ImGui::CalcTextSize(percent(1.0F).c_str()).x;
  for (const float share : {0.0F, 0.5F, 1.0F}) {
    if (share == 0.5F && !wide) continue;
    const std::string text = percent(share);
    const ImVec2 size = ImGui::CalcTextSize(text.c_str());
    const ImVec2 below = frame.at(share, 0.0F), beside = frame.at(0.0F, share);
    list.AddText({std::clamp(below.x - 0.5F * size.x, frame.min.x, frame.max.x - size.x), below.y + em(0.1F)}, ink,
                 text.c_str());
    list.AddText(
        {beside.x - size.x - em(0.3F), std::clamp(beside.y - 0.5F * size.y, frame.min.y, frame.max.y - size.y)}, ink,
        text.c_str());
  }
  const float side = frame.max.x - frame.min.x;
  const std::string along = fitted(texts[0].name, side), above = fitted(texts[1].name, side);
  const ImVec2 size = ImGui::CalcTextSize(along.c_str());
  const ImVec2 at{0.5F * (frame.min.x + frame.max.x - size.x), frame.max.y + em(0.1F) + size.y};
  list.AddText(at, ink, along.c_str());
  probe("relations.dots.first", at, {at.x + size.x, at.y + size.y});
  const ImVec2 second{frame.min.x, frame.min.y - size.y - em(0.1F)};
  list.AddText(second, ink, above.c_str());
  probe("relations.dots.second", second, {second.x + ImGui::CalcTextSize(above.c_str()).x, second.y + size.y});
}

/// What the best fixed offset gets, in each of the texts.
void paint_offsets(const DotFrame& frame, const RelationReport& first, const RelationReport& second, ImDrawList& list) {
  const ImU32 ink = colour_u32(theme().warning, 0.8F);
  const float thick = stroke(0.08F, 1.0F);
  list.AddLine(frame.at(first.offset.right, 0.0F), frame.at(first.offset.right, 1.0F), ink, thick);
  list.AddLine(frame.at(0.0F, second.offset.right), frame.at(1.0F, second.offset.right), ink, thick);
}

/// The interval of a head in both texts, as a cross.
void paint_interval(const DotFrame& frame, const RelationScore& first, const RelationScore& second, ImDrawList& list) {
  const ImU32 ink = colour_u32(theme().text_muted);
  if (const auto& known = first.interval)
    list.AddLine(frame.at(known->low, second.right), frame.at(known->high, second.right), ink);
  if (const auto& known = second.interval)
    list.AddLine(frame.at(first.right, known->low), frame.at(first.right, known->high), ink);
}

std::optional<std::size_t> nearest_dot(const DotFrame& frame, const RelationReport& first,
                                       const RelationReport& second) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  std::optional<std::size_t> nearest;
  float best = em(0.8F);
  for (std::size_t head = 0; head < first.heads.size(); ++head) {
    if (first.heads[head].rows == 0) continue;  // the layer has fewer heads than others
    const ImVec2 at = frame.at(first.heads[head].right, second.heads[head].right);
    const float away = std::hypot(at.x - mouse.x, at.y - mouse.y);
    if (away >= best) continue;
    best = away;
    nearest = head;
  }
  return nearest;
}

void dot_hint(const PanelContext& context, const RelationTexts& texts, HeadRef head, const RelationScore& first,
              const RelationScore& second) {
  hint(head_name_and_place(context.snapshot, head) + "\n" +
       tr("relations.dot",
          {{"first", texts[0].name}, {"right", percent(first.right)}, {"interval", interval_in_words(first)}}) +
       "\n" +
       tr("relations.dot",
          {{"first", texts[1].name}, {"right", percent(second.right)}, {"interval", interval_in_words(second)}}));
}

void paint_dots(const PanelContext& context, const DotFrame& frame, const HeadReport& report,
                const RelationReport& first, const RelationReport& second, ImDrawList& list) {
  for (std::size_t head = 0; head < first.heads.size(); ++head) {
    if (first.heads[head].rows == 0) continue;
    const HeadRef ref = report.head_at(head);
    const ImVec2 at = frame.at(first.heads[head].right, second.heads[head].right);
    const float radius = em(0.28F);
    list.AddCircleFilled(at, radius, colour_u32(layer_colour(ref.layer, report.layers), 0.85F));
    if (ref == context.selection().head || context.hover.head == ref)
      list.AddCircle(at, radius + stroke(0.15F, 2.0F), colour_u32(theme().text), 0, stroke(0.12F, 1.5F));
  }
}

/// Of the numbers before the picture.
float percents_width() {
  const ScopedFont font(fonts().small);
  return ImGui::CalcTextSize(percent(1.0F).c_str()).x + em(0.5F);
}

/// What is drawn in which colour.
DotColours legend_of(const HeadReport& report) {
  DotColours colours = layer_colours(report.layers);
  colours.legend.emplace_back(theme().warning, tr("relations.offset"));
  return colours;
}

/// The names of colours, wrapped into this width.
float colour_lines_height(const DotColours& colours, float width) {
  const ScopedFont font(fonts().small);
  const float line = ImGui::GetTextLineHeightWithSpacing();
  float names = 0.0F;
  for (const auto& [colour, name] : colours.legend)
    names += ImGui::CalcTextSize(name.c_str()).x + line + em();
  if (colours.layers > 0) names += layer_bar_width(colours.layers) + em();
  const float lines = std::ceil(names / std::max(width, 1.0F));
  return lines * line + em(0.5F);
}

/// What a dot is, in words wrapped into this width.
float explained_height(float width) {
  const ScopedFont font(fonts().small);
  return ImGui::CalcTextSize(tr("relations.legend"), nullptr, false, width).y;
}

float small_line() {
  const ScopedFont font(fonts().small);
  return ImGui::GetTextLineHeight();
}

}  // namespace

void draw_two_texts_picture(PanelContext& context, const RelationTexts& texts, const std::string& relation,
                            ImVec2 size) {
  const RelationReport* first = texts[0].report ? relation_named(*texts[0].report, relation) : nullptr;
  const RelationReport* second = texts[1].report ? relation_named(*texts[1].report, relation) : nullptr;
  const auto name = [&] {
    heading(relation_name(relation));
    heading_note(tr("relations.picture"));
  };
  if (first == nullptr || second == nullptr) {
    name();
    return wrapped_caption(tr("relations.one_text"));
  }
  const float left = percents_width(), bottom = em(2.2F), heading_height = em(1.6F);
  const bool beside = size.x - size.y > em(9.0F);  // the legend, else it stands below
  const DotColours colours = legend_of(*texts[0].report);
  const float above = small_line() + em(0.2F);  // the name of the second text
  const float names = beside ? 0.0F : colour_lines_height(colours, size.x);
  const float high = size.y - bottom - heading_height - names - above;
  const bool explained = beside || high - explained_height(size.x) >= em(kRoomyPicture);  // else as a hint
  const float below = names + (explained && !beside ? explained_height(size.x) : 0.0F);
  const float side = std::min(size.x - left, high - (below - names));
  if (side < 2.0F * left) return;  // no room for two numbers below it
  name();
  if (!explained) hint(tr("relations.legend"));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const DotFrame frame{{at.x + left, at.y + above}, {at.x + left + side, at.y + above + side}};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  paint_axes(frame, texts, list);
  paint_offsets(frame, *first, *second, list);
  ImGui::SetCursorScreenPos(frame.min);
  const bool clicked = ImGui::InvisibleButton("dots", {side, side});
  probe_last_item("relations.dots");
  const std::optional<std::size_t> near = ImGui::IsItemHovered() ? nearest_dot(frame, *first, *second) : std::nullopt;
  if (near) {
    const HeadRef ref = texts[0].report->head_at(*near);
    paint_interval(frame, first->heads[*near], second->heads[*near], list);
    context.next_hover.head = ref;
    dot_hint(context, texts, ref, first->heads[*near], second->heads[*near]);
    if (clicked) {
      select_measured_head(context, ref);
      const CorpusKind chosen = corpus_kind(context);
      show_evidence(context, {ref, relation, true}, chosen == texts[1].kind ? chosen : texts[0].kind);
    }
  }
  paint_dots(context, frame, *texts[0].report, *first, *second, list);
  ImGui::SetCursorScreenPos(beside ? ImVec2{frame.max.x + em(), at.y} : ImVec2{at.x, frame.max.y + bottom});
  ImGui::BeginGroup();
  draw_dot_legend(colours);
  if (explained) wrapped_caption(tr("relations.legend"));
  ImGui::EndGroup();
  probe_last_item("relations.dots.legend");
  ImGui::SetCursorScreenPos({at.x, frame.max.y + bottom + below});
  ImGui::Dummy({1.0F, 1.0F});
}

}  // namespace regard
