// SPDX-License-Identifier: Apache-2.0
// A learner: a small decoder, its optimiser and its task, step by step. On the calling thread alone; equal recipes give equal bits at
// every step.
#pragma once

#include "core/train/adamw.h"
#include "core/train/decoder.h"
#include "core/train/tasks.h"

#include <cstddef>
#include <cstdint>

namespace regard::train {

struct Recipe {
  Task task{};
  Shape shape{};  ///< its vocabulary is the task's
  std::size_t batch = 64;
  AdamW optimiser{};
  std::uint64_t seed = 1;
};

struct Learner {
  Recipe recipe{};
  PreparedTask task{};
  std::size_t steps = 0;       ///< that `parameters` have learned
  AlignedFloats parameters{};  ///< [pass.layout.size]
  AlignedFloats kept{};        ///< likewise, one step before: the last whose loss is known to be a number
  AlignedFloats gradient{};
  Moments moments{};
  Random random;  ///< of the sequences
  Batch batch{};
  Pass pass{};
  bool diverged = false;
};

/// Throws Error: those of prepare() and check(), training_memory (the pass would take more than 2 GB).
[[nodiscard]] Learner make_learner(Recipe recipe);

/// One step: sequences nobody has seen, their loss, its gradient, an update. → what the parameters scored before it.
/// Throws Error training_diverged where the loss is not a number: the learner is then at the last step whose loss was one, for good;
/// Cancelled where pass.stop asks for it: nothing was learned, and the next step is the same.
Scores learn(Learner& learner);

}  // namespace regard::train
