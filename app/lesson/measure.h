// SPDX-License-Identifier: Apache-2.0
// What an expression of a lesson comes to in a finished run. Every number is the one that the program's views show: of a row with
// words or without specials where the session looks so, of a head's pattern, the stream and predictions over tokens. Pure; any
// thread. What is_slow() runs the model again.
#pragma once

#include "app/lesson/expression.h"
#include "app/session/shared_session.h"
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
  SharedSession session{};
};

/// Arguments that an expression leaves out are the session's: its head, query and key. Throws Cancelled alone.
[[nodiscard]] LessonValue value_of(const LessonExpression& expression, const LessonRun& run,
                                   const std::stop_token& stop = {});

/// The indices of some weights, the largest first; of equal ones the first.
[[nodiscard]] std::vector<std::size_t> strongest_first(const std::vector<double>& weights);

struct LessonVerdict {
  bool holds = false;
  LessonValue left{};
  std::vector<LessonValue> right{};
  [[nodiscard]] const Error* problem() const;  ///< why it cannot be said, or null
};
[[nodiscard]] LessonVerdict judge(const LessonCondition& condition, const LessonRun& run,
                                  const std::stop_token& stop = {});

/// A value as it is written in a sentence: `digits` behind the point; without them none where it is whole or 1,000 and more, one from
/// 10 on, else two, or four where two would say that it is whole (0.997 is 0.9970, not 1.00). `as=percent`: in percent, without
/// `digits` none. A real minus sign; of a change its sign. A word as it is; "—" where there is none.
[[nodiscard]] std::string shown(const LessonExpression& expression, const LessonValue& value);

}  // namespace regard
