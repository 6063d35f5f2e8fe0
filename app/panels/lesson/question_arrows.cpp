// SPDX-License-Identifier: Apache-2.0
// Arrows that are drawn: from the word that asks to each it will look at, as thick as it will. Once the model has spoken, its own
// stand over them.
#include "app/panels/common/parts.h"
#include "app/panels/lesson/question_parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace regard {
namespace {

/// Where the picture's parts stand.
struct ArrowSheet {
  ImVec2 at{};
  float line = 0.0F;    ///< height of a row
  float from = 0.0F;    ///< x where arrows begin
  float to = 0.0F;      ///< x where they end
  float middle = 0.0F;  ///< y of the word that asks
  std::size_t rows = 0;
  [[nodiscard]] float y_of(std::size_t row) const { return at.y + (static_cast<float>(row) + 0.5F) * line; }
};

void paint_arrow(const ArrowSheet& sheet, std::size_t row, float thick, ImU32 ink) {
  if (thick <= 0.0F) return;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float bend = 0.5F * (sheet.to - sheet.from), y = sheet.y_of(row);
  const float head = std::max(em(0.35F), thick * 0.9F);
  list.AddBezierCubic({sheet.from, sheet.middle}, {sheet.from + bend, sheet.middle}, {sheet.to - bend, y},
                      {sheet.to - head, y}, ink, thick);
  list.AddTriangleFilled({sheet.to - head, y - 0.6F * head}, {sheet.to, y}, {sheet.to - head, y + 0.6F * head}, ink);
}

float thickness_of(double share) {
  return static_cast<float>(share) * stroke(0.55F, 0.0F);
}

void draw_row_of_arrows(const QuestionPart& part, const RowTruth& row, const ArrowSheet& sheet, std::size_t unit,
                        const std::vector<std::size_t>& units) {
  const std::size_t index = units[unit];
  const ScopedId scope(index);
  const Face face = text_face(), small = small_face();
  const ImVec2 min{sheet.to + em(0.2F), sheet.y_of(unit) - 0.5F * sheet.line};
  const float right = sheet.at.x + part.width;
  ImGui::SetCursorScreenPos(min);
  const bool pressed = ImGui::InvisibleButton("row", {std::max(1.0F, right - min.x), sheet.line});
  if (pressed && !part.answer.revealed) part.answer.drawn[index] = (part.answer.drawn[index] + 1) % (kThickest + 1);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool lit = !part.answer.revealed && ImGui::IsItemHovered();
  if (lit) list.AddRectFilled(min, {right, min.y + sheet.line}, colour_u32(theme().frame_hovered), em(0.2F));
  const std::string value = part.answer.revealed ? number(static_cast<float>(row.weights[index]), 2) : std::string();
  const float value_width = value.empty() ? 0.0F : text_width(small, value) + em(0.4F);
  const float top = min.y + 0.5F * (sheet.line - face.size);
  paint_text(list, face, {min.x + em(0.25F), top}, colour_u32(theme().text),
             shortened(face, row.labels[index], right - min.x - value_width - em(0.4F)));
  if (!value.empty())
    paint_text(list, small, {right - text_width(small, value), min.y + 0.5F * (sheet.line - small.size)},
               colour_u32(row.weights[index] >= 0.005 ? theme().text : theme().text_muted), value);
  if (probe_enabled()) probe("question.unit." + std::to_string(index), min, {right, min.y + sheet.line});
}

void paint_drawn(const QuestionPart& part, const RowTruth& row, const ArrowSheet& sheet,
                 const std::vector<std::size_t>& units) {
  for (std::size_t at = 0; at < units.size(); ++at) {
    const std::size_t unit = units[at];
    const double drawn = static_cast<double>(part.answer.drawn[unit]) / kThickest;
    paint_arrow(
        sheet, at, thickness_of(drawn),
        colour_u32(part.answer.revealed ? theme().text_muted : theme().accent, part.answer.revealed ? 0.5F : 0.9F));
  }
  if (!part.answer.revealed) return;
  for (std::size_t at = 0; at < units.size(); ++at)
    if (const double weight = row.weights[units[at]]; weight >= 0.01)
      paint_arrow(sheet, at, std::max(stroke(0.06F, 1.0F), thickness_of(weight)), colour_u32(theme().query, 0.9F));
}

std::vector<std::size_t> allowed_units(const RowTruth& row) {
  std::vector<std::size_t> units;
  for (std::size_t unit = 0; unit < row.labels.size(); ++unit)
    if (row.allowed[unit]) units.push_back(unit);
  return units;
}

std::string label_that_asks(const RowTruth& row) {
  for (std::size_t unit = 0; unit < row.tokens.size(); ++unit)
    if (std::find(row.tokens[unit].begin(), row.tokens[unit].end(), row.query) != row.tokens[unit].end())
      return row.labels[unit];
  return "?";
}

void draw_sheet(const QuestionPart& part, const RowTruth& row) {
  const std::vector<std::size_t> units = allowed_units(row);
  const Face face = text_face();
  const std::string asks = label_that_asks(row);
  ArrowSheet sheet;
  sheet.at = ImGui::GetCursorScreenPos();
  sheet.line = std::round(face.size * 1.5F);
  sheet.rows = units.size();
  sheet.middle = sheet.at.y + 0.5F * sheet.line * static_cast<float>(sheet.rows);
  const float word = std::min(text_width(face, asks), 0.35F * part.width);
  sheet.from = sheet.at.x + word + em(0.4F);
  sheet.to = std::max(sheet.from + em(4.0F), sheet.at.x + 0.58F * part.width);
  paint_text(*ImGui::GetWindowDrawList(), face, {sheet.at.x, sheet.middle - 0.5F * face.size},
             colour_u32(theme().query), shortened(face, asks, word + 1.0F));
  for (std::size_t at = 0; at < units.size(); ++at)
    draw_row_of_arrows(part, row, sheet, at, units);
  paint_drawn(part, row, sheet, units);
  ImGui::SetCursorScreenPos({sheet.at.x, sheet.at.y + sheet.line * static_cast<float>(sheet.rows)});
  ImGui::Dummy({part.width, 1.0F});
}

}  // namespace

void draw_drawn_arrows(PanelContext& context, const QuestionPart& part) {
  const auto* row = std::get_if<RowTruth>(&part.truth);
  if (row == nullptr) return;
  part.answer.drawn.resize(row->labels.size(), 0);
  if (const auto digit = lesson_desk(context).asked.digit;
      digit && *digit < row->labels.size() && row->allowed[*digit] && !part.answer.revealed)
    part.answer.drawn[*digit] = (part.answer.drawn[*digit] + 1) % (kThickest + 1);
  if (!part.answer.revealed) {
    const ScopedFont font(fonts().small);
    wrapped_in(theme().text_muted, tr("question_of_lesson.how_to_draw"), part.width);
    gap(0.3F);
  }
  draw_sheet(part, *row);
  if (!part.answer.revealed || !is_predicted(part)) return;
  const std::vector<double> drawn(part.answer.drawn.begin(), part.answer.drawn.end());
  const ArrowsGrade grade = grade_arrows(*row, drawn);
  gap(0.5F);
  const std::vector<ShareBar> bars{{tr("question_of_lesson.likeness"), grade.likeness, true},
                                   {tr("question_of_lesson.uniform_likeness"), grade.uniform_likeness, false}};
  draw_share_bars(bars, part.width);
}

}  // namespace regard
