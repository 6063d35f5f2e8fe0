// SPDX-License-Identifier: Apache-2.0
// What is shown of runs of training, on the run that ships and on ones made by hand.
#include "app/viewmodel/training_view.h"
#include "core/engine/engine.h"
#include "core/train/learner_model.h"
#include "core/train/names.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>

namespace regard {
namespace {

using train::CurvePoint;
using train::Expect;

std::filesystem::path shipped_run() {
  return std::filesystem::path(REGARD_ASSETS_DIR) / "runs" / "induction";
}

/// Accuracy at steps 0, 1, 2 … of 100 positions.
TrainingRun run_of(const std::vector<std::size_t>& right) {
  TrainingRun run;
  run.recipe.shape = {.layers = 1, .heads = 2};
  for (std::size_t step = 0; step < right.size(); ++step) {
    CurvePoint point{.step = step};
    point.scores.of[static_cast<std::size_t>(Expect::rule)] = {0.1 * static_cast<double>(step), 100, right[step]};
    if (step % 4 == 0) {
      point.heads.resize(2);
      point.heads[0].previous = {0.5F, 0.1F, 9};
      point.heads[1].previous = {0.1F * static_cast<float>(step), 0.1F, 9};
    }
    add_points(run, {point});
  }
  return run;
}

TEST(TrainingView, SaysWhatIsWrongBeforeTheStart) {
  EXPECT_FALSE(problem_of({}).has_value());
  TrainingChoices choices;
  choices.shape.heads = 5;
  EXPECT_EQ(problem_of(choices)->obstacle, ChoiceObstacle::heads_divide);
  choices.shape = {.heads = 4, .width = 60};
  EXPECT_EQ(problem_of(choices)->obstacle, ChoiceObstacle::rotary_odd);
  choices.shape.positions = train::PositionKind::learned;
  EXPECT_FALSE(problem_of(choices).has_value());
  choices = {};
  choices.task.kind = train::TaskKind::text;
  EXPECT_EQ(problem_of(choices)->obstacle, ChoiceObstacle::no_text);
  choices.task.text = "too short";
  EXPECT_EQ(problem_of(choices)->error->code(), "training_text_short");
  choices = {};
  choices.rate = 0.0F;
  EXPECT_EQ(problem_of(choices)->obstacle, ChoiceObstacle::rate);
  choices = {};
  choices.task.least_period = choices.task.most_period = 64;
  EXPECT_EQ(problem_of(choices)->error->code(), "training_value");
  choices = {};
  choices.shape.window = 65;
  EXPECT_EQ(problem_of(choices)->error->code(), "training_value");
  choices = {};
  choices.shape.weigh = train::WeighKind::linear;
  EXPECT_FALSE(problem_of(choices).has_value());
  choices.shape.positions = train::PositionKind::alibi;
  EXPECT_EQ(problem_of(choices)->obstacle, ChoiceObstacle::alibi_linear);
}

TEST(TrainingView, WhatIsChosenIsWhatIsLearned) {
  TrainingChoices choices;
  choices.task.text = "left from another task";
  choices.rate = 0.25F;
  choices.seed = 9;
  const train::Recipe recipe = recipe_of(choices);
  EXPECT_EQ(recipe.optimiser.rate, 0.25F);
  EXPECT_EQ(recipe.seed, 9U);
  EXPECT_TRUE(recipe.task.text.empty()) << "the task repeats symbols";
  choices.task.text.clear();
  EXPECT_EQ(choices_of(recipe), choices);
}

TEST(TrainingView, TheRunThatShipsIsRead) {
  const auto run = read_run({shipped_run()});
  EXPECT_EQ(run->heads(), 8U);
  EXPECT_GT(run->points.size(), 900U);
  EXPECT_EQ(run->checkpoints.front(), 0U);
  EXPECT_GT(run->measured.size(), 10U);
  const auto change = step_of_change(*run);
  ASSERT_TRUE(change.has_value());
  EXPECT_GT(*change, 300U);
  EXPECT_LT(*change, 600U);
}

TEST(TrainingView, AFolderWithoutARunSaysSo) {
  const testing::TemporaryFolder folder;
  (void)testing::error_of([&] { (void)read_run({folder.path()}); });
  EXPECT_TRUE(list_runs({folder.path() / "nowhere", 0})->empty());
  testing::write(folder.path() / "2026-01-01" / "training.json", "{}");
  testing::write(folder.path() / "2026-02-01" / "training.json", "{}");
  testing::write(folder.path() / "other" / "file", "");
  EXPECT_EQ(*list_runs({folder.path(), 0}),
            (std::vector<std::filesystem::path>{folder.path() / "2026-02-01", folder.path() / "2026-01-01"}));
  EXPECT_EQ(*list_runs({folder.path(), 0, "file"}), std::vector<std::filesystem::path>{folder.path() / "other"});
}

TEST(TrainingView, CurvesGoThroughThePointsAsFarAsTheyGo) {
  const TrainingRun run = run_of({0, 10, 20, 30, 40, 50, 60, 70, 80});
  EXPECT_EQ(curve_of(run, ScoreCurve::accuracy, std::vector<std::size_t>{0, 3, 8, 9, 20}),
            (std::vector<float>{0.0F, 0.3F, 0.8F}));
  EXPECT_TRUE(curve_of(run, ScoreCurve::unpredictable, std::vector<std::size_t>{0, 3}).empty());
  const std::vector<float> head = curve_of(run, HeadCurve::previous, 1, std::vector<std::size_t>{0, 2, 4, 8});
  ASSERT_EQ(head.size(), 4U);
  EXPECT_NEAR(head[1], 0.2F, 1e-6F) << "between the points at 0 and 4";
  EXPECT_NEAR(head[3], 0.8F, 1e-6F);
  EXPECT_TRUE(curve_of(run, HeadCurve::induction, 1, std::vector<std::size_t>{0, 2}).empty()) << "not measured";
  EXPECT_EQ(most_changing(run, HeadCurve::previous, 1), std::vector<std::size_t>{1});
}

TEST(TrainingView, StepsOfAChartBeginAtZeroAndEndAtTheLast) {
  EXPECT_EQ(chart_steps(0, 5), std::vector<std::size_t>{0});
  EXPECT_EQ(chart_steps(3, 9), (std::vector<std::size_t>{0, 1, 2, 3}));
  EXPECT_EQ(chart_steps(100, 5), (std::vector<std::size_t>{0, 25, 50, 75, 100}));
}

TEST(TrainingView, TheChangeIsHalfWayUpOrNowhere) {
  std::vector<std::size_t> right(200, 2);
  EXPECT_FALSE(step_of_change(run_of(right)).has_value());
  for (std::size_t step = 100; step < 200; ++step)
    right[step] = 98;
  const auto change = step_of_change(run_of(right));
  ASSERT_TRUE(change.has_value());
  EXPECT_NEAR(static_cast<double>(*change), 100.0, 1.0);
}

TEST(TrainingView, WhatACursorReadsIsOfItsStepOrBefore) {
  const TrainingRun run = run_of({0, 10, 20, 30, 40, 50});
  EXPECT_EQ(scored_at(run, 3)->step, 3U);
  EXPECT_EQ(scored_at(run, 90)->step, 5U);
  EXPECT_EQ(measured_at(run, 3)->step, 0U);
  EXPECT_EQ(measured_at(run, 5)->step, 4U);
  EXPECT_EQ(scored_at({}, 3), nullptr);
  const std::vector<std::size_t> kept{0, 25, 50};
  EXPECT_EQ(nearest_kept(kept, 12), 0U);
  EXPECT_EQ(nearest_kept(kept, 13), 1U);
  EXPECT_EQ(nearest_kept(kept, 900), 2U);
}

TEST(TrainingView, MapsAreTheWeightsOfTheModelOnTheExample) {
  const auto run = read_run({shipped_run()});
  const auto example = make_example({run->recipe.task, run->recipe.shape.context});
  ASSERT_EQ(example->ids.size(), 64U);
  EXPECT_EQ(make_example({run->recipe.task, 64})->ids, example->ids) << "the same each time";
  const auto path = shipped_run() / "step-000500";
  const auto maps = make_head_maps({path, 500, example});
  ASSERT_EQ(maps->weights.size(), 8U);
  const auto model = load_model(path);
  Request request;
  request.ids = example->ids;
  const auto trace = regard::run(model, request, nullptr);
  EXPECT_EQ(maps->weights[5].values, weights(*trace, {1, 1}).values);
  const Encoding read = model->tokenizer->encode(example->text);
  ASSERT_EQ(read.tokens.size(), 64U) << "the text that is put into the sentence is the same sequence";
  for (std::size_t token = 0; token < 64; ++token)
    EXPECT_EQ(read.tokens[token].id, example->ids[token]) << token;
}

TEST(TrainingView, TheTextOfEveryTaskIsReadAsItsSequence) {
  for (const auto& [name, kind] : train::Names<train::TaskKind>::all) {
    train::Recipe recipe{
        .task = {.kind = kind}, .shape = {.layers = 1, .heads = 1, .width = 8, .context = 32}, .batch = 1};
    if (kind == train::TaskKind::text)
      recipe.task.text = "der Hund  bellt, die Katze schläft; und der Mond scheint dazu";
    const auto example = make_example({recipe.task, 32});
    const train::Learner learner = train::make_learner(recipe);
    const auto model = train::model_of(learner);
    const Encoding read = model->tokenizer->encode(example->text);
    ASSERT_EQ(read.tokens.size(), 32U) << name;
    for (std::size_t token = 0; token < 32; ++token)
      EXPECT_EQ(read.tokens[token].id, example->ids[token]) << name << " " << token;
  }
}

}  // namespace
}  // namespace regard
