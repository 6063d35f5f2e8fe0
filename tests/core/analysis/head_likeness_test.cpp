// SPDX-License-Identifier: Apache-2.0
// Distances of heads: by hand, against the formula written out, and for a model against its own rows.
#include "core/analysis/head_likeness.h"

#include "core/engine/engine.h"
#include "tests/core/analysis/given_weights.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace regard {
namespace {

using testing::some_ids;
using testing::trace_with_weights;
using Traces = std::vector<std::shared_ptr<const Trace>>;

Matrix grid_of(std::size_t size, std::vector<float> values) {
  Matrix grid(size, size);
  grid.values = std::move(values);
  return grid;
}

/// The definition, a row at a time, in float64.
double plain_divergence(std::span<const float> a, std::span<const float> b) {
  double sum = 0.0;
  for (std::size_t key = 0; key < a.size(); ++key) {
    const double share = 0.001 / static_cast<double>(a.size());
    const double p = 0.999 * static_cast<double>(a[key]) + share, q = 0.999 * static_cast<double>(b[key]) + share;
    sum += 0.5 * p * std::log(2.0 * p / (p + q)) + 0.5 * q * std::log(2.0 * q / (p + q));
  }
  return sum / std::numbers::ln2;
}

double plain_distance(const Trace& one, HeadRef a, const Trace& other, HeadRef b) {
  double sum = 0.0;
  for (std::size_t row = 0; row < one.tokens(); ++row) {
    const Range keys{0, one.causal() ? row + 1 : one.keys()};
    sum +=
        plain_divergence(weights(one, a, {row, row + 1}, keys).values, weights(other, b, {row, row + 1}, keys).values);
  }
  return sum / static_cast<double>(one.tokens());
}

HeadLikeness likeness_of(const Traces& traces) {
  LikenessTally tally;
  add_text(tally, traces);
  return tally.mean();
}

/// Heads side by side, given as the traces of as many models.
HeadLikeness likeness_of_grids(const std::vector<Matrix>& grids, bool causal) {
  Traces traces;
  for (const Matrix& grid : grids)
    traces.push_back(trace_with_weights(grid, std::vector<std::int32_t>(grid.rows, 1), causal));
  return likeness_of(traces);
}

TEST(HeadLikeness, IsOneForHeadsThatShareNothingAndNoughtForEqualOnes) {
  const Matrix left = grid_of(2, {1, 0, 1, 0}), right = grid_of(2, {0, 1, 0, 1});
  const HeadLikeness likeness = likeness_of_grids({left, right, left}, false);
  EXPECT_EQ(likeness.distances(0, 2), 0.0F);
  EXPECT_EQ(likeness.distances(0, 0), 0.0F);
  // Smoothed rows are (0.9995, 0.0005) and its mirror: 1 − H₂(0.0005), in bits.
  const double small = 0.0005;
  EXPECT_NEAR(likeness.distances(0, 1), 1.0 + small * std::log2(small) + (1.0 - small) * std::log2(1.0 - small), 1e-6);
  EXPECT_EQ(likeness.distances(1, 0), likeness.distances(0, 1));
  EXPECT_EQ(likeness.rows, 2U);
}

TEST(HeadLikeness, OfCausalHeadsIsOverTheKeysThatARowHas) {
  // The first row has one key and is the same in every head; of the second, half of the weight has moved.
  const Matrix one = grid_of(2, {1, 0, 1, 0}), other = grid_of(2, {1, 0, 0.5, 0.5});
  const double row = plain_divergence(std::vector<float>{1, 0}, std::vector<float>{0.5F, 0.5F});
  EXPECT_NEAR(likeness_of_grids({one, other}, true).distances(0, 1), row / 2.0, 1e-6);
}

TEST(HeadLikeness, IsTheDefinitionForEveryPairOfAModel) {
  for (const bool causal : {false, true}) {
    const testing::ModelShape shape{3, 4, 2, 32, 64, 64, 101};
    const std::shared_ptr<const Model> model = causal ? testing::random_llama(shape) : testing::random_bert(shape);
    const Traces traces{run(model, {.ids = some_ids(37, shape.vocabulary)})};
    const HeadLikeness likeness = likeness_of(traces);
    ASSERT_EQ(likeness.heads.size(), 12U);
    for (std::size_t a = 0; a < 12; ++a)
      for (std::size_t b = 0; b < 12; ++b)
        EXPECT_NEAR(likeness.distances(a, b),
                    plain_distance(*traces[0], likeness.heads[a].head, *traces[0], likeness.heads[b].head), 2e-6)
            << causal << ' ' << a << ' ' << b;
  }
}

TEST(HeadLikeness, WithoutSpecialTokensIsOfTheOtherRowsScaledOverTheOtherKeys) {
  const std::vector<Matrix> grids{grid_of(3, {0.8F, 0.15F, 0.05F, 0.6F, 0.1F, 0.3F, 0.9F, 0.1F, 0}),
                                  grid_of(3, {0.8F, 0.05F, 0.15F, 0.2F, 0.4F, 0.4F, 0.5F, 0, 0.5F})};
  Traces traces;
  for (const Matrix& grid : grids)
    traces.push_back(trace_with_weights(grid, {1, 2, 3}, false));
  const std::vector<bool> first{true, false, false};
  LikenessTally tally;
  add_text(tally, traces, {}, {first, first});
  const HeadLikeness likeness = tally.mean();
  EXPECT_EQ(likeness.rows, 2U);
  const double by_hand = 0.5 * (plain_divergence(std::vector<float>{0.25F, 0.75F}, std::vector<float>{0.5F, 0.5F}) +
                                plain_divergence(std::vector<float>{1, 0}, std::vector<float>{0, 1}));
  EXPECT_NEAR(likeness.distances(0, 1), by_hand, 1e-6);
  add_text(tally, traces, {}, {{true, true, true}, {true, true, true}});
  EXPECT_EQ(tally.so_far.sentences, 1U) << "nothing was left of that one";
}

TEST(HeadLikeness, WeighsEveryRowOfEveryTextAlike) {
  const testing::ModelShape shape{2, 2, 2, 16, 32, 64, 101};
  const std::shared_ptr<const Model> model = testing::random_bert(shape);
  const Traces first{run(model, {.ids = some_ids(5, shape.vocabulary)})},
      second{run(model, {.ids = some_ids(20, shape.vocabulary)})};
  LikenessTally both;
  add_text(both, first);
  add_text(both, second);
  const HeadLikeness mean = both.mean();
  EXPECT_EQ(mean.rows, 25U);
  EXPECT_EQ(mean.sentences, 2U);
  EXPECT_NEAR(mean.distances(0, 3),
              (5.0F * likeness_of(first).distances(0, 3) + 20.0F * likeness_of(second).distances(0, 3)) / 25.0F, 1e-6);
}

TEST(HeadLikeness, OfALongTextIsThatOfItsRows) {  // more cells than are held at a time
  const testing::ModelShape shape{4, 16, 16, 64, 64, 512, 101};
  const Traces traces{run(testing::random_llama(shape), {.ids = some_ids(300, shape.vocabulary)})};
  const HeadLikeness likeness = likeness_of(traces);
  EXPECT_NEAR(likeness.distances(1, 60),
              plain_distance(*traces[0], likeness.heads[1].head, *traces[0], likeness.heads[60].head), 2e-6);
}

TEST(HeadLikeness, OfTwoModelsPairsNearestHeadsAndSamePlaces) {
  const auto grids_of = [](const std::vector<float>& first_weights) {
    std::vector<Matrix> grids;
    for (const float weight : first_weights)
      grids.push_back(grid_of(2, {weight, 1.0F - weight, weight, 1.0F - weight}));
    return grids;
  };
  HeadLikeness likeness = likeness_of_grids(grids_of({0.9F, 0.2F, 0.5F, 0.25F, 0.85F}), false);
  // The heads of two models, three and two of them.
  likeness.heads = {{0, {0, 0}}, {0, {0, 1}}, {0, {0, 2}}, {1, {0, 0}}, {1, {0, 1}}};
  EXPECT_EQ(likeness.heads_of_model(0), 3U);
  const std::vector<HeadPair> matched = mutually_nearest(likeness);
  ASSERT_EQ(matched.size(), 2U) << "0.5 is nobody's nearest";
  EXPECT_EQ(matched[0], (HeadPair{0, 4, likeness.distances(0, 4)}));
  EXPECT_EQ(matched[1], (HeadPair{1, 3, likeness.distances(1, 3)}));
  const std::vector<HeadPair> places = same_places(likeness);
  ASSERT_EQ(places.size(), 2U);
  EXPECT_EQ(places[0], (HeadPair{0, 3, likeness.distances(0, 3)}));
  EXPECT_GT(places[0].distance, matched[0].distance);
}

TEST(HeadLikeness, ListsNearDuplicatesOfOneModelNearestFirst) {
  HeadLikeness likeness;
  likeness.heads = {{0, {0, 0}}, {0, {0, 1}}, {0, {1, 0}}, {1, {0, 0}}};
  likeness.distances = grid_of(4, {0, 0.04F, 0.01F, 0,  //
                                   0.04F, 0, 0.3F, 0,   //
                                   0.01F, 0.3F, 0, 0,   //
                                   0, 0, 0, 0});
  EXPECT_EQ(near_duplicates(likeness, 0.05F), (std::vector<HeadPair>{{0, 2, 0.01F}, {0, 1, 0.04F}}));
  EXPECT_TRUE(near_duplicates(likeness, 0.01F).empty());
}

TEST(HeadLikeness, NamesHeadsThatHaveCollapsed) {
  HeadReport report;
  report.layers = 1;
  report.heads = 3;
  report.measures.assign(named_measures().size(), std::vector<Measure>(3));
  const auto set = [&](Measure HeadMeasures::*measure, std::vector<float> values) {
    for (std::size_t index = 0; index < named_measures().size(); ++index)
      if (named_measures()[index].measure == measure)
        for (std::size_t head = 0; head < 3; ++head)
          report.measures[index][head] = {values[head], 0.1F, 10};
  };
  set(&HeadMeasures::normalised_entropy, {0.97F, 0.1F, 0.94F});
  set(&HeadMeasures::first, {0.1F, 0.93F, 0.89F});
  const std::vector<CollapsedHead> collapsed = collapsed_heads(report);
  ASSERT_EQ(collapsed.size(), 2U);
  EXPECT_TRUE(collapsed[0].looks_everywhere() && !collapsed[0].looks_at_the_sink());
  EXPECT_TRUE(collapsed[1].looks_at_the_sink() && !collapsed[1].looks_everywhere());
  EXPECT_EQ(collapsed[1].head, (HeadRef{0, 1}));
}

TEST(HeadLikeness, StopsWhenItIsToldTo) {
  const testing::ModelShape shape{2, 2, 2, 16, 32, 64, 101};
  const Traces traces{run(testing::random_bert(shape), {.ids = some_ids(5, shape.vocabulary)})};
  std::stop_source stop;
  stop.request_stop();
  LikenessTally tally;
  EXPECT_THROW(add_text(tally, traces, stop.get_token()), Cancelled);
}

}  // namespace
}  // namespace regard
