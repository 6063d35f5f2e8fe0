// SPDX-License-Identifier: Apache-2.0
// A learner learns, the same bits each time, and stops where its loss is no number.
#include "core/train/training.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/sanitizers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace regard::train {
namespace {

using testing::error_of;

Recipe small(TaskKind kind) {
  return {.task = {.kind = kind,
                   .symbols = kind == TaskKind::brackets ? std::size_t{3} : std::size_t{12},
                   .least_period = 3,
                   .most_period = 6},
          .shape = {.layers = 2, .heads = 2, .width = 32, .context = 20},
          .batch = 32,
          .optimiser = {.rate = 3e-3F}};
}

Scores after(Learner& learner, std::size_t steps) {
  Scores scores;
  for (std::size_t step = 0; step < steps; ++step)
    scores = learn(learner);
  return scores;
}

TEST(Learner, IsTheSameToTheLastBitFromItsSeed) {
  std::vector<Learner> learners;
  for (const std::uint64_t seed : {7U, 7U, 8U}) {
    Recipe recipe = small(TaskKind::repeat);
    recipe.seed = seed;
    recipe.shape.feed_forward = 40;
    const std::vector<char> shifts_the_heap(1'000 + 17 * learners.size());
    learners.push_back(make_learner(recipe));
    (void)after(learners.back(), 20);
  }
  EXPECT_EQ(learners[0].parameters, learners[1].parameters);
  EXPECT_NE(learners[0].parameters, learners[2].parameters);
  EXPECT_EQ(learners[0].batch.ids, learners[1].batch.ids);
}

TEST(Learner, BeginsAtTheLossOfAGuess) {
  for (const std::size_t symbols : {std::size_t{12}, std::size_t{64}}) {
    Recipe recipe = small(TaskKind::repeat);
    recipe.task.symbols = symbols;
    Learner learner = make_learner(recipe);
    EXPECT_NEAR(learn(learner).loss, std::log(static_cast<double>(symbols)), 0.5);
  }
}

TEST(Learner, LearnsWhatOneLayerCanLearn) {
  for (const TaskKind kind : {TaskKind::previous, TaskKind::brackets}) {
    Learner learner = make_learner(small(kind));
    const double before = learn(learner).at(Expect::rule).accuracy();
    EXPECT_LT(before, 0.45);
    EXPECT_GT(after(learner, 400).at(Expect::rule).accuracy(), kind == TaskKind::previous ? 0.95 : 0.7);
  }
}

TEST(Learner, SeesThatSumsHaveSymbolsAtTheirPlaces) {
  Learner learner = make_learner(small(TaskKind::add));
  const Scores scores = after(learner, 150);
  EXPECT_GT(scores.at(Expect::symbol).accuracy(), 0.99);
  EXPECT_LT(scores.at(Expect::chance).accuracy(), 0.3);
}

TEST(Learner, CheatsAFixedOffsetByPositionWhereOneLayerCannotFindIt) {
  if (testing::sanitized) GTEST_SKIP() << "eight hundred steps of what the tests beside this one do a few of";
  Recipe recipe = small(TaskKind::repeat);
  recipe.shape.layers = 1;
  recipe.shape.positions = PositionKind::learned;
  recipe.shape.context = 32;
  recipe.task = {.symbols = 40, .least_period = 4, .most_period = 16};
  Learner drawn = make_learner(recipe);
  recipe.task.least_period = recipe.task.most_period = 9;
  Learner fixed = make_learner(recipe);
  EXPECT_GT(after(fixed, 400).at(Expect::rule).accuracy(), 0.95);
  EXPECT_LT(after(drawn, 400).at(Expect::rule).accuracy(), 0.6);
}

TEST(Learner, StopsAtTheLastGoodStepWhenItDiverges) {
  Recipe recipe = small(TaskKind::repeat);
  recipe.optimiser.rate = 1e30F;
  Learner learner = make_learner(recipe);
  std::size_t good = 0;
  const Error error = error_of([&] {
    for (; good < 20; ++good)
      (void)learn(learner);
  });
  EXPECT_EQ(error.code(), "training_diverged");
  EXPECT_LT(good, 20U);
  EXPECT_EQ(learner.steps + 1, good);  // `good` steps had a loss; the last update of theirs spoilt it
  EXPECT_EQ(error.details().found, std::to_string(learner.steps));
  Pass pass = make_pass(learner.pass.shape, learner.pass.sequences);
  forward(pass, learner.parameters, learner.batch.ids);
  EXPECT_TRUE(std::isfinite(cross_entropy(learner.batch, pass.shape.vocabulary, pass.logits).loss));
  EXPECT_EQ(error_of([&] { (void)learn(learner); }).code(), "training_diverged");
}

TEST(Learner, RefusesShapesThatDoNotFit) {
  const auto refused = [](auto change) {
    Recipe recipe = small(TaskKind::repeat);
    change(recipe);
    return error_of([&] { (void)make_learner(recipe); });
  };
  EXPECT_EQ(refused([](Recipe& recipe) { recipe.shape.heads = 5; }).details().item, "heads");
  EXPECT_EQ(refused([](Recipe& recipe) { recipe.shape.heads = 32; }).details().item, "heads");  // of one dimension each
  EXPECT_EQ(refused([](Recipe& recipe) { recipe.shape.layers = 0; }).details().item, "layers");
  EXPECT_EQ(refused([](Recipe& recipe) { recipe.shape.window = 21; }).details().item, "window");
  EXPECT_EQ(refused([](Recipe& recipe) { recipe.shape.context = 3; }).details().item, "tokens");
  EXPECT_EQ(refused([](Recipe& recipe) { recipe.batch = 0; }).details().item, "batch");
  EXPECT_EQ(refused([](Recipe& recipe) {
              recipe.batch = 4'096;
              recipe.shape.context = 512;
            }).code(),
            "training_memory");
}

}  // namespace
}  // namespace regard::train
