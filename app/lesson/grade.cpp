// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/grade.h"

#include "app/base/head_place.h"
#include "app/lesson/lesson_number.h"
#include "app/lesson/measure_parts.h"
#include "app/lesson/named.h"
#include "app/session/session.h"
#include "app/viewmodel/views.h"
#include "app/viewmodel/word_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace regard {
namespace {

/// The number an option begins with: "0,7" and "70 %" too; nothing where it begins with none.
std::optional<double> number_in(std::string_view text) {
  const std::optional<LeadingNumber> number = leading_number(text);
  if (!number) return std::nullopt;
  return number->rest.find('%') != std::string_view::npos ? number->value / 100.0 : number->value;
}

/// The options nearest to a number are right.
void nearest_are_right(double answer, const LessonQuestion& question, OptionsTruth& truth) {
  std::vector<double> away;
  for (const LessonOption& option : question.options) {
    const std::optional<double> number = number_in(option.text);
    away.push_back(number ? std::abs(*number - answer) : std::numeric_limits<double>::infinity());
  }
  const double least = *std::min_element(away.begin(), away.end());
  for (std::size_t option = 0; option < away.size(); ++option)
    truth.right[option] = std::isfinite(least) && away[option] == least;
}

void choose_by_answer(const LessonQuestion& question, OptionsTruth& truth) {
  if (const double* number = std::get_if<double>(&truth.answer)) return nearest_are_right(*number, question, truth);
  const std::string* word = std::get_if<std::string>(&truth.answer);
  if (word == nullptr) return;
  for (std::size_t option = 0; option < question.options.size(); ++option)
    truth.right[option] = folded(question.options[option].text) == folded(*word);
}

LessonExpression of_token(const char* measure, const LessonQuestion& question, const std::string& token) {
  LessonExpression expression;
  expression.measure = measure;
  expression.line = question.line;
  if (!token.empty()) expression.arguments.push_back({"token", {token}});
  if (!question.at.empty()) expression.arguments.push_back({"at", {question.at}});
  return expression;
}

void rank_tokens(const LessonQuestion& question, const LessonRun& run, const std::stop_token& stop,
                 OptionsTruth& truth) {
  truth.answer = value_of(of_token("top-token", question, {}), run, stop);
  double most = -1.0;
  for (const LessonOption& option : question.options) {
    truth.values.push_back(value_of(of_token("probability", question, option.text), run, stop));
    if (const double* probability = std::get_if<double>(&truth.values.back())) most = std::max(most, *probability);
  }
  for (std::size_t option = 0; option < truth.values.size(); ++option) {
    const double* probability = std::get_if<double>(&truth.values[option]);
    truth.right[option] = probability != nullptr && *probability == most;
  }
}

/// A measure of one row.
bool asks_in_row(const LessonExpression& measure) {
  static constexpr std::array kOfRow{"weight", "score", "dot", "rank", "mass", "max-weight", "top-key"};
  return std::find(kOfRow.begin(), kOfRow.end(), measure.measure) != kOfRow.end();
}

/// Is it left open which token asks, so that the one with the most is meant?
bool asks_for_best_query(const LessonExpression& measure) {
  if (!measure.value("query").empty() || measure.time != LessonTime::now) return false;
  const std::string& name = measure.measure;
  if (name == "mass" || name == "max-weight") return true;
  return (name == "weight" || name == "score" || name == "dot") && !measure.value("key").empty();
}

/// The run, looked at from the token whose number is the largest; as it was where none has a number.
LessonRun at_best_query(const LessonExpression& measure, const LessonRun& run, const std::stop_token& stop) {
  const Encoding& asking = asking_encoding(*run.snapshot, run.session);
  LessonRun best = run;
  Session asked_from = run.session;
  double most = -std::numeric_limits<double>::infinity();
  for (std::size_t token = 0; token < asking.tokens.size(); ++token) {
    if (asking.tokens[token].special) continue;
    asked_from.query = asked_from.decoder_query = anchor_of(token, asking);
    const LessonRun tried{run.snapshot, asked_from};
    const LessonValue value = value_of(measure, tried, stop);
    const double* number = std::get_if<double>(&value);
    if (number == nullptr || *number <= most) continue;
    most = *number;
    best = tried;
  }
  return best;
}

double entropy_term(double p, double m) {
  return p > 0.0 ? p * std::log(p / m) : 0.0;
}

}  // namespace

OptionsTruth truth_of_options(const LessonQuestion& question, const LessonRun& run, const std::stop_token& stop) {
  OptionsTruth truth;
  truth.right.assign(question.options.size(), false);
  if (question.kind == QuestionKind::rank_token) {
    rank_tokens(question, run, stop, truth);
    return truth;
  }
  truth.answer = question.answer ? value_of(*question.answer, run, stop)
                                 : LessonValue(Error("lesson_undefined", {.item = "answer"}));
  if (question.answer) choose_by_answer(question, truth);
  for (std::size_t option = 0; option < question.options.size(); ++option) {
    const std::optional<LessonCondition>& when = question.options[option].when;
    if (!when) {
      truth.values.push_back(truth.answer);
      continue;
    }
    const LessonVerdict verdict = judge(*when, run, stop);
    truth.right[option] = verdict.holds;
    truth.values.push_back(verdict.problem() != nullptr ? LessonValue(*verdict.problem()) : verdict.left);
  }
  return truth;
}

RowTruth truth_of_row(const LessonQuestion& question, const LessonRun& run) {
  LessonExpression row;
  row.measure = "row-sum";
  row.line = question.line;
  if (!question.head.empty()) row.arguments.push_back({"head", {question.head}});
  if (!question.query.empty()) row.arguments.push_back({"query", {question.query}});
  const AskedMeasure asked{row, run};
  RowTruth truth;
  truth.head = asked.head();
  truth.query = asked.query();
  LessonRow found = row_of(run, truth.head, truth.query);
  truth.weights = std::move(found.weights);
  for (std::size_t unit = 0; unit < found.units.size(); ++unit) {
    truth.labels.push_back(found.units[unit].label);
    truth.tokens.push_back(found.units[unit].tokens);
    truth.allowed.push_back(!found.masked[unit]);
  }
  return truth;
}

MarksGrade grade_marks(const RowTruth& row, std::span<const std::size_t> marked) {
  MarksGrade grade;
  const std::size_t units = row.weights.size();
  std::vector<bool> counted(units, false);
  std::size_t marks = 0;
  for (const std::size_t unit : marked)
    if (unit < units && !counted[unit]) {
      counted[unit] = true;
      grade.captured += row.weights[unit];
      ++marks;
    }
  std::vector<std::size_t> order = strongest_first(row.weights);
  order.resize(std::min(marks, units));
  for (const std::size_t unit : order)
    grade.best += row.weights[unit];
  grade.best_units = std::move(order);
  const auto allowed = static_cast<std::size_t>(std::count(row.allowed.begin(), row.allowed.end(), true));
  if (allowed > 0) grade.uniform = static_cast<double>(std::min(marks, allowed)) / static_cast<double>(allowed);
  grade.good = marks > 0 && grade.captured >= 0.5 * (grade.best + grade.uniform);
  return grade;
}

double likeness(std::span<const double> p, std::span<const double> q) {
  double divergence = 0.0;
  for (std::size_t unit = 0; unit < p.size(); ++unit) {
    const double middle = 0.5 * (p[unit] + q[unit]);
    divergence += 0.5 * (entropy_term(p[unit], middle) + entropy_term(q[unit], middle));
  }
  return std::clamp(1.0 - divergence / std::log(2.0), 0.0, 1.0);
}

MadeTruth judge_made(const LessonCondition& until, const LessonRun& run, const std::stop_token& stop) {
  MadeTruth made;
  const bool has_run = run.snapshot && run.snapshot->model && run.snapshot->trace;
  made.run = has_run && asks_for_best_query(until.left) ? at_best_query(until.left, run, stop) : run;
  made.verdict = judge(until, made.run, stop);
  if (!has_run || !asks_in_row(until.left) || made.verdict.problem() != nullptr) return made;
  const AskedMeasure asked{until.left, made.run};
  made.head = asked.head();
  made.query = whole_word(asking_encoding(*run.snapshot, made.run.session), asked.query());
  if (const LessonArgument* keys = until.left.argument(until.left.measure == "mass" ? "keys" : "key"))
    for (const std::string& word : keys->values)
      made.key += (made.key.empty() ? "" : ", ") + word;
  return made;
}

ArrowsGrade grade_arrows(const RowTruth& row, std::span<const double> drawn) {
  ArrowsGrade grade;
  const std::size_t units = row.weights.size();
  std::vector<double> share(units, 0.0), uniform(units, 0.0);
  double sum = 0.0;
  for (std::size_t unit = 0; unit < std::min(units, drawn.size()); ++unit)
    sum += std::max(drawn[unit], 0.0);
  const auto allowed = static_cast<double>(std::count(row.allowed.begin(), row.allowed.end(), true));
  for (std::size_t unit = 0; unit < units; ++unit) {
    if (unit < drawn.size() && sum > 0.0) share[unit] = std::max(drawn[unit], 0.0) / sum;
    if (row.allowed[unit]) uniform[unit] = 1.0 / allowed;
  }
  grade.uniform_likeness = allowed > 0.0 ? likeness(uniform, row.weights) : 0.0;
  if (sum > 0.0) grade.likeness = likeness(share, row.weights);
  grade.good = sum > 0.0 && grade.likeness >= 0.5 * (1.0 + grade.uniform_likeness);
  return grade;
}

HeadsTruth truth_of_heads(const LessonQuestion& question, const LessonRun& run, const std::stop_token& stop) {
  HeadsTruth truth;
  const ModelConfig& config = shown_config(*run.snapshot, run.session);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    std::vector<LessonValue>& values = truth.values.emplace_back();
    for (std::size_t head = 0; head < config.heads(layer); ++head) {
      LessonExpression expression = *question.answer;
      expression.arguments.push_back({"head", {head_place({layer, head})}});
      values.push_back(value_of(expression, run, stop));
      const double* value = std::get_if<double>(&values.back());
      if (value == nullptr || (truth.known && *value <= truth.most)) continue;
      truth.known = true;
      truth.most = *value;
      truth.best = {layer, head};
    }
  }
  return truth;
}

HeadGrade grade_head(const HeadsTruth& truth, HeadRef head) {
  HeadGrade grade;
  if (head.layer >= truth.values.size() || head.head >= truth.values[head.layer].size()) {
    grade.value = Error("lesson_undefined", {.item = "answer"});
    return grade;
  }
  grade.value = truth.values[head.layer][head.head];
  const double* value = std::get_if<double>(&grade.value);
  if (value == nullptr) return grade;
  for (const std::vector<LessonValue>& layer : truth.values)
    for (const LessonValue& other : layer)
      if (const double* number = std::get_if<double>(&other); number != nullptr && *number > *value) ++grade.rank;
  // Of a measure below zero the share of the best would be farther away than the best itself.
  grade.right = grade.rank == 0 || (truth.most > 0.0 && *value >= tie_share * truth.most);
  return grade;
}

}  // namespace regard
