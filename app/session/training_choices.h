// SPDX-License-Identifier: Apache-2.0
// What a person chose for a tiny model to learn, and how. Plain values; any thread.
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

inline constexpr std::size_t max_training_text = 64 << 10, max_training_steps = 100'000;  ///< bytes; steps
inline constexpr std::size_t max_training_number = 65'536;

/// Cuts text and numbers to what a file may hold. What does not fit together stays as it is: it is told before the start.
void keep_invariants(TrainingChoices& choices);

}  // namespace regard
