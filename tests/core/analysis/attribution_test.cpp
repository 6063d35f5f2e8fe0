// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/attribution.h"

#include "core/analysis/layer_steps.h"
#include "core/base/progress.h"
#include "core/engine/engine.h"
#include "tests/core/engine/random_model.h"
#include "tests/core/engine/reference.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>

namespace regard {
namespace {

std::shared_ptr<const Trace> attributed_run(const std::shared_ptr<const Model>& model,
                                            std::vector<Intervention> list = {}) {
  Request request;
  request.ids = testing::some_ids(11, 101);
  request.interventions = std::move(list);
  return run(model, request);
}

double largest_part(const Attribution& shares) {
  double largest = std::abs(shares.embedding);
  for (const LayerAttribution& layer : shares.layers) {
    largest = std::max(largest, std::abs(layer.feed_forward));
    for (const double head : layer.heads)
      largest = std::max(largest, std::abs(head));
  }
  return largest;
}

/// ‖·‖ and direction of one vector in logits, where the final norm is an RMSNorm with a scale of 1: U·v/rms(x).
double through_rms(const Trace& trace, std::span<const float> part, std::int32_t token) {
  const std::span<const float> stream = trace.residual.back().row(10);
  double square = 0.0, sum = 0.0;
  for (const float x : stream)
    square += static_cast<double>(x) * static_cast<double>(x);
  const TensorView& table = trace.model->weights->token_embedding;
  std::vector<float> row(stream.size());
  copy_as_f32(table, static_cast<std::size_t>(token) * row.size(), row);
  for (std::size_t at = 0; at < row.size(); ++at)
    sum += static_cast<double>(row[at]) * static_cast<double>(part[at]);
  return sum /
         std::sqrt(square / static_cast<double>(stream.size()) + static_cast<double>(trace.model->config.norm_epsilon));
}

TEST(Attribution, OfEveryHeadIsItsVectorReadByTheUnembedding) {
  const auto trace = attributed_run(testing::random_llama({.layers = 3}));
  const Attribution shares = attribution(*trace, 10, 42);
  ASSERT_EQ(shares.layers.size(), 3U);
  EXPECT_FALSE(shares.frozen_gate);
  EXPECT_NEAR(shares.embedding, through_rms(*trace, trace->residual[0].row(10), 42), 1e-6);
  for (std::size_t layer = 0; layer < 3; ++layer) {
    const OutputParts parts = output_parts({*trace, AttentionKind::self, layer}, 10);
    ASSERT_EQ(shares.layers[layer].heads.size(), 4U);
    for (std::size_t head = 0; head < 4; ++head)
      EXPECT_NEAR(shares.layers[layer].heads[head], through_rms(*trace, parts.heads.row(head), 42), 1e-6);
    EXPECT_NEAR(shares.layers[layer].attention_bias, through_rms(*trace, parts.bias, 42), 1e-6);
    EXPECT_NEAR(shares.layers[layer].feed_forward, through_rms(*trace, parts.feed_forward, 42), 1e-6);
    EXPECT_EQ(shares.layers[layer].norms, 0.0);
  }
  EXPECT_LT(std::abs(shares.remainder()), 1e-5);
}

TEST(Attribution, OfTwoTokensIsTheDifference) {
  for (const auto& model : {testing::random_llama({.layers = 2}), testing::random_bert({.layers = 2})}) {
    const auto trace = attributed_run(model);
    const Attribution both = attribution(*trace, 4, 7, 9), one = attribution(*trace, 4, 7),
                      other = attribution(*trace, 4, 9);
    EXPECT_NEAR(both.logit, one.logit - other.logit, 1e-5);
    EXPECT_NEAR(both.layers[1].heads[2], one.layers[1].heads[2] - other.layers[1].heads[2], 1e-9);
    EXPECT_NEAR(both.head_bias, one.head_bias - other.head_bias, 1e-9);
    EXPECT_NEAR(attribution(*trace, 4, 7, 7).layers[0].feed_forward, 0.0, 1e-12);
  }
}

TEST(Attribution, OfAModelThatNormalisesAfterItsBlocksAddsUp) {
  const auto trace = attributed_run(testing::random_bert({.layers = 4}));
  const Attribution shares = attribution(*trace, 3, 5);
  EXPECT_TRUE(shares.frozen_gate);
  EXPECT_LT(std::abs(shares.remainder()), 1e-5);
  EXPECT_GT(largest_part(shares), 0.01);
}

TEST(Attribution, OfARunThatIsNotTheModelsDoesNotAddUp) {
  auto trace = std::make_shared<Trace>(*attributed_run(testing::random_llama({.layers = 3})));
  trace->layers[1].feed_forward_output.row(10)[0] += 1.0F;
  EXPECT_GT(std::abs(attribution(*trace, 10, 42).remainder()), 1e-3);
}

TEST(Attribution, TellsWhatInterventionsWrote) {
  const auto model = testing::random_llama({.layers = 3});
  const auto other = run(model, {.ids = testing::some_ids(11, 90)});
  const auto ablated = attributed_run(model, {{.kind = InterventionKind::ablate, .scope = {1, 2}}});
  const Attribution shares = attribution(*ablated, 10, 42);
  EXPECT_EQ(shares.layers[1].heads[2], 0.0);
  EXPECT_NE(shares.layers[1].heads[1], 0.0);
  EXPECT_LT(std::abs(shares.remainder()), 1e-5);
  for (const PatchSite site : {PatchSite::residual, PatchSite::attention_output, PatchSite::feed_forward_output}) {
    const auto patched = attributed_run(
        model, {{.kind = InterventionKind::patch, .scope = {.layer = 1}, .site = site, .source = other}});
    const Attribution moved = attribution(*patched, 10, 42);
    EXPECT_LT(std::abs(moved.remainder()), 1e-5);
    if (site != PatchSite::feed_forward_output) {
      const std::size_t layer = site == PatchSite::residual ? 0 : 1;
      EXPECT_GT(std::abs(moved.layers[layer].interventions), 1e-3) << static_cast<int>(site);
    }
  }
}

TEST(Attribution, StopsWhenItIsToldTo) {
  std::stop_source source;
  source.request_stop();
  const auto trace = attributed_run(testing::random_llama({.layers = 3}));
  EXPECT_THROW((void)attribution(*trace, 10, 42, -1, source.get_token()), Cancelled);
}

/// Every family that has logits, with PyTorch's logits of the same run.
class AttributedLogit : public testing::ReferenceTest {};

TEST_P(AttributedLogit, IsTheSumOfItsPartsAtEveryPosition) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const Trace& trace = *recorded.trace;
  ASSERT_TRUE(has_attribution(*trace.model));
  const ModelConfig& config = trace.model->config;
  const std::vector<float> logits = recorded.array("logits");
  double worst = 0.0;
  for (const std::size_t position : {std::size_t{0}, trace.tokens() / 2, trace.tokens() - 1})
    for (const std::int32_t token : {1, static_cast<std::int32_t>(config.vocabulary) - 1}) {
      const Attribution shares = attribution(trace, position, token);
      const auto wanted = static_cast<double>(logits[position * config.vocabulary + static_cast<std::size_t>(token)]);
      EXPECT_NEAR(shares.capped.value_or(shares.logit), wanted, 1e-3 * std::max(1.0, std::abs(wanted)));
      if (shares.capped) {
        const auto cap = static_cast<double>(config.logit_cap);
        EXPECT_NEAR(cap * std::tanh(shares.logit / cap), wanted, 1e-3 * std::max(1.0, std::abs(wanted)));
      }
      EXPECT_EQ(shares.layers.front().cross_heads.empty(), trace.cross == nullptr);
      EXPECT_GT(largest_part(shares), 1e-4);
      worst = std::max(worst, std::abs(shares.remainder()) / std::max(1.0, std::abs(shares.logit)));
    }
  EXPECT_LE(worst, 1e-4);
  std::cout << GetParam() << ": the parts miss the logit by at most " << worst << "\n";
}

INSTANTIATE_TEST_SUITE_P(
    Models, AttributedLogit,
    ::testing::Values("bert-gelu-f32", "bert-tanh-f16", "qwen3-one-kv-head-bf16", "qwen2-window-f16",
                      "mistral-window-f32", "llama-biases-linear-f32", "roberta-f32", "distilbert-f32",
                      "electra-projected-f32", "gpt2-f32", "gpt2-untied-by-layer-f16", "neox-parallel-f32",
                      "neox-sequential-f16", "opt-f32", "opt-post-norm-projected-f16", "bloom-6-heads-f32", "gemma-f32",
                      "gemma2-capped-f32", "gemma3-plain-f32", "phi3-window-f16", "t5-relu-tied-f32",
                      "t5-gated-untied-f16", "mt5-f32", "bart-f32", "mbart-scaled-f16", "pegasus-f32", "marian-f32",
                      "m2m100-f32", "vit-f32", "learner-rotary-f32", "learner-alibi-rms-f32",
                      "learner-learned-window-f32", "learner-none-rms-f32", "olmo2-f32", "olmo3-yarn-f32",
                      "granite-f32", "starcoder2-window-f16", "stablelm-f32", "stablelm-parallel-bf16", "cohere-f32",
                      "cohere-normed-f16", "cohere2-f32", "gptj-f32", "falcon-one-kv-head-f32", "falcon-groups-bf16",
                      "albert-f32", "mpnet-f32", "deberta-v3-f32", "deberta-v2-own-projections-f16", "modern-bert-f32",
                      "modern-bert-biases-f16", "falcon-alibi-f32"),
    testing::name_of);

}  // namespace
}  // namespace regard
