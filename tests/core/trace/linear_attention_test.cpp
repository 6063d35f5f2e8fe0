// SPDX-License-Identifier: Apache-2.0
// A model trained with linear attention: its rows are those of φ(q)·φ(k), its own kind is shown as such, and what needs scores is refused
// in a sentence.
#include "core/analysis/head_cuts.h"
#include "core/analysis/kind_report.h"
#include "core/analysis/positions.h"
#include "core/engine/engine.h"
#include "core/train/learner_model.h"
#include "tests/core/base/expect_error.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace regard {
namespace {

using Kind = InterventionKind;

constexpr std::size_t kLinearTokens = 17;

std::shared_ptr<const Model> linear_model() {
  static const std::shared_ptr<const Model> kModel = [] {
    train::Learner learner = train::make_learner(
        {.task = {.symbols = 13, .least_period = 3, .most_period = 6},
         .shape = {.layers = 2, .heads = 2, .width = 16, .weigh = train::WeighKind::linear, .context = kLinearTokens},
         .batch = 4});
    for (int step = 0; step < 3; ++step)
      (void)train::learn(learner);
    return train::model_of(learner);
  }();
  return kModel;
}

Request linear_request(std::vector<Intervention> list = {}) {
  Request request{.interventions = std::move(list)};
  for (std::size_t token = 0; token < kLinearTokens; ++token)
    request.ids.push_back(static_cast<std::int32_t>(token * 5 % 13));
  return request;
}

std::string refusal_of(const Intervention& item) {
  return testing::error_of([&] { (void)run(linear_model(), linear_request({item})); }).code();
}

double phi(float x) {
  return x > 0.0F ? static_cast<double>(x) + 1.0 : std::exp(static_cast<double>(x));
}

double feature_product(const Trace& trace, HeadRef head, std::size_t query, std::size_t key) {
  const auto q = query_of(trace, head, query), k = key_of(trace, head, key);
  return std::transform_reduce(q.begin(), q.end(), k.begin(), 0.0, std::plus<>{},
                               [](float a, float b) { return phi(a) * phi(b); });
}

TEST(LinearAttention, RowsAreProductsOfFeaturesOverTheirSum) {
  const auto trace = run(linear_model(), linear_request());
  for (const HeadRef head : all_heads(trace->model->config)) {
    const Matrix rows = weights(*trace, head);
    EXPECT_TRUE(weights_are_softmax(*trace, head)) << "they are shares of 1";
    for (std::size_t query = 0; query < rows.rows; ++query) {
      double sum = 0.0;
      for (std::size_t key = 0; key <= query; ++key)
        sum += feature_product(*trace, head, query, key);
      for (std::size_t key = 0; key < rows.cols; ++key)
        EXPECT_NEAR(rows(query, key), key > query ? 0.0 : feature_product(*trace, head, query, key) / sum, 1e-6);
    }
  }
}

TEST(LinearAttention, WhatNeedsScoresIsRefused) {
  Request warm = linear_request();
  warm.temperature = 0.5F;
  EXPECT_EQ(testing::error_of([&] { (void)run(linear_model(), warm); }).code(), "temperature_linear");
  EXPECT_EQ(refusal_of({.kind = Kind::add, .cells = {{}}, .amount = 1.0F}), "intervention_no_softmax");
  EXPECT_EQ(refusal_of({.kind = Kind::temperature, .scope = {1, 0}, .amount = 2.0F}), "intervention_no_softmax");
  EXPECT_EQ(refusal_of({.kind = Kind::attention, .scope = {0, 1}, .as = usual_kind(KindForm::sigmoid)}),
            "kind_obstacle_linear");
  EXPECT_EQ(refusal_of({.kind = Kind::attention, .as = usual_kind(KindForm::window)}), "kind_obstacle_linear");
  EXPECT_EQ(refusal_of({.kind = Kind::attention, .as = usual_kind(KindForm::linear)}), "kind_obstacle_linear")
      << "what it does anyway";
  EXPECT_EQ(refusal_of({.kind = Kind::positions, .positioned = {PositionForm::alibi, 0.0F}}),
            "position_obstacle_linear");
}

TEST(LinearAttention, RowsThatArePartlyHiddenSetOrTurnedOtherwiseStillSumTo1) {
  const auto whole = run(linear_model(), linear_request());
  for (const Intervention& item :
       {Intervention{.kind = Kind::mask, .cells = {{{0, kToEnd}, {2, 4}}}},
        Intervention{.kind = Kind::hide_tokens, .positions = {{3, 5}}},
        Intervention{.kind = Kind::set_weight, .scope = {1, 1}, .cells = {{{9, 10}, {4, 5}}}, .amount = 0.75F},
        Intervention{.kind = Kind::positions, .positioned = {PositionForm::none, 0.0F}}}) {
    const auto trace = run(linear_model(), linear_request({item}));
    const Matrix rows = weights(*trace, {1, 1});
    EXPECT_NE(rows, weights(*whole, {1, 1}));
    for (std::size_t query = 6; query < rows.rows; ++query)
      EXPECT_NEAR(std::accumulate(rows.row(query).begin(), rows.row(query).end(), 0.0), 1.0, 1e-6);
  }
}

TEST(LinearAttention, IsShownAsTheKindThatTheHeadWasTrainedIn) {
  const auto trace = run(linear_model(), linear_request());
  const std::vector<KindOfAttention> kinds{{}, usual_kind(KindForm::linear), usual_kind(KindForm::top_keys)};
  const std::vector<KindReport> reports = kind_reports(*trace, {1, 0}, kinds);
  EXPECT_EQ(reports[0].obstacle, KindObstacle::linear) << "no softmax of scores";
  EXPECT_EQ(reports[2].obstacle, KindObstacle::linear);
  ASSERT_EQ(reports[1].obstacle, KindObstacle::none);
  EXPECT_TRUE(reports[1].trained && !reports[0].trained);
  EXPECT_TRUE(reports[1].numbers.sums_to_one());
  EXPECT_LE(reports[1].numbers.largest_change, 1e-6);
  EXPECT_LE(reports[1].numbers.output_change, 1e-5);
  EXPECT_EQ(applied_kind(*trace, {0, 0}), usual_kind(KindForm::linear));
}

TEST(LinearAttention, HasNoCutMatricesAndNoScoreAgainstDistance) {
  const auto trace = run(linear_model(), linear_request());
  EXPECT_EQ(obstacle_to_distance(*trace, {0, 0}), DistanceObstacle::other_scores);
  EXPECT_EQ(obstacle_to_planes(*trace, {0, 0}), DistanceObstacle::other_scores);
  EXPECT_EQ(obstacle_to_heads({*trace, AttentionKind::self, 0}, 4), HeadCutObstacle::no_softmax);
}

}  // namespace
}  // namespace regard
