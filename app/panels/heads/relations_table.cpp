// SPDX-License-Identifier: Apache-2.0
#include "app/base/head_place.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/relations_parts.h"
#include "app/panels/heads/roles_parts.h"
#include "app/style/fonts.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/nav.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <set>

namespace regard {
namespace {

constexpr float kTextWidth = 5.2F;                   // ems
constexpr float kCellPadding = 0.12F;                // ems above a row's contents, and below
constexpr float kBarGap = 0.08F, kBarHeight = 0.3F;  // ems; the bar stands below the digits

std::vector<std::string> relation_rows(const RelationTexts& texts, bool labels) {
  std::set<std::string> names;
  for (const RelationText& text : texts)
    if (text.report)
      for (const RelationReport& relation : text.report->relations)
        if (is_named_relation(relation.name) != labels) names.insert(relation.name);
  return {names.begin(), names.end()};
}

std::string score_hint(const PanelContext& context, const RelationText& text, const RelationReport& relation,
                       std::size_t head) {
  const RelationScore& score = relation.heads[head];
  return relation_name(relation.name) + " · " + head_name_and_place(context.snapshot, text.report->head_at(head)) +
         " · " + text.name + "\n" +
         tr("relations.score", {{"right", percent(score.right)},
                                {"interval", interval_in_words(score)},
                                {"strict", percent(score.strict)},
                                {"weight", percent(score.weight)}}) +
         "\n" +
         tr_plural("relations.baseline", relation.rows,
                   {{"offset", (relation.offset.offset > 0 ? "+" : "") + std::to_string(relation.offset.offset)},
                    {"right", percent(relation.offset.right)}});
}

/// A word or two choose no head.
void few_cell(const RelationReport& relation, std::size_t column) {
  coloured(theme().text_muted, "–");
  probe_last_item("relations.few." + std::to_string(column) + "." + relation.name);
  hint(tr_plural("relations.questions_in_text", relation.rows) + "\n" +
       tr_plural("relations.few_questions", least_badge_rows));
}

/// Which head is the best and how often it is right; below that the same as a bar with a mark at the best fixed offset.
void best_cell(PanelContext& context, const RelationText& text, const std::string& name, std::size_t column) {
  const RelationReport* relation = text.report ? relation_named(*text.report, name) : nullptr;
  ImGui::TableNextColumn();
  if (relation == nullptr) return coloured(theme().text_muted, "–");
  if (relation->rows < least_badge_rows) return few_cell(*relation, column);
  const std::size_t head = best_head(*relation);
  const HeadRef ref = text.report->head_at(head);
  const RelationScore& score = relation->heads[head];
  const ScopedId id(column);
  const ImVec2 at = ImGui::GetCursorScreenPos(),
               size{ImGui::GetContentRegionAvail().x, ImGui::GetTextLineHeight() + em(kBarGap + kBarHeight)};
  if (ImGui::InvisibleButton("best", size)) {
    select_measured_head(context, ref);
    context.state.of<HeadsState>().relation = name;
    show_evidence(context, {ref, name, true}, text.kind);
  }
  probe_last_item("relations.best." + std::to_string(column) + "." + name);
  if (ImGui::IsItemHovered()) context.next_hover.head = ref;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float bar = std::round(at.y + size.y - em(kBarHeight));
  list.AddRectFilled({at.x, bar}, {at.x + size.x, at.y + size.y}, share_ground(0.15F));
  list.AddRectFilled({at.x, bar}, {at.x + score.right * size.x, at.y + size.y}, share_ground(1.0F));
  const float mark = std::round(at.x + relation->offset.right * size.x);
  list.AddRectFilled({mark, bar}, {mark + std::round(stroke(0.12F, 2.0F)), at.y + size.y}, colour_u32(theme().warning));
  const bool better = is_better(score, relation->offset);
  const std::string which = head_place(ref), right = number(100.0F * score.right, 1);
  {
    const ScopedFont font(fonts().mono_small);
    const float line = at.y + 0.5F * (bar - em(kBarGap) - at.y - ImGui::GetTextLineHeight());
    list.AddText({at.x + em(0.2F), line}, colour_u32(theme().text), which.c_str());
    list.AddText({at.x + size.x - ImGui::CalcTextSize(right.c_str()).x - em(0.2F), line},
                 colour_u32(better ? theme().text : theme().text_muted), right.c_str());
  }
  if (!ImGui::IsItemHovered()) return;
  hint(score_hint(context, text, *relation, head) + "\n" + tr("roles.cell_click"));
}

/// Gives its height.
float draw_head_line(const RelationTexts& texts) {
  const ScopedFont font(fonts().small);
  ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
  ImGui::TableNextColumn();
  coloured(theme().text_muted, tr("relations.relation"));
  float height = ImGui::GetItemRectSize().y;
  for (const RelationText& text : texts) {
    ImGui::TableNextColumn();
    coloured(theme().text_muted, broken_at_spaces(text.name, ImGui::GetContentRegionAvail().x));
    height = std::max(height, ImGui::GetItemRectSize().y);
    hint(tr("relations.text_hint"));
  }
  return height;
}

}  // namespace

float height_of_whole_rows(const RelationHeights& drawn, float height) {
  float whole = drawn.header;
  for (const float row : drawn.rows) {
    if (whole + row > height) break;
    whole += row;
  }
  return whole > drawn.header ? std::ceil(whole) : height;
}

std::string interval_in_words(const RelationScore& score) {
  return score.interval ? percent(score.interval->low) + "–" + percent(score.interval->high) : "–";
}

RelationHeights draw_relations_table(PanelContext& context, const RelationTexts& texts, bool labels, float height) {
  HeadsState& state = context.state.of<HeadsState>();
  constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_SizingFixedFit |
                                     ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_NoSavedSettings;
  const std::vector<std::string> rows = relation_rows(texts, labels);
  const float width = em(kTextWidth);
  RelationHeights heights;
  const float padding = 2.0F * em(kCellPadding);
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {em(0.25F), em(kCellPadding)});
  if (ImGui::BeginTable("relations", 3, kFlags, {0.0F, height})) {
    keys_reach_into_table();
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableSetupColumn("relation", ImGuiTableColumnFlags_WidthStretch, 1.0F);
    for (const char* text : {"first", "second"})
      ImGui::TableSetupColumn(text, ImGuiTableColumnFlags_WidthFixed, width);
    heights.header = draw_head_line(texts) + padding;
    float above = 0.0F;  // where the row before begins
    for (const std::string& name : rows) {
      const ScopedId id(name);
      ImGui::TableNextRow();
      ImGui::TableNextColumn();
      const float top = ImGui::GetCursorScreenPos().y;
      if (above != 0.0F) heights.rows.push_back(top - above);
      above = top;
      {
        const ScopedFont font(fonts().small);
        const std::string label = broken_between_words(relation_name(name), ImGui::GetContentRegionAvail().x);
        if (ImGui::Selectable(label.c_str(), state.relation == name)) state.relation = name;
      }
      probe_last_item("relations.row." + name);
      hint(relation_name(name));
      for (std::size_t column = 0; column < texts.size(); ++column)
        best_cell(context, texts[column], name, column);
    }
    if (!rows.empty()) {  // the last one ends where another would begin
      ImGui::TableNextRow();
      ImGui::TableNextColumn();
      heights.rows.push_back(ImGui::GetCursorScreenPos().y - above);
    }
    ImGui::EndTable();
  }
  ImGui::PopStyleVar();
  return heights;
}

}  // namespace regard
