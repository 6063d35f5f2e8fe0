// SPDX-License-Identifier: Apache-2.0
// A run that was stopped goes on as if it had not been: weights, moments, sequences and curves, bit for bit.
#include "core/train/learner_state.h"

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/text_file.h"
#include "core/train/learner_model.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <stop_token>
#include <string>

namespace regard::train {
namespace {

namespace fs = std::filesystem;

Recipe small_recipe(TaskKind kind = TaskKind::repeat) {
  return {.task = {.kind = kind, .symbols = 8, .least_period = 3, .most_period = 5},
          .shape = {.layers = 2, .heads = 2, .width = 16, .feed_forward = 24, .context = 16},
          .batch = 4,
          .optimiser = {.rate = 3e-3F},
          .seed = 3};
}

void learn_steps(Learner& learner, std::size_t steps, std::vector<CurvePoint>& points) {
  for (std::size_t step = 0; step < steps; ++step) {
    const std::size_t now = learner.steps;
    points.push_back({.step = now, .scores = learn(learner)});
  }
}

TEST(LearnerState, ARunThatWasStoppedGoesOnAsIfItHadNotBeen) {
  const testing::TemporaryFolder folder;
  for (const TaskKind kind : {TaskKind::repeat, TaskKind::sort, TaskKind::brackets}) {
    const fs::path run = folder.path() / std::to_string(static_cast<int>(kind));
    Recipe recipe = small_recipe(kind);
    if (kind != TaskKind::repeat) recipe.task.symbols = 0;
    Learner whole = make_learner(recipe), first = make_learner(recipe);
    std::vector<CurvePoint> all, before;
    learn_steps(whole, 40, all);
    learn_steps(first, 13, before);
    write_run(first, before, run);
    ContinuedRun second = continue_run(run);
    EXPECT_EQ(second.learner.steps, 13U);
    EXPECT_EQ(state_bytes(second.learner), state_bytes(first));
    learn_steps(second.learner, 27, second.points);
    EXPECT_EQ(state_bytes(second.learner), state_bytes(whole));
    EXPECT_EQ(weights_file(second.learner), weights_file(whole));
    EXPECT_EQ(run_json({whole.recipe, 40, all}), run_json({second.learner.recipe, 40, second.points}));
  }
}

TEST(LearnerState, AStepThatIsCancelledIsMadeAsIfItHadNotBeenBegun) {
  Learner learner = make_learner(small_recipe()), other = make_learner(small_recipe());
  std::vector<CurvePoint> points, others;
  learn_steps(learner, 3, points);
  learn_steps(other, 3, others);
  std::stop_source stop;
  stop.request_stop();
  other.pass.stop = stop.get_token();
  EXPECT_THROW((void)learn(other), Cancelled);
  EXPECT_EQ(state_bytes(other), state_bytes(learner));
  other.pass.stop = {};
  learn_steps(learner, 2, points);
  learn_steps(other, 2, others);
  EXPECT_EQ(state_bytes(other), state_bytes(learner));
}

TEST(LearnerState, PointsBehindTheStateAreMadeAnew) {
  const testing::TemporaryFolder folder;
  const fs::path run = folder.path() / "run";
  Learner learner = make_learner(small_recipe());
  std::vector<CurvePoint> points;
  learn_steps(learner, 5, points);
  write_run(learner, points, run);
  learn_steps(learner, 4, points);
  write_folder(learner, points, run);  // the program ended before it wrote the state, too
  const ContinuedRun continued = continue_run(run);
  EXPECT_EQ(continued.learner.steps, 5U);
  ASSERT_EQ(continued.points.size(), 6U) << "the fifth is of the parameters that it goes on with";
}

TEST(LearnerState, WhatIsNoStateOfThisRunIsRefused) {
  Learner learner = make_learner(small_recipe());
  std::vector<CurvePoint> points;
  learn_steps(learner, 3, points);
  const std::string good = state_bytes(learner);
  const auto refused = [&](const std::string& bytes) {
    Learner other = make_learner(small_recipe());
    return testing::error_of([&] { read_state(bytes, "learner.state", other); }).code();
  };
  std::string changed = good;
  changed[good.size() / 2] = static_cast<char>(changed[good.size() / 2] ^ 1);
  for (const std::string& bytes :
       {std::string(), good.substr(0, 20), good.substr(0, good.size() - 1), good + "x", changed, "X" + good.substr(1)})
    EXPECT_EQ(refused(bytes), "training_state");
  Recipe wider = small_recipe();
  wider.shape.width = 32;
  Learner other = make_learner(wider);
  EXPECT_EQ(testing::error_of([&] { read_state(good, "learner.state", other); }).code(), "training_state");
}

TEST(LearnerState, OneThatDivergedAndOneOfAnOlderProgramCannotGoOn) {
  const testing::TemporaryFolder folder;
  const fs::path run = folder.path() / "run";
  Learner learner = make_learner(small_recipe());
  write_folder(learner, {}, run);
  EXPECT_FALSE(can_continue(run));
  EXPECT_EQ(testing::error_of([&] { (void)continue_run(run); }).code(), "training_no_state");
  write_run(learner, {}, run);
  EXPECT_TRUE(can_continue(run));
  learner.diverged = true;
  write_run(learner, {}, run);
  EXPECT_FALSE(can_continue(run));
}

TEST(LearnerState, ADeletedRunTakesItsFilesWithItAndNoOthers) {
  const testing::TemporaryFolder folder;
  const fs::path run = folder.path() / "run", other = folder.path() / "other";
  const Learner learner = make_learner(small_recipe());
  for (const fs::path& each : {run, other}) {
    write_run(learner, {}, each);
    write_folder(learner, {}, checkpoint_folder(each, 0));
  }
  write_file_atomically(other / "notes.txt", "mine");
  delete_run(run);
  EXPECT_FALSE(fs::exists(run));
  delete_run(other);
  EXPECT_TRUE(fs::exists(other / "notes.txt"));
  EXPECT_FALSE(fs::exists(other / kRunFile));
  EXPECT_FALSE(fs::exists(checkpoint_folder(other, 0)));
  EXPECT_EQ(testing::error_of([&] { delete_run(folder.path()); }).code(), "training_folder");
}

}  // namespace
}  // namespace regard::train
