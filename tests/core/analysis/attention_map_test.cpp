// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/attention_map.h"

#include "core/engine/engine.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>

namespace regard {
namespace {

constexpr std::size_t kTokens = 203;  // no multiple of any block
constexpr HeadRef kHead{1, 2};

class AttentionMaps : public ::testing::Test {
protected:
  AttentionMaps() {
    for (std::size_t token = 0; token < kTokens; ++token)
      units.push_back({token});
    for (std::size_t token = 0; token + 1 < kTokens; token += 2)
      words.push_back({token, token + 1});
  }
  [[nodiscard]] MapSource source(const std::vector<TokenGroup>& groups, bool renormalised = false) const {
    return {*trace, kHead, groups, groups, renormalised};
  }

  std::shared_ptr<const Trace> trace =
      run(testing::random_llama({.context = 256}), {.ids = testing::some_ids(kTokens, 101)});
  std::vector<TokenGroup> units{};
  std::vector<TokenGroup> words{};
};

/// Every cell against the numbers of its block, one by one.
void expect_blocks(const AttentionMap& map, const MapSource& source) {
  const GroupedAttention exact = grouped_attention(source.trace, source.head, source.rows, source.cols);
  const std::vector<double> mass = grouped_mass(source.trace, source.head, source.rows, source.cols);
  for (std::size_t row = 0; row < map.allowed_pairs.rows; ++row)
    for (std::size_t col = 0; col < map.allowed_pairs.cols; ++col) {
      double score_sum = 0.0, weight_sum = 0.0;
      float score_peak = 0.0F, weight_peak = 0.0F;
      std::size_t pairs = 0;
      const std::size_t first_row = map.rows.begin + row * map.block, first_col = map.cols.begin + col * map.block;
      for (std::size_t query = first_row; query < std::min(map.rows.end, first_row + map.block); ++query)
        for (std::size_t key = first_col; key < std::min(map.cols.end, first_col + map.block); ++key) {
          if (exact.masked[query * source.cols.size() + key]) continue;
          const float score = exact.scores(query, key);
          const auto weight = static_cast<float>(exact.weights(query, key) / (source.renormalised ? mass[query] : 1.0));
          if (std::abs(score) > std::abs(score_peak)) score_peak = score;
          weight_peak = std::max(weight_peak, weight);
          score_sum += static_cast<double>(score);
          weight_sum += static_cast<double>(weight);
          ++pairs;
        }
      ASSERT_EQ(map.allowed_pairs(row, col), static_cast<float>(pairs));
      ASSERT_EQ(map.score_peak(row, col), score_peak);
      ASSERT_NEAR(map.weight_peak(row, col), weight_peak, 1e-7);
      const double count = static_cast<double>(std::max<std::size_t>(1, pairs));
      ASSERT_NEAR(map.score_mean(row, col), score_sum / count, 1e-5);
      ASSERT_NEAR(map.weight_mean(row, col), weight_sum / count, 1e-6);
    }
}

TEST_F(AttentionMaps, HoldThePeakAndTheMeanOfEveryBlock) {
  for (const std::size_t block : {1U, 2U, 8U, 64U, 256U})
    expect_blocks(attention_map(source(units), {0, kTokens}, {0, kTokens}, block), source(units));
}

TEST_F(AttentionMaps, CoverAnyPartOfTheGrid) {
  const AttentionMap map = attention_map(source(units), {48, 150}, {16, 203}, 4);
  EXPECT_EQ(map.allowed_pairs.rows, 26U);
  EXPECT_EQ(map.allowed_pairs.cols, 47U);
  expect_blocks(map, source(units));
}

TEST_F(AttentionMaps, SumUpWordsAndRenormaliseRowsWhereTokensAreHidden) {
  expect_blocks(attention_map(source(words), {0, words.size()}, {0, words.size()}, 4), source(words));
  const std::vector<TokenGroup> without_first(units.begin() + 1, units.end());
  const Range all{0, without_first.size()};
  expect_blocks(attention_map(source(without_first, true), all, all, 8), source(without_first, true));
}

TEST_F(AttentionMaps, KeepOneBrightCellAtEveryLevel) {
  const Matrix exact = weights(*trace, kHead);
  const std::size_t query = 150;  // its largest weight must be seen from any distance
  const auto row = exact.row(query);
  const auto brightest = static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
  AttentionMap map = attention_map(source(units), {0, kTokens}, {0, kTokens}, 1);
  for (; map.allowed_pairs.rows > 1; map = halved(map)) {
    EXPECT_GE(map.weight_peak(query / map.block, brightest / map.block), row[brightest]) << map.block;
    expect_blocks(map, source(units));
  }
  EXPECT_EQ(map.weight_peak(0, 0), *std::max_element(exact.values.begin(), exact.values.end()));
}

TEST_F(AttentionMaps, StopWhenAskedAndTellHowFarTheyAre) {
  std::vector<float> told;
  const AttentionMap map =
      attention_map(source(units), {0, kTokens}, {0, kTokens}, 1, {}, [&](float done) { told.push_back(done); });
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back(), 1.0F);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)attention_map(source(units), {0, kTokens}, {0, kTokens}, 1, stop.get_token()), Cancelled);
}

}  // namespace
}  // namespace regard
