// SPDX-License-Identifier: Apache-2.0
// A tiny model that learns beside the window: one thread of the lowest priority, never more than one core. The same recipe gives the
// same bits as `regard train`. Each run is a folder like those that command writes: training.json with the curves, and step-N with the
// model of each step that is kept, which opens like any other model and as a time line. Functions of Trainer are for the UI thread; none
// of them waits but the destructor, for a part of the step that is being made and the files of the run.
#pragma once

#include "core/base/error.h"
#include "core/train/curves.h"
#include "core/train/training.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace regard {

struct TrainingOrder {
  train::Recipe recipe{};
  std::size_t steps = 1'000;       ///< after which it waits
  std::filesystem::path folder{};  ///< the run gets a folder of its own there
  /// Of a run that is to go on where it stopped, to the last bit; its recipe counts and it stays in this folder. Empty: a new run. One that has
  /// made so many steps already makes as many more.
  std::filesystem::path continued{};
};

enum class TrainingState {
  none,       ///< nothing has been started
  preparing,  ///< was told to start
  running,
  paused,    ///< by a person
  reached,   ///< made all steps it was to make; goes on when told to
  stopped,   ///< by a person, for good
  diverged,  ///< the loss is no number; the last good step is kept
  failed     ///< see TrainingNews::error
};

struct TrainingNews {
  TrainingState state = TrainingState::none;
  std::uint64_t run = 0;                    ///< counts the runs that were started
  train::Recipe recipe{};                   ///< with the vocabulary that the task has
  std::filesystem::path folder{};           ///< of the run
  std::size_t steps = 0;                    ///< that were made
  std::size_t limit = 0;                    ///< after which it waits
  double pace = 0.0;                        ///< steps of a second, of late; 0: not yet known
  std::vector<train::CurvePoint> points{};  ///< those behind the ones that are known
  std::vector<std::size_t> checkpoints{};   ///< all steps that are kept, in order
  std::optional<Error> error{};             ///< why it has failed, or that it diverged
};

/// Is this step kept, and are the heads measured there? Often at first, when most happens: every 25 steps up to 1,000, every 100 up to
/// 4,000, then every 500.
[[nodiscard]] bool is_kept_step(std::size_t step);

/// Owns one thread.
class Trainer {
public:
  /// `wake` is called from its thread when the state changes, not after each step.
  explicit Trainer(std::function<void()> wake = {});
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  /// A run from its first step on; one that is under way ends, and what it has learned is kept.
  void start(TrainingOrder order);
  void pause();
  /// After pause(), or for as many steps more where it has made all.
  void resume();
  void step();  ///< one, while it is paused or has made all
  void stop();

  /// What there is. `run` and `points`: which run is known, and how many of its points; of another run all are told.
  [[nodiscard]] TrainingNews news(std::uint64_t run = 0, std::size_t points = 0) const;
  /// Is it making steps, or about to?
  [[nodiscard]] bool busy() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace regard
