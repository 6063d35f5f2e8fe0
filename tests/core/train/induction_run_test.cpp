// SPDX-License-Identifier: Apache-2.0
// The recorded run that ships (assets/runs/induction): what its card says of it, and that its checkpoints are what its curves tell of.
#include "core/train/learner_model.h"
#include "core/train/recorded_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace regard::train {
namespace {

std::filesystem::path induction() {
  return std::filesystem::path(REGARD_ASSETS_DIR) / "runs" / "induction";
}

const CurvePoint& at(const RecordedRun& run, std::size_t step) {
  return *std::ranges::find(run.points, step, &CurvePoint::step);
}

double accuracy(const RecordedRun& run, std::size_t step) {
  return at(run, step).scores.at(Expect::rule).accuracy();
}

TEST(InductionRun, LearnsInAFewHundredStepsWhatItDidNotKnow) {
  const RecordedRun run = load_run(induction());
  EXPECT_EQ(run.steps, 1'000U);
  EXPECT_LT(accuracy(run, 300), 0.2);
  EXPECT_GT(accuracy(run, 500), 0.5);
  EXPECT_GT(accuracy(run, 950), 0.97);
  EXPECT_NEAR(at(run, 0).scores.loss, std::log(64.0), 0.3);
  EXPECT_GT(at(run, 950).scores.at(Expect::chance).loss, 4.0);  // nobody can know the first time
}

TEST(InductionRun, APreviousTokenHeadComesBelowAnInductionHead) {
  const RecordedRun run = load_run(induction());
  const CurvePoint& last = at(run, 950);
  const std::size_t heads = run.recipe.shape.heads;
  const std::size_t induces = best_head(last.heads, &HeadPoint::induction);
  const std::size_t looks_back = best_head(last.heads, &HeadPoint::previous);
  EXPECT_EQ(induces / heads, 1U);
  EXPECT_EQ(looks_back / heads, 0U);
  EXPECT_GE(last.heads[induces].induction.value, 0.8F);
  EXPECT_GE(last.heads[looks_back].previous.value, 0.5F);
  EXPECT_GT(last.heads[induces].contrast, 5.0F);
  EXPECT_LT(at(run, 300).heads[induces].induction.value, 0.1F);
}

TEST(InductionRun, TheControlOfOneLayerLearnsByTheSameRecipeAndDoesNotGetThere) {
  const RecordedRun run = load_run(induction());
  const RecordedRun control = load_run(induction().parent_path() / "induction-one-layer");
  Recipe alike = run.recipe;
  alike.shape.layers = 1;
  EXPECT_EQ(run_json({alike, 0, {}}), run_json({control.recipe, 0, {}}));
  EXPECT_EQ(control.steps, run.steps);
  for (const std::size_t step : {500U, 950U})
    EXPECT_LT(accuracy(control, step), 0.2) << step;
  for (const CurvePoint& point : control.points)
    for (const HeadPoint& head : point.heads)
      EXPECT_LT(head.induction.value, 0.05F) << point.step;
  EXPECT_EQ(checkpoints_of(induction().parent_path() / "induction-one-layer"), (std::vector<std::size_t>{0, 950}));
}

TEST(InductionRun, CheckpointsAreWhatTheCurvesTellOf) {
  const RecordedRun run = load_run(induction());
  const PreparedTask task = prepare(run.recipe.task, run.recipe.shape.context);
  const std::vector<std::size_t> steps = checkpoints_of(induction());
  EXPECT_GE(steps.size(), 12U);
  for (const std::size_t step : {steps.front(), steps[steps.size() / 2]}) {
    const std::vector<HeadPoint> heads = measure_heads(load_model(checkpoint_folder(induction(), step)), task);
    const std::vector<HeadPoint>& told = at(run, step).heads;
    ASSERT_EQ(heads.size(), told.size());
    for (std::size_t head = 0; head < heads.size(); ++head) {
      EXPECT_NEAR(heads[head].induction.value, told[head].induction.value, 1e-5F);
      EXPECT_NEAR(heads[head].previous.value, told[head].previous.value, 1e-5F);
      EXPECT_NEAR(heads[head].entropy.value, told[head].entropy.value, 1e-5F);
    }
  }
}

}  // namespace
}  // namespace regard::train
