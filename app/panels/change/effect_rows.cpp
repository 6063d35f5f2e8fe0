// SPDX-License-Identifier: Apache-2.0
#include "app/panels/change/effect_parts.h"
#include "app/panels/common/parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace regard {
namespace {

/// Right ends of the columns of numbers, pixels from the row's left edge.
struct Columns {
  float name = 0.0F, bars = 0.0F, before = 0.0F, after = 0.0F, change = 0.0F;
};

Columns columns_of(float width, bool compared) {
  Columns columns;
  columns.change = width;
  columns.after = compared ? width - em(3.4F) : width;
  columns.before = compared ? columns.after - em(3.7F) : width;
  columns.name = std::min(em(8.0F), width * 0.25F);
  columns.bars = columns.before - em(3.9F);
  return columns;
}

void write_right(float x, float y, const ImVec4& colour, const std::string& text) {
  ImGui::GetWindowDrawList()->AddText({x - ImGui::CalcTextSize(text.c_str()).x, y}, colour_u32(colour), text.c_str());
}

void draw_header(const Columns& columns) {
  const ScopedFont font(fonts().small);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Dummy({columns.change, ImGui::GetTextLineHeight()});
  write_right(at.x + columns.before, at.y, theme().text_muted, tr("effect.before"));
  write_right(at.x + columns.after, at.y, theme().accent, tr("effect.after"));
  write_right(at.x + columns.change, at.y, theme().text_muted, tr("difference.log_change"));
}

/// Two bars on one ground: before above, muted; after below, in the accent's colour.
void draw_bars(ImVec2 min, ImVec2 max, const EffectRow& row, double largest, bool compared) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(min, max, colour_u32(theme().frame), em(0.15F));
  const float width = max.x - min.x;
  const auto bar = [&](double share, float top, float bottom, const ImVec4& colour) {
    if (share <= 0.0 || largest <= 0.0) return;
    const float length = std::max(2.0F, width * static_cast<float>(share / largest));
    list.AddRectFilled({min.x, top}, {min.x + length, bottom}, colour_u32(colour), em(0.1F));
  };
  const float middle = compared ? std::round((min.y + max.y) * 0.5F) : max.y;
  bar(row.before, min.y, middle, compared ? theme().text_muted : theme().accent);
  if (compared) bar(row.after, middle, max.y, theme().accent);
}

void draw_numbers(ImVec2 min, float height, const Columns& columns, const EffectRow& row, bool compared) {
  const ScopedFont font(fonts().mono_small);
  const float y = min.y + (height - ImGui::GetTextLineHeight()) * 0.5F;
  write_right(min.x + columns.before, y, theme().text, percent(static_cast<float>(row.before)));
  if (!compared) return;
  write_right(min.x + columns.after, y, theme().text, percent(static_cast<float>(row.after)));
  const ImVec4& ink = row.change > 0.0 ? theme().positive : row.change < 0.0 ? theme().negative : theme().text_muted;
  write_right(min.x + columns.change, y, ink, with_sign(row.change, 2));
}

bool draw_row(const EffectRow& row, std::size_t index, bool chosen, const Columns& columns, double largest,
              bool compared) {
  const ScopedId scope(index);
  const float height = ImGui::GetTextLineHeight() + em(0.2F);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + columns.change, min.y + height};
  const bool clicked = ImGui::InvisibleButton("row", {columns.change, height});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float out = em(0.3F);
  if (chosen)
    list.AddRectFilled({min.x - out, min.y}, {max.x + out, max.y}, colour_u32(theme().selection), em(0.2F));
  else if (ImGui::IsItemHovered())
    list.AddRectFilled({min.x - out, min.y}, {max.x + out, max.y}, colour_u32(theme().frame_hovered), em(0.2F));
  const std::string name = fitted(row.text, columns.name - em(0.5F));
  list.AddText({min.x, min.y + em(0.1F)}, colour_u32(theme().text), name.c_str());
  const float inset = std::round(height * 0.22F);
  draw_bars({min.x + columns.name, min.y + inset}, {min.x + std::max(columns.bars, columns.name + em()), max.y - inset},
            row, largest, compared);
  draw_numbers(min, height, columns, row, compared);
  if (probe_enabled()) probe("effect.row." + std::to_string(index), min, max);
  hint(tr("effect.row_hint", {{"token", row.text},
                              {"id", row.id},
                              {"before", number(static_cast<float>(std::log(row.before)), 5)},
                              {"after", number(static_cast<float>(std::log(row.after)), 5)},
                              {"change", with_sign(row.change, 5)}}));
  return clicked;
}

}  // namespace

std::string with_sign(double value, int decimals) {
  const std::string text = number(static_cast<float>(value), decimals);
  const bool zero = text.find_first_of("123456789") == std::string::npos;
  return value > 0.0 && !zero ? "+" + text : text;
}

void draw_effect_rows(EffectState& state, const EffectView& view, bool compared) {
  const Columns columns = columns_of(ImGui::GetContentRegionAvail().x, compared);
  double largest = 0.25;  // bars are shares of 1; only where all are small do they grow
  for (const EffectRow& row : view.rows)
    largest = std::max({largest, row.before, row.after});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, em(0.05F)});
  if (compared) draw_header(columns);
  for (std::size_t index = 0; index < view.rows.size(); ++index)
    if (draw_row(view.rows[index], index, index == view.chosen, columns, largest, compared))
      state.token = view.rows[index].id;
  ImGui::PopStyleVar();
}

}  // namespace regard
