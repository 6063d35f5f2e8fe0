// SPDX-License-Identifier: Apache-2.0
// What a lesson says in numbers: a measure of the live run with named arguments, and a comparison of it. Syntax only, as plain
// values: what they come to is app/lesson/measure.h. Pure; fuzzed with the lessons. Any thread.
//
//   weight head=3.0 query="смотрела" key="Кошка"
//   change probability token="дом"
//   weight head=3.0 query="смотрела" key="Кошка" > 0.5
//   row-sum head=3.0 query="смотрела" = 1 ± 0.000001
//   entropy head=3.0 between 0.1 0.4
//   top-key head=3.0 query="смотрела" = "Кошка"
//   weight head=3.0 key="Кошка" > weight head=3.1 key="Кошка"
#pragma once

#include "core/base/error.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace regard {

/// name=value, or name="a" "b". Values are without their quotes.
struct LessonArgument {
  std::string name{};
  std::vector<std::string> values{};
  friend bool operator==(const LessonArgument&, const LessonArgument&) = default;
};

/// Which run is asked.
enum class LessonTime {
  now,
  before,  ///< what the session compares with: the pinned text, or the same text without its interventions
  change,  ///< now minus before
};

struct LessonExpression {
  LessonTime time = LessonTime::now;
  std::string measure{};
  std::vector<LessonArgument> arguments{};
  std::size_t line = 0;  ///< of the lesson's file, counted from 1

  [[nodiscard]] const LessonArgument* argument(std::string_view name) const;
  /// The argument's first value; empty where it is not there.
  [[nodiscard]] std::string_view value(std::string_view name) const;
  friend bool operator==(const LessonExpression&, const LessonExpression&) = default;
};

enum class LessonComparison { less, at_most, at_least, more, equal, unequal, between };

/// A number, a word, or another expression.
using LessonOperand = std::variant<double, std::string, LessonExpression>;

struct LessonCondition {
  LessonExpression left{};
  LessonComparison comparison = LessonComparison::equal;
  std::vector<LessonOperand> right{};  ///< one; of `between` two, both ends included
  double tolerance = 0.0;              ///< of equal and unequal numbers: |left − right| ≤ tolerance is equal
  friend bool operator==(const LessonCondition&, const LessonCondition&) = default;
};

/// A measure that expressions may name.
struct LessonMeasure {
  const char* name;
  bool word;              ///< its value is a word; else a number
  bool slow;              ///< runs the model again
  const char* required;   ///< names of arguments, a space between them
  const char* optional_;  ///< likewise; `digits` and `as` (percent) may always stand
};
[[nodiscard]] std::span<const LessonMeasure> lesson_measures();
/// The measure of that name, or null.
[[nodiscard]] const LessonMeasure* lesson_measure(std::string_view name);
/// Does it run the model over and over?
[[nodiscard]] bool is_slow(const LessonExpression& expression);

/// `line` is the expression's. Throws Error: lesson_syntax, lesson_measure, lesson_argument, lesson_needs.
[[nodiscard]] LessonExpression parse_lesson_expression(std::string_view text, std::size_t line);
[[nodiscard]] LessonCondition parse_lesson_condition(std::string_view text, std::size_t line);
/// key=value, key="a" "b", …: arguments alone.
[[nodiscard]] std::vector<LessonArgument> parse_lesson_arguments(std::string_view text);

/// As it would be written in a lesson.
[[nodiscard]] std::string written(const LessonExpression& expression);
[[nodiscard]] std::string written(const LessonCondition& condition);

}  // namespace regard
