// SPDX-License-Identifier: Apache-2.0
// Tokens that are marked: the words of the row as chips. Once the model has spoken, a bar stands on each of them, as high as the
// word is looked at, and three bars below say what the marks caught, what could be caught, and what chance would have.
#include "app/panels/common/parts.h"
#include "app/panels/common/world.h"
#include "app/panels/lesson/question_parts.h"
#include "app/session/action.h"
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

constexpr float kBarRoom = 3.0F;  ///< ems above a chip, with the number

bool is_marked(const StepAnswer& answer, std::size_t unit) {
  return std::find(answer.marked.begin(), answer.marked.end(), unit) != answer.marked.end();
}

/// As many as are asked for: the oldest mark gives way.
void toggle_mark(StepAnswer& answer, std::size_t unit, std::size_t most) {
  const auto found = std::find(answer.marked.begin(), answer.marked.end(), unit);
  if (found != answer.marked.end()) {
    answer.marked.erase(found);
    return;
  }
  if (answer.marked.size() >= std::max<std::size_t>(most, 1)) answer.marked.erase(answer.marked.begin());
  answer.marked.push_back(unit);
}

struct ChipBox {
  ImVec2 min{}, max{};
};

void paint_weight(const ChipBox& box, double weight, double most, bool marked) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Face face = small_face();
  const float room = em(kBarRoom) - face.size - em(0.4F);
  const float height = most > 0.0 ? std::max(1.0F, room * static_cast<float>(weight / most)) : 1.0F;
  const float half = std::min(0.5F * (box.max.x - box.min.x), em(0.9F)), middle = 0.5F * (box.min.x + box.max.x);
  const float bottom = box.min.y - em(0.1F);
  list.AddRectFilled({middle - half, bottom - height}, {middle + half, bottom},
                     colour_u32(marked ? theme().accent : mix(theme().frame, theme().text_muted, 0.6F)), em(0.1F));
  const std::string value = number(static_cast<float>(weight), 2);
  paint_text(list, face, {middle - 0.5F * text_width(face, value), bottom - height - face.size},
             colour_u32(weight >= 0.005 ? theme().text : theme().text_muted), value);
}

/// One word. True when it was pressed.
bool draw_unit(const QuestionPart& part, const RowTruth& row, std::size_t unit, ChipBox box, double most) {
  const ScopedId scope(unit);
  const bool allowed = row.allowed[unit];
  ImGui::SetCursorScreenPos(box.min);
  const bool pressed = ImGui::InvisibleButton("unit", {box.max.x - box.min.x, box.max.y - box.min.y}) && allowed;
  const bool lit = allowed && !part.answer.revealed && ImGui::IsItemHovered();
  const bool marked = is_marked(part.answer, unit);
  const bool asks = std::find(row.tokens[unit].begin(), row.tokens[unit].end(), row.query) != row.tokens[unit].end();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(box.min, box.max, colour_u32(lit ? theme().frame_hovered : theme().frame), em(0.25F));
  if (marked) paint_outline(list, box.min, box.max, colour_u32(theme().accent), std::round(stroke(0.13F, 2.0F)));
  const ImVec4& ink = asks ? theme().query : allowed ? theme().text : theme().grid;
  const Face face = text_face();
  paint_text(list, face, {box.min.x + em(0.45F), box.min.y + 0.5F * (box.max.y - box.min.y - face.size)},
             colour_u32(ink), row.labels[unit]);
  if (part.answer.revealed && allowed) paint_weight(box, row.weights[unit], most, marked);
  if (probe_enabled()) probe("question.unit." + std::to_string(unit), box.min, box.max);
  return pressed;
}

void draw_units(const QuestionPart& part, const RowTruth& row) {
  const Face face = text_face();
  const float height = std::round(face.size * 1.55F), between = std::round(em(0.3F));
  const float above = part.answer.revealed ? em(kBarRoom) : 0.0F;
  const double most = row.weights.empty() ? 0.0 : *std::max_element(row.weights.begin(), row.weights.end());
  const ImVec2 start = ImGui::GetCursorScreenPos();
  float left = start.x, top = start.y + above;
  for (std::size_t unit = 0; unit < row.labels.size(); ++unit) {
    const float least = part.answer.revealed ? text_width(small_face(), "0.00") + em(0.3F) : em(1.4F);
    const float width = std::min(part.width, std::max(least, text_width(face, row.labels[unit]) + em(0.9F)));
    if (left > start.x && left + width > start.x + part.width) {
      left = start.x;
      top += height + between + above;
    }
    if (draw_unit(part, row, unit, {{left, top}, {left + width, top + height}}, most) && !part.answer.revealed)
      toggle_mark(part.answer, unit, part.question.keys);
    left += width + between;
  }
  ImGui::SetCursorScreenPos({start.x, top + height});
  ImGui::Dummy({part.width, 1.0F});
}

void draw_caught(const QuestionPart& part, const RowTruth& row) {
  const MarksGrade grade = grade_marks(row, part.answer.marked);
  gap(0.5F);
  std::vector<ShareBar> bars;
  if (!part.answer.marked.empty()) bars.push_back({tr("question_of_lesson.caught"), grade.captured, true});
  const MarksGrade asked = part.answer.marked.empty() ? grade_marks(row, {}) : grade;
  const std::size_t count =
      std::max<std::size_t>(1, part.answer.marked.empty() ? part.question.keys : part.answer.marked.size());
  if (!part.answer.marked.empty()) {
    bars.push_back({tr_plural("question_of_lesson.best", count), asked.best, false});
    bars.push_back({tr("question_of_lesson.uniform"), asked.uniform, false});
  }
  draw_share_bars(bars, part.width);
  if (!bars.empty()) probe("question.caught", ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
}

bool marks_are_wanted(const PanelContext& context) {
  const LessonStep* step = open_step(context);
  return step != nullptr && step->question && step->question->kind == QuestionKind::mark_keys &&
         !answer_of_step(context).revealed && std::holds_alternative<RowTruth>(lesson_desk(context).truth);
}

std::size_t unit_with(const RowTruth& row, std::size_t token) {
  for (std::size_t unit = 0; unit < row.tokens.size(); ++unit)
    if (std::find(row.tokens[unit].begin(), row.tokens[unit].end(), token) != row.tokens[unit].end()) return unit;
  return row.tokens.size();
}

}  // namespace

void draw_marks(PanelContext& context, const QuestionPart& part) {
  const auto* row = std::get_if<RowTruth>(&part.truth);
  if (row == nullptr) return;
  if (const auto digit = lesson_desk(context).asked.digit;
      digit && *digit < row->labels.size() && row->allowed[*digit] && !part.answer.revealed)
    toggle_mark(part.answer, *digit, part.question.keys);
  if (!part.answer.revealed) {
    const std::size_t marked = part.answer.marked.size();
    const std::size_t left = part.question.keys > marked ? part.question.keys - marked : 0;
    const ScopedFont font(fonts().small);
    wrapped_in(
        theme().text_muted,
        left > 0 ? tr_plural("question_of_lesson.mark_more", left) : std::string(tr("question_of_lesson.marked_all")),
        part.width);
    gap(0.3F);
  }
  draw_units(part, *row);
  if (part.answer.revealed) draw_caught(part, *row);
}

void take_marks(PanelContext& context) {
  const bool by_mouse = ImGui::IsMouseReleased(ImGuiMouseButton_Left) || ImGui::IsMouseClicked(ImGuiMouseButton_Left);
  if (!by_mouse || !marks_are_wanted(context)) return;
  std::optional<std::size_t> token;
  for (const Action& action : context.actions) {
    if (const auto* key = std::get_if<SelectKey>(&action)) token = key->token;
    if (const auto* query = std::get_if<SelectQuery>(&action); query != nullptr && !token) token = query->token;
  }
  if (!token) return;
  std::erase_if(context.actions, [](const Action& action) {
    return std::holds_alternative<SelectKey>(action) || std::holds_alternative<SelectQuery>(action);
  });
  const RowTruth& row = std::get<RowTruth>(lesson_desk(context).truth);
  const std::size_t unit = unit_with(row, *token);
  if (unit < row.labels.size() && row.allowed[unit])
    toggle_mark(answer_of_step(context), unit, open_step(context)->question->keys);
}

}  // namespace regard
