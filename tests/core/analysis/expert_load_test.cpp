// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/expert_load.h"

#include "core/engine/engine.h"
#include "core/trace/experts.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace regard {
namespace {

constexpr testing::ModelShape kLoadShape{.layers = 3, .heads = 3, .kv_heads = 1, .hidden = 36, .feed_forward = 19};

std::shared_ptr<const Trace> run_of_mixture(std::size_t tokens) {
  const auto model = testing::random_mixture(kLoadShape, {.count = 5, .chosen = 2});
  return run(model, {.ids = testing::some_ids(tokens, kLoadShape.vocabulary)});
}

TEST(ExpertLoad, CountsEveryChoiceOfEveryToken) {
  const auto trace = run_of_mixture(17);
  const ExpertLoad load = expert_load(*trace, 0);
  ASSERT_EQ(load.tokens.size(), 5U);
  EXPECT_EQ(std::accumulate(load.tokens.begin(), load.tokens.end(), std::size_t{0}), 34U);
  for (std::size_t expert = 0; expert < 5; ++expert) {
    std::size_t tokens = 0;
    for (std::size_t token = 0; token < 17; ++token)
      for (const ChosenExpert& chosen : chosen_experts(*trace, 0, token))
        tokens += chosen.expert == expert ? 1 : 0;
    EXPECT_EQ(load.tokens[expert], tokens) << expert;
    EXPECT_FLOAT_EQ(load.share(expert), static_cast<float>(tokens) / 17.0F);
  }
  EXPECT_FLOAT_EQ(load.even_share(), 0.4F);
}

TEST(ExpertLoad, OfALayerWithoutExpertsIsEmpty) {
  const auto trace = run_of_mixture(4);
  EXPECT_EQ(expert_load(*trace, 1), ExpertLoad{});
  EXPECT_TRUE(experts_by_load(expert_load(*trace, 1)).empty());
  EXPECT_TRUE(has_experts(trace->model->config));
  EXPECT_FALSE(has_experts(testing::random_llama({})->config));
}

/// One token has k experts with a k-th of the choices each: ln k / ln experts.
TEST(ExpertLoad, OfOneTokenHasTheEntropyOfItsExperts) {
  EXPECT_NEAR(expert_load(*run_of_mixture(1), 0).entropy, std::log(2.0) / std::log(5.0), 1e-12);
}

TEST(ExpertLoad, PutsTheBusiestFirstAndOfEqualOnesTheFirst) {
  const ExpertLoad load{.rows = 4, .chosen = 2, .tokens = {1, 3, 0, 3, 1}};
  EXPECT_EQ(experts_by_load(load), (std::vector<std::size_t>{1, 3, 0, 4, 2}));
}

}  // namespace
}  // namespace regard
