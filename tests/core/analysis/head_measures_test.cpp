// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/head_measures.h"

#include "core/base/progress.h"
#include "core/engine/engine.h"
#include "tests/core/analysis/given_weights.h"
#include "tests/core/engine/random_model.h"
#include "tests/core/engine/reference.h"

#include <gtest/gtest.h>

#include <cmath>

namespace regard {
namespace {

using testing::trace_with_weights;

Matrix matrix_of(std::size_t size, std::vector<float> values) {
  Matrix matrix(size, size);
  matrix.values = std::move(values);
  return matrix;
}

void expect_measure(const Measure& measure, double value, double uniform, std::size_t rows, const char* name) {
  EXPECT_NEAR(measure.value, value, 2e-5) << name;
  EXPECT_NEAR(measure.uniform, uniform, 2e-5) << name << " of a uniform head";
  EXPECT_EQ(measure.rows, rows) << name;
}

TEST(HeadMeasures, AreThoseComputedByHand) {
  const Matrix grid = matrix_of(4, {0.1F, 0.2F, 0.3F, 0.4F,      //
                                    0.25F, 0.25F, 0.25F, 0.25F,  //
                                    0.5F, 0.1F, 0.2F, 0.2F,      //
                                    0.7F, 0.1F, 0.1F, 0.1F});
  const HeadMeasures m = measure_head(*trace_with_weights(grid, {7, 8, 7, 9}, false), {0, 0});
  expect_measure(m.entropy, 1.206801, 1.386294, 4, "entropy");
  expect_measure(m.normalised_entropy, 0.870523, 1.0, 4, "normalised entropy");
  expect_measure(m.confidence, 0.4625, 0.25, 4, "confidence");
  expect_measure(m.distance, 1.675, 1.25, 4, "distance");
  expect_measure(m.previous, 0.15, 0.25, 3, "previous");
  expect_measure(m.next, 0.216667, 0.25, 3, "next");
  expect_measure(m.self, 0.1625, 0.25, 4, "self");
  expect_measure(m.first, 0.483333, 0.25, 3, "first");
  expect_measure(m.duplicate, 0.5, 0.25, 1, "duplicate");
  expect_measure(m.induction, 0.1, 0.25, 1, "induction");
}

TEST(HeadMeasures, OfACausalHeadKnowHowManyKeysEachRowHas) {
  const Matrix grid = matrix_of(3, {1.0F, 0.0F, 0.0F,    //
                                    0.25F, 0.75F, 0.0F,  //
                                    0.5F, 0.5F, 0.0F});
  const HeadMeasures m = measure_head(*trace_with_weights(grid, {1, 2, 3}, true), {0, 0});
  const double row_1 = -0.25 * std::log(0.25) - 0.75 * std::log(0.75);
  expect_measure(m.entropy, (row_1 + std::log(2.0)) / 3.0, (std::log(2.0) + std::log(3.0)) / 3.0, 3, "entropy");
  expect_measure(m.normalised_entropy, (row_1 / std::log(2.0) + std::log(2.0) / std::log(3.0)) / 2.0, 1.0, 2,
                 "normalised entropy: a row with one key has none");
  expect_measure(m.distance, (0.25 + 1.5) / 3.0, (0.0 + 0.5 + 1.0) / 3.0, 3, "distance");
  expect_measure(m.previous, (0.25 + 0.5) / 2.0, (1.0 / 2.0 + 1.0 / 3.0) / 2.0, 2, "previous");
  EXPECT_FALSE(m.next.defined()) << "a causal head cannot look ahead";
  EXPECT_FALSE(m.duplicate.defined()) << "no token comes twice";
}

TEST(HeadMeasures, OfOneTokenAreThatRowAlone) {
  const Matrix grid = matrix_of(3, {0.2F, 0.3F, 0.5F,  //
                                    0.6F, 0.3F, 0.1F,  //
                                    0.1F, 0.1F, 0.8F});
  const HeadMeasures m = measure_head(*trace_with_weights(grid, {1, 2, 3}, false), {0, 0}, {1, 2});
  expect_measure(m.confidence, 0.6, 1.0 / 3.0, 1, "confidence");
  expect_measure(m.distance, 0.7, 2.0 / 3.0, 1, "distance");
  expect_measure(m.self, 0.3, 1.0 / 3.0, 1, "self");
}

TEST(HeadMeasures, DoNotTakeAStutterForInduction) {
  const Matrix grid = matrix_of(3, {1.0F, 0.0F, 0.0F,  //
                                    0.4F, 0.6F, 0.0F,  //
                                    0.2F, 0.3F, 0.5F});
  const HeadMeasures m = measure_head(*trace_with_weights(grid, {5, 5, 5}, true), {0, 0});
  // Row 1 looks at nothing that followed an earlier copy but itself; row 2 at token 1, which followed token 0.
  expect_measure(m.induction, (0.0 + 0.3) / 2.0, (0.0 + 1.0 / 3.0) / 2.0, 2, "induction");
  expect_measure(m.duplicate, (0.4 + 0.2 + 0.3) / 2.0, (1.0 / 2.0 + 2.0 / 3.0) / 2.0, 2, "duplicate");
}

TEST(HeadMeasures, FindInductionAtOneOffsetOnly) {
  constexpr std::size_t period = 4;
  constexpr std::size_t tokens = 1 + 2 * period;
  const std::vector<std::int32_t> ids{0, 11, 12, 13, 14, 11, 12, 13, 14};
  const auto looking_back = [&](std::size_t offset) {
    Matrix grid(tokens, tokens);
    for (std::size_t query = 0; query < tokens; ++query) {
      const std::size_t key = query >= offset ? query - offset : 0;
      for (std::size_t other = 0; other <= query; ++other)
        grid(query, other) = query == 0 ? 1.0F : other == key ? 0.8F : 0.2F / static_cast<float>(query);
    }
    return trace_with_weights(grid, ids, true);
  };
  const RepeatedText repeated{1, period};
  const Measure found = repeated_induction(*looking_back(period - 1), {0, 0}, repeated);
  EXPECT_NEAR(found.value, 0.8, 1e-5);
  EXPECT_EQ(found.rows, period);
  EXPECT_NEAR(found.uniform, (1.0 / 6 + 1.0 / 7 + 1.0 / 8 + 1.0 / 9) / 4, 1e-6);
  EXPECT_LT(repeated_induction(*looking_back(period), {0, 0}, repeated).value, 0.1) << "that one looks at the copies";
  EXPECT_LT(repeated_induction(*looking_back(period - 2), {0, 0}, repeated).value, 0.1);
}

TEST(HeadMeasures, AreTheMeanOfTheirRowsHoweverLongTheText) {
  const auto model = testing::random_llama({.layers = 1, .heads = 2, .kv_heads = 1, .hidden = 16, .context = 1024});
  testing::set_window(*model, 300);
  Request request;
  request.ids = testing::some_ids(700, 101);  // more rows than one block holds
  const auto trace = run(model, request);
  const HeadRef head{0, 1};
  const HeadMeasures whole = measure_head(*trace, head);
  double entropy = 0.0, distance = 0.0, induction = 0.0, uniform = 0.0;
  std::size_t induction_rows = 0;
  for (std::size_t query = 0; query < trace->tokens(); ++query) {
    const HeadMeasures row = measure_head(*trace, head, {query, query + 1});
    entropy += static_cast<double>(row.entropy.value);
    distance += static_cast<double>(row.distance.value);
    uniform += static_cast<double>(row.distance.uniform);
    induction += static_cast<double>(row.induction.value);
    induction_rows += row.induction.rows;
  }
  EXPECT_EQ(whole.entropy.rows, 700U);
  EXPECT_NEAR(whole.entropy.value, entropy / 700.0, 1e-4);
  EXPECT_NEAR(whole.distance.value, distance / 700.0, 1e-3);
  EXPECT_NEAR(whole.distance.uniform, uniform / 700.0, 1e-3);
  EXPECT_EQ(whole.induction.rows, induction_rows);
  EXPECT_NEAR(whole.induction.value, induction / static_cast<double>(induction_rows), 1e-5);
}

TEST(HeadMeasures, StopWhenNobodyWantsThemAnyMore) {
  std::stop_source stop;
  stop.request_stop();
  const auto trace = trace_with_weights(matrix_of(1, {1.0F}), {1}, false);
  EXPECT_THROW((void)measure_head(*trace, {0, 0}, stop.get_token()), Cancelled);
}

/// By the definitions, from PyTorch's own weights [H, T, T] of one layer, in double.
struct Plain {
  double entropy = 0.0, distance = 0.0, previous = 0.0, first = 0.0;
};
Plain plain_measures(const float* weights, std::size_t tokens) {
  Plain sum;
  for (std::size_t query = 0; query < tokens; ++query) {
    for (std::size_t key = 0; key < tokens; ++key) {
      const double weight = static_cast<double>(weights[query * tokens + key]);
      if (weight > 0.0) sum.entropy -= weight * std::log(weight);
      sum.distance += weight * std::abs(static_cast<double>(query) - static_cast<double>(key));
    }
    if (query > 0) sum.previous += static_cast<double>(weights[query * tokens + query - 1]);
    if (query > 0) sum.first += static_cast<double>(weights[query * tokens]);
  }
  const auto count = static_cast<double>(tokens);
  return {sum.entropy / count, sum.distance / count, sum.previous / (count - 1), sum.first / (count - 1)};
}

TEST(HeadMeasures, AgreeWithPyTorchsWeights) {
  REGARD_NEEDS(testing::reference_folder() / "stamp.txt");
  for (const char* model : {"bert-gelu-f32", "qwen3-one-kv-head-bf16", "mistral-window-f32", "bloom-6-heads-f32"}) {
    const testing::RecordedRun reference = testing::recorded_run(model, 2);
    const std::vector<float> weights = reference.array("weights");
    const ModelConfig& config = reference.trace->model->config;
    const std::size_t tokens = reference.trace->tokens();
    for (std::size_t layer = 0; layer < config.layers; ++layer)
      for (std::size_t head = 0; head < config.heads(0); ++head) {
        const Plain plain = plain_measures(&weights[(layer * config.heads(0) + head) * tokens * tokens], tokens);
        const HeadMeasures ours = measure_head(*reference.trace, {layer, head});
        EXPECT_NEAR(ours.entropy.value, plain.entropy, 1e-4) << model << " " << layer << "." << head;
        EXPECT_NEAR(ours.distance.value, plain.distance, 1e-3) << model << " " << layer << "." << head;
        EXPECT_NEAR(ours.previous.value, plain.previous, 1e-4) << model << " " << layer << "." << head;
        EXPECT_NEAR(ours.first.value, plain.first, 1e-4) << model << " " << layer << "." << head;
      }
  }
}

}  // namespace
}  // namespace regard
