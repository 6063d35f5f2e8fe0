// SPDX-License-Identifier: Apache-2.0
#include "app/panels/change/sweep_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/session/action_kinds.h"
#include "app/style/fonts.h"
#include "app/style/line_layout.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"
#include "core/text/visible_text.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace regard {
namespace {

constexpr std::array<const char*, 5> kNames{"sweep.column.word", "sweep.column.weight", "sweep.column.change",
                                            "sweep.column.movement", "sweep.column.divergence"};
constexpr std::array<const char*, 5> kHints{"sweep.column.word_hint", "sweep.column.weight_hint",
                                            "sweep.column.change_hint", "sweep.column.movement_hint",
                                            "sweep.column.divergence_hint"};

/// Right ends of the columns of numbers; the words have what is left of them.
std::array<float, 5> columns_of(float width) {
  const float step = std::clamp(width * 0.165F, em(3.4F), em(5.5F));
  return {width - 4.0F * step, width - 3.0F * step, width - 2.0F * step, width - step, width};
}

void draw_header(std::string_view id, const std::array<float, 5>& columns, SweepOrder& order) {
  const ScopedFont font(fonts().small);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ImGui::GetTextLineHeight() + em(0.2F);
  for (std::size_t index = 0; index < columns.size(); ++index) {
    const ScopedId scope(index);
    const bool chosen = static_cast<std::size_t>(order.column) == index;
    const std::string label = tr(kNames[index]) + std::string(chosen ? (order.reversed ? " ↑" : " ↓") : "");
    const float wide = ImGui::CalcTextSize(label.c_str()).x;
    const float left = index == 0 ? 0.0F : columns[index] - wide;
    ImGui::SetCursorScreenPos({at.x + left, at.y});
    if (ImGui::InvisibleButton("column", {wide, height})) {
      order.reversed = chosen && !order.reversed;
      order.column = static_cast<SweepColumn>(index);
    }
    if (probe_enabled())
      probe(std::string(id) + ".column." + std::to_string(index), ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
    const bool lit = chosen || ImGui::IsItemHovered();
    ImGui::GetWindowDrawList()->AddText({at.x + left, at.y}, colour_u32(lit ? theme().text : theme().text_muted),
                                        label.c_str());
    hint(tr(kHints[index]));
  }
  ImGui::SetCursorScreenPos({at.x, at.y + height});
}

std::string shown_word(const SweepRow& row, bool place) {
  const std::string word = isolated(visible_word(row.word));
  return place ? isolated(row.before) + " → " + word : word;
}

void draw_numbers(ImVec2 min, const std::array<float, 5>& columns, const SweepResult& numbers) {
  const ScopedFont font(fonts().mono_small);
  const auto right = [&](std::size_t column, const ImVec4& ink, const std::string& text) {
    ImGui::GetWindowDrawList()->AddText(
        {min.x + columns[column] - ImGui::CalcTextSize(text.c_str()).x, min.y + em(0.2F)}, colour_u32(ink),
        text.c_str());
  };
  const auto change = static_cast<float>(numbers.weight_change);
  const std::string sign = change > 0.0005F ? "+" : "";
  const ImVec4& ink = change > 0.0005F ? theme().positive : change < -0.0005F ? theme().negative : theme().text_muted;
  right(1, theme().text, number(static_cast<float>(numbers.weight), 3));
  right(2, ink, sign + number(change, 3));
  right(3, theme().text, number(static_cast<float>(numbers.movement), 3));
  right(4, theme().text, number(static_cast<float>(numbers.divergence), 3));
}

bool draw_row(std::string_view id, const SweepRow& row, std::size_t place, const std::array<float, 5>& columns,
              bool places) {
  const ScopedId scope(place);
  const float width = columns.back(), height = ImGui::GetTextLineHeight() + em(0.2F);
  const ImVec2 min = ImGui::GetCursorScreenPos(), max{min.x + width, min.y + height};
  const bool clicked = ImGui::InvisibleButton("row", {width, height});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (ImGui::IsItemHovered())
    list.AddRectFilled({min.x - em(0.3F), min.y}, {max.x + em(0.3F), max.y}, colour_u32(theme().frame_hovered),
                       em(0.2F));
  const std::string name = fitted(shown_word(row, places), columns[1] - em(3.6F));
  list.AddText({min.x, min.y + em(0.1F)}, colour_u32(theme().text), name.c_str());
  draw_numbers(min, columns, row.numbers);
  if (probe_enabled()) probe(std::string(id) + ".row." + std::to_string(place), min, max);
  const std::string pieces = tr_plural("sweep.pieces", row.numbers.substitution.ids.size());
  hint(tr("sweep.row_hint", {{"before", row.before},
                             {"word", shown_word(row, false)},
                             {"pieces", pieces},
                             {"weight", exact_number(static_cast<float>(row.numbers.weight))},
                             {"change", exact_number(static_cast<float>(row.numbers.weight_change))},
                             {"movement", exact_number(static_cast<float>(row.numbers.movement))},
                             {"divergence", exact_number(static_cast<float>(row.numbers.divergence))}}));
  return clicked;
}

}  // namespace

void draw_sweep_table(PanelContext& context, std::string_view id, const SweepView& view, SweepOrder& order, bool places,
                      bool fresh) {
  if (view.rows.empty()) return;
  const ScopedId scope(id);
  const std::array<float, 5> columns = columns_of(ImGui::GetContentRegionAvail().x);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, em(0.05F)});
  draw_header(id, columns, order);
  const std::vector<std::size_t> rows = sorted(view, order.column, order.reversed);
  const TextSide side = has_two_texts(context.snapshot) ? TextSide::decoder : TextSide::encoder;
  for (std::size_t place = 0; place < rows.size(); ++place) {
    const SweepRow& row = view.rows[rows[place]];
    if (draw_row(id, row, place, columns, places) && fresh) context.act(ReplaceToken{row.token, row.word, side});
  }
  ImGui::PopStyleVar();
}

}  // namespace regard
