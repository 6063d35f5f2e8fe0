// SPDX-License-Identifier: Apache-2.0
// Mixtures of experts: who is chosen, what is read, and that a token's numbers are its own whatever stands beside it. That they are
// the right numbers is shown by reference_test.cpp.
#include "core/base/progress.h"
#include "core/engine/engine.h"
#include "core/engine/layer_watch.h"
#include "core/engine/variants.h"
#include "core/trace/experts.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <limits>
#include <set>
#include <stop_token>

namespace regard {
namespace {

constexpr testing::ModelShape kShape{.layers = 4, .heads = 3, .kv_heads = 1, .hidden = 36, .feed_forward = 19};

std::shared_ptr<Model> small_mixture(std::size_t chosen = 2, std::size_t shared_width = 23) {
  return testing::random_mixture(kShape, {.count = 5, .chosen = chosen, .shared_width = shared_width});
}

Request request_of(std::size_t tokens) {
  return {.ids = testing::some_ids(tokens, kShape.vocabulary)};
}

/// Everything that a run records, to the last bit.
void expect_same(const Trace& ours, const Trace& expected) {
  EXPECT_EQ(ours.residual, expected.residual);
  for (std::size_t layer = 0; layer < kShape.layers; ++layer) {
    EXPECT_EQ(ours.layers[layer].router, expected.layers[layer].router) << layer;
    EXPECT_EQ(ours.layers[layer].feed_forward_output, expected.layers[layer].feed_forward_output) << layer;
  }
}

TEST(ChosenExperts, AreTheMostProbableOfEqualOnesTheFirst) {
  const float probabilities[] = {0.125F, 0.25F, 0.25F, 0.25F, 0.125F};
  const Experts experts{.count = 5, .chosen = 2};
  EXPECT_EQ(chosen_experts(experts, probabilities), (std::vector<ChosenExpert>{{1, 0.25F}, {2, 0.25F}}));
}

TEST(ChosenExperts, HaveGatesThatSumTo1WhereThePlanSaysSo) {
  const float probabilities[] = {0.125F, 0.5F, 0.375F};
  Experts experts{.count = 3, .chosen = 2, .gates_sum_to_1 = true};
  EXPECT_EQ(chosen_experts(experts, probabilities),
            (std::vector<ChosenExpert>{{1, 0.5F / 0.875F}, {2, 0.375F / 0.875F}}));
  experts.gates_sum_to_1 = false;
  EXPECT_EQ(chosen_experts(experts, probabilities), (std::vector<ChosenExpert>{{1, 0.5F}, {2, 0.375F}}));
}

TEST(ChosenExperts, OfProbabilitiesThatAreNoNumbersAreStillDifferentOnes) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float probabilities[] = {nan, nan, nan};
  const auto chosen = chosen_experts({.count = 3, .chosen = 2}, probabilities);
  EXPECT_EQ(chosen[0].expert, 0U);
  EXPECT_EQ(chosen[1].expert, 1U);
}

TEST(Mixture, RecordsTheProbabilitiesOfItsExpertsAndNoneInADenseLayer) {
  const auto trace = run(small_mixture(), request_of(12));
  EXPECT_EQ(trace->layers[1].router.cols, 0U);
  EXPECT_TRUE(chosen_experts(*trace, 1, 3).empty());
  std::set<std::size_t> used;
  for (const std::size_t layer : {0U, 2U, 3U})
    for (std::size_t token = 0; token < 12; ++token) {
      double sum = 0.0;
      for (const float probability : trace->layers[layer].router.row(token))
        sum += static_cast<double>(probability);
      EXPECT_NEAR(sum, 1.0, 1e-6);
      for (const ChosenExpert& chosen : chosen_experts(*trace, layer, token))
        used.insert(chosen.expert);
    }
  EXPECT_GE(used.size(), 3U) << "the test would not see much";
}

TEST(Mixture, OfARowDoesNotDependOnOtherRows) {
  const auto model = small_mixture();
  const auto whole = run(model, request_of(30));
  for (const std::size_t kept : {1U, 2U, 7U, 29U}) {
    Request other = request_of(kept);
    other.ids.push_back(99);
    const auto reused = run(model, request_of(30), run(model, other));
    EXPECT_EQ(reused->reused_tokens, kept);
    expect_same(*reused, *whole);
  }
}

/// Layers hand their memory on to the next one: whether the first that changes is a mixture or has no experts.
TEST(Mixture, OfVariantsRunTogetherIsThatOfEachAlone) {
  const auto model = small_mixture();
  const auto base = run(model, request_of(9));
  const std::size_t positions[] = {0, 4, 8};
  for (const std::size_t layer : {0U, 1U, 2U}) {
    std::vector<std::vector<Intervention>> variants;
    for (std::size_t head = 0; head < kShape.heads; ++head)
      variants.push_back({{.kind = InterventionKind::ablate, .scope = {layer, head}}});
    const Matrix together = run_variants(base, variants, positions);
    for (std::size_t variant = 0; variant < variants.size(); ++variant) {
      Request request = request_of(9);
      request.interventions = variants[variant];
      const auto alone = run(model, request);
      EXPECT_NE(alone->residual.back(), base->residual.back());
      for (std::size_t at = 0; at < 3; ++at)
        for (std::size_t column = 0; column < kShape.hidden; ++column)
          ASSERT_EQ(together(variant * 3 + at, column), alone->residual.back()(positions[at], column))
              << layer << ", " << variant;
    }
  }
}

TEST(Mixture, IsPatchedLikeEveryOtherBlock) {
  const auto model = small_mixture();
  const auto plain = run(model, request_of(9));
  Request other = request_of(9);
  other.ids.front() = 99;
  const auto source = run(model, other);
  Request request = request_of(9);
  request.interventions = {{.kind = InterventionKind::patch,
                            .scope = {2},
                            .positions = {{4, 6}},
                            .site = PatchSite::feed_forward_output,
                            .source = source}};
  const auto patched = run(model, request, plain);
  for (std::size_t token = 0; token < 9; ++token) {
    const auto& from = token == 4 || token == 5 ? source : plain;
    const auto ours = patched->layers[2].feed_forward_output.row(token);
    const auto expected = from->layers[2].feed_forward_output.row(token);
    EXPECT_TRUE(std::equal(ours.begin(), ours.end(), expected.begin())) << token;
  }
  EXPECT_EQ(patched->layers[2].router, plain->layers[2].router);
  EXPECT_NE(patched->layers[3].router, plain->layers[3].router);
}

TEST(Mixture, NeverReadsAnExpertThatNoTokenChose) {
  const auto model = small_mixture(1, 0);
  const auto trace = run(model, request_of(2));
  const auto weights = std::make_shared<Weights>(*model->weights);
  std::size_t forgotten = 0;
  for (const std::size_t layer : {0U, 2U, 3U}) {
    std::set<std::size_t> used;
    for (std::size_t token = 0; token < 2; ++token)
      used.insert(chosen_experts(*trace, layer, token).front().expert);
    for (std::size_t expert = 0; expert < 5; ++expert)
      if (!used.contains(expert)) {
        for (Linear FeedForwardWeights::*part :
             {&FeedForwardWeights::gate, &FeedForwardWeights::up, &FeedForwardWeights::down})
          (weights->layers[layer].mixture.experts[expert].*part).weight.data = nullptr;
        ++forgotten;
      }
  }
  EXPECT_GE(forgotten, 9U);
  const auto without = std::make_shared<Model>(*model);
  without->weights = weights;
  expect_same(*run(without, request_of(2)), *trace);
}

TEST(Mixture, GivesOtherSumsWithMoreExpertsOrASharedOneOfTheSameRouter) {
  const auto all = run(small_mixture(5, 0), request_of(6));
  const auto some = run(small_mixture(2, 0), request_of(6));
  const auto shared = run(small_mixture(2, 23), request_of(6));
  EXPECT_EQ(all->layers[0].router, some->layers[0].router);
  EXPECT_NE(all->layers[0].feed_forward_output, some->layers[0].feed_forward_output);
  EXPECT_NE(shared->layers[0].feed_forward_output, some->layers[0].feed_forward_output);
}

TEST(Mixture, IsStoppedBeforeTheNextLayer) {
  const auto model = small_mixture();
  std::stop_source source;
  std::size_t layers = 0;
  const LayerWatch watch([&](const Trace*, std::size_t) {
    ++layers;
    source.request_stop();
  });
  EXPECT_THROW(static_cast<void>(run(model, request_of(6), nullptr, source.get_token())), Cancelled);
  EXPECT_EQ(layers, 1U);
}

}  // namespace
}  // namespace regard
