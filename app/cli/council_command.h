// SPDX-License-Identifier: Apache-2.0
// `regard council`: a small encoder whose heads are guided by syntax trees, without a window.
#pragma once

#include "app/cli/commands.h"
#include "core/train/council/council.h"

#include <cstddef>
#include <filesystem>

namespace regard::cli {

struct CouncilCommand {
  train::CouncilRecipe recipe{};
  std::size_t every = 100;      ///< steps between two lines of progress, at which it is measured
  std::filesystem::path out{};  ///< the folder that opens like any other model
};

/// Tells how often heads find what they are asked for, and at the end question by question, beside the best fixed distance and the models
/// that ship (council-heads). Writes the folder at each line of progress and at the end; Ctrl-C ends after the step that is being made. One
/// thread. Throws Refusal, Error: those of load_council_sources(), make_council() and write_council(), training_diverged when all is written.
void run_council(const CouncilCommand& command, Streams streams);

}  // namespace regard::cli
