// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/anomalies.h"

#include "core/analysis/groups.h"
#include "core/base/random.h"
#include "core/engine/engine.h"
#include "tests/core/analysis/given_weights.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <functional>

namespace regard {
namespace {

constexpr std::size_t kOddTokens = 12;

/// A head whose unnormalised weights are given.
std::shared_ptr<Trace> head_that(const std::function<float(std::size_t query, std::size_t key)>& weight, bool causal) {
  Matrix wanted(kOddTokens, kOddTokens);
  for (std::size_t query = 0; query < kOddTokens; ++query)
    for (std::size_t key = 0; key < kOddTokens; ++key)
      if (!causal || key <= query) wanted(query, key) = weight(query, key);
  renormalise_rows(wanted);
  const auto trace = testing::trace_with_weights(wanted, testing::some_ids(kOddTokens, 50), causal);
  trace->residual.assign(2, Matrix(kOddTokens, 4, 0.1F));
  return trace;
}

Anomalies found_in(const Trace& trace) {
  return find_anomalies(trace, AttentionKind::self);
}

TEST(Anomalies, ASinkIsTheTokenThatEveryQueryLooksAt) {
  const Anomalies found =
      found_in(*head_that([](std::size_t, std::size_t key) { return key == 0 ? 9.0F : 0.1F; }, true));
  ASSERT_EQ(found.sinks.size(), 1U);
  EXPECT_EQ(found.sinks[0].key, 0U);
  EXPECT_EQ(found.sinks[0].heads, 1U);
  EXPECT_EQ(found.sink_heads, 1U);
  double alpha = 0.0, uniform = 0.0;
  for (std::size_t query = 1; query < kOddTokens; ++query) {
    alpha += 9.0 / (9.0 + 0.1 * static_cast<double>(query));
    uniform += 1.0 / static_cast<double>(query + 1);
  }
  EXPECT_NEAR(found.sinks[0].alpha, alpha / 11.0, 1e-5);
  EXPECT_NEAR(found.sinks[0].share, alpha / 11.0, 1e-5) << "the first row has no choice and does not count";
  EXPECT_NEAR(found.sinks[0].uniform, uniform / 11.0, 1e-6);
  EXPECT_EQ(found.blind_count, 1U) << "it does not read what it looks at";
  EXPECT_FALSE(found.blind[0].by_distance);
  EXPECT_NEAR(found.blind[0].divergence, 0.0, 1e-6);
  EXPECT_FALSE(found.looks_both_ways);
}

TEST(Anomalies, ASinkTakesClearlyMoreThanAnEvenShareOfAllWeight) {
  // One head: its own share is that of all weight, 0.94 where an even one has 0.19.
  const auto trace = head_that([](std::size_t, std::size_t key) { return key == 0 ? 9.0F : 0.1F; }, true);
  EXPECT_EQ(find_anomalies(*trace, AttentionKind::self, {}, {.over_even_share = 4.0F}).sink_heads, 1U);
  const Anomalies strict = find_anomalies(*trace, AttentionKind::self, {}, {.over_even_share = 6.0F});
  EXPECT_TRUE(strict.sinks.empty());
  EXPECT_EQ(strict.sink_heads, 0U) << "a head whose sink is none has none";
}

TEST(Anomalies, AHeadThatLooksEverywhereHasNoSinkButIgnoresTheContent) {
  for (const bool causal : {false, true}) {
    const Anomalies found = found_in(*head_that([](std::size_t, std::size_t) { return 1.0F; }, causal));
    EXPECT_TRUE(found.sinks.empty());
    ASSERT_EQ(found.blind_count, 1U);
    EXPECT_NEAR(found.blind[0].divergence, 0.0, 1e-6);
    EXPECT_EQ(found.one_way_heads, 0U);
  }
}

TEST(Anomalies, APreviousTokenHeadIsBlindByDistance) {
  const auto weight = [](std::size_t query, std::size_t key) { return key + 1 == query ? 9.0F : 0.1F; };
  const Anomalies found = found_in(*head_that(weight, true));
  ASSERT_EQ(found.blind_count, 1U);
  EXPECT_TRUE(found.blind[0].by_distance);
  EXPECT_LT(found.blind[0].divergence, 0.05);
  EXPECT_TRUE(found.sinks.empty());
}

TEST(Anomalies, AHeadThatChoosesItsKeysIsNotBlind) {
  Random random(3);
  std::vector<std::size_t> chosen(kOddTokens);
  for (std::size_t& key : chosen)
    key = random.below(kOddTokens);
  const auto weight = [&](std::size_t query, std::size_t key) { return key == chosen[query] ? 9.0F : 0.1F; };
  const Anomalies found = found_in(*head_that(weight, false));
  EXPECT_EQ(found.compared_heads, 1U);
  EXPECT_EQ(found.blind_count, 0U);
}

TEST(Anomalies, APairThatLooksOneWayIsTold) {
  const auto weight = [](std::size_t query, std::size_t key) {
    if (query == 3) return key == 7 ? 30.0F : 1.0F;
    return query == 7 && key == 3 ? 0.01F : 1.0F;
  };
  const auto trace = head_that(weight, false);
  const Anomalies found = found_in(*trace);
  ASSERT_EQ(found.one_way_heads, 1U);
  EXPECT_EQ(found.one_way[0].query, 3U);
  EXPECT_EQ(found.one_way[0].key, 7U);
  EXPECT_NEAR(found.one_way[0].there, 30.0F / 41.0F, 1e-5F);
  EXPECT_NEAR(found.one_way[0].back, 0.01F / 11.01F, 1e-5F);
  std::vector<bool> left_out(kOddTokens);
  left_out[7] = true;
  EXPECT_EQ(find_anomalies(*trace, AttentionKind::self, left_out).one_way_heads, 0U);
}

TEST(Anomalies, ATokenNobodyLooksAtIsTold) {
  const auto weight = [](std::size_t, std::size_t key) { return key == 5 ? 0.01F : 1.0F; };
  const Anomalies found = found_in(*head_that(weight, false));
  EXPECT_EQ(found.least_seen.key, 5U);
  ASSERT_GE(found.unseen_count, 1U);
  EXPECT_EQ(found.unseen[0].key, 5U);
  EXPECT_NEAR(found.unseen[0].weight, 0.01F / 11.01F, 1e-6F);
  const Anomalies causal = found_in(*head_that([](std::size_t, std::size_t) { return 1.0F; }, true));
  EXPECT_NE(causal.least_seen.key, kOddTokens - 1) << "nobody may look at the last token";
}

TEST(Anomalies, AMassiveActivationIsLargeAndLargeAgainstTheOthers) {
  const auto trace = head_that([](std::size_t, std::size_t) { return 1.0F; }, true);
  Anomalies found = found_in(*trace);
  EXPECT_EQ(found.massive_count, 0U);
  trace->residual[1](4, 2) = -99.0F;  // 990 medians, but not yet 100
  EXPECT_EQ(found_in(*trace).massive_count, 0U);
  trace->residual[1](4, 2) = -250.0F;
  found = found_in(*trace);
  ASSERT_EQ(found.massive_count, 1U);
  EXPECT_EQ(found.massive[0].place, 1U);
  EXPECT_EQ(found.massive[0].token, 4U);
  EXPECT_EQ(found.massive[0].dimension, 2U);
  EXPECT_EQ(found.massive[0].value, -250.0F);
  EXPECT_NEAR(found.massive[0].ratio(), 2500.0F, 0.1F);
  trace->residual[1] = Matrix(kOddTokens, 4, 200.0F);  // large, as all others are
  EXPECT_EQ(found_in(*trace).massive_count, 0U);
}

TEST(Anomalies, OfCrossAttentionAreTold) {
  const auto trace = head_that([](std::size_t, std::size_t key) { return key == 4 ? 9.0F : 0.1F; }, false);
  trace->request.cross = true;
  trace->request.encoder_ids = testing::some_ids(kOddTokens, 30);
  auto whole = std::make_shared<Trace>(*head_that([](std::size_t, std::size_t) { return 1.0F; }, true));
  whole->cross = trace;
  const Anomalies found = find_anomalies(*whole, AttentionKind::cross);
  ASSERT_EQ(found.sinks.size(), 1U);
  EXPECT_EQ(found.sinks[0].key, 4U);
  EXPECT_FALSE(found.has_stream);
  EXPECT_FALSE(found.looks_both_ways);
  EXPECT_EQ(found.blind_count, 1U);
}

TEST(Anomalies, SurviveATextOfOneToken) {
  const auto trace = run(testing::random_llama({.layers = 2}), {.ids = {5}});
  const Anomalies found = found_in(*trace);
  EXPECT_TRUE(found.sinks.empty());
  EXPECT_FALSE(found.any_seen);
  EXPECT_EQ(found.compared_heads, 0U);
}

}  // namespace
}  // namespace regard
