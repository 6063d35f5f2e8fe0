// SPDX-License-Identifier: Apache-2.0
// `regard train`: a small decoder learns a task, without a window.
#pragma once

#include "app/cli/commands.h"
#include "core/train/training.h"

#include <cstddef>
#include <filesystem>

namespace regard::cli {

struct TrainCommand {
  train::Recipe recipe{};
  std::size_t fixed_period = 0;       ///< of TaskKind::repeat; 0: drawn for each sequence
  std::filesystem::path text_file{};  ///< of TaskKind::text
  std::size_t steps = 1'000;
  std::size_t every = 50;             ///< steps between two lines of progress, at which heads are measured
  std::filesystem::path out{};        ///< the folder that opens like any other model
  std::filesystem::path continued{};  ///< of a run that goes on; then `out` is empty, and the recipe is that of the run
  std::size_t checkpoints = 0;        ///< steps between two that are kept as out/step-N; 0: none is
  std::filesystem::path csv{};        ///< curves; empty: not written
};

/// Writes the folder at the first step, at each line of progress and at the end; Ctrl-C ends after the step that is being made. One
/// thread. Throws Error: those of train::make_learner() and write_folder(), training_diverged when all is written.
void run_train(const TrainCommand& command, Streams streams);

}  // namespace regard::cli
