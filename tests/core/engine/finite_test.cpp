// SPDX-License-Identifier: Apache-2.0
// Damaged weights must be named, not turned into plausible numbers.
#include "core/base/error.h"
#include "core/base/lanes.h"
#include "core/engine/engine.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace regard {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// The error of a run of a model whose weights were damaged.
Error error_of(const std::shared_ptr<Model>& model, const std::function<void(Weights&)>& damage) {
  const auto weights = std::make_shared<Weights>(*model->weights);
  damage(*weights);
  model->weights = weights;
  try {
    (void)run(model, {.ids = {1, 2, 3, 4, 5}});
  } catch (const Error& error) {
    return error;
  }
  return {"none", {}};
}

TEST(Finite, NamesTheLayerAndTheHeadsThatBroke) {
  for (Linear LayerWeights::*matrix : {&LayerWeights::query, &LayerWeights::key, &LayerWeights::value})
    for (const float bad : {kNaN, kInfinity, -kInfinity}) {
      const auto model = testing::random_bert({});
      const std::size_t head_dim = model->config.head_dim(0);
      const Error error = error_of(model, [&](Weights& weights) {
        for (const std::size_t head : {1U, 3U})
          (weights.layers[1].*matrix).bias[head * head_dim + 2] = bad;
      });
      EXPECT_EQ(error.code(), "not_finite_heads") << bad;
      EXPECT_EQ(error.details().item, "1");
      EXPECT_EQ(error.details().found, "1, 3");
      EXPECT_EQ(error.details().file, "random");
    }
}

TEST(Finite, NamesTheLayerWhereNoHeadIsToBlame) {
  for (const auto& model : {testing::random_bert({}), testing::random_llama({})}) {
    const Error error = error_of(model, [](Weights& weights) { weights.layers[0].down.bias[3] = kNaN; });
    EXPECT_EQ(error.code(), "not_finite");
    EXPECT_EQ(error.details().item, "0");
  }
}

TEST(Finite, SaysNothingOfSoundWeights) {
  EXPECT_EQ(error_of(testing::random_llama({}), [](Weights&) {}).code(), "none");
}

TEST(Finite, TheExponentialOfNaNIsNaN) {
  const Lanes results = exponential(broadcast(kNaN));
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    EXPECT_TRUE(std::isnan(results[lane]));
  EXPECT_EQ(exponential(broadcast(-kInfinity))[0], 0.0F);
}

TEST(Finite, LogitsThatAreNoNumbersRankLast) {
  const std::vector<float> logits{kNaN, 2.0F, -kInfinity, 2.0F, kNaN, 7.0F};
  std::vector<std::int32_t> ids{0, 1, 2, 3, 4, 5};
  std::sort(ids.begin(), ids.end(), [&](std::int32_t a, std::int32_t b) { return ranks_before(logits, a, b); });
  EXPECT_EQ(ids, (std::vector<std::int32_t>{5, 1, 3, 2, 0, 4}));
}

}  // namespace
}  // namespace regard
