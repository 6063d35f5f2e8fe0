// SPDX-License-Identifier: Apache-2.0
// Logits, the most probable tokens, and text that continues.
#include "core/base/error.h"
#include "core/engine/engine.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

using testing::some_ids;

TEST(Predictions, AreTheSameForOnePositionAndForAll) {
  for (const auto& model : {testing::random_bert({}), testing::random_llama({})}) {
    const auto all = run(model, {.ids = some_ids(9, 101), .all_logits = true});
    const auto none = run(model, {.ids = some_ids(9, 101)});
    EXPECT_TRUE(none->logits.empty());
    const std::size_t positions[] = {8, 0, 4};
    const Matrix some = logits_at(*none, positions);
    ASSERT_EQ(some.rows, 3U);
    for (std::size_t row = 0; row < 3; ++row)
      for (std::size_t id = 0; id < 101; ++id)
        EXPECT_EQ(some(row, id), all->logits(positions[row], id));
  }
}

TEST(Predictions, ComeBestFirstWithProbabilitiesOfTheWholeVocabulary) {
  const auto trace = run(testing::random_bert({}), {.ids = some_ids(9, 101)});
  const auto every = predict(*trace, 4, 1'000);
  ASSERT_EQ(every.size(), 101U);
  double sum = 0.0;
  for (std::size_t rank = 0; rank < every.size(); ++rank) {
    sum += static_cast<double>(every[rank].probability);
    if (rank > 0) {
      EXPECT_GE(every[rank - 1].logit, every[rank].logit);
    }
  }
  EXPECT_NEAR(sum, 1.0, 1e-5);
  const auto best = predict(*trace, 4, 3);
  ASSERT_EQ(best.size(), 3U);
  EXPECT_EQ(best[2].id, every[2].id);
  EXPECT_EQ(best[2].probability, every[2].probability);
}

TEST(Predictions, AreEmptyWithoutALanguageModelHead) {
  const auto model = testing::random_bert({});
  model->config.has_lm_head = false;
  const auto trace = run(model, {.ids = {1, 2}, .all_logits = true});
  EXPECT_TRUE(trace->logits.empty());
  EXPECT_TRUE(predict(*trace, 1, 5).empty());
}

std::vector<std::int32_t> greedy_by_fresh_runs(const std::shared_ptr<const Model>& model, std::vector<std::int32_t> ids,
                                               std::size_t tokens) {
  std::vector<std::int32_t> made;
  for (std::size_t step = 0; step < tokens; ++step) {
    const auto trace = run(model, {.ids = ids});
    made.push_back(predict(*trace, ids.size() - 1, 1).front().id);
    ids.push_back(made.back());
  }
  return made;
}

TEST(Generation, TakesTheMostProbableTokenEachTime) {
  const auto model = testing::random_llama({});
  EXPECT_EQ(generate(model, {5, 9}, {.tokens = 40}), greedy_by_fresh_runs(model, {5, 9}, 40));
}

TEST(Generation, FollowsRotationThatGrowsWithTheText) {
  const auto model = testing::random_llama({});
  const RopeConfig rope{.scaling = RopeConfig::Scaling::dynamic, .factor = 4.0F, .original_context = 12.0F};
  testing::set_positions(*model, Rotary{rope, model->config.head_dim(0)});
  EXPECT_EQ(generate(model, {5, 9}, {.tokens = 30}), greedy_by_fresh_runs(model, {5, 9}, 30));
}

TEST(Generation, DependsOnlyOnItsSeed) {
  const auto model = testing::random_llama({});
  const auto text = [&](std::uint64_t seed, std::size_t top_k) {
    return generate(model, {5, 9}, {.tokens = 30, .temperature = 1.5F, .top_k = top_k, .seed = seed});
  };
  EXPECT_EQ(text(1, 0), text(1, 0));
  EXPECT_NE(text(1, 0), text(2, 0));
  EXPECT_EQ(text(1, 1), generate(model, {5, 9}, {.tokens = 30}));
}

TEST(Generation, DrawsOnlyFromTheBestFew) {
  const auto model = testing::random_llama({});
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto best = predict(*run(model, {.ids = {5, 9}}), 1, 3);
    const auto made = generate(model, {5, 9}, {.tokens = 1, .temperature = 5.0F, .top_k = 3, .seed = seed});
    ASSERT_EQ(made.size(), 1U);
    EXPECT_TRUE(std::any_of(best.begin(), best.end(), [&](const Prediction& p) { return p.id == made[0]; }));
  }
}

TEST(Generation, StopsAtTheEndOfTheContext) {
  // The context holds 64: four more tokens are read, and the one that the full context predicts is written too.
  EXPECT_EQ(generate(testing::random_llama({}), some_ids(60, 101), {.tokens = 100}).size(), 5U);
}

TEST(Generation, NeedsAModelThatPredictsTheNextToken) {
  EXPECT_THROW((void)generate(testing::random_bert({}), {1}, {}), Error);
  EXPECT_THROW((void)generate(testing::random_llama({}), {}, {}), Error);
}

}  // namespace
}  // namespace regard
