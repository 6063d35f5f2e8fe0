// SPDX-License-Identifier: Apache-2.0
// Scores at other distances, held to runs whose tokens were really moved there, and scores as sums of rotary planes, held to the runs.
#include "core/analysis/positions.h"

#include "core/analysis/rotary_planes.h"
#include "core/analysis/score_by_distance.h"
#include "core/engine/engine.h"
#include "tests/core/engine/random_model.h"
#include "tests/core/engine/reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <numbers>

namespace regard {
namespace {

using testing::some_ids;

constexpr std::size_t kTokens = 7;

Intervention moved(std::size_t token, std::ptrdiff_t by) {
  return {
      .kind = InterventionKind::shift_positions, .positions = {{token, token + 1}}, .amount = static_cast<float>(by)};
}

/// The score of a pair in layer 0, computed by a run whose query was moved.
double score_with_query_moved(const Trace& trace, HeadRef head, std::size_t query, std::size_t key, std::ptrdiff_t by) {
  Request request = trace.request;
  if (by != 0) request.interventions = {moved(query, by)};
  const auto other = run(trace.model, request);
  return scores(*other, head, {query, query + 1}, {key, key + 1})(0, 0);
}

/// The curve of two tokens against runs in which the query was moved, and its number where they stand against the run itself.
void expect_pair_is_what_moved_tokens_have(const std::shared_ptr<const Model>& model, const std::string& what) {
  const auto trace = run(model, {.ids = some_ids(kTokens, 101)});
  double worst = 0.0;
  for (const HeadRef head : {HeadRef{0, 0}, HeadRef{0, 3}}) {
    const std::size_t query = 5, key = 2;
    const ScoreByDistance curve =
        score_by_distance(*trace, head, {.reach = 20, .query = query, .key = key, .spread = false});
    ASSERT_EQ(curve.pair.size(), curve.mean.size());
    EXPECT_EQ(curve.asked_at, 3.0);
    for (const std::ptrdiff_t by : {-3, -1, 0, 1, 4, 15}) {
      const auto at = static_cast<std::size_t>(3 + by - curve.first);
      const double by_run = score_with_query_moved(*trace, head, query, key, by);
      worst = std::max(worst, std::abs(curve.pair[at] - by_run) / (1.0 + std::abs(by_run)));
    }
  }
  EXPECT_LE(worst, 2e-5) << what;
  std::cout << what << ": worst difference of a moved pair " << worst << "\n";
}

std::shared_ptr<Model> rotary_model(bool interleaved, std::size_t width, RopeConfig rope = {}) {
  const auto model = testing::random_llama({.layers = 2});
  testing::set_positions(*model, Rotary{.rope = std::move(rope), .width = width, .interleaved = interleaved});
  return model;
}

std::shared_ptr<Model> alibi_model() {
  const auto model = testing::random_llama({.layers = 1});
  testing::set_positions(*model, Alibi{{0.5F, 0.25F, 0.125F, 0.0625F}});
  return model;
}

TEST(ScoreByDistance, OfAPairIsWhatARunHasWhoseQueryWasMoved) {
  expect_pair_is_what_moved_tokens_have(rotary_model(false, 8), "rotary");
  expect_pair_is_what_moved_tokens_have(rotary_model(true, 8), "interleaved");
  expect_pair_is_what_moved_tokens_have(rotary_model(false, 4), "partial");
  expect_pair_is_what_moved_tokens_have(
      rotary_model(
          false, 8,
          {.scaling = RopeConfig::Scaling::yarn, .factor = 4.0F, .original_context = 16.0F, .attention_factor = 1.14F}),
      "YaRN");
  expect_pair_is_what_moved_tokens_have(testing::random_latent({.layers = 1}), "latent");
  expect_pair_is_what_moved_tokens_have(alibi_model(), "ALiBi");
  const auto capped = rotary_model(false, 8);
  testing::set_cap(*capped, 2.0F);
  expect_pair_is_what_moved_tokens_have(capped, "capped");
  const auto relative = testing::random_llama({.layers = 1});
  auto values = std::make_shared<std::vector<float>>(4 * 13);
  for (std::size_t at = 0; at < values->size(); ++at)
    (*values)[at] = std::sin(static_cast<float>(at));
  testing::set_positions(*relative, RelativeBias{.buckets = 8, .distance = 6, .values = values});
  expect_pair_is_what_moved_tokens_have(relative, "T5");
}

TEST(ScoreByDistance, MeanIsOverAllPairsAndSpreadAroundIt) {
  for (const bool capped : {false, true}) {
    const auto model = rotary_model(false, 8);
    if (capped) testing::set_cap(*model, 1.5F);
    const auto trace = run(model, {.ids = some_ids(kTokens, 101)});
    const HeadRef head{1, 2};
    const ScoreByDistance curve = score_by_distance(*trace, head, {.reach = 9});
    const ScoreByDistance without = score_by_distance(*trace, head, {.reach = 9, .spread = false});
    const std::vector<std::vector<double>> all = means_by_distance(*trace, 1, 9);
    EXPECT_EQ(curve.first, 0) << "causal";
    ASSERT_EQ(curve.mean.size(), 10U);
    for (std::size_t at = 0; at < curve.mean.size(); ++at) {
      double sum = 0.0;
      std::vector<double> each;
      for (std::size_t query = 0; query < kTokens; ++query)
        for (std::size_t key = 0; key < kTokens; ++key) {
          const ScoreByDistance pair =
              score_by_distance(*trace, head, {.reach = 9, .query = query, .key = key, .spread = false});
          each.push_back(pair.pair[at]);
          sum += pair.pair[at];
        }
      std::ranges::sort(each);
      EXPECT_NEAR(curve.mean[at], sum / static_cast<double>(each.size()), 2e-5);
      EXPECT_NEAR(without.mean[at], curve.mean[at], 2e-5) << "the score of the means";
      EXPECT_NEAR(all[2][at], curve.mean[at], 2e-5);
      EXPECT_NEAR(curve.low[at], each[5], 2e-5);
      EXPECT_NEAR(curve.high[at], each[43], 2e-5);
    }
  }
}

TEST(ScoreByDistance, OfTheTextItselfIsTheMeanOfItsDiagonals) {
  const auto trace = run(rotary_model(false, 8), {.ids = some_ids(kTokens, 101)});
  const Matrix grid = scores(*trace, {0, 1});
  const ScoreByDistance curve = score_by_distance(*trace, {0, 1}, {.reach = 9});
  double third = 0.0;
  for (std::size_t query = 3; query < kTokens; ++query)
    third += static_cast<double>(grid(query, query - 3)) / static_cast<double>(kTokens - 3);
  EXPECT_NEAR(curve.in_text[3], third, 1e-6);
  EXPECT_TRUE(std::isnan(curve.in_text[7])) << "no tokens stand so far apart";
}

TEST(ScoreByDistance, OfLearnedPositionsIsTheMeanOfRunsWithTheTokensAtAllPlaces) {
  const auto model = testing::random_bert({.layers = 2, .context = 6});
  const auto trace = run(model, {.ids = {17, 40, 3}});
  const HeadRef head{0, 1};
  const ScoreByDistance curve = score_by_distance(*trace, head, {.reach = 40});
  ASSERT_EQ(curve.first, -5) << "in both directions, as far as there are places";
  ASSERT_EQ(curve.mean.size(), 11U);
  EXPECT_EQ(curve.places, 6U);
  for (std::size_t at = 0; at < curve.mean.size(); ++at) {
    double sum = 0.0, count = 0.0;
    for (std::ptrdiff_t query = 0; query < 6; ++query) {
      const std::ptrdiff_t key = query - curve.distance(at);
      if (key < 0 || key >= 6) continue;
      for (const std::int32_t a : trace->request.ids)
        for (const std::int32_t b : trace->request.ids) {  // two tokens, moved from places 0 and 1
          const auto placed = run(model, {.ids = {a, b}, .interventions = {moved(0, query), moved(1, key - 1)}});
          sum += static_cast<double>(scores(*placed, head, {0, 1}, {1, 2})(0, 0));
          count += 1.0;
        }
    }
    EXPECT_NEAR(curve.mean[at], sum / count, 2e-5) << curve.distance(at);
  }
  EXPECT_TRUE(curve.pair.empty());
  ASSERT_EQ(curve.by_place.rows, 6U);
  EXPECT_NEAR(curve.by_place(5, 0), curve.mean.back(), 1e-6) << "one pair of places is so far apart";
  EXPECT_EQ(obstacle_to_distance(*trace, {1, 1}), DistanceObstacle::stream);
  const ScoreByDistance later = score_by_distance(*trace, {1, 1}, {.reach = 40, .query = 2, .key = 0});
  EXPECT_TRUE(std::isnan(later.mean[5])) << "nothing is held there";
  EXPECT_NEAR(later.in_text[5 + 2], scores(*trace, {1, 1})(2, 0), 1e-6);
  EXPECT_TRUE(later.pair.empty());
}

TEST(ScoreByDistance, IsFlatWithoutPositions) {
  const auto model = testing::random_llama({.layers = 1});
  testing::set_positions(*model, NoPositions{});
  const auto trace = run(model, {.ids = some_ids(kTokens, 101)});
  const ScoreByDistance curve = score_by_distance(*trace, {0, 0}, {.reach = 5});
  EXPECT_EQ(curve.kind, PositionsKind::none);
  for (const double mean : curve.mean)
    EXPECT_EQ(mean, curve.mean.front());
  const auto taken = run(rotary_model(false, 8),
                         {.ids = some_ids(kTokens, 101), .interventions = {{.kind = InterventionKind::no_positions}}});
  EXPECT_EQ(positions_kind(*taken, {0, 0}), PositionsKind::none);
  EXPECT_EQ(obstacle_to_distance(*taken, {0, 0}), DistanceObstacle::none);
  EXPECT_TRUE(score_terms(*taken, {0, 0}, 3, 1).planes.empty());
}

TEST(Positions, SayWhatStandsAgainstOtherDistances) {
  const auto obstacle = [](const std::shared_ptr<Model>& model, std::vector<Intervention> items = {}) {
    const auto trace = run(model, {.ids = some_ids(kTokens, 101), .interventions = std::move(items)});
    return obstacle_to_distance(*trace, {0, 0});
  };
  EXPECT_EQ(obstacle(rotary_model(false, 8)), DistanceObstacle::none);
  EXPECT_EQ(obstacle(testing::random_hybrid({.layers = 2})), DistanceObstacle::no_softmax);
  EXPECT_EQ(obstacle(rotary_model(false, 8), {{.kind = InterventionKind::attention, .as = parse_kind("linear")}}),
            DistanceObstacle::other_scores);
  EXPECT_EQ(obstacle(rotary_model(false, 8), {{.kind = InterventionKind::attention, .as = parse_kind("window:3")}}),
            DistanceObstacle::none);
  const auto both = testing::random_bert({.layers = 1});
  testing::set_positions(*both, Rotary{.width = 8});
  EXPECT_EQ(obstacle(both), DistanceObstacle::mixed);
}

TEST(RotaryPlanes, HaveTheAnglesOfTheFormula) {
  const auto trace = run(rotary_model(false, 8), {.ids = some_ids(kTokens, 101)});
  const ScoreTerms terms = score_terms(*trace, {1, 3}, 6, 2);
  EXPECT_EQ(terms.distance, 4.0);
  ASSERT_EQ(terms.planes.size(), 4U);
  for (std::size_t plane = 0; plane < 4; ++plane) {
    const RotaryPlane& one = terms.planes[plane];
    const double theta = std::pow(10000.0, -2.0 * static_cast<double>(plane) / 8.0);
    EXPECT_NEAR(one.frequency, theta, 1e-6);
    EXPECT_NEAR(one.wavelength(), 2.0 * std::numbers::pi / theta, 1e-3 / theta);
    EXPECT_EQ(one.dimensions.x, plane);
    EXPECT_EQ(one.dimensions.y, plane + 4);
    EXPECT_NEAR(one.share,
                one.query_length * one.key_length * std::cos(one.query_angle - one.key_angle) / std::sqrt(8.0), 1e-6);
  }
}

TEST(RotaryPlanes, AndWhatInterventionsAddMakeTheScore) {
  const Intervention raised{.kind = InterventionKind::add, .cells = {{{4, 6}, {1, 3}}}, .amount = 2.5F};
  const auto trace =
      run(rotary_model(true, 4), {.ids = some_ids(kTokens, 101), .interventions = {raised, moved(5, 3)}});
  const ScoreTerms terms = score_terms(*trace, {0, 1}, 5, 2);
  EXPECT_EQ(terms.distance, 6.0);
  EXPECT_EQ(terms.added, 2.5);
  EXPECT_NEAR(terms.sum(), terms.score, 1e-5);
  EXPECT_EQ(terms.planes.size(), 2U);
  EXPECT_EQ(terms.planes[1].dimensions.y, 3U) << "neighbours";
  EXPECT_EQ(score_terms(*trace, {0, 1}, 3, 2).added, 0.0);
}

class PlanesOfReference : public testing::ReferenceTest {};

TEST_P(PlanesOfReference, AddUpToEveryScore) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  double worst = 0.0, at_place = 0.0;
  std::size_t planes = 0;
  for (const AttentionKind kind : {AttentionKind::self, AttentionKind::encoder}) {
    const Trace& trace = attention_of(*recorded.trace, kind);
    if (kind == AttentionKind::encoder && &trace == recorded.trace.get()) continue;
    for (const HeadRef head : all_heads(trace.model->config)) {
      if (obstacle_to_planes(trace, head) != DistanceObstacle::none) continue;
      for (std::size_t query = 0; query < trace.tokens(); ++query)
        for (std::size_t key = 0; key < trace.tokens(); ++key) {
          const ScoreTerms terms = score_terms(trace, head, query, key);
          planes = std::max(planes, terms.planes.size());
          double size = 1.0 + std::abs(terms.unturned) + std::abs(terms.bias);
          for (const RotaryPlane& plane : terms.planes)
            size += std::abs(plane.share);
          worst = std::max(worst, std::abs(terms.sum() - terms.score) / size);
        }
      if (obstacle_to_distance(trace, head) != DistanceObstacle::none) continue;
      const std::size_t query = trace.tokens() - 1, key = trace.tokens() / 2;
      const ScoreByDistance curve =
          score_by_distance(trace, head, {.reach = trace.tokens(), .query = query, .key = key, .spread = false});
      if (curve.pair.empty()) continue;
      const auto at = static_cast<std::size_t>(std::lround(*curve.asked_at) - curve.first);
      if (at >= curve.pair.size()) continue;  // an intervention moved it farther away
      const double here = curve.pair[at];
      const ScoreTerms terms = score_terms(trace, head, query, key);
      const double score = terms.score - terms.added;
      at_place = std::max(at_place, std::abs(here - score) / (1.0 + std::abs(score)));
    }
  }
  EXPECT_LE(worst, 2e-6);
  EXPECT_LE(at_place, 2e-5) << "the curve of a pair goes through its score";
  std::cout << GetParam() << ": " << planes << " planes, worst sum " << worst << ", worst point " << at_place << "\n";
}

INSTANTIATE_TEST_SUITE_P(Models, PlanesOfReference,
                         ::testing::Values("llama-llama3-f32", "llama-yarn-f32", "llama-dynamic-f32",
                                           "neox-parallel-f32", "gemma-f32", "gemma2-capped-f32",
                                           "gemma3-two-ropes-f32", "phi3-longrope-partial-f32", "gptj-f32",
                                           "gpt-oss-f32", "deepseek-v2-lite-f32", "bloom-6-heads-f32",
                                           "t5-relu-tied-f32", "t5-gated-untied-f16", "mt5-f32", "deberta-v3-f32",
                                           "deberta-v1-f32", "gpt2-f32", "edited-llama-f32"),
                         testing::name_of);

}  // namespace
}  // namespace regard
