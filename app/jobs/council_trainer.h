// SPDX-License-Identifier: Apache-2.0
// A council that learns beside the window: one thread of the lowest priority, never more than one core. The same recipe gives the same bits
// as `regard council`. Each run is a folder that opens like any other model, written whenever it is measured. Functions are for the UI thread;
// none of them waits but the destructor, for a part of the step that is being made.
#pragma once

#include "app/jobs/trainer.h"
#include "app/viewmodel/council_view.h"
#include "core/base/error.h"
#include "core/train/council/council_folder.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace regard {

struct CouncilNews {
  TrainingState state = TrainingState::none;  ///< reached: all steps are made, for good
  std::uint64_t run = 0;                      ///< counts the runs that were started
  CouncilShape council{};                     ///< its sentences are null until they are read
  std::filesystem::path folder{};             ///< of the run
  std::size_t steps = 0;                      ///< that were made
  double pace = 0.0;                          ///< steps of a second, of late; 0: not yet known
  std::vector<train::CouncilPoint> points{};  ///< those that were measured, in the order of their steps
  std::optional<Error> error{};               ///< why it has failed, or that it diverged
};

/// Is a run of so many steps measured at this one? At 24 places and at the end, but not more often than every 25 steps.
[[nodiscard]] bool is_measured_step(std::size_t step, std::size_t steps);

/// Owns one thread.
class CouncilTrainer {
public:
  /// `wake` is called from its thread when there is news, not after each step.
  explicit CouncilTrainer(std::filesystem::path assets, std::function<void()> wake = {});
  ~CouncilTrainer();
  CouncilTrainer(const CouncilTrainer&) = delete;
  CouncilTrainer& operator=(const CouncilTrainer&) = delete;

  [[nodiscard]] const std::filesystem::path& assets() const;  ///< whose sentences it learns from
  /// A run from its first step on, in a folder of its own in `folder`; one that is under way ends, and what it has learned is kept.
  void start(const train::CouncilRecipe& recipe, std::filesystem::path folder);
  void pause();
  void resume();
  void stop();

  /// Its points are left out where the run has as many as are known of it.
  [[nodiscard]] CouncilNews news(std::uint64_t run = 0, std::size_t points = 0) const;
  /// Is it making steps, or about to?
  [[nodiscard]] bool busy() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace regard
