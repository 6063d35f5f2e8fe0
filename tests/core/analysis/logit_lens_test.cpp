// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/logit_lens.h"

#include "core/base/progress.h"
#include "tests/core/engine/random_model.h"
#include "tests/core/engine/reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

std::shared_ptr<const Trace> some_run(const std::shared_ptr<const Model>& model) {
  Request request;
  request.ids = testing::some_ids(9, 101);
  return run(model, request);
}

TEST(LogitLens, EndsWithWhatTheModelPredicts) {
  for (const auto& model : {testing::random_llama({.layers = 11}), testing::random_bert({.layers = 3})}) {
    const auto trace = some_run(model);
    const LogitLens lens = logit_lens(*trace, 5);
    ASSERT_EQ(lens.layers.size(), model->config.layers + 1);
    const Prediction best = predict(*trace, 5, 1).front();
    EXPECT_EQ(lens.final_id, best.id);
    EXPECT_EQ(lens.layers.back().top_id, best.id);
    EXPECT_NEAR(lens.layers.back().top_probability, best.probability, 1e-6);
    EXPECT_NEAR(lens.layers.back().final_probability, best.probability, 1e-6);
    EXPECT_EQ(lens.layers.back().final_rank, 0U);
    for (const LensLayer& layer : lens.layers) {
      EXPECT_GE(layer.top_probability, layer.final_probability);
      EXPECT_EQ(layer.final_rank == 0, layer.top_id == lens.final_id);
    }
  }
}

TEST(LogitLens, OfAModelWithoutAHeadIsEmpty) {
  const auto model = testing::random_bert({});
  model->config.has_lm_head = false;
  EXPECT_TRUE(logit_lens(*some_run(model), 0).layers.empty());
}

TEST(LogitLens, StopsWhenNobodyWantsItAnyMore) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)logit_lens(*some_run(testing::random_llama({})), 0, stop.get_token()), Cancelled);
}

/// What one row of PyTorch's logits says.
LensLayer plain_lens(const float* logits, std::size_t vocabulary, std::int32_t final_id) {
  LensLayer layer;
  layer.top_id = static_cast<std::int32_t>(std::max_element(logits, logits + vocabulary) - logits);
  const auto difference = [&](std::size_t id) { return static_cast<double>(logits[id] - logits[layer.top_id]); };
  double sum = 0.0;
  for (std::size_t id = 0; id < vocabulary; ++id)
    sum += std::exp(difference(id));
  layer.top_probability = static_cast<float>(1.0 / sum);
  layer.final_probability = static_cast<float>(std::exp(difference(static_cast<std::size_t>(final_id))) / sum);
  layer.final_rank = static_cast<std::size_t>(
      std::count_if(logits, logits + vocabulary, [&](float logit) { return logit > logits[final_id]; }));
  return layer;
}

/// Every family reads the stream with its own head: final norm or none, transform, projection, soft cap.
TEST(LogitLens, AgreesWithPyTorchAfterEveryLayerOfEveryFamily) {
  REGARD_NEEDS(testing::reference_folder() / "stamp.txt");
  std::size_t different = 0;
  for (const char* model : {"bert-gelu-f32", "bert-tanh-f16", "roberta-f32", "distilbert-f32", "gpt2-f32",
                            "neox-parallel-f32", "opt-post-norm-projected-f16", "bloom-6-heads-f32", "albert-f32",
                            "mpnet-f32", "deberta-v3-f32", "deberta-v2-own-projections-f16", "modern-bert-f32",
                            "qwen3-one-kv-head-bf16", "llama-llama3-f32", "gemma2-capped-f32", "phi3-window-f16"}) {
    const testing::RecordedRun reference = testing::recorded_run(model, 0);
    const std::vector<float> logits = reference.array("lens");
    const std::size_t vocabulary = reference.trace->model->config.vocabulary;
    const std::size_t tokens = reference.trace->tokens();
    const std::size_t position = tokens - 1;
    const LogitLens lens = logit_lens(*reference.trace, position);
    ASSERT_EQ(logits.size(), lens.layers.size() * tokens * vocabulary) << model;
    for (std::size_t layer = 0; layer < lens.layers.size(); ++layer) {
      const LensLayer plain = plain_lens(&logits[(layer * tokens + position) * vocabulary], vocabulary, lens.final_id);
      EXPECT_EQ(lens.layers[layer].top_id, plain.top_id) << model << " after layer " << layer;
      EXPECT_NEAR(lens.layers[layer].top_probability, plain.top_probability, 1e-4) << model << " after layer " << layer;
      EXPECT_NEAR(lens.layers[layer].final_probability, plain.final_probability, 1e-4) << model;
      EXPECT_EQ(lens.layers[layer].final_rank, plain.final_rank) << model << " after layer " << layer;
      if (layer + 1 < lens.layers.size() && plain.top_id != lens.final_id) ++different;
    }
  }
  EXPECT_GT(different, 10U) << "lenses that always show the last layer's prediction would pass as well";
}

}  // namespace
}  // namespace regard
