// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/pattern_search.h"

#include "core/analysis/groups.h"
#include "core/analysis/head_likeness.h"
#include "core/engine/engine.h"
#include "tests/core/analysis/given_weights.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

using testing::trace_with_weights;
using Traces = std::vector<std::shared_ptr<const Trace>>;

Matrix painted(std::size_t size, std::vector<float> values) {
  Matrix paint(size, size);
  paint.values = std::move(values);
  return paint;
}

Matrix normalised(Matrix paint) {
  renormalise_rows(paint);
  return paint;
}

/// Everybody looks one to the left; straight at himself; everywhere.
Traces three_habits(bool causal) {
  const float third = 1.0F / 3.0F;
  const std::vector<Matrix> grids{
      painted(3, {1, 0, 0, 1, 0, 0, 0, 1, 0}), painted(3, {1, 0, 0, 0, 1, 0, 0, 0, 1}),
      causal ? painted(3, {1, 0, 0, 0.5F, 0.5F, 0, third, third, third}) : painted(3, std::vector<float>(9, third))};
  Traces traces;
  for (const Matrix& grid : grids)
    traces.push_back(trace_with_weights(grid, {1, 2, 3}, causal));
  return traces;
}

std::vector<std::size_t> order_of(const std::vector<PatternMatch>& matches) {
  std::vector<std::size_t> order;
  for (const PatternMatch& match : matches)
    order.push_back(match.head.model);
  return order;
}

TEST(PatternSearch, FindsTheHeadThatWasPainted) {
  for (const bool causal : {false, true}) {
    const Matrix previous = normalised(painted(3, {0, 0, 0, 0.4F, 0, 0, 0, 0.9F, 0}));
    EXPECT_EQ(rows_of_pattern(previous), 2U) << "the first row was not painted";
    const std::vector<PatternMatch> matches = search_pattern(three_habits(causal), previous);
    EXPECT_EQ(order_of(matches), (std::vector<std::size_t>{0, 2, 1}));
    EXPECT_EQ(matches[0].distance, 0.0F) << "the unpainted row is not counted";
    EXPECT_GT(matches[2].distance, 0.98F);
  }
}

TEST(PatternSearch, WeighsRowsOfTheSamePaintByTheirShares) {
  const Matrix pattern = normalised(painted(3, {0, 0, 0, 3, 1, 0, 0, 0, 0}));
  EXPECT_EQ(pattern(1, 0), 0.75F);
  EXPECT_EQ(pattern(1, 1), 0.25F);
  const std::vector<PatternMatch> matches = search_pattern(three_habits(true), pattern);
  // (0.75, 0.25) against (1, 0), (0.5, 0.5), (0, 1), smoothed.
  const auto plain = [](double p) {
    const auto entropy = [](double x) { return -x * std::log2(x) - (1.0 - x) * std::log2(1.0 - x); };
    const double a = 0.999 * 0.75 + 0.0005, b = 0.999 * p + 0.0005;
    return entropy(0.5 * (a + b)) - 0.5 * (entropy(a) + entropy(b));
  };
  EXPECT_EQ(order_of(matches), (std::vector<std::size_t>{2, 0, 1}));
  EXPECT_NEAR(matches[0].distance, plain(0.5), 1e-6);
  EXPECT_NEAR(matches[1].distance, plain(1.0), 1e-6);
  EXPECT_NEAR(matches[2].distance, plain(0.0), 1e-6);
}

TEST(PatternSearch, TakesPaintAheadOfACausalHeadForWhatItCannotDo) {
  const Matrix ahead = normalised(painted(3, {0, 1, 0, 0, 0, 1, 0, 0, 0}));
  for (const PatternMatch& match : search_pattern(three_habits(true), ahead))
    EXPECT_GT(match.distance, 0.98F);
}

TEST(PatternSearch, WithoutSpecialTokensComparesWhatHeadsDoBesides) {
  // Three heads rest on the last token with nine tenths; the first and the third look one to the left with the rest, the second at itself.
  const Matrix left = painted(4, {0.1F, 0, 0, 0.9F, 0.1F, 0, 0, 0.9F, 0, 0.1F, 0, 0.9F, 0, 0, 0, 1}),
               self = painted(4, {0.1F, 0, 0, 0.9F, 0, 0.1F, 0, 0.9F, 0, 0, 0.1F, 0.9F, 1, 0, 0, 0});
  Matrix purely_left = painted(4, {1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0});
  Traces traces;
  for (const Matrix& grid : {left, self, purely_left})
    traces.push_back(trace_with_weights(grid, {1, 2, 3, 4}, false));
  const std::vector<bool> last{false, false, false, true};
  const Matrix example = weights(*traces[0], {0, 0});
  EXPECT_EQ(order_of(search_pattern(traces, example))[1], 1U) << "that which rests there is the most alike";
  const UncomparedTokens left_out{last, last};
  EXPECT_EQ(rows_of_pattern(example, left_out), 3U);
  const std::vector<PatternMatch> matches = search_pattern(traces, example, {}, nullptr, left_out);
  EXPECT_EQ(order_of(matches), (std::vector<std::size_t>{0, 2, 1}));
  EXPECT_EQ(matches[0].distance, 0.0F);
  EXPECT_NEAR(matches[1].distance, 0.0F, 1e-6) << "of its rows the same is left";
  EXPECT_GT(matches[2].distance, 0.6F) << "two rows of three have nothing in common";
}

TEST(PatternSearch, FindsNothingWithoutPaint) {
  EXPECT_TRUE(search_pattern(three_habits(false), Matrix(3, 3)).empty());
}

TEST(PatternSearch, ByExampleIsTheLikenessOnThatText) {
  const testing::ModelShape shape{2, 4, 4, 32, 64, 64, 101};
  for (const bool causal : {false, true}) {
    const auto model = causal ? testing::random_llama(shape) : testing::random_bert(shape);
    const Traces traces{run(model, {.ids = testing::some_ids(23, shape.vocabulary)})};
    LikenessTally tally;
    add_text(tally, traces);
    const HeadLikeness likeness = tally.mean();
    const std::vector<PatternMatch> matches = search_pattern(traces, weights(*traces[0], {1, 2}));
    ASSERT_EQ(matches.size(), 8U);
    EXPECT_EQ(matches[0].head.head, (HeadRef{1, 2}));
    EXPECT_EQ(matches[0].distance, 0.0F);
    for (const PatternMatch& match : matches) {
      const auto at = static_cast<std::size_t>(std::ranges::find(likeness.heads, match.head) - likeness.heads.begin());
      EXPECT_NEAR(match.distance, likeness.distances(6, at), 1e-6);
    }
  }
}

TEST(PatternSearch, RanksByMeasureAndRelation) {
  HeadReport report;
  report.layers = report.heads = 2;
  report.measures.assign(named_measures().size(), std::vector<Measure>(4));
  report.measures[3] = {{0.2F, 0.1F, 10}, {0.9F, 0.1F, 10}, {}, {0.5F, 0.1F, 10}};
  const std::vector<RankedHead> ranked = rank_by_measure(report, 3);
  ASSERT_EQ(ranked.size(), 3U) << "one head has no rows";
  EXPECT_EQ(ranked[0].head, (HeadRef{0, 1}));
  EXPECT_EQ(ranked[0].value, 0.9F);
  EXPECT_EQ(ranked[0].baseline, 0.1F);
  EXPECT_EQ(rank_by_measure(report, 3, true)[0].head, (HeadRef{0, 0}));

  report.relations = {{"nsubj:up",
                       10,
                       {1, 0.6F},
                       {{.right = 0.1F, .rows = 10}, {.right = 0.2F, .rows = 10}, {.right = 0.8F, .rows = 10}, {}}}};
  const std::vector<RankedHead> by_relation = rank_by_relation(report, "nsubj:up");
  ASSERT_EQ(by_relation.size(), 3U) << "the second layer has one head";
  EXPECT_EQ(by_relation[0].head, (HeadRef{1, 0}));
  EXPECT_EQ(by_relation[0].value, 0.8F);
  EXPECT_EQ(by_relation[0].baseline, 0.6F);
  EXPECT_TRUE(rank_by_relation(report, "no such").empty());
}

}  // namespace
}  // namespace regard
