// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/handout.h"

#include "app/base/head_place.h"
#include "app/lesson/grade.h"
#include "app/lesson/lesson_blocks.h"
#include "app/lesson/step_figure.h"
#include "app/session/look.h"
#include "app/style/locale.h"

#include <algorithm>
#include <array>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kRowsShown = 5;  // of a row's strongest weights, of heads as good as the best

/// What is drawn for a panel of the window; "" for one that has no picture of its own.
std::string view_of_panel(std::string_view panel) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> renamed{
      {{"compare", "movement"}, {"intervene", "interventions"}, {"writing", "predictions"}}};
  for (const auto& [from, to] : renamed)
    if (panel == from) return std::string(to);
  return std::string(panel);
}

/// Values in the place of expressions.
void write_numbers(std::vector<ProseBlock>& blocks, const LessonRun& run) {
  for (ProseBlock& block : blocks) {
    for (ProseSpan& span : block.spans) {
      if (!span.number) continue;
      span.text = shown(*span.number, value_of(*span.number, run));
      span.number.reset();
    }
    write_numbers(block.blocks, run);
  }
}
Prose with_numbers(Prose prose, const LessonRun& run) {
  write_numbers(prose.blocks, run);
  return prose;
}

/// What the model says, line by line.
class Answers {
public:
  Answers(const LessonQuestion& question, const StepRun& step, StepRunner& runner, std::size_t index)
      : question_(question), run_(step.run), runner_(runner), index_(index) {}

  HandoutQuestion answered() {
    result_.kind = question_.kind;
    result_.ask = with_numbers(question_.ask, run_);
    result_.after = with_numbers(question_.after, run_);
    switch (question_.kind) {
      case QuestionKind::choice:
      case QuestionKind::rank_token:
        options();
        break;
      case QuestionKind::mark_keys:
      case QuestionKind::arrows:
        row();
        break;
      case QuestionKind::find_head:
        heads();
        break;
      case QuestionKind::make_it:
        task();
        break;
    }
    return std::move(result_);
  }

private:
  void options() {
    const OptionsTruth truth = truth_of_options(question_, run_);
    for (std::size_t option = 0; option < question_.options.size(); ++option) {
      result_.options.push_back(question_.options[option].text);
      const bool ranked = question_.kind == QuestionKind::rank_token;
      std::string line = question_.options[option].text;
      if (ranked) line += " — " + shown({}, truth.values[option]);
      if (truth.right[option]) result_.answer.insert(result_.answer.begin(), line);
      if (ranked && !truth.right[option]) result_.answer.push_back(line);
    }
    if (question_.answer && std::holds_alternative<double>(truth.answer))
      result_.answer.push_back(tr("lesson.check.model_says", {{"answer", shown(*question_.answer, truth.answer)}}));
    if (question_.kind == QuestionKind::rank_token && std::holds_alternative<std::string>(truth.answer))
      result_.answer.push_back(tr("lesson.print.most_probable", {{"token", std::get<std::string>(truth.answer)}}));
  }

  void row() {
    const RowTruth truth = truth_of_row(question_, run_);
    for (std::size_t unit = 0; unit < truth.labels.size(); ++unit)
      if (truth.allowed[unit]) result_.row.push_back(truth.labels[unit]);
    const auto asking = std::find_if(truth.tokens.begin(), truth.tokens.end(), [&](const auto& tokens) {
      return std::find(tokens.begin(), tokens.end(), truth.query) != tokens.end();
    });
    if (asking != truth.tokens.end())
      result_.query = truth.labels[static_cast<std::size_t>(asking - truth.tokens.begin())];
    std::vector<std::size_t> best = strongest_first(truth.weights);
    const bool marks = question_.kind == QuestionKind::mark_keys;
    best.resize(std::min(best.size(), marks ? question_.keys : kRowsShown));
    for (const std::size_t unit : best)
      result_.answer.push_back(truth.labels[unit] + " — " + shown({}, truth.weights[unit]));
    if (!marks) return;
    const MarksGrade grade = grade_marks(truth, best);
    result_.answer.push_back(
        tr("lesson.print.marks", {{"best", shown({}, grade.best)}, {"uniform", shown({}, grade.uniform)}}));
  }

  void heads() {
    const HeadsTruth truth = truth_of_heads(question_, run_);
    std::vector<std::pair<double, std::string>> right;
    for (std::size_t layer = 0; layer < truth.values.size(); ++layer)
      for (std::size_t head = 0; head < truth.values[layer].size(); ++head) {
        const HeadGrade grade = grade_head(truth, {layer, head});
        if (!grade.right) continue;
        right.emplace_back(-std::get<double>(grade.value),
                           head_place({layer, head}) + " — " + shown(*question_.answer, grade.value));
      }
    std::sort(right.begin(), right.end());
    for (const auto& [value, line] : right)
      if (result_.answer.size() < kRowsShown) result_.answer.push_back(line);
  }

  void task() {
    if (question_.example.empty()) return;
    const StepRun made = runner_.run_on(index_, question_.example);
    std::string line = tr("quoted", {{"text", question_.example}});
    if (made.ran()) line += " — " + shown(question_.until->left, judge_made(*question_.until, made.run).verdict.left);
    result_.answer.push_back(std::move(line));
  }

  const LessonQuestion& question_;
  const LessonRun& run_;
  StepRunner& runner_;
  std::size_t index_;
  HandoutQuestion result_{};
};

/// A lesson, step by step.
class Gatherer {
public:
  Gatherer(const Lesson& lesson, const LessonSessions& sessions, const RunSession& run)
      : lesson_(lesson), runner_(lesson, sessions, run) {}

  HandoutLesson gather() {
    result_.title = lesson_.title;
    result_.minutes = lesson_.minutes;
    result_.spoken = language();
    result_.introduction = with_numbers(lesson_.introduction, {});
    for (std::size_t step = 0; step < lesson_.steps.size(); ++step)
      result_.steps.push_back(gather_step(step));
    return std::move(result_);
  }

private:
  HandoutStep gather_step(std::size_t index) {
    const LessonStep& step = lesson_.steps[index];
    HandoutStep out;
    out.title = step.title;
    const StepRun run = runner_.run(index);
    result_.mistakes.insert(result_.mistakes.end(), run.mistakes.begin(), run.mistakes.end());
    out.prose = with_numbers(step.prose, run.run);
    out.simplified = with_numbers(step.simplified, run.run);
    if (!run.ran()) return out;
    for (const Prose* prose : texts_of(step))
      draw_named(prose->blocks, run, out);
    if (step.question) {
      try {
        out.question.push_back(Answers(*step.question, run, runner_, index).answered());
      } catch (const Error& error) {
        result_.mistakes.push_back({step.question->line, error});
      }
    }
    if (step.question &&
        step.question->kind == QuestionKind::make_it) {  // what was to be made, not what it was made from
      if (step.question->example.empty()) return out;
      StepRun made = runner_.run_on(index, step.question->example);
      if (!made.ran()) return out;
      made.run = judge_made(*step.question->until, made.run).run;
      draw_step(index, made, out);
    } else {
      draw_step(index, run, out);
    }
    return out;
  }

  void draw_step(std::size_t index, const StepRun& run, HandoutStep& out) {
    const LessonStep& step = lesson_.steps[index];
    const LessonState state = state_of_step(lesson_, index);
    const bool again = index > 0 && !step.state.given() && !step.question;  // the picture of the step before
    const LessonLine* panels = state.find("panel") != nullptr ? state.find("panel") : state.find("panels");
    if (!again) draw_panels(panels != nullptr ? *panels : first_panel(run.run.session, state.line), run, out);
  }

  std::optional<Figure> draw(std::size_t line, ExportView view, const StepRun& run) {
    try {
      return figure_of_step(view, run.run);
    } catch (const Error& error) {
      result_.mistakes.push_back({line, error});
      return std::nullopt;
    }
  }

  void draw_named(const std::vector<ProseBlock>& blocks, const StepRun& run, HandoutStep& out) {
    for (const ProseBlock& block : blocks) {
      if (block.kind == ProseKind::picture && out.views.count(block.view) == 0) {
        const std::optional<ExportView> view = view_named(block.view);
        if (!view) result_.mistakes.push_back({block.line, no_such_view(block.view)});
        if (std::optional<Figure> figure = view ? draw(block.line, *view, run) : std::nullopt)
          out.views[block.view] = std::move(*figure);
      }
      draw_named(block.blocks, run, out);
    }
  }

  /// What a workspace shows where no panel is named.
  static LessonLine first_panel(const Session& session, std::size_t line) {
    return {"panel", look_of(session).stage.workspace == "steps" ? "steps" : "weights", line};
  }

  void draw_panels(const LessonLine& line, const StepRun& run, HandoutStep& out) {
    for (const std::string& panel : words_in_list(line.value)) {
      const std::string name = view_of_panel(panel);
      if (const std::optional<ExportView> view = view_named(name); view && out.views.count(name) == 0)
        if (std::optional<Figure> figure = draw(line.line, *view, run)) out.figures.push_back(std::move(*figure));
    }
  }

  const Lesson& lesson_;
  StepRunner runner_;
  HandoutLesson result_{};
};

}  // namespace

HandoutLesson gather_handout(Lesson lesson, const RunSession& run) {
  const LessonSessions sessions = load_lesson_sessions(lesson);
  HandoutLesson handout = Gatherer(lesson, sessions, run).gather();
  handout.mistakes.insert(handout.mistakes.begin(), lesson.mistakes.begin(), lesson.mistakes.end());
  return handout;
}

}  // namespace regard
