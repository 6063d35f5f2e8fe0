// SPDX-License-Identifier: Apache-2.0
#include "core/trace/allowed_keys.h"

#include "core/trace/attention_tile.h"

#include <gtest/gtest.h>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace regard {
namespace {

/// By the definition, key by key.
bool may_look(const KeyWindow& window, bool causal, std::size_t query, std::size_t key) {
  if (causal && key > query) return false;
  const std::size_t away = key > query ? key - query : query - key;
  return window.width == 0 || away < window.width || key < window.first_keys;
}

TEST(AllowedKeys, areWhatWindowFirstKeysAndCausalityLeave) {
  constexpr std::size_t kKeys = 11;
  for (const KeyWindow window : {KeyWindow{}, KeyWindow{1}, KeyWindow{4}, KeyWindow{4, 2}, KeyWindow{3, 9}, {99, 2}})
    for (const bool causal : {true, false})
      for (std::size_t query = 0; query < kKeys; ++query) {
        const AllowedKeys allowed = allowed_keys(window, causal, query, kKeys);
        std::vector<std::size_t> expected, visited;
        for (std::size_t key = 0; key < kKeys; ++key) {
          if (may_look(window, causal, query, key)) expected.push_back(key);
          EXPECT_EQ(allowed.contains(key), may_look(window, causal, query, key)) << query << " " << key;
        }
        allowed.for_each([&](std::size_t key) { visited.push_back(key); });
        EXPECT_EQ(visited, expected);
        EXPECT_EQ(allowed.count(), expected.size());
        EXPECT_EQ(allowed.span(), (Range{expected.front(), expected.back() + 1}));
        EXPECT_EQ(allowed.span().size() - allowed.gap().size(), expected.size());
      }
}

TEST(AllowedKeys, partOfThemIsCountedFromItsFirstKey) {
  const AllowedKeys allowed = allowed_keys({.width = 3, .first_keys = 2}, true, 9, 12);  // 0, 1, 7, 8, 9
  for (std::size_t begin = 0; begin < 12; ++begin)
    for (std::size_t end = begin; end <= 12; ++end) {
      const AllowedKeys part = allowed.within({begin, end}), same = allowed.only({begin, end});
      std::size_t count = 0;
      for (std::size_t key = begin; key < end; ++key) {
        EXPECT_EQ(part.contains(key - begin), allowed.contains(key));
        EXPECT_EQ(same.contains(key), allowed.contains(key));
        count += allowed.contains(key) ? 1 : 0;
      }
      EXPECT_EQ(part.count(), count);
      EXPECT_EQ(same.count(), count);
      EXPECT_LE(part.span().end, end - begin);
    }
}

TEST(AllowedKeys, softmaxLeavesOutWhatLiesBetweenFirstKeysAndWindow) {
  const AllowedKeys allowed = allowed_keys({.width = 4, .first_keys = 2}, true, 20, 21);
  std::vector<float> row(padded(21), 50.0F);  // what is left out would take everything
  double sum = 0.0;
  allowed.for_each([&](std::size_t key) { sum += std::exp(row[key] = 0.1F * static_cast<float>(key)); });
  const std::vector<float> scores = row;
  const RowStatistics statistics = softmax_row(row.data(), 21, allowed, 1.0F);
  for (std::size_t key = 0; key < 21; ++key)
    EXPECT_NEAR(row[key], allowed.contains(key) ? std::exp(scores[key]) / sum : 0.0, 1e-6) << key;
  std::vector<float> tile(scores.begin() + 1, scores.begin() + 19);
  tile.resize(padded(18));
  weights_row(tile.data(), 18, allowed.within({1, 19}), 1.0F, statistics);
  for (std::size_t key = 1; key < 19; ++key)
    EXPECT_FLOAT_EQ(tile[key - 1], row[key]) << key;
}

TEST(SeenKeys, areTheAllowedOnesLessTheHiddenOnes) {
  SeenKeys seen{.allowed = {.first = {0, 1}, .window = {4, 7}}, .begin = 4, .hidden = {false, true, false}, .count = 2};
  seen.allowed = seen.allowed.only({4, 7});
  std::vector<std::size_t> keys;
  seen.for_each([&](std::size_t key) { keys.push_back(key); });
  EXPECT_EQ(keys, (std::vector<std::size_t>{4, 6}));
  EXPECT_EQ(seen.share(4), 0.5);
  EXPECT_EQ(seen.share(5), 0.0);
}

}  // namespace
}  // namespace regard
