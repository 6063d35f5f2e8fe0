// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/drift_view.h"

#include "tests/app/viewmodel/adapted_model.h"
#include "tests/app/viewmodel/run_text.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

using testing::read_text;
using testing::reading_model;
using testing::with_adapter;

TEST(TouchedModules, AreGatheredByNameWithTheirLayers) {
  const std::vector<TouchedModules> touched =
      touched_modules({"model.layers.1.self_attn.q_proj", "model.layers.0.self_attn.q_proj", "lm_head",
                       "model.layers.0.mlp.down_proj", "transformer.h.11.attn.c_attn"});
  const std::vector<TouchedModules> expected{
      {"self_attn.q_proj", {0, 1}}, {"lm_head", {}}, {"mlp.down_proj", {0}}, {"attn.c_attn", {11}}};
  EXPECT_EQ(touched, expected);
}

TEST(TouchedModules, RunsOfLayersAreToldInShort) {
  EXPECT_EQ(told_layers({}), "");
  EXPECT_EQ(told_layers({3}), "3");
  EXPECT_EQ(told_layers({0, 1}), "0, 1");
  EXPECT_EQ(told_layers({0, 1, 2, 5, 7, 8, 9}), "0–2, 5, 7–9");
}

TEST(DriftView, TakesOneAdapterAsTrainedAndSeveralAsTheyAre) {
  Reading reading;
  reading.adapters = {{"/a", 0.3F}};
  EXPECT_EQ(drift_direction(reading), std::vector<float>{1.0F});
  reading.adapters.push_back({"/b", 0.5F});
  EXPECT_EQ(drift_direction(reading), (std::vector<float>{0.3F, 0.5F}));
  reading.adapters[0].strength = reading.adapters[1].strength = 0.0F;
  EXPECT_EQ(drift_direction(reading), (std::vector<float>{1.0F, 1.0F}));
}

std::shared_ptr<Snapshot> adapted_snapshot(float strength) {
  const auto model = with_adapter(*reading_model(true), 1, "style");
  const float strengths[] = {strength};
  auto snapshot = read_text(at_strengths(*model, strengths), "the old king saw a cat");
  snapshot->reading.adapters = {{"/style", strength}};
  return snapshot;
}

/// Turning the slider asks nothing anew.
TEST(DriftView, IsTheSameQuestionAtEveryStrength) {
  const auto model = with_adapter(*reading_model(true), 1, "style");
  const float half[] = {0.5F};
  EXPECT_EQ((WeightChangeQuestion{model, {1.0F}}), (WeightChangeQuestion{at_strengths(*model, half), {1.0F}}));
  EXPECT_NE((WeightChangeQuestion{model, {1.0F}}), (WeightChangeQuestion{model, {2.0F}}));
  EXPECT_NE((WeightChangeQuestion{model, {1.0F}}),
            (WeightChangeQuestion{with_adapter(*reading_model(true), 1, "style"), {1.0F}}));
}

TEST(DriftView, IsZeroWhereAlphaIsAndBeforeTheTouchedLayer) {
  const auto snapshot = adapted_snapshot(0.25F);
  const auto drift = make_drift(drift_question(*snapshot), {});
  ASSERT_EQ(drift->alphas.size(), drift_alphas);
  EXPECT_EQ(drift->alphas.back(), 2.0F);
  EXPECT_EQ(drift->alphas.at(4), 0.0F);
  for (std::size_t head = 0; head < drift->heads.size(); ++head) {
    EXPECT_EQ(drift->movement[4][head], 0.0);
    if (drift->heads[head].layer == 0) {
      EXPECT_EQ(drift->movement.back()[head], 0.0);
    }
  }
  const std::vector<std::size_t> farthest = farthest_heads(*drift, 3);
  ASSERT_EQ(farthest.size(), 3U);
  const auto most = [&](std::size_t head) {
    double found = 0.0;
    for (const std::vector<double>& at : drift->movement)
      found = std::max(found, at[head]);
    return found;
  };
  EXPECT_GE(most(farthest[0]), most(farthest[1]));
  EXPECT_GE(most(farthest[1]), most(farthest[2]));
  EXPECT_GT(most(farthest[2]), 0.0);
}

TEST(DriftView, LargestChangesOfMatricesComeFirst) {
  const auto snapshot = adapted_snapshot(0.25F);
  const auto view = make_weight_changes({snapshot->model, {1.0F}}, {});
  const std::vector<std::size_t> order = most_changed(*view);
  ASSERT_EQ(order.size(), 4U);  // of the one layer that is touched
  for (const std::size_t head : order) {
    EXPECT_EQ(view->heads[head].layer, 1U);
    EXPECT_GT(*view->changes[head].query, 0.0);
    EXPECT_EQ(view->changes[head].key, 0.0);
  }
}

/// What takes numbers of the text "without interventions" takes those of the adapted model.
TEST(DriftView, TheBaseIsNotTheTextWithoutInterventions) {
  const auto snapshot = adapted_snapshot(1.0F);
  snapshot->plain = read_text(base_of(snapshot->model), "the old king saw a cat");
  EXPECT_EQ(&without_interventions(*snapshot), snapshot.get());
  snapshot->plain = read_text(snapshot->model, "the old king saw a cat");
  EXPECT_EQ(&without_interventions(*snapshot), snapshot->plain.get());
}

}  // namespace
}  // namespace regard
