// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/measure.h"

#include "app/lesson/lesson_number.h"
#include "app/lesson/measure_parts.h"
#include "app/lesson/named.h"
#include "app/style/locale.h"
#include "app/viewmodel/baseline.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/word_search.h"
#include "core/analysis/kv_cache.h"
#include "core/analysis/residual_path.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace regard {
namespace {

constexpr std::size_t kBytesOfNumber = 4;  // keys and values are float32 here

double of_stream(const AskedMeasure& asked) {
  const Trace& trace = *asked.snapshot().trace;
  const std::string_view word = asked.expression.value("token");
  Range tokens{0, trace.tokens()};
  if (!word.empty()) {
    const std::size_t token = tokens_of_word(word, asked.snapshot().encoding).front();
    tokens = {token, token + 1};
  }
  const std::size_t layer = asked.number("layer", 0, asked.model().config.layers - 1);
  const ResidualStep step = residual_path(trace, tokens).steps[layer + 1];
  if (asked.expression.measure == "stream") return static_cast<double>(step.norm);
  const std::string_view by = asked.expression.value("by");
  if (by == "attention") return static_cast<double>(step.attention_norm);
  if (by == "cross") return static_cast<double>(step.cross_norm);
  if (by == "feed-forward") return static_cast<double>(step.feed_forward_norm);
  throw Error("lesson_value", {.item = "by", .expected = "attention, feed-forward, cross", .found = std::string(by)});
}

std::string piece(const AskedMeasure& asked) {
  const std::vector<Token>& tokens = asked.snapshot().encoding.tokens;
  if (tokens.empty()) asked.undefined();
  return label_of(tokens[asked.number("n", 0, tokens.size() - 1)]);
}

/// The run before the change, or nothing.
std::optional<LessonRun> run_before(const LessonRun& run) {
  const Snapshot& live = *run.snapshot;
  if (has_baseline(live)) return LessonRun{live.comparison->baseline, session_at_baseline(live, run.session)};
  if (live.comparison || !live.plain || !live.plain->trace) return std::nullopt;
  return LessonRun{live.plain, run.session};
}

LessonValue value_in(const LessonExpression& expression, const LessonRun& run, const std::stop_token& stop) {
  if (!run.snapshot || !run.snapshot->model || !run.snapshot->trace)
    return Error("lesson_undefined", {.item = expression.measure});
  const AskedMeasure asked{expression, run};
  try {
    if (const auto value = measure_of_row(asked)) return *value;
    if (const auto value = measure_of_pattern(asked, stop)) return *value;
    if (const auto value = measure_of_prediction(asked, stop)) return *value;
    if (const auto value = measure_of_sizes(asked)) return *value;
  } catch (const Error& error) {
    return error;
  }
  return Error("lesson_undefined", {.item = expression.measure});
}

std::string fixed(double value, int digits) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  std::string result(text.data(), static_cast<std::size_t>(std::clamp(length, 0, 63)));
  if (result.starts_with('-'))
    result = result.find_first_not_of("-0.") == std::string::npos ? result.substr(1) : "−" + result.substr(1);
  return result;
}

/// As many as a reader needs: none of whole numbers, two of small ones, fewer of large ones; more where two would say it is
/// whole, or nothing, and it is not.
int digits_of(double value) {
  constexpr double alike = 1e-5;
  const double off = std::abs(value - std::round(value)), size = std::abs(value);
  if (off == 0.0 || size >= 1000.0) return 0;
  if (size >= 10.0) return 1;
  return off > alike && off < 0.005 ? 4 : 2;
}

bool compares(double left, LessonComparison comparison, double right, double tolerance) {
  switch (comparison) {
    case LessonComparison::less:
      return left < right;
    case LessonComparison::at_most:
      return left <= right;
    case LessonComparison::at_least:
      return left >= right;
    case LessonComparison::more:
      return left > right;
    case LessonComparison::equal:
      return std::abs(left - right) <= tolerance;
    case LessonComparison::unequal:
      return std::abs(left - right) > tolerance;
    case LessonComparison::between:
      break;  // of two numbers
  }
  return false;
}

bool holds(const LessonCondition& condition, const LessonVerdict& verdict) {
  if (const std::string* word = std::get_if<std::string>(&verdict.left)) {
    const std::string* other = std::get_if<std::string>(&verdict.right.front());
    if (other == nullptr) return false;
    const bool same = folded(*word) == folded(*other);
    return condition.comparison == LessonComparison::equal ? same : !same;
  }
  const double left = std::get<double>(verdict.left);
  const double right = std::get<double>(verdict.right.front());
  if (condition.comparison != LessonComparison::between)
    return compares(left, condition.comparison, right, condition.tolerance);
  return left >= right && left <= std::get<double>(verdict.right.back());
}

/// Numbers are compared with numbers and words with words; words by = and ≠ alone.
std::optional<Error> mismatch(const LessonCondition& condition, const LessonVerdict& verdict) {
  const bool words = std::holds_alternative<std::string>(verdict.left);
  const bool by_equality =
      condition.comparison == LessonComparison::equal || condition.comparison == LessonComparison::unequal;
  for (const LessonValue& right : verdict.right)
    if (std::holds_alternative<std::string>(right) != words || (words && !by_equality))
      return Error(
          "lesson_value",
          {.item = condition.left.measure, .expected = words ? "= \"…\"" : "0.5", .found = written(condition)});
  return std::nullopt;
}

}  // namespace

HeadRef AskedMeasure::head() const {
  const bool of_encoder = shown_kind(snapshot(), run.session) == AttentionKind::encoder;
  const std::string_view named = expression.value("head");
  return named.empty() ? shown_head(snapshot(), run.session) : head_named(named, model(), of_encoder);
}

std::size_t AskedMeasure::query() const {
  const std::string_view word = expression.value("query");
  return word.empty() ? selected_query(snapshot(), run.session)
                      : tokens_of_word(word, asking_encoding(snapshot(), run.session)).front();
}

std::size_t AskedMeasure::key() const {
  const std::string_view word = expression.value("key");
  return word.empty() ? selected_key(snapshot(), run.session)
                      : tokens_of_word(word, asked_encoding(snapshot(), run.session)).front();
}

std::size_t AskedMeasure::number(const char* argument, std::size_t least, std::size_t most) const {
  const std::string_view text = expression.value(argument);
  const std::optional<std::size_t> value = whole_number(text);
  if (value && *value >= least && *value <= most) return *value;
  throw Error(
      "lesson_value",
      {.item = argument, .expected = std::to_string(least) + " … " + std::to_string(most), .found = std::string(text)});
}

void AskedMeasure::undefined() const {
  throw Error("lesson_undefined", {.item = written(expression)});
}

std::optional<LessonValue> measure_of_sizes(const AskedMeasure& asked) {
  const std::string& name = asked.expression.measure;
  const ModelConfig& config = asked.config();
  const auto count = [](std::size_t value) { return static_cast<double>(value); };
  const bool of_layer = asked.expression.argument("layer") != nullptr;
  const std::size_t layer = of_layer ? asked.number("layer", 0, config.layers - 1) : nearest_head(config, {}).layer;
  if (name == "written" || name == "stream") return of_stream(asked);
  if (name == "piece") return piece(asked);
  if (name == "tokens") return count(asked.snapshot().encoding.tokens.size());
  if (name == "layers") return count(config.layers);
  if (name == "heads") return count(config.heads(layer));
  if (name == "kv-heads") return count(config.kv_heads(layer));
  if (name == "width") return count(config.hidden);
  if (name == "head-width") return count(config.head_dim(layer));
  if (name == "feed-forward-width") return count(config.plans.front().feed_forward.width);
  if (name == "vocabulary") return count(config.vocabulary);
  if (name == "context") return count(config.context);
  if (name == "parameters") return count(asked.model().parameters);
  if (name == "kv-bytes")
    return static_cast<double>(
        cache_bytes(asked.model().config, asked.snapshot().encoding.tokens.size(), kBytesOfNumber));
  return std::nullopt;
}

LessonValue value_of(const LessonExpression& expression, const LessonRun& run, const std::stop_token& stop) {
  if (expression.time == LessonTime::now) return value_in(expression, run, stop);
  if (!run.snapshot) return Error("lesson_undefined", {.item = expression.measure});
  const std::optional<LessonRun> before = run_before(run);
  if (!before) return Error("lesson_no_before", {.item = written(expression)});
  LessonValue was = value_in(expression, *before, stop);
  if (expression.time == LessonTime::before) return was;
  const LessonValue is = value_in(expression, run, stop);
  for (const LessonValue& each : {was, is})
    if (std::holds_alternative<Error>(each)) return each;
  const double *from = std::get_if<double>(&was), *to = std::get_if<double>(&is);
  if (from == nullptr || to == nullptr) return Error("lesson_undefined", {.item = written(expression)});
  return *to - *from;
}

const Error* LessonVerdict::problem() const {
  if (const Error* error = std::get_if<Error>(&left)) return error;
  for (const LessonValue& each : right)
    if (const Error* error = std::get_if<Error>(&each)) return error;
  return nullptr;
}

LessonVerdict judge(const LessonCondition& condition, const LessonRun& run, const std::stop_token& stop) {
  LessonVerdict verdict;
  verdict.left = value_of(condition.left, run, stop);
  for (const LessonOperand& operand : condition.right) {
    if (const double* number = std::get_if<double>(&operand))
      verdict.right.emplace_back(*number);
    else if (const std::string* word = std::get_if<std::string>(&operand))
      verdict.right.emplace_back(*word);
    else
      verdict.right.push_back(value_of(std::get<LessonExpression>(operand), run, stop));
  }
  if (verdict.problem() != nullptr) return verdict;
  if (const std::optional<Error> error = mismatch(condition, verdict))
    verdict.left = *error;
  else
    verdict.holds = holds(condition, verdict);
  return verdict;
}

std::string shown(const LessonExpression& expression, const LessonValue& value) {
  if (std::holds_alternative<Error>(value)) return "—";
  if (const std::string* word = std::get_if<std::string>(&value)) return *word;
  double number = std::get<double>(value);
  const bool percent = expression.value("as") == "percent";
  if (percent) number *= 100.0;
  const std::optional<std::size_t> wanted = whole_number(expression.value("digits"));
  const int digits = wanted ? static_cast<int>(std::min(*wanted, max_lesson_digits)) : percent ? 0 : digits_of(number);
  std::string text = fixed(number, digits);
  if (expression.time == LessonTime::change && number > 0.0) text = "+" + text;
  if (percent) text += language() == Language::ru ? "\u00A0%" : "%";
  return text;
}

}  // namespace regard
