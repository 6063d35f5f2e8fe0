// SPDX-License-Identifier: Apache-2.0
// A run is kept with its curves, to the last bit, and what is damaged or of tomorrow is refused in a sentence.
#include "core/train/recorded_run.h"
#include "core/train/learner_model.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace regard::train {
namespace {

using nlohmann::json;
using testing::error_of;

Learner small_learner() {
  return make_learner(
      {.task = {.symbols = 9, .least_period = 3, .most_period = 5},
       .shape = {.layers = 2, .heads = 2, .width = 8, .positions = PositionKind::learned, .context = 41},
       .batch = 3,
       .seed = 0xFFFF'FFFF'FFFF'FFF1});
}

RecordedRun short_run() {
  Learner learner = small_learner();
  RecordedRun run{.recipe = learner.recipe};
  for (std::size_t step = 0; step < 5; ++step) {
    CurvePoint point{.step = step};
    if (step % 2 == 0) point.heads = measure_heads(model_of(learner), learner.task);
    point.scores = learn(learner);
    run.points.push_back(point);
  }
  run.steps = learner.steps;
  return run;
}

void expect_equal(const Measure& a, const Measure& b) {
  EXPECT_EQ(a.value, b.value);
  EXPECT_EQ(a.uniform, b.uniform);
  EXPECT_EQ(a.rows, b.rows);
}

TEST(RecordedRun, ComesBackToTheLastBit) {
  const RecordedRun run = short_run(), again = parse_run(run_json(run), "training.json");
  EXPECT_EQ(again.steps, 5U);
  EXPECT_EQ(again.recipe.seed, run.recipe.seed);
  EXPECT_EQ(again.recipe.task, run.recipe.task);
  EXPECT_EQ(again.recipe.optimiser, run.recipe.optimiser);
  Shape shape = again.recipe.shape;
  shape.vocabulary = run.recipe.shape.vocabulary;  // the task's
  EXPECT_EQ(shape, run.recipe.shape);
  ASSERT_EQ(again.points.size(), run.points.size());
  for (std::size_t index = 0; index < run.points.size(); ++index) {
    const CurvePoint &a = run.points[index], &b = again.points[index];
    EXPECT_EQ(a.step, b.step);
    EXPECT_EQ(a.scores.loss, b.scores.loss);
    for (std::size_t kind = 0; kind < kExpectations; ++kind) {
      EXPECT_EQ(a.scores.of[kind].loss, b.scores.of[kind].loss);
      EXPECT_EQ(a.scores.of[kind].positions, b.scores.of[kind].positions);
      EXPECT_EQ(a.scores.of[kind].right, b.scores.of[kind].right);
    }
    ASSERT_EQ(a.heads.size(), b.heads.size());
    for (std::size_t head = 0; head < a.heads.size(); ++head) {
      expect_equal(a.heads[head].induction, b.heads[head].induction);
      expect_equal(a.heads[head].previous, b.heads[head].previous);
      expect_equal(a.heads[head].entropy, b.heads[head].entropy);
      EXPECT_EQ(a.heads[head].contrast, b.heads[head].contrast);
    }
  }
  EXPECT_EQ(parse_run(run_json({.recipe = run.recipe}), "training.json").points.size(), 0U);
}

TEST(RecordedRun, TheRecipeLearnsTheSameAgain) {
  const RecordedRun run = short_run();
  Learner learner = make_learner(parse_run(run_json(run), "training.json").recipe);
  EXPECT_EQ(learn(learner).loss, run.points[0].scores.loss);
  EXPECT_EQ(learn(learner).loss, run.points[1].scores.loss);
}

TEST(RecordedRun, OfATextKeepsTheText) {
  Recipe recipe{.task = {.kind = TaskKind::text, .text = "Ещё \"раз\"\n"}, .shape = {.context = 4}};
  EXPECT_EQ(parse_run(run_json({.recipe = recipe}), "training.json").recipe.task.text, recipe.task.text);
}

TEST(RecordedRun, SaysThatItsAttentionIsLinearAndThatOlderProgramsDoNotKnowIt) {
  RecordedRun run = short_run();
  EXPECT_EQ(json::parse(run_json(run)).at("version"), 1);
  EXPECT_FALSE(json::parse(run_json(run)).at("recipe").contains("attention"));
  run.recipe.shape.weigh = WeighKind::linear;
  run.recipe.shape.positions = PositionKind::rotary;
  const std::string text = run_json(run);
  EXPECT_EQ(json::parse(text).at("version"), 2);
  EXPECT_EQ(parse_run(text, "training.json").recipe.shape.weigh, WeighKind::linear);
  run.recipe.shape.positions = PositionKind::alibi;
  EXPECT_EQ(error_of([&] { (void)parse_run(run_json(run), "f"); }).details().item, "positions");
}

TEST(RecordedRun, RefusesWhatIsDamagedOrOfANewerProgram) {
  const json sound = json::parse(run_json(short_run()));
  const auto refused = [&](const char* pointer, const json& value) {
    json damaged = sound;
    damaged[json::json_pointer(pointer)] = value;
    return error_of([&] { (void)parse_run(damaged.dump(), "training.json"); });
  };
  EXPECT_EQ(refused("/version", 3).code(), "session_version");
  EXPECT_EQ(refused("/version", 3).details().file, "training.json");
  EXPECT_EQ(refused("/recipe/attention", "quadratic").details().item, "recipe.attention");
  EXPECT_EQ(refused("/recipe/task", "chess").details().item, "recipe.task");
  EXPECT_EQ(refused("/recipe/heads", 3).details().item, "heads");
  EXPECT_EQ(refused("/recipe/rate", 1e300).details().item, "recipe.rate");
  EXPECT_EQ(refused("/points/1/step", 0).details().item, "points[1].step");
  EXPECT_EQ(refused("/points/2/heads", json::array()).details().item, "points[2].heads");
  EXPECT_EQ(refused("/points/2/heads/3/0", "much").details().item, "points[2].heads");
  EXPECT_EQ(refused("/points/0/predictable/2", 100'000).details().item, "points[0].predictable");
  EXPECT_EQ(refused("/points", 3).details().item, "points");
  json silent = sound;
  silent["recipe"].erase("seed");
  EXPECT_EQ(error_of([&] { (void)parse_run(silent.dump(), "f"); }).code(), "json_missing");
  EXPECT_EQ(error_of([&] { (void)parse_run("[1]", "f"); }).code(), "json_value");
}

TEST(RecordedRun, KnowsItsCheckpoints) {
  testing::TemporaryFolder folder;
  const Learner learner = small_learner();
  for (const std::size_t step : {std::size_t{300}, std::size_t{0}, std::size_t{1'234'567}})
    write_folder(learner, {}, checkpoint_folder(folder.path(), step));
  for (const char* other : {"step-12", "step-", "step-0000x1", "notes"})
    std::filesystem::create_directory(folder / other);
  EXPECT_EQ(checkpoints_of(folder.path()), (std::vector<std::size_t>{0, 300, 1'234'567}));
  EXPECT_EQ(load_run(folder / "step-000300").recipe.seed, learner.recipe.seed);
  EXPECT_TRUE(checkpoints_of(folder / "nowhere").empty());
}

}  // namespace
}  // namespace regard::train
