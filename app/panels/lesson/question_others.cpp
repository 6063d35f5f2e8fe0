// SPDX-License-Identifier: Apache-2.0
// The head that does something, and the sentence that makes a head do it: the window itself is where one answers.
#include "app/base/head_place.h"
#include "app/lesson/expression.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/lesson/question_parts.h"
#include "app/session/action.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/widgets/probe.h"

#include <array>
#include <string>

namespace regard {
namespace {

std::string value_of_head(const QuestionPart& part, const HeadsTruth& truth, HeadRef head) {
  if (head.layer >= truth.values.size() || head.head >= truth.values[head.layer].size() || !part.question.answer)
    return "—";
  return shown(*part.question.answer, truth.values[head.layer][head.head]);
}

void tell_heads(PanelContext& context, const QuestionPart& part, const HeadsTruth& truth) {
  if (!truth.known) return;
  if (part.answer.head) {
    const HeadGrade grade = grade_head(truth, *part.answer.head);
    wrapped_in(theme().text,
               tr("question_of_lesson.your_head", {{"head", head_label(*part.answer.head)},
                                                   {"value", value_of_head(part, truth, *part.answer.head)},
                                                   {"rank", grade.rank + 1}}),
               part.width);
    gap(0.2F);
  }
  if (part.answer.head == truth.best) return;
  wrapped_in(theme().text,
             tr("question_of_lesson.best_head",
                {{"head", head_label(truth.best)}, {"value", value_of_head(part, truth, truth.best)}}),
             part.width);
  const ScopedTextColour ink(theme().accent);
  if (quiet_button("question.show_head", tr("question_of_lesson.show_head"))) context.act(SelectHead{truth.best});
}

const char* name_of_comparison(LessonComparison comparison) {
  static constexpr std::array kNames{"question_of_lesson.less",     "question_of_lesson.at_most",
                                     "question_of_lesson.at_least", "question_of_lesson.more",
                                     "question_of_lesson.equal",    "question_of_lesson.unequal",
                                     "question_of_lesson.between"};
  return kNames[static_cast<std::size_t>(comparison)];
}

std::string operand_text(const LessonCondition& condition, const LessonVerdict* verdict, std::size_t index) {
  if (verdict != nullptr && index < verdict->right.size()) return shown(condition.left, verdict->right[index]);
  if (index >= condition.right.size()) return {};
  const LessonOperand& operand = condition.right[index];
  if (const auto* value = std::get_if<double>(&operand)) return shown(condition.left, LessonValue(*value));
  if (const auto* word = std::get_if<std::string>(&operand)) return *word;
  return written(std::get<LessonExpression>(operand));
}

/// "head 3.1: “saw” → “bird”"
std::string measured(const MadeTruth& made) {
  if (!made.head || made.query.empty()) return {};
  const std::string head = head_place(*made.head);
  if (made.key.empty()) return tr("question_of_lesson.measured_row", {{"head", head}, {"query", made.query}});
  return tr("question_of_lesson.measured", {{"head", head}, {"query", made.query}, {"key", made.key}});
}

}  // namespace

void draw_found_head(PanelContext& context, const QuestionPart& part) {
  const auto* truth = std::get_if<HeadsTruth>(&part.truth);
  if (part.answer.revealed) {
    if (truth != nullptr) tell_heads(context, part, *truth);
    return;
  }
  // The head that is looked at is the one that is meant, once somebody has chosen one.
  const HeadRef head = shown_head(context.snapshot, context.session);
  for (const Action& action : context.actions)
    if (const auto* select = std::get_if<SelectHead>(&action)) part.answer.head = select->head;
  {
    const ScopedFont font(fonts().small);
    wrapped_in(theme().text_muted, tr("question_of_lesson.how_to_find"), part.width);
  }
  gap(0.3F);
  if (part.answer.head) part.answer.head = head;
  wrapped_in(part.answer.head ? theme().text : theme().text_muted,
             part.answer.head ? tr("question_of_lesson.this_head", {{"head", head_label(head)}})
                              : std::string(tr("question_of_lesson.no_head")),
             part.width);
}

void draw_made(PanelContext& /*context*/, const QuestionPart& part) {
  if (!part.question.until) return;
  const LessonCondition& condition = *part.question.until;
  const auto* made = std::get_if<MadeTruth>(&part.truth);
  const LessonVerdict* verdict = made != nullptr ? &made->verdict : nullptr;
  const bool holds = verdict != nullptr && verdict->holds;
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const std::string now = verdict != nullptr ? shown(condition.left, verdict->left) : std::string("…");
  {
    const ScopedFont font(fonts().heading);
    coloured(holds ? theme().accent : theme().text, now);
  }
  if (made != nullptr)
    if (const std::string what = measured(*made); !what.empty()) {
      const ImVec2 start = ImGui::GetCursorScreenPos();
      wrapped_in(theme().text, what, part.width);
      probe("question.measured", start, ImGui::GetItemRectMax());
    }
  wrapped_in(theme().text_muted,
             tr(name_of_comparison(condition.comparison),
                {{"value", operand_text(condition, verdict, 0)}, {"other", operand_text(condition, verdict, 1)}}),
             part.width);
  probe(holds ? "question.made" : "question.making", min, ImGui::GetItemRectMax());
  if (verdict != nullptr && verdict->problem() != nullptr) {
    const ScopedFont font(fonts().small);
    wrapped_in(theme().text_muted, tr(*verdict->problem()), part.width);
  }
  if (part.answer.revealed && (holds || part.answer.predicted)) {
    gap(0.3F);
    wrapped_in(holds ? theme().accent : theme().text_muted,
               tr(holds ? "question_of_lesson.made" : "question_of_lesson.was_made"), part.width);
  }
}

}  // namespace regard
