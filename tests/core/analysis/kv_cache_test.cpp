// SPDX-License-Identifier: Apache-2.0
// Bytes and multiply-adds, held against sums done by hand.
#include "core/analysis/kv_cache.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

/// 3 layers, 8 heads that share 2 kv heads, 4 wide; stream 32, feed-forward 20, 50 words.
ModelConfig small_llama() {
  ModelConfig config;
  config.layers = 3;
  config.hidden = 32;
  config.vocabulary = 50;
  config.causal = true;
  config.plans.assign(config.layers, {.attention = {.heads = 8, .kv_heads = 2, .head_dim = 4},
                                      .feed_forward = {.width = 20, .gated = true}});
  return config;
}

void set_windows(ModelConfig& config, const std::vector<std::size_t>& widths) {
  for (std::size_t layer = 0; layer < widths.size(); ++layer)
    config.plans[layer].attention.window = {widths[layer]};
}

TEST(KvCache, TakesTwoRowsPerTokenAndLayer) {
  EXPECT_EQ(cache_bytes(small_llama(), 10, 4), 2U * 3U * 2U * 4U * 10U * 4U);  // 1920
  EXPECT_EQ(cache_bytes(small_llama(), 10, 2), 960U);
  EXPECT_EQ(cache_bytes(small_llama(), 0, 4), 0U);
}

TEST(KvCache, WouldBeAsManyTimesLargerAsQueriesShareAHead) {
  EXPECT_EQ(cache_bytes_ungrouped(small_llama(), 10, 4), 4U * cache_bytes(small_llama(), 10, 4));
}

TEST(KvCache, OfALargeModelIsCountedInSixtyFourBits) {
  ModelConfig config = small_llama();
  config.layers = 80;
  config.plans.assign(config.layers, {.attention = even_heads(64, 64 * 128)});
  EXPECT_EQ(cache_bytes(config, 131072, 4), std::uint64_t{2} * 80 * 64 * 128 * 131072 * 4);  // 640 GiB
}

TEST(KvCache, NeedsOnlyTheWindowWhereALayerHasOne) {
  ModelConfig config = small_llama();
  EXPECT_EQ(cache_bytes_in_windows(config, 10, 4), cache_bytes(config, 10, 4));
  set_windows(config, {4, 0, 100});
  EXPECT_EQ(cache_bytes_in_windows(config, 10, 4), 2U * 8U * 4U * (4U + 10U + 10U));
}

TEST(AttentionPairs, OfACausalMaskAreATriangle) {
  EXPECT_EQ(attention_pairs({0, 5}, 5, true, {}), 15U);
  EXPECT_EQ(attention_pairs({3, 5}, 5, true, {}), 4U + 5U);
  EXPECT_EQ(attention_pairs({5, 5}, 5, true, {}), 0U);
}

TEST(AttentionPairs, EndAtTheWindow) {
  EXPECT_EQ(attention_pairs({0, 5}, 5, true, {2}), 1U + 2U + 2U + 2U + 2U);
  EXPECT_EQ(attention_pairs({0, 5}, 5, false, {2}), 2U + 3U + 3U + 3U + 2U);  // a neighbour on either side
}

TEST(AttentionPairs, WithoutAMaskAreASquare) {
  EXPECT_EQ(attention_pairs({0, 5}, 5, false, {}), 25U);
}

TEST(Arithmetic, OfAWholeTextAddsUpItsProducts) {
  const Arithmetic all = arithmetic(small_llama(), {0, 5}, 5, true, 1);
  // Q and output: 32·32 each; K and V: 32·8 each; 5 rows, 3 layers.
  EXPECT_EQ(all.projections, 5U * 3U * (2U * 1024U + 2U * 256U));
  EXPECT_EQ(all.attention, 3U * 15U * 2U * 32U);
  EXPECT_EQ(all.feed_forward, 5U * 3U * 3U * 32U * 20U);
  EXPECT_EQ(all.unembedding, 32U * 50U);
  EXPECT_EQ(all.total(), 38400U + 2880U + 28800U + 1600U);
}

TEST(Arithmetic, OfOneMoreTokenCountsOneRowThatLooksAtAll) {
  const Arithmetic step = arithmetic(small_llama(), {4, 5}, 5, true, 1);
  EXPECT_EQ(step.projections, 3U * 2560U);
  EXPECT_EQ(step.attention, 3U * 5U * 64U);
  EXPECT_EQ(step.feed_forward, 3U * 1920U);
  EXPECT_EQ(step.unembedding, 1600U);
}

TEST(Arithmetic, OfTheRowsOneByOneIsThatOfAllAtOnce) {
  ModelConfig config = small_llama();
  set_windows(config, {2, 0, 3});
  Arithmetic sum;
  for (std::size_t row = 0; row < 9; ++row) {
    const Arithmetic step = arithmetic(config, {row, row + 1}, row + 1, true, 0);
    sum.projections += step.projections;
    sum.attention += step.attention;
    sum.feed_forward += step.feed_forward;
  }
  EXPECT_EQ(sum, arithmetic(config, {0, 9}, 9, true, 0));
}

TEST(Arithmetic, OfALayerWithoutAGateHasTwoMatrices) {
  ModelConfig config = small_llama();
  config.plans[1].feed_forward.gated = false;
  EXPECT_EQ(arithmetic(config, {0, 1}, 1, true, 0).feed_forward, (3U + 2U + 3U) * 32U * 20U);
}

TEST(Arithmetic, OfAMixtureCountsTheRouterTheChosenExpertsAndTheSharedOne) {
  ModelConfig config = small_llama();
  config.plans[1].feed_forward.experts = {.count = 5, .chosen = 2};
  config.plans[2].feed_forward.experts = {.count = 5, .chosen = 2, .shared_width = 7};
  const std::size_t block = 3U * 32U * 20U, router = 32U * 5U;
  EXPECT_EQ(arithmetic(config, {0, 4}, 4, true, 0).feed_forward,
            4U * (block + (router + 2U * block) + (router + 2U * block + 3U * 32U * 7U + 32U)));
}

TEST(KvCache, KeepsTheFirstKeysBesideTheWindow) {
  ModelConfig config = small_llama();
  config.plans[0].attention.window = {.width = 4, .first_keys = 2};
  EXPECT_EQ(cache_bytes_in_windows(config, 10, 4), 2U * 8U * 4U * (2U + 4U + 10U + 10U));
  EXPECT_EQ(attention_pairs({9, 10}, 10, true, {.width = 4, .first_keys = 2}), 6U);
}

TEST(Arithmetic, OfADecoderCountsItsLookAtTheEncoder) {
  ModelConfig config = small_llama();
  for (LayerPlan& plan : config.plans)
    plan.attention.kv_heads = config.heads(0);
  EXPECT_EQ(arithmetic(config, {0, 5}, 5, true, 1, 7).cross, 0U) << "there is no encoder";
  for (LayerPlan& plan : config.plans)
    plan.cross = true;
  // Queries and outputs of 5 rows, keys and values of 7: 32·32 each; 5·7 pairs, each with two products of 32; 3 layers.
  EXPECT_EQ(arithmetic(config, {0, 5}, 5, true, 1, 7).cross, 3U * (5U * 2U * 1024U + 5U * 7U * 64U + 7U * 2U * 1024U));
  EXPECT_EQ(arithmetic(config, {4, 5}, 5, true, 1, 7).cross, 3U * (2U * 1024U + 7U * 64U))
      << "what the encoder said is kept";
  const Arithmetic all = arithmetic(config, {0, 5}, 5, true, 1, 7);
  EXPECT_EQ(all.total(), all.projections + all.attention + all.cross + all.feed_forward + all.unembedding);
  EXPECT_EQ(cache_bytes_of_encoder(config, 7, 4), 2U * 3U * 32U * 7U * 4U);
}

TEST(Arithmetic, CountsAPredictionHeadsOwnProductAndNarrowTables) {
  ModelConfig bert = small_llama();
  bert.head_activation = Activation::gelu;
  EXPECT_EQ(arithmetic(bert, {0, 1}, 1, false, 1).unembedding, 32U * 32U + 32U * 50U);
  bert.embedding_width = 16;
  EXPECT_EQ(arithmetic(bert, {0, 1}, 1, false, 1).unembedding, 32U * 16U + 16U * 50U);
  EXPECT_EQ(arithmetic(bert, {0, 2}, 2, false, 0).projections, 2U * 3U * 2560U + 2U * 16U * 32U);
  bert.has_lm_head = false;
  EXPECT_EQ(arithmetic(bert, {0, 1}, 1, false, 1).unembedding, 0U);
}

}  // namespace
}  // namespace regard
