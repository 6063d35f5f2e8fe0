// SPDX-License-Identifier: Apache-2.0
#include "app/panels/lesson/lesson_desk.h"

#include "app/base/assets.h"
#include "app/jobs/background.h"
#include "app/jobs/run_request.h"
#include "app/lesson/step_state.h"
#include "app/panels/common/world.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/style/locale.h"
#include "app/viewmodel/snapshot.h"

#include <imgui.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace regard {
namespace {

using NumbersByName = std::map<std::string, std::string>;

std::vector<const LessonExpression*> numbers_of(const OpenedLesson& open, std::size_t step) {
  std::vector<const LessonExpression*> numbers;
  if (step >= open.lesson.steps.size()) return numbers;
  const LessonStep& at = open.lesson.steps[step];
  collect_numbers(at.prose, numbers);
  collect_numbers(at.simplified, numbers);
  if (at.question)
    for (const Prose* prose : {&at.question->ask, &at.question->nudge, &at.question->after})
      collect_numbers(*prose, numbers);
  return numbers;
}

/// Numbers that the model has to be run again for.
struct SlowNumbersSlot {
  struct Asked {
    std::shared_ptr<const OpenedLesson> open{};
    std::shared_ptr<const LessonRun> run{};
    std::size_t step = 0;
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = NumbersByName;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    auto values = std::make_shared<NumbersByName>();
    for (const LessonExpression* number : numbers_of(*asked.open, asked.step)) {
      if (!is_slow(*number)) continue;
      job.give_way();
      values->emplace(written(*number), shown(*number, value_of(*number, *asked.run, job.stop)));
    }
    return values;
  }
};

bool condition_is_slow(const LessonCondition& condition) {
  const auto slow = [](const LessonOperand& operand) {
    const auto* expression = std::get_if<LessonExpression>(&operand);
    return expression != nullptr && is_slow(*expression);
  };
  return is_slow(condition.left) || std::any_of(condition.right.begin(), condition.right.end(), slow);
}

/// Does it run the model again, or ask for many heads or tokens?
bool question_is_slow(const LessonQuestion& question) {
  using enum QuestionKind;
  if (question.kind == find_head || question.kind == make_it || question.kind == rank_token) return true;
  if (question.answer && is_slow(*question.answer)) return true;
  if (question.until && condition_is_slow(*question.until)) return true;
  return std::any_of(question.options.begin(), question.options.end(),
                     [](const LessonOption& option) { return option.when && condition_is_slow(*option.when); });
}

LessonTruth truth_of_question(const LessonQuestion& question, const LessonRun& run, const std::stop_token& stop) {
  try {
    switch (question.kind) {
      case QuestionKind::choice:
      case QuestionKind::rank_token:
        return truth_of_options(question, run, stop);
      case QuestionKind::mark_keys:
      case QuestionKind::arrows:
        return truth_of_row(question, run);
      case QuestionKind::find_head:
        return truth_of_heads(question, run, stop);
      case QuestionKind::make_it:
        if (question.until) return judge_made(*question.until, run, stop);
        break;
    }
  } catch (const Error& error) {
    return error;
  }
  return std::monostate{};
}

struct SlowTruthSlot {
  using Asked = SlowNumbersSlot::Asked;
  using Answer = LessonTruth;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return std::make_shared<const LessonTruth>(
        truth_of_question(*asked.open->lesson.steps[asked.step].question, *asked.run, job.stop));
  }
};

void follow_step(const PanelContext& context, LessonDesk& state) {
  const LessonNews& news = *context.world.lessons;
  const bool contents = context.look().stage.lesson.contents;
  LessonDesk::OfStep& now = state.of_step;
  if (now.open == news.open && now.step == news.step && now.contents == contents) return;
  now = {.open = news.open, .step = news.step, .contents = contents};
  const LessonStep* step = open_step(context);
  if (step == nullptr) return;
  now.model = model_named_for_step(news.open->lesson, news.step, news.open->sessions);  // what names none speaks of any
  const std::vector<const LessonExpression*> numbers = numbers_of(*news.open, news.step);
  now.slow_numbers =
      std::any_of(numbers.begin(), numbers.end(), [](const LessonExpression* each) { return is_slow(*each); });
  now.slow_truth = step->question && question_is_slow(*step->question);
}

/// Does the session read with another model than the step names? Its numbers would not be the step's.
bool reads_with_other_model(const PanelContext& context, const LessonDesk& state) {
  return state.of_step.model && *state.of_step.model != context.reading().model;
}

/// A new value whenever the run or what is looked at in it is another, as soon as the run shows the session's text.
void follow_run(const PanelContext& context, LessonDesk& state) {
  const LessonNews& news = *context.world.lessons;
  const bool other_model = reads_with_other_model(context, state);
  if (other_model || (state.run && reading_of(state.run->session).model != context.reading().model)) state.run.reset();
  if (other_model) return;
  if (!news.run || !news.run->trace || !news.run->model) return;
  if (!lesson_run_is_fresh(context)) return;
  if (state.run && state.run->snapshot == news.run && state.run->session == context.session) return;
  state.run = std::make_shared<const LessonRun>(LessonRun{news.run, context.session});
}

std::string written_number(const LessonExpression& number, const LessonDesk& state, const NumbersByName* slow) {
  if (!state.run) return state.made_of.other_model ? "—" : "…";
  if (!is_slow(number)) return shown(number, value_of(number, *state.run));
  if (slow == nullptr) return "…";
  const auto found = slow->find(written(number));
  return found == slow->end() ? "…" : found->second;
}

void follow_page(const PanelContext& context, LessonDesk& state, const OpenedLesson& open) {
  const LessonNews& news = *context.world.lessons;
  const bool contents = context.look().stage.lesson.contents;
  std::shared_ptr<const NumbersByName> slow;
  if (state.run && state.of_step.slow_numbers && context.background != nullptr)
    slow = context.background->ask<SlowNumbersSlot>({news.open, state.run, news.step}).value;
  const LessonDesk::MadeOf made_of{
      news.open, news.glossary, state.run, slow, news.step, contents, reads_with_other_model(context, state)};
  if (made_of == state.made_of) return;
  // A lesson that was only read again stays where one reads.
  if (made_of.step != state.made_of.step || made_of.contents != state.made_of.contents || !state.made_of.open ||
      made_of.open->name != state.made_of.open->name) {
    state.to_top = true;
    state.to_verdict = false;
  }
  state.made_of = made_of;
  const WriteNumber write = [&](const LessonExpression& number) { return written_number(number, state, slow.get()); };
  const auto set = [&](const Prose& prose, LessonText& text) {
    text = rich_prose(prose, write);
    if (news.glossary) link_terms(text.text, *news.glossary);
  };
  state.page = {};
  set(open.lesson.introduction, state.page.introduction);
  if (news.step >= open.lesson.steps.size()) return;
  const LessonStep& step = open.lesson.steps[news.step];
  set(step.prose, state.page.prose);
  set(step.simplified, state.page.simplified);
  if (!step.question) return;
  set(step.question->ask, state.page.ask);
  set(step.question->nudge, state.page.nudge);
  set(step.question->after, state.page.after);
}

void follow_truth(const PanelContext& context, LessonDesk& state) {
  const LessonNews& news = *context.world.lessons;
  const LessonStep* step = open_step(context);
  if (step == nullptr || !step->question || !state.run) {
    state.truth = {};
    state.truth_of.reset();
    return;
  }
  const bool same_step = state.truth_of && state.truth_step == news.step && state.truth_open == news.open;
  state.truth_step = news.step;
  state.truth_open = news.open;
  if (!state.of_step.slow_truth || context.background == nullptr) {
    state.truth_is_old = false;
    if (state.truth_of == state.run && same_step) return;
    state.truth_of = state.run;
    state.truth = truth_of_question(*step->question, *state.run, {});
    return;
  }
  const auto known = context.background->ask<SlowTruthSlot>({news.open, state.run, news.step});
  if (known.error) {
    state.truth_is_old = false;
    state.truth_of = state.run;
    state.truth = *known.error;
    return;
  }
  state.truth_is_old = !known.fresh;
  const std::shared_ptr<const LessonTruth> told = known.fresh || same_step ? known.value : nullptr;
  if (same_step && state.truth_of == told) return;
  state.truth_of = told;
  state.truth = told ? *told : LessonTruth{};
}

}  // namespace

float made_delay(PanelState& state) {
  return std::exchange(state.of<LessonDesk>().made_delay, 0.0F);
}

LessonDesk& lesson_desk(const PanelContext& context) {
  return context.state.of<LessonDesk>();
}

const OpenedLesson* open_lesson(const PanelContext& context) {
  return context.world.lessons != nullptr ? context.world.lessons->open.get() : nullptr;
}

const LessonStep* open_step(const PanelContext& context) {
  const OpenedLesson* open = open_lesson(context);
  if (open == nullptr || context.look().stage.lesson.contents) return nullptr;
  const std::size_t step = context.world.lessons->step;
  return step < open->lesson.steps.size() ? &open->lesson.steps[step] : nullptr;
}

StepAnswer& answer_of_step(const PanelContext& context) {
  const OpenedLesson* open = open_lesson(context);
  return lesson_desk(context).answers[{open != nullptr ? open->name : std::string(), context.world.lessons->step}];
}

bool lesson_run_is_fresh(const PanelContext& context) {
  const LessonNews& news = *context.world.lessons;
  return news.run && shows_run_of(*news.run, context.session, assets_folder());
}

bool truth_is_known(const PanelContext& context) {
  const LessonDesk& state = lesson_desk(context);
  return state.run && lesson_run_is_fresh(context) && !state.truth_is_old &&
         !std::holds_alternative<std::monostate>(state.truth);
}

bool lesson_is_in_front(const PanelContext& context) {
  return ImGui::GetFrameCount() - lesson_desk(context).drawn_in <= 1;
}

void follow_lesson(PanelContext& context) {
  if (context.world.lessons == nullptr) return;
  LessonDesk& state = lesson_desk(context);
  const OpenedLesson* open = open_lesson(context);
  if (open == nullptr) return;
  follow_step(context, state);
  follow_run(context, state);
  follow_page(context, state, *open);
  follow_truth(context, state);
}

}  // namespace regard
