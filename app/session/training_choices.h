// SPDX-License-Identifier: Apache-2.0
// What a person chose for a tiny model to learn, and how: a task, or a council. Plain values; any thread.
#pragma once

#include "core/train/shape.h"
#include "core/train/tasks.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace regard {

/// The numbers it begins with learn induction before one's eyes: half of what can be known within 250 steps.
struct TrainingChoices {
  train::Task task{};
  train::Shape shape{};  ///< its vocabulary follows from the task and is not looked at
  std::size_t batch = 32;
  float rate = 3e-3F;
  std::uint64_t seed = 1;
  std::size_t steps = 1'000;  ///< after which it waits
  std::string folder{};       ///< runs are kept in folders there; empty: among the program's own files
  friend bool operator==(const TrainingChoices&, const TrainingChoices&) = default;
};

/// Of a council (core/train/council/council.h), beginning with the numbers of its recipe. Its runs are kept where those of tasks are.
struct CouncilChoices {
  bool shown = false;  ///< the workspace is about a council, not a task
  std::size_t layers = 4, heads = 8, width = 64;
  float rate = 4e-3F;
  std::uint64_t seed = 1;
  std::size_t steps = 1'200;  ///< at which the rate has fallen to 0
  friend bool operator==(const CouncilChoices&, const CouncilChoices&) = default;
};

inline constexpr std::size_t max_training_text = 64 << 10, max_training_steps = 100'000;  ///< bytes; steps
inline constexpr std::size_t max_training_number = 65'536;

/// Cuts text and numbers to what a file may hold. What does not fit together stays as it is: it is told before the start.
void keep_invariants(TrainingChoices& choices);
void keep_invariants(CouncilChoices& choices);

}  // namespace regard
