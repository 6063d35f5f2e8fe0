// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/residual_path.h"

#include "core/base/progress.h"
#include "tests/core/engine/random_model.h"
#include "tests/core/engine/reference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

namespace regard {
namespace {

Matrix one_row(std::vector<float> values) {
  Matrix matrix(1, values.size());
  matrix.values = std::move(values);
  return matrix;
}

/// One token, one layer: (3, 4) plus (−3, 0) of attention plus (0, 1) of feed-forward.
Trace handmade() {
  Trace trace;
  auto model = std::make_shared<Model>();
  model->weights = std::make_shared<Weights>();
  trace.model = model;
  trace.request.ids = {1};
  trace.residual = {one_row({3.0F, 4.0F}), one_row({0.0F, 5.0F})};
  LayerTrace layer;
  layer.attention_output = one_row({-3.0F, 0.0F});
  layer.feed_forward_output = one_row({0.0F, 1.0F});
  trace.layers.push_back(std::move(layer));
  return trace;
}

TEST(ResidualPath, IsTheOneComputedByHand) {
  const ResidualPath path = residual_path(handmade(), {0, 1});
  ASSERT_EQ(path.steps.size(), 2U);
  EXPECT_EQ(path.rows, 1U);
  EXPECT_FLOAT_EQ(path.steps[0].norm, 5.0F);
  EXPECT_FLOAT_EQ(path.steps[0].cosine_to_embedding, 1.0F);
  EXPECT_FLOAT_EQ(path.steps[0].cosine_to_final, 0.8F);
  EXPECT_FLOAT_EQ(path.steps[0].attention_norm, 0.0F);
  EXPECT_FLOAT_EQ(path.steps[1].norm, 5.0F);
  EXPECT_FLOAT_EQ(path.steps[1].cosine_to_embedding, 0.8F);
  EXPECT_FLOAT_EQ(path.steps[1].cosine_to_final, 1.0F);
  EXPECT_FLOAT_EQ(path.steps[1].attention_norm, 3.0F);
  EXPECT_FLOAT_EQ(path.steps[1].feed_forward_norm, 1.0F);
  EXPECT_FLOAT_EQ(path.steps[1].attention_share, 0.75F);
  EXPECT_FLOAT_EQ(path.steps[1].feed_forward_share, 0.25F);
  EXPECT_FLOAT_EQ(path.steps[1].attention_part, 0.0F) << "at right angles to the final state";
  EXPECT_FLOAT_EQ(path.steps[1].feed_forward_part, 0.2F);
}

TEST(ResidualPath, CountsWhatCrossAttentionWrites) {
  Trace trace = handmade();
  auto cross = std::make_shared<Trace>();
  LayerTrace layer;
  layer.attention_output = one_row({0.0F, 4.0F});
  cross->layers.push_back(std::move(layer));
  trace.cross = cross;
  const ResidualPath path = residual_path(trace, {0, 1});
  EXPECT_TRUE(path.has_cross);
  EXPECT_FLOAT_EQ(path.steps[1].attention_share, 3.0F / 8.0F);
  EXPECT_FLOAT_EQ(path.steps[1].cross_share, 4.0F / 8.0F);
  EXPECT_FLOAT_EQ(path.steps[1].cross_part, 0.8F);
}

TEST(ResidualPath, OfATextIsTheMeanOfItsTokens) {
  const auto model = testing::random_llama({.layers = 3});
  Request request;
  request.ids = testing::some_ids(9, 101);
  const auto trace = run(model, request);
  const ResidualPath whole = residual_path(*trace, {0, 9});
  EXPECT_EQ(whole.rows, 9U);
  for (std::size_t index = 0; index < whole.steps.size(); ++index) {
    double norm = 0.0, share = 0.0;
    for (std::size_t token = 0; token < 9; ++token) {
      const ResidualStep step = residual_path(*trace, {token, token + 1}).steps[index];
      norm += static_cast<double>(step.norm);
      share += static_cast<double>(step.attention_share);
    }
    EXPECT_NEAR(whole.steps[index].norm, norm / 9.0, 1e-4);
    EXPECT_NEAR(whole.steps[index].attention_share, share / 9.0, 1e-5);
  }
}

double sum_of_parts(const Trace& trace, std::size_t token) {
  const ResidualPath path = residual_path(trace, {token, token + 1});
  const ResidualStep& embedding = path.steps.front();
  double sum = static_cast<double>(embedding.cosine_to_final * embedding.norm / path.steps.back().norm);
  for (const ResidualStep& step : path.steps)
    sum += static_cast<double>(step.attention_part + step.feed_forward_part);
  return sum;
}

TEST(ResidualPath, PartsOfAPreNormModelAddUpToTheFinalState) {
  Request request;
  request.ids = testing::some_ids(9, 101);
  const auto llama = run(testing::random_llama({.layers = 4}), request);
  const auto bert = run(testing::random_bert({.layers = 4}), request);
  for (const std::size_t token : {0U, 4U, 8U}) {
    EXPECT_NEAR(sum_of_parts(*llama, token), 1.0, 1e-4);
    EXPECT_GT(std::abs(sum_of_parts(*bert, token) - 1.0), 1e-2) << "BERT normalises after every block";
  }
}

double plain_dot(const float* first, const float* second, std::size_t width) {
  double sum = 0.0;
  for (std::size_t index = 0; index < width; ++index)
    sum += static_cast<double>(first[index]) * static_cast<double>(second[index]);
  return sum;
}

TEST(ResidualPath, AgreesWithPyTorchsStream) {
  REGARD_NEEDS(testing::reference_folder() / "stamp.txt");
  for (const char* model : {"bert-gelu-f32", "qwen3-one-kv-head-bf16", "gemma2-capped-f32", "neox-parallel-f32"}) {
    const testing::RecordedRun reference = testing::recorded_run(model, 0);
    const std::vector<float> residual = reference.array("residual");
    const std::vector<float> attention = reference.array("attention_output");
    const std::vector<float> feed_forward = reference.array("feed_forward_output");
    const std::size_t layers = reference.trace->model->config.layers;
    const std::size_t tokens = reference.trace->tokens();
    const std::size_t width = reference.trace->model->config.hidden;
    const std::size_t token = tokens / 2;
    const auto row = [&](const std::vector<float>& of, std::size_t index) {
      return &of[(index * tokens + token) * width];
    };
    const auto norm = [&](const float* of) { return std::sqrt(plain_dot(of, of, width)); };
    const ResidualPath path = residual_path(*reference.trace, {token, token + 1});
    ASSERT_EQ(path.steps.size(), layers + 1);
    for (std::size_t index = 0; index <= layers; ++index) {
      const float* stream = row(residual, index);
      const float* first = row(residual, 0);
      EXPECT_NEAR(path.steps[index].norm / norm(stream), 1.0, 1e-4) << model;
      EXPECT_NEAR(path.steps[index].cosine_to_embedding, plain_dot(stream, first, width) / norm(stream) / norm(first),
                  1e-4)
          << model;
      if (index == 0) continue;
      const double from_attention = norm(row(attention, index - 1));
      const double from_feed_forward = norm(row(feed_forward, index - 1));
      EXPECT_NEAR(path.steps[index].attention_share, from_attention / (from_attention + from_feed_forward), 1e-4)
          << model;
    }
  }
}

TEST(ResidualPath, StopsWhenNobodyWantsItAnyMore) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)residual_path(handmade(), {0, 1}, stop.get_token()), Cancelled);
}

}  // namespace
}  // namespace regard
