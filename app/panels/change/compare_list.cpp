// SPDX-License-Identifier: Apache-2.0
#include "app/panels/change/compare_list.h"

#include "app/base/head_place.h"
#include "app/panels/common/compare_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/session/action_kinds.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/baseline.h"
#include "app/viewmodel/views.h"
#include "app/widgets/probe.h"
#include "core/analysis/difference.h"

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kMostLines = 48;
constexpr int kDigits = 4;

/// Those that moved, most first; equal ones by place.
std::vector<const HeadMovement*> ranked(const Movements& movements) {
  std::vector<const HeadMovement*> list;
  for (const HeadMovement& each : movements.heads)
    if (each.movement > 0.0) list.push_back(&each);
  std::stable_sort(list.begin(), list.end(), [](const HeadMovement* first, const HeadMovement* second) {
    return first->movement > second->movement;
  });
  return list;
}

void draw_definition(const PanelContext& context, const Movements& movements) {
  const ComparedNames names = compared_names(context.session);
  heading(tr("compare.moved"));
  heading_note(names.baseline + " → " + names.live);
  {
    const ScopedFont font(fonts().mono_small);
    coloured(theme().text_muted, fitted(tr("compare.formula"), ImGui::GetContentRegionAvail().x));
  }
  hint(tr("compare.formula_hint"));
  if (movements.pending) caption(tr("compare.pending"));
}

/// The head's name, a bar as long as its movement is beside the largest, and the number.
void draw_head(PanelContext& context, const HeadMovement& moved, std::size_t rank, float largest) {
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x, height = ImGui::GetFrameHeight();
  const ImVec2 max{min.x + width, min.y + height};
  const bool clicked = ImGui::InvisibleButton("head", {width, height});
  const bool selected = shown_head(context.snapshot, context.session) == moved.head;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (selected || ImGui::IsItemHovered())
    list.AddRectFilled(min, max, colour_u32(selected ? theme().selection : theme().frame_hovered), em(0.25F));
  const float top = min.y + 0.5F * (height - ImGui::GetFontSize());
  const Face digits = number_face();
  const std::string amount = number(static_cast<float>(moved.movement), kDigits);
  const float number_left = max.x - text_width(digits, amount) - em(0.4F);
  const float bar_right = number_left - em(0.5F);
  const float bar_left = bar_right - std::min(em(8.0F), width * 0.32F);
  paint_text(list, digits, {min.x + em(0.3F), min.y + 0.5F * (height - digits.size)}, colour_u32(theme().text_muted),
             std::to_string(rank));
  const float name_left = min.x + em(1.9F);
  list.AddText({name_left, top}, colour_u32(theme().text),
               fitted(head_name(context.snapshot, moved.head), bar_left - name_left - em(0.5F)).c_str());
  const float middle = 0.5F * (min.y + max.y), half = em(0.3F);
  list.AddRectFilled({bar_left, middle - half}, {bar_right, middle + half}, colour_u32(theme().frame), em(0.15F));
  const float share = largest > 0.0F ? static_cast<float>(moved.movement) / largest : 0.0F;
  list.AddRectFilled({bar_left, middle - half},
                     {bar_left + std::max(1.0F, share * (bar_right - bar_left)), middle + half},
                     colour_u32(theme().accent), em(0.15F));
  paint_text(list, digits, {number_left, min.y + 0.5F * (height - digits.size)}, colour_u32(theme().text), amount);
  probe("compare.head." + head_place(moved.head), min, max);
  if (ImGui::IsItemHovered()) context.next_hover.head = moved.head;
  hint(tr("compare.head_hint", {{"head", head_label(moved.head)},
                                {"movement", exact_number(static_cast<float>(moved.movement))},
                                {"lost", number(static_cast<float>(moved.lost), 3)},
                                {"gained", number(static_cast<float>(moved.gained), 3)}}));
  if (clicked) context.act(SelectHead{moved.head});
}

/// Two digits that say something, as far as four decimals do.
std::string short_amount(double movement) {
  if (movement < 0.00005) return "~0";
  return number(static_cast<float>(movement), movement >= 0.1 ? 2 : movement >= 0.01 ? 3 : 4);
}

/// A word that can be clicked: the query, and how far its row moved.
bool draw_query(PanelContext& context, const HeadMovement& moved, std::size_t rank) {
  const QueryMovement& row = moved.queries[rank];
  const Encoding& asking = asking_encoding(context.snapshot, context.session);
  if (row.query.second >= asking.tokens.size()) return false;
  const ScopedFont font(fonts().small);
  const std::string label = fitted(label_of(asking.tokens[row.query.second]), em(8.0F));
  const std::string amount = short_amount(row.movement);
  const ScopedId scope(rank);
  const ImVec2 size{ImGui::CalcTextSize((label + " " + amount).c_str()).x + em(0.9F), ImGui::GetFontSize() + em(0.4F)};
  const float right = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x;
  if (ImGui::GetCursorScreenPos().x + size.x > right) return false;
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + size.x, min.y + size.y};
  const bool clicked = ImGui::InvisibleButton("query", size);
  const bool chosen = shown_head(context.snapshot, context.session) == moved.head &&
                      selected_query(context.snapshot, context.session) == row.query.second;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (ImGui::IsItemHovered()) list.AddRectFilled(min, max, colour_u32(theme().frame_hovered), em(0.3F));
  list.AddRect(min, max, colour_u32(chosen ? theme().query : theme().grid), em(0.3F));
  const float top = min.y + 0.5F * (size.y - ImGui::GetFontSize());
  list.AddText({min.x + em(0.35F), top}, colour_u32(theme().query), label.c_str());
  list.AddText({max.x - em(0.35F) - ImGui::CalcTextSize(amount.c_str()).x, top}, colour_u32(theme().text_muted),
               amount.c_str());
  probe("compare.query." + head_place(moved.head) + "." + std::to_string(rank), min, max);
  if (ImGui::IsItemHovered()) context.next_hover.query = row.query.second;
  hint(tr("compare.query_hint"));
  if (clicked) {
    context.act(SelectHead{moved.head});
    context.act(SelectQuery{row.query.second});
  }
  ImGui::SameLine(0.0F, em(0.3F));
  return true;
}

void draw_queries(PanelContext& context, const HeadMovement& moved) {
  ImGui::Indent(em(1.9F));
  bool any = false;
  for (std::size_t rank = 0; rank < moved.queries.size() && moved.queries[rank].movement > 0.0; ++rank) {
    if (!draw_query(context, moved, rank)) break;
    any = true;
  }
  if (any) ImGui::NewLine();
  ImGui::Unindent(em(1.9F));
}

void draw_note(const std::string& text) {
  const ImVec2 min = ImGui::GetCursorScreenPos();
  ImGui::PushTextWrapPos(0.0F);
  coloured(theme().text_muted, text);
  ImGui::PopTextWrapPos();
  probe("compare.same", min, ImGui::GetItemRectMax());
}

}  // namespace

void draw_movements(PanelContext& context) {
  const Movements movements = movements_of(context);
  draw_definition(context, movements);
  if (movements.heads.empty()) return;
  const std::vector<const HeadMovement*> list = ranked(movements);
  if (list.empty() && !movements.pending)
    return draw_note(tr(same_reading(context.session) ? "compare.same" : "compare.none_moved"));
  for (std::size_t rank = 0; rank < std::min(list.size(), kMostLines); ++rank) {
    const ScopedId layer(list[rank]->head.layer);
    const ScopedId head(list[rank]->head.head);
    draw_head(context, *list[rank], rank + 1, movements.largest);
    if (!movements.pending) draw_queries(context, *list[rank]);
  }
  if (list.size() > kMostLines) caption(tr_plural("compare.more", list.size() - kMostLines));
  if (list.size() < movements.heads.size())
    wrapped_caption(tr_plural("compare.still", movements.heads.size() - list.size()));
}

}  // namespace regard
