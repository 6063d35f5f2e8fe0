// SPDX-License-Identifier: Apache-2.0
#include "app/base/head_place.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/roles_parts.h"
#include "app/session/selection.h"
#include "app/style/bmp_text.h"
#include "app/style/fonts.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/word_search.h"
#include "app/widgets/nav.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr float kLeastName = 6.5F, kMostName = 11.0F, kLeastBadges = 5.5F, kMostBadges = 15.0F, kMostNumber = 16.0F,
                kMenuWidth = 18.0F;      // ems
constexpr float kFixedShare = 0.17F;     ///< of the table, for the name, and again for badges
constexpr float kCellSpace = 0.25F;      ///< ems at either side of a cell
constexpr std::size_t kHeaderLines = 3;  ///< over a column, at most
constexpr int kFixedColumns = 2;         ///< name and badges

/// What all cells need.
struct Sheet {
  PanelContext& context;
  HeadsState& state;
  const HeadTable& table;
  const HeadReport& report;
  const std::string& text;  ///< what was measured on
  HeadRef selected{};
};

std::string names_of_row(const Sheet& sheet, std::size_t head) {
  const HeadRef ref = sheet.report.head_at(head);
  std::string names = head_label(ref) + " " + head_name_and_place(sheet.context.snapshot, ref);
  for (const RoleBadge& badge : sheet.table.badges[head])
    names += " " + badge_name(badge);
  return names;
}

std::vector<std::size_t> rows_of(const Sheet& sheet) {
  std::vector<std::size_t> rows = sheet.state.sorted_by.empty()
                                      ? heads_by_badge(sheet.table)
                                      : sorted_heads(sheet.table, sheet.state.sorted_by, sheet.state.ascending);
  const std::string wanted = folded(from_field(sheet.state.filter));
  std::erase_if(rows, [&](std::size_t head) {
    if (sheet.state.only_badges && sheet.table.badges[head].empty()) return true;
    return !wanted.empty() && folded(names_of_row(sheet, head)).find(wanted) == std::string::npos;
  });
  return rows;
}

bool is_few(std::size_t rows) {
  return rows < least_badge_rows;
}

/// The longest text in the column's cells.
std::string widest_number(const HeadColumn& column) {
  float low = 0.0F, high = 0.0F;
  std::size_t most = 0;
  for (const Measure& cell : column.cells) {
    if (!cell.defined()) continue;
    low = std::min(low, cell.value);
    high = std::max(high, cell.value);
    if (is_few(cell.rows)) most = std::max(most, cell.rows);
  }
  const std::string below = number(low, 2), above = number(high, 2);
  return (below.size() > above.size() ? below : above) + (most > 0 ? " (" + std::to_string(most) + ")" : "");
}

std::size_t count_of_lines(const std::string& text) {
  return 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::string sorted_name(const HeadColumn& column) {
  return measure_name(column.name) + " ↓";
}

/// As narrow as its numbers and as its name in a few lines, none of whose words is cut.
float number_width(const HeadColumn& column, const std::string& widest) {
  float width = em(1.0F);
  {
    const ScopedFont font(fonts().mono_small);
    width = std::max(width, ImGui::CalcTextSize(widest.c_str()).x);
  }
  const ScopedFont font(fonts().small);
  const std::string name = sorted_name(column);
  const auto is_cut = [&] {
    const std::string lines = broken_between_words(name, width);
    return count_of_lines(lines) > kHeaderLines || lines.find("…") != std::string::npos;
  };
  const float most = em(kMostNumber);
  while (is_cut() && width < most)
    width += em(0.25F);
  return std::ceil(width);
}

/// Reckoned anew where language, text size, columns or the longest of their numbers are others.
const RolesWidths& number_widths(const Sheet& sheet) {
  std::string of = std::string(language_code(language())) + " " + std::to_string(ImGui::GetFontSize());
  std::vector<std::string> widest;
  for (const HeadColumn& column : sheet.table.columns) {
    widest.push_back(widest_number(column));
    of += " " + column.name + " " + std::to_string(widest.back().size());
  }
  RolesWidths& widths = sheet.context.state.of<RolesWidths>();
  if (widths.of == of) return widths;
  widths = {std::move(of), {}, 1.0F};
  for (std::size_t column = 0; column < widest.size(); ++column) {
    widths.columns.push_back(number_width(sheet.table.columns[column], widest[column]));
    const ScopedFont font(fonts().small);
    const std::string lines = broken_between_words(sorted_name(sheet.table.columns[column]), widths.columns.back());
    widths.header_lines = std::max(widths.header_lines, static_cast<float>(count_of_lines(lines)));
  }
  return widths;
}

void header_cell(const Sheet& sheet, const HeadColumn& column, float lines_high) {
  const bool chosen = sheet.state.sorted_by == column.name;
  const std::string name = measure_name(column.name) + (chosen ? (sheet.state.ascending ? " ↑" : " ↓") : "");
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x, height = lines_high * ImGui::GetTextLineHeight();
  const ScopedId id(column.name);
  if (ImGui::InvisibleButton("column", {width, height})) {
    sheet.state.ascending = chosen && !sheet.state.ascending;
    sheet.state.measure = sheet.state.sorted_by = column.name;
  }
  probe_last_item("roles.column." + column.name);
  const bool lit = chosen || ImGui::IsItemHovered();
  const std::string lines = broken_between_words(name, width);
  ImGui::GetWindowDrawList()->AddText({at.x, at.y}, colour_u32(lit ? theme().text : theme().text_muted), lines.c_str());
  if (ImGui::IsItemHovered()) hint(measure_name(column.name) + "\n" + measure_about(column.name));
}

void badges_header_cell(const Sheet& sheet) {
  const bool chosen = sheet.state.sorted_by.empty();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (ImGui::InvisibleButton("by_badge", {ImGui::GetContentRegionAvail().x, ImGui::GetTextLineHeight()}))
    sheet.state.sorted_by.clear();
  probe_last_item("roles.by_badge");
  const bool lit = chosen || ImGui::IsItemHovered();
  const std::string name = std::string(tr("roles.badges")) + (chosen ? " ↓" : "");
  ImGui::GetWindowDrawList()->AddText(at, colour_u32(lit ? theme().text : theme().text_muted), name.c_str());
  hint(tr("roles.by_badge"));
}

void draw_header_row(const Sheet& sheet, float lines) {
  const ScopedFont font(fonts().small);
  ImGui::TableNextRow(ImGuiTableRowFlags_Headers, lines * ImGui::GetTextLineHeight() + em(0.3F));
  ImGui::TableNextColumn();
  coloured(theme().text_muted, tr("roles.head"));
  ImGui::TableNextColumn();
  badges_header_cell(sheet);
  for (const HeadColumn& column : sheet.table.columns) {
    if (ImGui::TableNextColumn()) header_cell(sheet, column, lines);
  }
}

/// The number, its baseline, rows, rank and text.
std::string cell_hint(const Sheet& sheet, const HeadColumn& column, std::size_t head) {
  const Measure& cell = column.cells[head];
  std::string text =
      measure_name(column.name) + " · " + head_name_and_place(sheet.context.snapshot, sheet.report.head_at(head)) +
      "\n" + tr("roles.cell", {{"value", exact_number(cell.value)}, {"baseline", exact_number(cell.uniform)}}) + "\n" +
      tr_plural("roles.cell_rows", cell.rows,
                {{"rank", rank_of(column, head).value_or(0) + 1},
                 {"heads", column.cells.size()},
                 {"text", column_text(column, sheet.text)}});
  if (!column.contrast.empty()) text += "\n" + tr("roles.contrast", {{"value", exact_number(column.contrast[head])}});
  if (is_few(cell.rows)) text += "\n" + tr_plural("roles.few_rows", least_badge_rows);
  const std::string without = "roles.no_sentences." + column.name;
  return text + "\n" + std::string(tr(has_sentences(column) ? std::string("roles.cell_click") : without));
}

/// Goes to the head and shows the sentences behind the number. The table stays as it is: only the head of a column sorts.
void choose_cell(const Sheet& sheet, HeadRef head, const std::string& measure) {
  select_measured_head(sheet.context, head);
  const HeadColumn* column = column_named(sheet.table, measure);
  if (column != nullptr && has_sentences(*column)) show_evidence(sheet.context, {head, measure, false});
}

void number_cell(const Sheet& sheet, const HeadColumn& column, std::size_t head) {
  const Measure& cell = column.cells[head];
  if (!cell.defined()) return coloured(theme().text_muted, "–");
  const HeadRef ref = sheet.report.head_at(head);
  const bool share = column.kind == HeadColumnKind::share;
  ImGui::TableSetBgColor(ImGuiTableBgTarget_CellBg,
                         share_ground(share ? cell.value : cell.value / std::max(column.largest, 1e-9F)));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const ScopedId id(column.name);
  if (ImGui::InvisibleButton("cell", {std::max(width, 1.0F), ImGui::GetTextLineHeight()})) {
    choose_cell(sheet, ref, column.name);
  }
  if (probe_enabled())
    probe_last_item("roles.cell." + std::to_string(ref.layer) + "." + std::to_string(ref.head) + "." + column.name);
  if (ImGui::IsItemHovered()) {
    sheet.context.next_hover.head = ref;
    hint(cell_hint(sheet, column, head));
  }
  const ScopedFont font(fonts().mono_small);
  const bool few = is_few(cell.rows);
  const std::string text = number(cell.value, 2) + (few ? " (" + std::to_string(cell.rows) + ")" : "");
  const bool above = !few && (!share || cell.value > cell.uniform);
  ImGui::GetWindowDrawList()->AddText({at.x + width - ImGui::CalcTextSize(text.c_str()).x, at.y},
                                      colour_u32(above ? theme().text : theme().text_muted), text.c_str());
}

/// Likewise behind a badge.
void choose_badge(const Sheet& sheet, HeadRef head, const RoleBadge& badge) {
  if (!badge.relation) return choose_cell(sheet, head, badge.name);
  select_measured_head(sheet.context, head);
  sheet.state.relation = badge.name;
  show_evidence(sheet.context, {head, badge.name, true});
}

/// A row's name does it for what the table is sorted by; where those are badges and the head has none, for what the overview shows.
void choose_row(const Sheet& sheet, std::size_t head) {
  const std::vector<RoleBadge>& badges = sheet.table.badges[head];
  const HeadRef ref = sheet.report.head_at(head);
  if (sheet.state.sorted_by.empty() && !badges.empty()) return choose_badge(sheet, ref, badges.front());
  choose_cell(sheet, ref, sheet.state.measure);
}

/// `kept`: pixels that must be left behind it.
void draw_badge(const Sheet& sheet, const RoleBadge& badge, std::size_t head, std::size_t place, float kept) {
  const std::string label = fitted(badge_name(badge), ImGui::GetContentRegionAvail().x - em(0.7F) - kept);
  const ImVec2 size = ImGui::CalcTextSize(label.c_str());
  const ImVec2 at = ImGui::GetCursorScreenPos(), full{size.x + em(0.7F), ImGui::GetTextLineHeight()};
  const ScopedId id(place);
  if (ImGui::InvisibleButton("badge", full)) choose_badge(sheet, sheet.report.head_at(head), badge);
  if (probe_enabled()) probe_last_item("roles.badge." + std::to_string(head) + "." + std::to_string(place));
  const ImVec4& tint = badge.relation ? theme().value : theme().query;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + full.x, at.y + full.y}, colour_u32(tint, ImGui::IsItemHovered() ? 0.35F : 0.18F),
                     0.5F * full.y);
  list.AddText({at.x + em(0.35F), at.y}, colour_u32(theme().text), label.c_str());
  if (ImGui::IsItemHovered()) hint(badge_hint(badge, sheet.table, sheet.text));
}

/// The badges that there is no room for, from `place` on: a click opens a menu of them. `right`: where the room ends.
void draw_more(const Sheet& sheet, std::size_t head, std::size_t place, float right) {
  const std::vector<RoleBadge>& badges = sheet.table.badges[head];
  const std::string label = "+" + std::to_string(badges.size() - place);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (ImGui::InvisibleButton("more", {ImGui::CalcTextSize(label.c_str()).x, ImGui::GetTextLineHeight()}))
    ImGui::OpenPopup("hidden");
  const bool hovered = ImGui::IsItemHovered();
  ImGui::GetWindowDrawList()->AddText(at, colour_u32(hovered ? theme().accent : theme().text_muted), label.c_str());
  if (probe_enabled()) {
    probe_last_item("roles.more." + std::to_string(head));
    probe("roles.badges." + std::to_string(head), ImGui::GetItemRectMin(), {right, ImGui::GetItemRectMax().y});
  }
  if (hovered) {
    std::string all;
    for (std::size_t left = place; left < badges.size(); ++left)
      all += badge_hint(badges[left], sheet.table, sheet.text) + "\n";
    hint(all + tr("roles.more_click"));
  }
  const ScopedFont font(fonts().text);
  ImGui::SetNextWindowSize({em(kMenuWidth), 0.0F});
  if (!ImGui::BeginPopup("hidden")) return;
  sheet.context.state.of<WindowState>().popup_open = true;
  for (std::size_t left = place; left < badges.size(); ++left) {
    const std::string id = "roles.hidden." + std::to_string(head) + "." + std::to_string(left);
    if (!menu_line({.id = id, .text = badge_name(badges[left]), .right = number(badges[left].value, 2)})) continue;
    choose_badge(sheet, sheet.report.head_at(head), badges[left]);
    ImGui::CloseCurrentPopup();
  }
  ImGui::EndPopup();
}

void draw_badges(const Sheet& sheet, std::size_t head) {
  const ScopedFont font(fonts().small);
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  const std::vector<RoleBadge>& badges = sheet.table.badges[head];
  const auto more_than = [&](std::size_t count) { return "+" + std::to_string(badges.size() - count); };
  for (std::size_t place = 0; place < badges.size(); ++place) {
    const bool last = place + 1 == badges.size();
    const float kept = last ? 0.0F : ImGui::CalcTextSize(more_than(place + 1).c_str()).x + em(0.25F);
    const float wide = ImGui::CalcTextSize(badge_name(badges[place]).c_str()).x + em(0.7F);
    if (place > 0) {
      ImGui::SameLine(0.0F, em(0.25F));
      if (ImGui::GetCursorScreenPos().x + wide + kept > right) return draw_more(sheet, head, place, right);
    }
    draw_badge(sheet, badges[place], head, place, kept);
  }
}

void draw_name(const Sheet& sheet, std::size_t head) {
  const HeadRef ref = sheet.report.head_at(head);
  const bool selected = ref == sheet.selected;
  const float width = ImGui::GetContentRegionAvail().x;
  const std::string place = head_place(ref);
  const float indent = em(2.6F);
  const bool named = role_of(*sheet.context.snapshot.model, ref) != nullptr;
  const std::string name = named ? fitted(head_name(sheet.context.snapshot, ref), width - indent) : std::string();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (ImGui::Selectable(("##row" + std::to_string(head)).c_str(), selected, ImGuiSelectableFlags_None,
                        {width, ImGui::GetTextLineHeight()}))
    choose_row(sheet, head);
  if (probe_enabled()) probe_last_item("roles.head." + std::to_string(ref.layer) + "." + std::to_string(ref.head));
  if (ImGui::IsItemHovered()) sheet.context.next_hover.head = ref;
  const ImVec4& ink = selected || sheet.context.hover.head == ref ? theme().accent : theme().text;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddText(at, colour_u32(named ? theme().text_muted : ink), place.c_str());
  list.AddText({at.x + indent, at.y}, colour_u32(ink), name.c_str());
  if (ImGui::IsItemHovered()) hint(head_name_and_place(sheet.context.snapshot, ref));
}

void draw_row(const Sheet& sheet, std::size_t head) {
  const ScopedId id(head);
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  draw_name(sheet, head);
  ImGui::TableNextColumn();
  draw_badges(sheet, head);
  for (const HeadColumn& column : sheet.table.columns)
    if (ImGui::TableNextColumn()) number_cell(sheet, column, head);
}

}  // namespace

FixedWidths fixed_widths(float room, float space, std::span<const float> columns) {
  FixedWidths widths{std::clamp(kFixedShare * room, em(kLeastName), em(kMostName)),
                     std::clamp(kFixedShare * room, em(kLeastBadges), em(kMostBadges))};
  const float left = room - widths.name - widths.badges - 2.0F * space;
  float whole = 0.0F;
  for (const float column : columns) {
    if (whole + column + space > left) break;
    whole += column + space;
  }
  widths.badges = std::clamp(std::floor(widths.badges + left - whole), em(kLeastBadges), em(kMostBadges));
  return widths;
}

void draw_roles_table(PanelContext& context, const HeadTable& table, const HeadReport& report,
                      const std::string& text) {
  const Sheet sheet{context, context.state.of<HeadsState>(), table, report, text, context.selection().head};
  const std::vector<std::size_t> rows = rows_of(sheet);
  if (rows.empty()) return wrapped_caption(tr("roles.none"));
  constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_ScrollX | ImGuiTableFlags_ScrollY |
                                     ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_BordersInnerH |
                                     ImGuiTableFlags_NoSavedSettings;
  const int columns = kFixedColumns + static_cast<int>(table.columns.size());
  const ImVec2 room(0.0F, std::max(ImGui::GetContentRegionAvail().y, em(8.0F)));
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {em(kCellSpace), em(0.12F)});
  const RolesWidths& widths = number_widths(sheet);
  const FixedWidths fixed = fixed_widths(ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ScrollbarSize,
                                         2.0F * em(kCellSpace), widths.columns);
  if (ImGui::BeginTable("roles", columns, kFlags, room)) {  // not resizable: widths are those of every frame
    keys_reach_into_table();
    ImGui::TableSetupScrollFreeze(1, 1);
    ImGui::TableSetupColumn("name", ImGuiTableColumnFlags_WidthFixed, fixed.name);
    ImGui::TableSetupColumn("badges", ImGuiTableColumnFlags_WidthFixed, fixed.badges);
    for (std::size_t column = 0; column < widths.columns.size(); ++column)
      ImGui::TableSetupColumn(table.columns[column].name.c_str(), ImGuiTableColumnFlags_WidthFixed,
                              widths.columns[column]);
    draw_header_row(sheet, widths.header_lines);
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(rows.size()));
    while (clipper.Step())
      for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row)
        draw_row(sheet, rows[static_cast<std::size_t>(row)]);
    ImGui::EndTable();
  }
  ImGui::PopStyleVar();
}

}  // namespace regard
