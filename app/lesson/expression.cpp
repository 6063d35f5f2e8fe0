// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/expression.h"

#include "app/lesson/lesson_blocks.h"
#include "app/lesson/lesson_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace regard {
namespace {

constexpr const char* kExample = "weight head=3.0 query=\"…\" key=\"…\" > 0.5";

bool is_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '-' ||
         byte == '_';
}

/// Opening and closing quotes that people's keyboards and editors make.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kQuotes{
    {{"\"", "\""}, {"«", "»"}, {"“", "”"}, {"„", "“"}}};

constexpr std::array<std::pair<std::string_view, LessonComparison>, 9> kComparisons{{{">=", LessonComparison::at_least},
                                                                                     {"≥", LessonComparison::at_least},
                                                                                     {"<=", LessonComparison::at_most},
                                                                                     {"≤", LessonComparison::at_most},
                                                                                     {"!=", LessonComparison::unequal},
                                                                                     {"≠", LessonComparison::unequal},
                                                                                     {">", LessonComparison::more},
                                                                                     {"<", LessonComparison::less},
                                                                                     {"=", LessonComparison::equal}}};

/// Reads a line from left to right.
class Reader {
public:
  Reader(std::string_view text, std::size_t line) : text_(text), line_(line) {}

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t'))
      ++at_;
  }
  [[nodiscard]] bool done() {
    skip_blanks();
    return at_ == text_.size();
  }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  [[nodiscard]] bool takes(std::string_view sign) {
    if (!rest().starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }
  [[noreturn]] void fail(std::string_view expected = kExample) const {
    throw Error("lesson_syntax", {.item = std::string(text_),
                                  .expected = std::string(expected),
                                  .found = rest().empty() ? "…" : std::string(rest())});
  }

  /// A name of letters, or nothing.
  [[nodiscard]] std::string name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name_byte(text_[at_]))
      ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  /// What stands in quotes, or nothing.
  [[nodiscard]] std::optional<std::string> quoted() {
    for (const auto& [open, close] : kQuotes) {
      if (!rest().starts_with(open)) continue;
      const std::size_t begin = at_;
      at_ += open.size();
      std::string value;
      while (at_ < text_.size() && !rest().starts_with(close)) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size() && (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\')) ++at_;
        value += text_[at_++];
      }
      if (!takes(close)) {
        at_ = begin;
        fail();
      }
      return value;
    }
    return std::nullopt;
  }

  /// What stands up to the next blank; may be empty.
  [[nodiscard]] std::string bare() {
    const std::size_t end = std::min(text_.find_first_of(" \t", at_), text_.size());
    std::string value(text_.substr(at_, end - at_));
    at_ = end;
    return value;
  }

  [[nodiscard]] std::optional<LessonComparison> comparison() {
    skip_blanks();
    for (const auto& [sign, value] : kComparisons)
      if (takes(sign)) return value;
    const std::size_t before = at_;
    if (name() == "between") return LessonComparison::between;
    at_ = before;
    return std::nullopt;
  }
  [[nodiscard]] bool before_comparison() {
    const std::size_t before = at_;
    const bool found = comparison().has_value();
    at_ = before;
    return found || rest().starts_with("±") || rest().starts_with("+-");
  }

  [[nodiscard]] std::vector<LessonArgument> arguments() {
    std::vector<LessonArgument> list;
    while (!done() && !before_comparison()) {
      if (const std::optional<std::string> further = quoted()) {
        if (list.empty()) fail();
        list.back().values.push_back(*further);
        continue;
      }
      const std::size_t before = at_;
      LessonArgument argument{name(), {}};
      if (argument.name.empty()) {
        at_ = before;
        fail();
      }
      if (takes("=")) {
        const std::optional<std::string> in_quotes = quoted();
        argument.values.push_back(in_quotes ? *in_quotes : bare());
        if (!in_quotes && argument.values.back().empty()) fail();
      } else if (at_ < text_.size() && text_[at_] != ' ' && text_[at_] != '\t' && !before_comparison()) {
        at_ = before;
        fail();
      }
      list.push_back(std::move(argument));
    }
    return list;
  }

  [[nodiscard]] LessonExpression expression() {
    skip_blanks();
    LessonExpression result;
    result.line = line_;
    result.measure = name();
    if (result.measure == "before" || result.measure == "change") {
      result.time = result.measure == "before" ? LessonTime::before : LessonTime::change;
      skip_blanks();
      result.measure = name();
    }
    if (result.measure.empty()) fail();
    if (lesson_measure(result.measure) == nullptr) unknown(result.measure);
    result.arguments = arguments();
    return result;
  }

  [[nodiscard]] LessonOperand operand() {
    skip_blanks();
    if (std::optional<std::string> word = quoted()) return std::move(*word);
    const std::size_t before = at_;
    const std::string start = name();
    at_ = before;
    if (start == "before" || start == "change" || lesson_measure(start) != nullptr) return expression();
    std::string value = bare();
    if (value.empty()) fail();
    if (const std::optional<double> number = lesson_number(value)) return *number;
    return value;
  }

  [[nodiscard]] double tolerance() {
    skip_blanks();
    if (!takes("±") && !takes("+-")) return 0.0;
    skip_blanks();
    const std::size_t before = at_;
    const std::optional<double> number = lesson_number(bare());
    if (!number || *number < 0.0) {
      at_ = before;
      fail();
    }
    return *number;
  }

private:
  [[noreturn]] static void unknown(const std::string& found) {
    std::string names;
    for (const LessonMeasure& measure : lesson_measures())
      names += (names.empty() ? "" : ", ") + std::string(measure.name);
    throw Error("lesson_measure", {.expected = names, .found = found});
  }

  std::string_view text_;
  std::size_t line_;
  std::size_t at_ = 0;
};

/// How a number is written: so many figures behind the point, in percent.
void check_manner(const LessonArgument& argument) {
  const auto wrong = [&](const std::string& expected) {
    throw Error("lesson_value", {.item = argument.name, .expected = expected, .found = argument.values.front()});
  };
  if (argument.name == "as" && argument.values.front() != "percent") wrong("percent");
  if (argument.name == "digits" &&
      whole_number(argument.values.front()).value_or(max_lesson_digits + 1) > max_lesson_digits)
    wrong("0 … " + std::to_string(max_lesson_digits));
}

std::string with_commas(std::string names) {
  for (std::size_t at = names.find(' '); at != std::string::npos; at = names.find(' ', at + 2))
    names.replace(at, 1, ", ");
  return names;
}

void check_arguments(const LessonExpression& expression) {
  const LessonMeasure& measure = *lesson_measure(expression.measure);
  std::string known = measure.required;
  for (const std::string_view more : {std::string_view(measure.optional_), std::string_view("digits as")})
    if (!more.empty()) known += (known.empty() ? "" : " ") + std::string(more);
  for (const LessonArgument& argument : expression.arguments) {
    if (!names_contain(known, argument.name))
      throw Error("lesson_argument",
                  {.item = expression.measure, .expected = with_commas(known), .found = argument.name});
    if (argument.values.empty())
      throw Error("lesson_needs", {.item = expression.measure, .expected = argument.name + "=…"});
    check_manner(argument);
  }
  for (const std::string& required : words_in_list(measure.required))
    if (expression.argument(required) == nullptr)
      throw Error("lesson_needs", {.item = expression.measure, .expected = required + "=…"});
}

std::string in_quotes(const std::string& value) {
  std::string result = "\"";
  for (const char byte : value) {
    if (byte == '"' || byte == '\\') result += '\\';
    result += byte;
  }
  return result + "\"";
}

bool needs_quotes(const std::string& value) {
  return value.empty() || !std::all_of(value.begin(), value.end(),
                                       [](char byte) { return is_name_byte(byte) || byte == '.' || byte == ':'; });
}

std::string number_as_written(double number) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number);
  return error == std::errc() ? std::string(buffer, end) : std::string();
}

std::string written(const LessonOperand& operand) {
  if (const double* number = std::get_if<double>(&operand)) return number_as_written(*number);
  if (const std::string* word = std::get_if<std::string>(&operand)) return in_quotes(*word);
  return written(std::get<LessonExpression>(operand));
}

const char* sign_of(LessonComparison comparison) {
  if (comparison == LessonComparison::between) return "between";
  for (const auto& [sign, value] : kComparisons)
    if (value == comparison) return sign.data();
  return "=";
}

}  // namespace

const LessonArgument* LessonExpression::argument(std::string_view name) const {
  const auto found =
      std::find_if(arguments.begin(), arguments.end(), [name](const auto& each) { return each.name == name; });
  return found == arguments.end() ? nullptr : &*found;
}

std::string_view LessonExpression::value(std::string_view name) const {
  const LessonArgument* found = argument(name);
  return found == nullptr || found->values.empty() ? std::string_view() : std::string_view(found->values.front());
}

LessonExpression parse_lesson_expression(std::string_view text, std::size_t line) {
  Reader reader(text, line);
  LessonExpression expression = reader.expression();
  if (!reader.done()) reader.fail();
  check_arguments(expression);
  return expression;
}

LessonCondition parse_lesson_condition(std::string_view text, std::size_t line) {
  Reader reader(text, line);
  LessonCondition condition;
  condition.left = reader.expression();
  check_arguments(condition.left);
  const std::optional<LessonComparison> comparison = reader.comparison();
  if (!comparison) reader.fail();
  condition.comparison = *comparison;
  const std::size_t operands = *comparison == LessonComparison::between ? 2 : 1;
  while (condition.right.size() < operands) {
    condition.right.push_back(reader.operand());
    if (const auto* other = std::get_if<LessonExpression>(&condition.right.back())) check_arguments(*other);
  }
  condition.tolerance = reader.tolerance();
  if (!reader.done()) reader.fail();
  return condition;
}

std::vector<LessonArgument> parse_lesson_arguments(std::string_view text) {
  Reader reader(text, 0);
  std::vector<LessonArgument> arguments = reader.arguments();
  if (!reader.done()) reader.fail("head=3.0 key=\"…\"");
  return arguments;
}

std::string written(const LessonExpression& expression) {
  std::string result = expression.time == LessonTime::before   ? "before "
                       : expression.time == LessonTime::change ? "change "
                                                               : "";
  result += expression.measure;
  for (const LessonArgument& argument : expression.arguments) {
    result += " " + argument.name + (argument.values.empty() ? "" : "=");
    for (std::size_t value = 0; value < argument.values.size(); ++value) {
      const std::string& each = argument.values[value];
      result += (value > 0 ? " " : "") + (value > 0 || needs_quotes(each) ? in_quotes(each) : each);
    }
  }
  return result;
}

std::string written(const LessonCondition& condition) {
  std::string result = written(condition.left) + " " + sign_of(condition.comparison);
  for (const LessonOperand& operand : condition.right)
    result += " " + written(operand);
  if (condition.tolerance > 0.0) result += " ± " + number_as_written(condition.tolerance);
  return result;
}

}  // namespace regard
