// SPDX-License-Identifier: Apache-2.0
// What a learner may learn: each task is a rule that makes as many sequences as one likes, from a seed. Pure; any thread.
#pragma once

#include "core/base/random.h"
#include "core/train/loss.h"

#include <cstddef>
#include <string>
#include <vector>

namespace regard::train {

enum class TaskKind {
  repeat,    ///< random symbols, said again and again to the end; what comes next is asked
  sort,      ///< numbers, →, the same in order; what comes next is asked
  add,       ///< a + b = c modulo m; what comes next is asked
  previous,  ///< random symbols; asked is the one before
  brackets,  ///< brackets of several kinds; asked is what would close the innermost one that is open
  text       ///< a text of one's own, character by character; what comes next is asked
};

struct Task {
  TaskKind kind = TaskKind::repeat;
  std::size_t symbols =
      0;  ///< repeat, previous: of the alphabet; sort, add: numbers 0 … symbols − 1; brackets: kinds; 0: usual_symbols()
  /// Of repeat: symbols that are said again, drawn for each sequence. Equal: a fixed offset, which position alone can cheat.
  std::size_t least_period = 8, most_period = 24;
  std::string text{};  ///< of TaskKind::text, UTF-8
  friend bool operator==(const Task&, const Task&) = default;
};
[[nodiscard]] std::size_t usual_symbols(TaskKind kind);

/// A task made ready for sequences of some length.
struct PreparedTask {
  Task task{};
  std::size_t tokens = 0;             ///< T
  std::vector<std::string> pieces{};  ///< what each id is called
  std::vector<std::int32_t> ids{};    ///< of TaskKind::text: the text
  std::vector<Expect>
      expects{};  ///< likewise: do the three characters before leave but one that follows them anywhere in the text?
};
/// Throws Error: training_value (periods or symbols that do not fit), training_text_utf8, training_text_short, training_text_characters.
[[nodiscard]] PreparedTask prepare(Task task, std::size_t tokens);

/// `sequences` of them; the generator goes on.
void draw(const PreparedTask& task, std::size_t sequences, Random& random, Batch& batch);

}  // namespace regard::train
