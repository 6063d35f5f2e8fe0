// SPDX-License-Identifier: Apache-2.0
// What learns beside the window is what `regard train` makes, bit for bit; it waits, goes on and ends when it is told to.
#include "app/jobs/trainer.h"
#include "core/train/learner_model.h"
#include "core/train/learner_state.h"
#include "core/train/recorded_run.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <iostream>
#include <thread>

namespace regard {
namespace {

namespace fs = std::filesystem;
using testing::TemporaryFolder;

train::Recipe little() {
  return {.task = {.kind = train::TaskKind::repeat, .symbols = 8, .least_period = 3, .most_period = 5},
          .shape = {.layers = 1, .heads = 2, .width = 16, .context = 16},
          .batch = 4,
          .optimiser = {.rate = 3e-3F},
          .seed = 3};
}

class TrainerTest : public ::testing::Test {
protected:
  /// What it tells once this is so, or after five minutes: what learns comes last on a full machine.
  TrainingNews news_when(const std::function<bool(const TrainingNews&)>& so) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(5);
    TrainingNews news = trainer.news();
    while (!so(news) && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      news = trainer.news();
    }
    EXPECT_TRUE(so(news)) << static_cast<int>(news.state) << " at step " << news.steps
                          << (news.error ? news.error->what() : "");
    return news;
  }
  TrainingNews news_when(TrainingState state) {
    return news_when([state](const TrainingNews& news) { return news.state == state; });
  }
  void start(std::size_t steps) { trainer.start({little(), steps, folder.path()}); }

  TemporaryFolder folder{};
  Trainer trainer{};
};

TEST_F(TrainerTest, MakesTheStepsAndKeepsWhatTheCommandLineWould) {
  start(60);
  const TrainingNews news = news_when(TrainingState::reached);
  EXPECT_EQ(news.steps, 60U);
  EXPECT_EQ(news.checkpoints, (std::vector<std::size_t>{0, 25, 50, 60}));
  ASSERT_EQ(news.points.size(), 61U);
  train::Learner learner = train::make_learner(little());
  for (std::size_t step = 0; step <= 60; ++step) {
    EXPECT_EQ(news.points[step].step, step);
    EXPECT_EQ(news.points[step].heads.empty(), !(is_kept_step(step) || step == 60)) << step;
    if (is_kept_step(step) || step == 60) {
      EXPECT_EQ(testing::read(train::checkpoint_folder(news.folder, step) / "model.safetensors"),
                train::weights_file(learner))
          << step;
    }
    EXPECT_EQ(news.points[step].scores.loss, train::learn(learner).loss) << step;
  }
  const train::RecordedRun recorded = train::load_run(news.folder);
  EXPECT_EQ(recorded.steps, 60U);
  EXPECT_EQ(recorded.points.size(), 61U);
  EXPECT_EQ(recorded.recipe.task.symbols, news.recipe.task.symbols);
  EXPECT_EQ(recorded.recipe.seed, news.recipe.seed);
}

TEST_F(TrainerTest, ARunThatWasStoppedGoesOnToTheLastBit) {
  start(30);
  const TrainingNews rested = news_when(TrainingState::reached);
  trainer.stop();
  (void)news_when(TrainingState::stopped);
  trainer.start({.recipe = little(), .steps = 70, .continued = rested.folder});
  const TrainingNews news = news_when([](const TrainingNews& each) {
    return each.state == TrainingState::reached && each.steps == 70 && each.run == 2;
  });
  EXPECT_EQ(news.folder, rested.folder);
  ASSERT_EQ(news.points.size(), 71U) << "those of the steps before are told, too";
  EXPECT_EQ(news.checkpoints, (std::vector<std::size_t>{0, 25, 30, 50, 70}));
  train::Learner learner = train::make_learner(little());
  for (std::size_t step = 0; step < 70; ++step)
    EXPECT_EQ(news.points[step].scores.loss, train::learn(learner).loss) << step;
  EXPECT_EQ(testing::read(train::checkpoint_folder(news.folder, 70) / "model.safetensors"),
            train::weights_file(learner));
}

TEST_F(TrainerTest, WhoClosesTheWindowDoesNotWaitForTheStepAndCanGoOn) {
  fs::path run;
  std::size_t made = 0;
  train::Recipe slow{.shape = {.layers = 6, .heads = 8, .width = 128, .context = 128}, .batch = 64};
  {
    Trainer closing;
    closing.start({slow, 100, folder.path()});
    while (closing.news().folder.empty())
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));  // it is in a step of seconds by now
    run = closing.news().folder;
    made = closing.news().steps;
  }
  EXPECT_EQ(train::load_run(run).steps, made) << "the step that was being made is left, not awaited";
  EXPECT_TRUE(train::can_continue(run));
  EXPECT_EQ(train::continue_run(run).learner.steps, train::load_run(run).steps);
}

TEST_F(TrainerTest, AFolderWithoutARunCannotBeGoneOnWith) {
  trainer.start({.recipe = little(), .steps = 5, .continued = folder.path()});
  const TrainingNews news = news_when(TrainingState::failed);
  ASSERT_TRUE(news.error);
}

TEST_F(TrainerTest, GoesOnAfterItHasMadeAllStepsAsIfItHadNotRested) {
  start(10);
  (void)news_when(TrainingState::reached);
  trainer.resume();
  const TrainingNews news =
      news_when([](const TrainingNews& each) { return each.state == TrainingState::reached && each.steps == 20; });
  ASSERT_EQ(news.points.size(), 21U);
  train::Learner learner = train::make_learner(little());
  for (std::size_t step = 0; step < 20; ++step)
    EXPECT_EQ(news.points[step].scores.loss, train::learn(learner).loss) << step;
}

TEST_F(TrainerTest, WaitsAndGoesStepByStep) {
  start(100'000);
  (void)news_when([](const TrainingNews& news) { return news.steps > 3; });
  trainer.pause();
  const std::size_t at = news_when(TrainingState::paused).steps;
  EXPECT_FALSE(trainer.busy());
  trainer.step();
  const TrainingNews one = news_when([&](const TrainingNews& news) {
    return news.steps == at + 1 && !news.checkpoints.empty() && news.checkpoints.back() == at + 1;
  });
  EXPECT_EQ(one.state, TrainingState::paused);
  trainer.resume();
  (void)news_when([&](const TrainingNews& news) { return news.steps > at + 3; });
  trainer.stop();
  const TrainingNews end = news_when(TrainingState::stopped);
  EXPECT_EQ(train::load_run(end.folder).steps, end.steps);
  EXPECT_EQ(end.checkpoints.back(), end.steps);
}

TEST_F(TrainerTest, AnotherStartIsAnotherRunInAnotherFolder) {
  start(100'000);
  const fs::path first = news_when([](const TrainingNews& news) { return news.steps > 3; }).folder;
  start(5);
  const TrainingNews news = news_when(TrainingState::reached);
  EXPECT_EQ(news.run, 2U);
  EXPECT_EQ(news.points.size(), 6U);
  EXPECT_NE(news.folder, first);
  EXPECT_GT(train::load_run(first).steps, 3U) << "what the first one has learned stays";
}

TEST_F(TrainerTest, TellsOnlyWhatIsNew) {
  start(10);
  (void)news_when(TrainingState::reached);
  EXPECT_EQ(trainer.news(1, 4).points.size(), 7U);
  EXPECT_EQ(trainer.news(1, 4).points.front().step, 4U);
  EXPECT_EQ(trainer.news(7, 4).points.size(), 11U) << "of another run";
}

TEST_F(TrainerTest, StopsWhereItDivergesAndKeepsTheLastGoodStep) {
  train::Recipe recipe = little();
  recipe.optimiser.rate = 1e30F;
  trainer.start({recipe, 1'000, folder.path()});
  const TrainingNews news = news_when(TrainingState::diverged);
  ASSERT_TRUE(news.error.has_value());
  EXPECT_EQ(news.error->code(), "training_diverged");
  ASSERT_FALSE(news.checkpoints.empty());
  EXPECT_EQ(news.checkpoints.back(), news.steps);
  EXPECT_NE(load_model(train::checkpoint_folder(news.folder, news.steps)), nullptr);
}

TEST_F(TrainerTest, WhatCannotBeLearnedIsSaid) {
  train::Recipe recipe = little();
  recipe.shape.heads = 3;
  trainer.start({recipe, 5, folder.path()});
  const TrainingNews news = news_when(TrainingState::failed);
  ASSERT_TRUE(news.error.has_value());
  EXPECT_EQ(news.error->code(), "training_value");
  EXPECT_TRUE(fs::is_empty(folder.path()));
  testing::write(folder / "file", "");
  trainer.start({little(), 5, folder / "file"});
  EXPECT_EQ(news_when(TrainingState::failed).error->code(), "file_unwritable");
}

}  // namespace
}  // namespace regard
