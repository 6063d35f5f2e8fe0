// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/heads_state.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/detectors_parts.h"
#include "app/panels/heads/roles_parts.h"
#include "app/session/selection.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/nav.h"
#include "app/widgets/probe.h"
#include "core/analysis/head_report.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <utility>

namespace regard {
namespace {

constexpr float kShareWidth = 4.0F;  // ems
/// Columns of numbers, and what is said about them.
constexpr std::array<std::pair<const char*, const char*>, 3> kNumbers{{{"detectors.value", "detectors.value_hint"},
                                                                       {"detectors.uniform", "detectors.uniform_hint"},
                                                                       {"detectors.rows", "detectors.rows_hint"}}};

void number_at_right(const ImVec4& ink, const std::string& text) {
  const ScopedFont font(fonts().mono_small);
  const float room = ImGui::GetContentRegionAvail().x;
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0F, room - ImGui::CalcTextSize(text.c_str()).x));
  coloured(ink, text);
}

std::string score_of(const DetectorReport& detector, std::size_t head) {
  const Measure& measure = detector.heads[head];
  return tr("detectors.score", {{"value", percent(measure.value)}, {"uniform", percent(measure.uniform)}}) + "\n" +
         tr_plural(detector.rule.asks_tree() ? "detectors.words" : "detectors.tokens", measure.rows);
}

/// Why nothing is known of the rule.
std::string why_nothing(const DetectorReport& detector) {
  const std::string units = detector.rule.asks_tree() ? "words" : "tokens";
  if (detector.queries == 0) return tr("detectors.no_query." + units);
  return detector.keys == 0 ? tr("detectors.no_key." + units) : tr("detectors.no_pair");
}

/// Goes to the head and shows the sentences behind its number.
void choose_head(const DetectorSheet& sheet, const DetectorReport& detector, HeadRef head) {
  select_measured_head(sheet.context, head);
  show_evidence(sheet.context, {head, detector.rule.name, false, detector.rule}, sheet.text);
}

void draw_best(const DetectorSheet& sheet, const DetectorReport& detector, std::size_t place) {
  PanelContext& context = sheet.context;
  const std::size_t head = detector.best.front();
  const HeadRef ref = sheet.reports.head_at(head);
  const float width = ImGui::GetContentRegionAvail().x;
  const std::string label = fitted(head_name_and_place(context.snapshot, ref), width);
  if (ImGui::InvisibleButton("best", {width, ImGui::GetTextLineHeight()})) choose_head(sheet, detector, ref);
  probe_last_item("detectors.best." + std::to_string(place));
  if (ImGui::IsItemHovered()) context.next_hover.head = ref;
  ImGui::GetWindowDrawList()->AddText(
      ImGui::GetItemRectMin(), colour_u32(ImGui::IsItemHovered() ? theme().accent : theme().text), label.c_str());
  if (ImGui::IsItemHovered())
    hint(head_name_and_place(context.snapshot, ref) + "\n" + score_of(detector, head) + "\n" + tr("roles.cell_click"));
}

void draw_detector(const DetectorSheet& sheet, std::size_t place, std::size_t& chosen) {
  const DetectorReport& detector = sheet.reports.detectors[place];
  const std::string& name = detector.rule.name;
  const bool fits_nothing = detector.best.empty();
  const ScopedId id(place);
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  const std::string label = fitted(name, ImGui::GetContentRegionAvail().x);
  if (ImGui::Selectable(label.c_str(), chosen == place)) chosen = place;
  probe_last_item("detectors.row." + std::to_string(place));
  if (label != name || fits_nothing) hint(name + (fits_nothing ? "\n" + why_nothing(detector) : ""));
  ImGui::TableNextColumn();
  if (fits_nothing) {
    coloured(theme().text_muted, tr("detectors.nothing"));
    probe_last_item("detectors.nothing." + std::to_string(place));
    hint(why_nothing(detector));
    return;
  }
  draw_best(sheet, detector, place);
  const Measure& leader = detector.leader();
  ImGui::TableNextColumn();
  ImGui::TableSetBgColor(ImGuiTableBgTarget_CellBg, share_ground(leader.value));
  number_at_right(leader.rows < least_badge_rows ? theme().text_muted : theme().text, percent(leader.value));
  ImGui::TableNextColumn();
  number_at_right(theme().text_muted, percent(leader.uniform));
  ImGui::TableNextColumn();
  number_at_right(theme().text_muted, std::to_string(leader.rows));
}

void draw_column_names() {
  const ScopedFont font(fonts().small);
  ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
  for (const char* name : {"detectors.detector", "detectors.best"}) {
    ImGui::TableNextColumn();
    const std::string label = fitted(tr(name), ImGui::GetContentRegionAvail().x);
    coloured(theme().text_muted, label);
    if (label != tr(name)) hint(tr(name));
  }
  for (const auto& [name, about] : kNumbers) {
    ImGui::TableNextColumn();
    number_at_right(theme().text_muted, tr(name));
    hint(tr(about));
  }
}

/// One head's tile; its hint and its click.
void draw_tile(const DetectorSheet& sheet, const DetectorReport& detector, std::size_t head, ImVec2 min, ImVec2 max) {
  PanelContext& context = sheet.context;
  const HeadRef ref = sheet.reports.head_at(head);
  const Measure& measure = detector.heads[head];
  const ScopedId id(head);
  ImGui::SetCursorScreenPos(min);
  if (ImGui::InvisibleButton("tile", {max.x - min.x, max.y - min.y})) choose_head(sheet, detector, ref);
  if (probe_enabled()) probe("detectors.head." + std::to_string(ref.layer) + "." + std::to_string(ref.head), min, max);
  const bool hovered = ImGui::IsItemHovered();
  if (hovered) context.next_hover.head = ref;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(min, max, colour_u32(theme().frame), em(0.15F));
  if (measure.defined()) list.AddRectFilled(min, max, share_ground(measure.value), em(0.15F));
  if (ref == context.selection().head || hovered || context.hover.head == ref)
    list.AddRect(min, max, colour_u32(ref == context.selection().head ? theme().text : theme().text_muted), em(0.15F),
                 0, stroke(0.1F, 1.5F));
  const ScopedFont font(fonts().mono_small);
  const std::string number = measure.defined() ? std::to_string(static_cast<int>(100.0F * measure.value + 0.5F)) : "–";
  const ImVec2 size = ImGui::CalcTextSize(number.c_str());
  if (size.x < max.x - min.x - em(0.2F) && size.y < max.y - min.y)
    list.AddText({0.5F * (min.x + max.x - size.x), 0.5F * (min.y + max.y - size.y)},
                 colour_u32(measure.defined() ? theme().text : theme().text_muted), number.c_str());
  if (!hovered) return;
  const std::string about =
      measure.defined() ? score_of(detector, head) + "\n" + tr("roles.cell_click") : why_nothing(detector);
  hint(head_name_and_place(context.snapshot, ref) + "\n" + corpus_name(context, sheet.text) + "\n" + about);
}

}  // namespace

void draw_detectors_table(const DetectorSheet& sheet, std::size_t& chosen, float height) {
  constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_SizingFixedFit |
                                     ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_NoSavedSettings;
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {em(0.25F), em(0.12F)});
  if (ImGui::BeginTable("detectors", 5, kFlags, {0.0F, height})) {
    keys_reach_into_table();
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableSetupColumn("detector", ImGuiTableColumnFlags_WidthStretch, 1.0F);
    ImGui::TableSetupColumn("best", ImGuiTableColumnFlags_WidthStretch, 1.0F);
    for (const char* name : {"value", "uniform", "rows"})
      ImGui::TableSetupColumn(name, ImGuiTableColumnFlags_WidthFixed, em(kShareWidth));
    draw_column_names();
    for (std::size_t place = 0; place < sheet.reports.detectors.size(); ++place)
      draw_detector(sheet, place, chosen);
    ImGui::EndTable();
  }
  ImGui::PopStyleVar();
}

void draw_detector_tiles(const DetectorSheet& sheet, const DetectorReport& detector, ImVec2 size) {
  const DetectorReports& reports = sheet.reports;
  heading(fitted(detector.rule.name, size.x));
  caption(tr("detectors.tiles", {{"text", corpus_name(sheet.context, sheet.text)}}));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float names = em(2.0F), above = em(1.2F);
  const auto layers = static_cast<float>(reports.layers), heads = static_cast<float>(reports.heads);
  const float bottom = std::max(size.y - 2.0F * ImGui::GetTextLineHeightWithSpacing(), em(4.0F));
  const float wide = (size.x - names) / heads, high = std::min((bottom - above) / layers, em(2.6F));
  const float space = std::min({em(0.15F), 0.15F * wide, 0.15F * high});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  {
    const ScopedFont font(fonts().small);
    const ImU32 ink = colour_u32(theme().text_muted);
    for (std::size_t head = 0; wide > em(1.2F) && head < reports.heads; ++head)
      list.AddText({at.x + names + (static_cast<float>(head) + 0.5F) * wide - em(0.3F), at.y}, ink,
                   std::to_string(head).c_str());
    for (std::size_t layer = 0; high > em(0.9F) && layer < reports.layers; ++layer)
      list.AddText({at.x, at.y + above + (static_cast<float>(layer) + 0.5F) * high - 0.5F * ImGui::GetFontSize()}, ink,
                   std::to_string(layer).c_str());
  }
  for (std::size_t head = 0; head < detector.heads.size(); ++head) {
    const HeadRef ref = reports.head_at(head);
    const ImVec2 min{at.x + names + static_cast<float>(ref.head) * wide,
                     at.y + above + static_cast<float>(ref.layer) * high};
    draw_tile(sheet, detector, head, min, {min.x + wide - space, min.y + high - space});
  }
  ImGui::SetCursorScreenPos({at.x, at.y + above + layers * high});
  ImGui::Dummy({1.0F, 1.0F});
}

}  // namespace regard
