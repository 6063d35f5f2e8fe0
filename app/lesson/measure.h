// SPDX-License-Identifier: Apache-2.0
// What an expression of a lesson comes to in a finished run. Every number is the one that the program's views show: with words or
// without specials where the session looks so. Pure; any thread. What is_slow() runs the model again.
#pragma once

#include "app/lesson/expression.h"
#include "app/session/session.h"
#include "app/viewmodel/snapshot.h"
#include "core/base/error.h"

#include <memory>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

namespace regard {

/// A number, a word, or why there is none (a word that is not in the text, a head out of range, no prediction …).
using LessonValue = std::variant<double, std::string, Error>;

/// A run and how one looks at it. `snapshot` has a model and a trace.
struct LessonRun {
  std::shared_ptr<const Snapshot> snapshot{};
  Session session{};
};

/// Arguments that an expression leaves out are the session's: its head, query and key. Throws Cancelled alone.
[[nodiscard]] LessonValue value_of(const LessonExpression& expression, const LessonRun& run,
                                   const std::stop_token& stop = {});

struct LessonVerdict {
  bool holds = false;
  LessonValue left{};
  std::vector<LessonValue> right{};
  [[nodiscard]] const Error* problem() const;  ///< why it cannot be said, or null
};
[[nodiscard]] LessonVerdict judge(const LessonCondition& condition, const LessonRun& run,
                                  const std::stop_token& stop = {});

/// A value as it is written in a sentence: `digits` behind the point (weights two, others as many as they need), `as=percent`,
/// a real minus sign; of a change its sign; words without outer spaces. "—" where there is none.
[[nodiscard]] std::string shown(const LessonExpression& expression, const LessonValue& value);

}  // namespace regard
