// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/trainer.h"

#include "app/jobs/run_folder.h"
#include "app/jobs/training_thread.h"
#include "core/base/progress.h"
#include "core/train/learner_model.h"
#include "core/train/learner_state.h"
#include "core/train/names.h"
#include "core/train/recorded_run.h"

#include <chrono>
#include <cmath>
#include <mutex>
#include <string>
#include <utility>

namespace regard {
namespace {

namespace fs = std::filesystem;
using StepClock = std::chrono::steady_clock;

constexpr std::chrono::seconds kWriteCurves{10};  ///< between two writings of training.json while it learns

/// "repeat_2x4_seed-1"
std::string run_name(const train::Recipe& recipe) {
  return std::string(train::name_of(recipe.task.kind)) + "_" + std::to_string(recipe.shape.layers) + "x" +
         std::to_string(recipe.shape.heads) + "_seed-" + std::to_string(recipe.seed);
}

/// A run while it is made; of the trainer's thread alone.
struct Run {
  train::Learner learner;
  fs::path folder{};
  std::vector<train::CurvePoint> points{};
  std::vector<std::size_t> checkpoints{};
  StepClock::time_point written{};
  double pace = 0.0;
};

/// A new one, or one that goes on. Throws Error: those of make_learner() and continue_run(), file_unwritable.
Run run_of(const TrainingOrder& order) {
  if (order.continued.empty()) {
    Run run{.learner = train::make_learner(order.recipe)};
    run.folder = make_run_folder(order.folder, run_name(order.recipe));
    return run;
  }
  train::ContinuedRun continued = train::continue_run(order.continued);
  Run run{.learner = std::move(continued.learner), .folder = order.continued, .points = std::move(continued.points)};
  run.checkpoints = train::checkpoints_of(run.folder);
  std::erase_if(run.checkpoints, [&](std::size_t step) { return step > run.learner.steps; });
  return run;
}

/// What learn() will say next of the parameters as they are, to the last bit; nothing is learned.
train::Scores next_scores(train::Learner& learner) {
  Random random = learner.random;
  train::draw(learner.task, learner.recipe.batch, random, learner.batch);
  train::forward(learner.pass, learner.parameters, learner.batch.ids);
  return train::cross_entropy(learner.batch, learner.pass.shape.vocabulary, learner.pass.logits);
}

}  // namespace

bool is_kept_step(std::size_t step) {
  return step % (step <= 1'000 ? 25 : step <= 4'000 ? 100 : 500) == 0;
}

struct Trainer::State : TrainingThread<TrainingOrder, TrainingNews> {
  std::size_t single = 0;  ///< steps that were asked for one by one
  std::size_t more = 0;    ///< steps that resume() adds

  ~State() override { end(); }
  void train(const TrainingOrder& order, const std::stop_token& quit) override;
  [[nodiscard]] bool rests(const Run& run) const;
  [[nodiscard]] bool waits_for_turn(Run& run, const std::stop_token& quit);
  void keep_step(Run& run, bool scored);
  void make_step(Run& run);
  void publish(Run& run);
  void write_curves(Run& run) const;
};

void Trainer::State::train(const TrainingOrder& order, const std::stop_token& quit) {
  Run run = run_of(order);
  run.learner.pass.stop = quit;
  write_curves(run);  // from the first step on it is told by its training.json
  {
    const std::lock_guard lock(mutex);
    if (!next) {
      news.recipe = run.learner.recipe;
      news.folder = run.folder;
      if (news.limit <= run.learner.steps) news.limit = run.learner.steps + order.steps;
    }
  }
  publish(run);
  std::optional<Error> diverged;
  try {
    while (waits_for_turn(run, quit))
      make_step(run);
  } catch (const Cancelled&) {
    // the window is closed
  } catch (const Error& error) {
    if (error.code() != "training_diverged") throw;
    diverged = error;
  }
  if (!quit.stop_requested())
    keep_step(run, !diverged.has_value());  // who closes the window does not wait: the state is kept
  write_curves(run);
  become(diverged ? TrainingState::diverged : TrainingState::stopped, diverged);
}

bool Trainer::State::rests(const Run& run) const {
  const std::lock_guard lock(mutex);
  return !next && single == 0 && wish != Wish::stop && (wish == Wish::pause || run.learner.steps >= news.limit);
}

/// False: the run ends here. What it rests at is kept, so that it can be looked at.
bool Trainer::State::waits_for_turn(Run& run, const std::stop_token& quit) {
  if (rests(run)) {
    keep_step(run, true);
    write_curves(run);
    bool reached = false;
    {
      const std::lock_guard lock(mutex);
      reached = wish == Wish::run;
    }
    become(reached ? TrainingState::reached : TrainingState::paused);
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, quit, [&] {
    return next || wish == Wish::stop || single > 0 || (wish == Wish::run && run.learner.steps < news.limit);
  });
  if (quit.stop_requested() || next || wish == Wish::stop) return false;
  if (single > 0)
    --single;
  else
    news.state = TrainingState::running;
  return true;
}

/// The model of this step in its folder, its heads measured; `scored`: with what it scores, which is a point of the curves.
void Trainer::State::keep_step(Run& run, bool scored) {
  train::Learner& learner = run.learner;
  const std::size_t step = learner.steps;
  const train::Scores scores = next_scores(learner);
  if (!std::isfinite(scores.loss)) return publish(run);  // the next step would find that it diverged
  if (run.checkpoints.empty() || run.checkpoints.back() < step) {
    train::write_folder(learner, {}, train::checkpoint_folder(run.folder, step));
    run.checkpoints.push_back(step);
  }
  if (!scored || (!run.points.empty() && run.points.back().step >= step)) return publish(run);
  train::CurvePoint point{.step = step};
  point.heads = train::measure_heads(train::model_of(learner), learner.task, learner.pass.stop);
  point.scores = scores;
  run.points.push_back(std::move(point));
  publish(run);
}

void Trainer::State::make_step(Run& run) {
  train::Learner& learner = run.learner;
  const std::size_t step = learner.steps;
  train::CurvePoint point{.step = step};
  const bool known = !run.points.empty() && run.points.back().step >= step;
  if (is_kept_step(step) && !known && std::isfinite(next_scores(learner).loss)) {
    train::write_folder(learner, {}, train::checkpoint_folder(run.folder, step));
    if (run.checkpoints.empty() || run.checkpoints.back() < step) run.checkpoints.push_back(step);
    point.heads = train::measure_heads(train::model_of(learner), learner.task, learner.pass.stop);
  }
  const StepClock::time_point begun = StepClock::now();
  point.scores = train::learn(learner);
  const double took = std::chrono::duration<double>(StepClock::now() - begun).count();
  run.pace = with_step(run.pace, took);
  if (!known) run.points.push_back(std::move(point));
  publish(run);
  if (StepClock::now() - run.written > kWriteCurves) write_curves(run);
}

void Trainer::State::publish(Run& run) {
  const std::lock_guard lock(mutex);
  if (next) return;
  news.steps = run.learner.steps;
  news.pace = run.pace > 0.0 ? 1.0 / run.pace : 0.0;
  news.checkpoints = run.checkpoints;
  const auto known = static_cast<std::ptrdiff_t>(news.points.size());
  news.points.insert(news.points.end(), run.points.begin() + known, run.points.end());
}

void Trainer::State::write_curves(Run& run) const {
  train::write_run(run.learner, run.points, run.folder);
  run.written = StepClock::now();
}

Trainer::Trainer(std::function<void()> wake) : state_(std::make_unique<State>()) {
  state_->wake = std::move(wake);
}

Trainer::~Trainer() = default;

void Trainer::start(TrainingOrder order) {
  TrainingNews begun{.state = TrainingState::preparing, .recipe = order.recipe, .limit = order.steps};
  {
    const std::lock_guard lock(state_->mutex);
    state_->more = order.steps;
    state_->single = 0;
  }
  state_->start(std::move(order), std::move(begun));
}

void Trainer::pause() {
  state_->wish_for(State::Wish::pause);
}

void Trainer::resume() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->wish = State::Wish::run;
    if (state_->news.steps >= state_->news.limit) state_->news.limit += state_->more;
  }
  state_->changed.notify_all();
}

void Trainer::step() {
  {
    const std::lock_guard lock(state_->mutex);
    ++state_->single;
  }
  state_->changed.notify_all();
}

void Trainer::stop() {
  state_->wish_for(State::Wish::stop);
}

TrainingNews Trainer::news(std::uint64_t run, std::size_t points) const {
  const std::lock_guard lock(state_->mutex);
  const TrainingNews& all = state_->news;
  TrainingNews told{.state = all.state,
                    .run = all.run,
                    .recipe = all.recipe,
                    .folder = all.folder,
                    .steps = all.steps,
                    .limit = all.limit,
                    .pace = all.pace,
                    .checkpoints = all.checkpoints,
                    .error = all.error};
  const std::size_t known = run == all.run ? std::min(points, all.points.size()) : 0;
  told.points.assign(all.points.begin() + static_cast<std::ptrdiff_t>(known), all.points.end());
  return told;
}

bool Trainer::busy() const {
  return state_->busy();
}

}  // namespace regard
