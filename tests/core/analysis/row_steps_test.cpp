// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/row_steps.h"

#include "core/engine/engine.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace regard {
namespace {

/// Every step from q·k to the score the run used, for each query and key of one head.
void expect_steps_to_add_up(float cap, std::vector<float> slopes) {
  const auto model = testing::random_llama({});
  model->config.score_cap = cap;
  model->config.alibi_slopes = std::move(slopes);
  Request request;
  request.ids = {5, 17, 3, 99, 42, 7, 8};
  const auto trace = run(model, request);
  const HeadRef head{1, 2};
  float largest_bias = 0.0F;
  for (std::size_t query = 0; query < trace->tokens(); ++query) {
    const RowSteps steps = row_steps(*trace, head, query);
    for (std::size_t key = 0; key < trace->tokens(); ++key) {
      const std::vector<float> products = score_products(*trace, head, query, key);
      EXPECT_NEAR(std::accumulate(products.begin(), products.end(), 0.0), steps.scaled[key], 1e-5);
      const float capped = cap == 0.0F ? steps.scaled[key] : cap * std::tanh(steps.scaled[key] / cap);
      EXPECT_NEAR(capped + steps.biases[key], steps.scores[key], 1e-5) << query << " → " << key;
      largest_bias = std::max(largest_bias, std::abs(steps.biases[key]));
    }
  }
  EXPECT_EQ(largest_bias > 0.0F, !model->config.alibi_slopes.empty());
}

TEST(RowSteps, AddUpWithoutCapAndBias) {
  expect_steps_to_add_up(0.0F, {});
}

TEST(RowSteps, AddUpWithASoftCap) {
  expect_steps_to_add_up(0.3F, {});
}

TEST(RowSteps, AddUpWithAlibi) {
  expect_steps_to_add_up(0.0F, {0.5F, 0.25F, 0.125F, 0.0625F});
}

TEST(RowSteps, AddUpWithBoth) {
  expect_steps_to_add_up(0.3F, {0.5F, 0.25F, 0.125F, 0.0625F});
}

}  // namespace
}  // namespace regard
