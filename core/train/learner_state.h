// SPDX-License-Identifier: Apache-2.0
// learner.state: what a learner has besides its model and its recipe, so that it goes on as if it had never stopped: the optimiser's moments,
// the generator of its sequences, how far it is. Any thread.
//
// Little-endian: "regard learner 1" (16 bytes); steps, steps of the optimiser, 4 words of the generator, the number n of parameters (7 × 64
// bits); parameters, those of one step before, first and second moments (4 × n × float32); the first 64 bits of the FNV-1a hash of all that.
#pragma once

#include "core/train/recorded_run.h"
#include "core/train/training.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace regard::train {

inline constexpr const char* kStateFile = "learner.state";

[[nodiscard]] std::string state_bytes(const Learner& learner);
/// Puts a learner of the same recipe there. Pure; fuzzed. Throws Error training_state: not such a file, of another size, cut short, changed.
void read_state(std::string_view bytes, const std::string& file, Learner& learner);

/// A run that goes on: its learner, and the curves of the steps before.
struct ContinuedRun {
  Learner learner;
  std::vector<CurvePoint> points{};  ///< none behind the learner's step
};
/// Of the folder of a run. Throws Error: those of load_run(), make_learner() and read_state(); training_no_state where it was not kept (runs of
/// older programs, and those that diverged).
[[nodiscard]] ContinuedRun continue_run(const std::filesystem::path& folder);
/// Is there one to go on from?
[[nodiscard]] bool can_continue(const std::filesystem::path& folder);
/// Takes away what write_folder() has written there and in its checkpoints, and folders that are empty then; other files stay. Throws Error:
/// training_folder (no run's), file_unwritable.
void delete_run(const std::filesystem::path& folder);

}  // namespace regard::train
