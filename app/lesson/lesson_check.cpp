// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/lesson_check.h"

#include "app/base/head_place.h"
#include "app/lesson/grade.h"
#include "app/lesson/step_figure.h"
#include "app/style/locale.h"
#include "core/base/excerpt.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <set>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kHeadsShare = 4;      // one of so many heads at most may be as good as the best
constexpr std::size_t kLongestTold = 1500;  // bytes: a claim may be as long as its file

/// Four figures that count, however small the number: what a claim is about may be.
std::string exact(const LessonValue& value) {
  const double* number = std::get_if<double>(&value);
  if (number == nullptr) return shown({}, value);
  std::array<char, 48> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.4g", *number);
  return {text.data(), static_cast<std::size_t>(std::max(length, 0))};
}

std::string quoted_list(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words)
    list += (list.empty() ? "" : ", ") + tr("quoted", {{"text", word}});
  return list;
}

/// Holds one lesson against its runs.
class Checker {
public:
  Checker(const Lesson& lesson, const LessonSessions& sessions, const RunSession& run)
      : lesson_(lesson), runner_(lesson, sessions, run) {}

  std::vector<CheckLine> check() {
    for (const LessonMistake& mistake : lesson_.mistakes)
      fail(mistake);
    count_questions();
    check_prose(lesson_.introduction.blocks, nullptr);
    for (std::size_t step = 0; step < lesson_.steps.size(); ++step)
      check_step(step);
    std::stable_sort(lines_.begin(), lines_.end(),
                     [](const CheckLine& a, const CheckLine& b) { return a.line < b.line; });
    return std::move(lines_);
  }

private:
  void fail(const LessonMistake& mistake) {
    if (told_.insert({mistake.line, mistake.error.what()}).second)  // a state lasts over several steps
      lines_.push_back({mistake.line, false, {}, excerpt(tr(mistake.error), kLongestTold)});
  }
  void fail(std::size_t line, const Error& error) { fail(LessonMistake{line, error}); }
  void add(std::size_t line, bool passed, const std::string& what, const std::string& found) {
    lines_.push_back({line, passed, excerpt(what, kLongestTold), excerpt(found, kLongestTold)});
  }

  void count_questions() {
    const auto asks = std::count_if(lesson_.steps.begin(), lesson_.steps.end(),
                                    [](const LessonStep& step) { return step.question.has_value(); });
    if (static_cast<std::size_t>(asks) * 2 > lesson_.steps.size())
      fail(lesson_.steps.front().line, Error("lesson_questions", {.expected = std::to_string(lesson_.steps.size()),
                                                                  .found = std::to_string(asks)}));
  }

  void check_step(std::size_t index) {
    const LessonStep& step = lesson_.steps[index];
    const StepRun run = runner_.run(index);
    for (const LessonMistake& mistake : run.mistakes)
      fail(mistake);
    if (!run.ran()) return;
    for (const LessonCheck& check : step.checks)
      check_claim(check, run.run);
    for (const Prose* prose : texts_of(step))
      check_prose(prose->blocks, &run.run);
    if (step.question) check_question(index, *step.question, run.run);
  }

  void check_claim(const LessonCheck& check, const LessonRun& run) {
    const LessonVerdict verdict = judge(check.condition, run);
    add(check.line, verdict.holds, written(check.condition), told_values(check.condition, verdict));
  }

  static std::string told_values(const LessonCondition& condition, const LessonVerdict& verdict) {
    if (const Error* problem = verdict.problem()) return tr(*problem);
    std::string text = exact(verdict.left);
    for (std::size_t side = 0; side < verdict.right.size(); ++side)
      if (std::holds_alternative<LessonExpression>(condition.right[side])) text += "; " + exact(verdict.right[side]);
    return text;
  }

  void check_prose(const std::vector<ProseBlock>& blocks, const LessonRun* run) {
    for (const ProseBlock& block : blocks) {
      if (block.kind == ProseKind::picture) check_view(block, run);
      for (const ProseSpan& span : block.spans) {
        if (span.number && run == nullptr)
          fail(span.line, Error("lesson_no_run", {.item = written(*span.number)}));
        else if (span.number)
          if (const LessonValue value = value_of(*span.number, *run); std::holds_alternative<Error>(value))
            fail(span.line, std::get<Error>(value));
        if (!span.show.empty() && run != nullptr)
          for (const LessonMistake& mistake : runner_.mistakes_of_show(span, *run))
            fail(mistake);
      }
      check_prose(block.blocks, run);
    }
  }

  void check_view(const ProseBlock& block, const LessonRun* run) {
    const std::optional<ExportView> view = view_named(block.view);
    if (!view) return fail(block.line, no_such_view(block.view));
    if (run == nullptr) return fail(block.line, Error("lesson_no_run", {.item = "view:" + block.view}));
    try {
      (void)figure_of_step(*view, *run);
    } catch (const Error& error) {
      fail(block.line, error);
    }
  }

  void check_question(std::size_t step, const LessonQuestion& question, const LessonRun& run) {
    try {
      switch (question.kind) {
        case QuestionKind::choice:
        case QuestionKind::rank_token:
          return check_options(question, run);
        case QuestionKind::mark_keys:
        case QuestionKind::arrows:
          return check_row(question, run);
        case QuestionKind::find_head:
          return check_heads(question, run);
        case QuestionKind::make_it:
          return check_task(step, question, run);
      }
    } catch (const Error& error) {
      add(question.line, false, name_of(question.kind), tr(error));
    }
  }

  void check_options(const LessonQuestion& question, const LessonRun& run) {
    const OptionsTruth truth = truth_of_options(question, run);
    std::vector<std::string> right;
    std::string values;
    for (std::size_t option = 0; option < question.options.size(); ++option) {
      const std::string& text = question.options[option].text;
      if (truth.right[option]) right.push_back(text);
      if (const Error* problem = std::get_if<Error>(&truth.values[option])) values += "; " + tr(*problem);
      if (question.kind == QuestionKind::rank_token && std::holds_alternative<double>(truth.values[option]))
        values += "; " + tr("quoted", {{"text", text}}) + " " + exact(truth.values[option]);
    }
    if (const Error* problem = std::get_if<Error>(&truth.answer); problem != nullptr && question.answer)
      return add(question.line, false, name_of(question.kind), tr(*problem));
    const bool said = question.answer || question.kind == QuestionKind::rank_token;
    const std::string answer = said ? exact(truth.answer) : std::string();
    std::string found = tr("lesson.check.right", {{"options", right.empty() ? "—" : quoted_list(right)}}) + values;
    if (said) found += "; " + tr("lesson.check.model_says", {{"answer", answer}});
    add(question.line, right.size() == 1, name_of(question.kind), found);
  }

  void check_row(const LessonQuestion& question, const LessonRun& run) {
    const RowTruth row = truth_of_row(question, run);
    std::vector<std::size_t> best = strongest_first(row.weights);
    best.resize(std::min(question.keys, best.size()));
    const MarksGrade grade = grade_marks(row, best);
    std::vector<std::string> words;
    words.reserve(best.size());
    for (const std::size_t unit : best)
      words.push_back(row.labels[unit]);
    add(question.line, grade.best > grade.uniform, name_of(question.kind),
        tr("lesson.check.row",
           {{"words", quoted_list(words)}, {"best", shown({}, grade.best)}, {"uniform", shown({}, grade.uniform)}}));
  }

  void check_heads(const LessonQuestion& question, const LessonRun& run) {
    const HeadsTruth truth = truth_of_heads(question, run);
    if (!truth.known) {
      const LessonValue& first = truth.values.front().front();
      return add(question.line, false, name_of(question.kind),
                 std::holds_alternative<Error>(first) ? tr(std::get<Error>(first)) : std::string("—"));
    }
    std::size_t heads = 0, right = 0;
    for (std::size_t layer = 0; layer < truth.values.size(); ++layer)
      for (std::size_t head = 0; head < truth.values[layer].size(); ++head, ++heads)
        if (grade_head(truth, {layer, head}).right) ++right;
    add(question.line, right * kHeadsShare <= heads, name_of(question.kind),
        tr("lesson.check.heads",
           {{"head", head_place(truth.best)}, {"value", exact(truth.most)}, {"right", right}, {"heads", heads}}));
  }

  void check_task(std::size_t step, const LessonQuestion& question, const LessonRun& run) {
    const LessonVerdict now = judge_made(*question.until, run).verdict;
    std::string found = tr("lesson.check.before", {{"value", told_values(*question.until, now)}});
    bool passed = !now.holds;
    if (!question.example.empty()) {
      const StepRun made = runner_.run_on(step, question.example);
      for (const LessonMistake& mistake : made.mistakes)
        if (!made.ran()) fail(question.line, mistake.error);
      const LessonVerdict then = made.ran() ? judge_made(*question.until, made.run).verdict : LessonVerdict{};
      passed = passed && then.holds;
      found += "; " + tr("lesson.check.example", {{"value", told_values(*question.until, then)}});
    }
    add(question.line, passed, name_of(question.kind), found);
  }

  const Lesson& lesson_;
  StepRunner runner_;
  std::vector<CheckLine> lines_{};
  std::set<std::pair<std::size_t, std::string>> told_{};
};

}  // namespace

std::vector<CheckLine> check_lesson(Lesson lesson, const RunSession& run) {
  const LessonSessions sessions = load_lesson_sessions(lesson);
  return Checker(lesson, sessions, run).check();
}

}  // namespace regard
