// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/relations_parts.h"
#include "app/panels/heads/roles_parts.h"
#include "app/session/action.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <set>

namespace regard {
namespace {

constexpr float kHeadWidth = 8.0F, kNumber = 4.0F;  // ems

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
  return relation_name(relation.name) + " · " + head_name(context.snapshot, text.report->head_at(head)) + " · " +
         text.name + "\n" +
         tr("relations.score", {{"right", percent(score.right)},
                                {"low", percent(score.low)},
                                {"high", percent(score.high)},
                                {"strict", percent(score.strict)},
                                {"weight", percent(score.weight)}}) +
         "\n" +
         tr_plural("relations.baseline", relation.rows,
                   {{"offset", (relation.offset.offset > 0 ? "+" : "") + std::to_string(relation.offset.offset)},
                    {"right", percent(relation.offset.right)}});
}

void right_aligned(const ImVec4& ink, const std::string& text) {
  const ScopedFont font(fonts().mono_small);
  const float room = ImGui::GetContentRegionAvail().x;
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0F, room - ImGui::CalcTextSize(text.c_str()).x));
  coloured(ink, text);
}

/// The best head, how often it is right, and the best fixed offset.
void best_cells(PanelContext& context, const RelationText& text, const std::string& name, std::size_t column) {
  const RelationReport* relation = text.report ? relation_named(*text.report, name) : nullptr;
  ImGui::TableNextColumn();
  if (relation == nullptr) {
    coloured(theme().text_muted, "–");
    ImGui::TableNextColumn();
    ImGui::TableNextColumn();
    return;
  }
  const std::size_t head = best_head(*relation);
  const HeadRef ref = text.report->head_at(head);
  const RelationScore& score = relation->heads[head];
  const ScopedId id(column);
  const float width = ImGui::GetContentRegionAvail().x;
  const std::string label = fitted(head_name(context.snapshot, ref), width);
  if (ImGui::InvisibleButton("best", {width, ImGui::GetTextLineHeight()})) {
    context.act(SelectHead{ref});
    context.state.of<HeadsState>().relation = name;
    context.state.of<HeadsState>().corpus.kind = text.kind;
    show_evidence(context, {ref, name, true});
  }
  if (ImGui::IsItemHovered()) context.next_hover.head = ref;
  ImGui::GetWindowDrawList()->AddText(
      ImGui::GetItemRectMin(), colour_u32(ImGui::IsItemHovered() ? theme().accent : theme().text), label.c_str());
  hint(score_hint(context, text, *relation, head) + "\n" + tr("roles.cell_click"));
  ImGui::TableNextColumn();
  ImGui::TableSetBgColor(ImGuiTableBgTarget_CellBg, share_ground(score.right));
  right_aligned(score.low > relation->offset.right ? theme().text : theme().text_muted, percent(score.right));
  ImGui::TableNextColumn();
  right_aligned(theme().text_muted, percent(relation->offset.right));
}

void draw_head_line(const RelationTexts& texts) {
  const ScopedFont font(fonts().small);
  ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
  ImGui::TableNextColumn();
  coloured(theme().text_muted, tr("relations.relation"));
  for (const RelationText& text : texts) {
    ImGui::TableNextColumn();
    coloured(theme().text_muted, fitted(text.name, ImGui::GetContentRegionAvail().x));
    ImGui::TableNextColumn();
    right_aligned(theme().text_muted, tr("relations.right"));
    hint(tr("relations.right_hint"));
    ImGui::TableNextColumn();
    right_aligned(theme().text_muted, tr("relations.offset"));
    hint(tr("relations.offset_hint"));
  }
}

}  // namespace

void draw_relations_table(PanelContext& context, const RelationTexts& texts, bool labels, float height) {
  HeadsState& state = context.state.of<HeadsState>();
  constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_SizingFixedFit |
                                     ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_NoSavedSettings;
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {em(0.25F), em(0.12F)});
  if (ImGui::BeginTable("relations", 7, kFlags, {0.0F, height})) {
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableSetupColumn("relation", ImGuiTableColumnFlags_WidthStretch, 1.0F);
    for (const char* text : {"first", "second"}) {
      const ScopedId id(text);
      ImGui::TableSetupColumn("head", ImGuiTableColumnFlags_WidthFixed, em(kHeadWidth));
      ImGui::TableSetupColumn("right", ImGuiTableColumnFlags_WidthFixed, em(kNumber));
      ImGui::TableSetupColumn("offset", ImGuiTableColumnFlags_WidthFixed, em(kNumber));
    }
    draw_head_line(texts);
    for (const std::string& name : relation_rows(texts, labels)) {
      const ScopedId id(name);
      ImGui::TableNextRow();
      ImGui::TableNextColumn();
      const std::string label = fitted(relation_name(name), ImGui::GetContentRegionAvail().x);
      if (ImGui::Selectable(label.c_str(), state.relation == name)) state.relation = name;
      probe_last_item("relations.row." + name);
      hint(relation_name(name));
      for (std::size_t column = 0; column < texts.size(); ++column)
        best_cells(context, texts[column], name, column);
    }
    ImGui::EndTable();
  }
  ImGui::PopStyleVar();
}

}  // namespace regard
