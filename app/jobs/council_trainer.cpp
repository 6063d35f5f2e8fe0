// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/council_trainer.h"

#include "app/jobs/error_from.h"
#include "app/jobs/run_folder.h"
#include "core/base/one_thread.h"
#include "core/base/progress.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace regard {
namespace {

using CouncilClock = std::chrono::steady_clock;

constexpr std::size_t kMeasuredPlaces = 24, kFewestBetween = 25;

struct CouncilOrder {
  train::CouncilRecipe recipe{};
  std::filesystem::path folder{};
};

/// "council_4x8_seed-1"
std::string council_name(const train::CouncilRecipe& recipe) {
  return "council_" + std::to_string(recipe.layers) + "x" + std::to_string(recipe.heads) + "_seed-" +
         std::to_string(recipe.seed);
}

/// A run while it is made; of the trainer's thread alone.
struct CouncilRun {
  train::CouncilLearner learner;
  std::filesystem::path folder{};
  std::vector<train::CouncilPoint> points{};
  double pace = 0.0;
};

}  // namespace

bool is_measured_step(std::size_t step, std::size_t steps) {
  return step % std::max(kFewestBetween, steps / kMeasuredPlaces) == 0 || step == steps;
}

/// `mutex` guards everything but the thread, the assets' place and the sentences.
struct CouncilTrainer::State {
  enum class Wish { run, pause, stop };

  std::filesystem::path assets{};
  std::shared_ptr<const train::GuidedSet> set{};  ///< of the trainer's thread; read once

  mutable std::mutex mutex{};
  std::condition_variable_any changed{};
  std::function<void()> wake{};
  CouncilNews news{};
  std::optional<CouncilOrder> next{};
  Wish wish = Wish::run;
  std::jthread thread{};  ///< last: joined before anything it uses is gone

  void loop(const std::stop_token& quit);
  void train(const CouncilOrder& order, const std::stop_token& quit);
  void become(TrainingState state, std::optional<Error> error = {});
  [[nodiscard]] bool waits_for_turn(const std::stop_token& quit);
  void measure(CouncilRun& run, train::GuidedLosses losses, train::CouncilScores scores, std::size_t step);
  void make_step(CouncilRun& run);
  void publish(const CouncilRun& run);
};

/// Whoever gave another order meanwhile does not hear of the run before.
void CouncilTrainer::State::become(TrainingState state, std::optional<Error> error) {
  {
    const std::lock_guard lock(mutex);
    if (next) return;
    news.state = state;
    news.error = std::move(error);
  }
  if (wake) wake();
}

void CouncilTrainer::State::loop(const std::stop_token& quit) {
  come_last();
  const OnOneThread alone;
  std::unique_lock lock(mutex);
  while (changed.wait(lock, quit, [this] { return next.has_value(); })) {
    const CouncilOrder order = std::move(*next);
    next.reset();
    lock.unlock();
    try {
      train(order, quit);
    } catch (const std::exception& thrown) {
      become(TrainingState::failed, error_from(thrown));
    }
    lock.lock();
  }
}

void CouncilTrainer::State::train(const CouncilOrder& order, const std::stop_token& quit) {
  if (!set) set = train::prepare_council(train::load_council_sources(assets));
  CouncilRun run{.learner = train::make_council(order.recipe, set)};
  run.folder = make_run_folder(order.folder, council_name(order.recipe));
  run.learner.pass.stop = quit;
  {
    const std::lock_guard lock(mutex);
    if (!next) {
      news.council.set = set;
      news.folder = run.folder;
    }
  }
  std::optional<Error> diverged;
  try {
    while (run.learner.steps < order.recipe.steps && waits_for_turn(quit))
      make_step(run);
  } catch (const Cancelled&) {
    return;  // the window is closed; the folder is as it was last measured
  } catch (const Error& error) {
    if (error.code() != "training_diverged") throw;
    diverged = error;
  }
  if (quit.stop_requested()) return;
  std::erase_if(run.points, [&](const auto& point) { return point.step >= run.learner.steps; });
  measure(run, {}, train::measure_council(run.learner), run.learner.steps);
  const bool reached = run.learner.steps == order.recipe.steps;
  become(diverged  ? TrainingState::diverged
         : reached ? TrainingState::reached
                   : TrainingState::stopped,
         std::move(diverged));
}

/// False: the run ends here.
bool CouncilTrainer::State::waits_for_turn(const std::stop_token& quit) {
  bool paused = false;
  {
    const std::lock_guard lock(mutex);
    paused = wish == Wish::pause && !next;
  }
  if (paused) become(TrainingState::paused);
  std::unique_lock lock(mutex);
  changed.wait(lock, quit, [&] { return next || wish != Wish::pause; });
  if (quit.stop_requested() || next || wish == Wish::stop) return false;
  news.state = TrainingState::running;
  return true;
}

void CouncilTrainer::State::measure(CouncilRun& run, train::GuidedLosses losses, train::CouncilScores scores,
                                    std::size_t step) {
  run.points.push_back({step, losses, std::move(scores)});
  train::write_council(run.learner, run.points, run.folder);
  publish(run);
  if (wake) wake();
}

/// What is measured is measured before the step, and kept with what the parameters lost at it.
void CouncilTrainer::State::make_step(CouncilRun& run) {
  train::CouncilLearner& learner = run.learner;
  const std::size_t step = learner.steps;
  std::optional<train::CouncilScores> scores;
  if (is_measured_step(step, learner.recipe.steps)) scores = train::measure_council(learner);
  if (scores) train::write_council(learner, run.points, run.folder);  // the model of this step
  const CouncilClock::time_point begun = CouncilClock::now();
  const train::GuidedLosses losses = train::learn(learner);
  const double took = std::chrono::duration<double>(CouncilClock::now() - begun).count();
  constexpr double kNewest = 0.1;  // of the running mean
  run.pace = run.pace <= 0.0 ? took : (1.0 - kNewest) * run.pace + kNewest * took;
  if (scores) run.points.push_back({step, losses, std::move(*scores)});
  publish(run);
  if (scores && wake) wake();
}

void CouncilTrainer::State::publish(const CouncilRun& run) {
  const std::lock_guard lock(mutex);
  if (next) return;
  news.steps = run.learner.steps;
  news.pace = run.pace > 0.0 ? 1.0 / run.pace : 0.0;
  news.points = run.points;
}

CouncilTrainer::CouncilTrainer(std::filesystem::path assets, std::function<void()> wake)
    : state_(std::make_unique<State>()) {
  state_->assets = std::move(assets);
  state_->wake = std::move(wake);
}

CouncilTrainer::~CouncilTrainer() = default;

/// The thread is made when it is first needed.
void CouncilTrainer::start(const train::CouncilRecipe& recipe, std::filesystem::path folder) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->news = {.state = TrainingState::preparing, .run = state_->news.run + 1, .council = {recipe, nullptr}};
    state_->wish = State::Wish::run;
    state_->next = {recipe, std::move(folder)};
  }
  if (state_->thread.joinable()) return state_->changed.notify_all();
  try {
    state_->thread = std::jthread([state = state_.get()](const std::stop_token& quit) { state->loop(quit); });
  } catch (const std::exception& thrown) {
    const std::lock_guard lock(state_->mutex);
    state_->next.reset();
    state_->news.state = TrainingState::failed;
    state_->news.error = error_from(thrown);
  }
}

void CouncilTrainer::pause() {
  const std::lock_guard lock(state_->mutex);
  state_->wish = State::Wish::pause;
}

void CouncilTrainer::resume() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->wish = State::Wish::run;
  }
  state_->changed.notify_all();
}

void CouncilTrainer::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->wish = State::Wish::stop;
  }
  state_->changed.notify_all();
}

CouncilNews CouncilTrainer::news(std::uint64_t run, std::size_t points) const {
  const std::lock_guard lock(state_->mutex);
  const CouncilNews& all = state_->news;
  CouncilNews told{.state = all.state,
                   .run = all.run,
                   .council = all.council,
                   .folder = all.folder,
                   .steps = all.steps,
                   .pace = all.pace,
                   .error = all.error};
  if (run != all.run || points != all.points.size()) told.points = all.points;
  return told;
}

bool CouncilTrainer::busy() const {
  const std::lock_guard lock(state_->mutex);
  return state_->news.state == TrainingState::preparing || state_->news.state == TrainingState::running;
}

}  // namespace regard
