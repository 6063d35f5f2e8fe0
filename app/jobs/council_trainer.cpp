// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/council_trainer.h"

#include "app/jobs/run_folder.h"
#include "app/jobs/training_thread.h"
#include "core/base/progress.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <string>
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

/// The assets' place and the sentences, which are read once, are the thread's.
struct CouncilTrainer::State : TrainingThread<CouncilOrder, CouncilNews> {
  std::filesystem::path assets{};
  std::shared_ptr<const train::GuidedSet> set{};

  ~State() override { end(); }
  void train(const CouncilOrder& order, const std::stop_token& quit) override;
  [[nodiscard]] bool waits_for_turn(const std::stop_token& quit);
  void measure(CouncilRun& run, train::GuidedLosses losses, train::CouncilScores scores, std::size_t step);
  void make_step(CouncilRun& run);
  void publish(const CouncilRun& run);
};

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
  become(diverged ? TrainingState::diverged : reached ? TrainingState::reached : TrainingState::stopped, diverged);
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
  run.pace = with_step(run.pace, took);
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

const std::filesystem::path& CouncilTrainer::assets() const {
  return state_->assets;
}

void CouncilTrainer::start(const train::CouncilRecipe& recipe, std::filesystem::path folder) {
  state_->start({recipe, std::move(folder)}, {.state = TrainingState::preparing, .council = {recipe, nullptr}});
}

void CouncilTrainer::pause() {
  state_->wish_for(State::Wish::pause);
}

void CouncilTrainer::resume() {
  state_->wish_for(State::Wish::run);
}

void CouncilTrainer::stop() {
  state_->wish_for(State::Wish::stop);
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
  return state_->busy();
}

}  // namespace regard
