// SPDX-License-Identifier: Apache-2.0
// Every claim, question and number of a lesson held against the model it names. Sentences are in the language chosen; UI thread.
#pragma once

#include "app/lesson/lesson.h"
#include "app/lesson/step_run.h"

#include <cstddef>
#include <string>
#include <vector>

namespace regard {

struct CheckLine {
  std::size_t line = 0;  ///< of the lesson's file
  bool passed = false;
  std::string what{};   ///< the claim as it is written, or what kind of question it is
  std::string found{};  ///< the numbers, or why it cannot be said
};

/// Mistakes of the file come first, then a line for each check, question, broken number and step that cannot be run. The rest goes
/// on where something fails. A question passes where the model gives an answer that can be told from the others: of options one is
/// right; marks can capture more than of a uniform row; at most a quarter of the heads are as good as the best; what is to be made
/// does not hold yet, and holds for the example, if there is one.
[[nodiscard]] std::vector<CheckLine> check_lesson(Lesson lesson, const RunSession& run);

}  // namespace regard
