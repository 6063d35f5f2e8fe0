// SPDX-License-Identifier: Apache-2.0
// Stretched positions, held to runs whose tokens stand farther apart, to the formulas and to a model of PyTorch's that is stretched so.
#include "core/analysis/stretched_context.h"

#include "core/analysis/rotary_planes.h"
#include "core/engine/engine.h"
#include "core/engine/rope.h"
#include "tests/core/engine/random_model.h"
#include "tests/core/engine/reference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace regard {
namespace {

using testing::some_ids;

std::vector<std::size_t> all_but_the_last(std::size_t tokens) {
  std::vector<std::size_t> positions(tokens - 1);
  std::iota(positions.begin(), positions.end(), std::size_t{0});
  return positions;
}

TEST(StretchedContext, LinearIsTheModelItselfWithTokensFartherApart) {
  const auto model = testing::random_llama({.layers = 2});
  Request request{.ids = some_ids(9, 101)};
  const auto plain = run(model, request);
  for (const std::size_t factor : {2U, 4U}) {
    request.interventions.clear();
    for (std::size_t token = 1; token < 9; ++token)  // at place factor · token
      request.interventions.push_back({.kind = InterventionKind::shift_positions,
                                       .positions = {{token, token + 1}},
                                       .amount = static_cast<float>((factor - 1) * token)});
    const auto moved = run(stretched(*model, {StretchMethod::linear, factor}), request);
    EXPECT_LE(testing::worst_difference(plain->residual.back().values, moved->residual.back().values), 1e-5);
  }
}

TEST(StretchedContext, NtkStretchesTheLongestWaveAloneAsFarAsAsked) {
  const auto model = testing::random_llama({.layers = 1});  // 4 pairs
  const auto longer = stretched(*model, {StretchMethod::ntk, 4});
  EXPECT_EQ(longer->config.context, 4 * model->config.context);
  const auto frequencies = [](const Model& of) {
    const auto& rotary = std::get<Rotary>(of.config.plans.front().positions);
    return rotary_frequencies(rotary.rope, rotary.width, 16);
  };
  const std::vector<float> before = frequencies(*model), after = frequencies(*longer);
  EXPECT_EQ(after.front(), before.front());
  EXPECT_NEAR(after.back(), before.back() / 4.0F, 1e-6F * before.back());
  for (std::size_t pair = 1; pair + 1 < before.size(); ++pair) {
    EXPECT_LT(after[pair], before[pair]);
    EXPECT_GT(after[pair], before[pair] / 4.0F);
  }
}

TEST(StretchedContext, YarnIsWhatAFileThatIsStretchedSoHas) {
  REGARD_NEEDS(testing::reference_folder() / "stamp.txt");
  const testing::Reference reference = testing::open_reference("llama-yarn-f32");
  const auto& told = std::get<Rotary>(reference.model->config.plans.front().positions);
  ASSERT_EQ(told.rope.scaling, RopeConfig::Scaling::yarn);
  const auto factor = static_cast<std::size_t>(told.rope.factor);
  ASSERT_EQ(static_cast<float>(factor), told.rope.factor);
  Model plain = *reference.model;
  plain.config.context = static_cast<std::size_t>(told.rope.original_context);
  for (LayerPlan& plan : plain.config.plans)
    std::get<Rotary>(plan.positions).rope = {.base = told.rope.base};
  const auto longer = stretched(plain, {StretchMethod::yarn, factor});
  const auto& made = std::get<Rotary>(longer->config.plans.front().positions);
  const bool usual = told.rope.beta_fast == 32.0F && told.rope.beta_slow == 1.0F && told.rope.truncate;
  if (usual) {
    EXPECT_EQ(rotary_frequencies(made.rope, made.width, 16), rotary_frequencies(told.rope, told.width, 16));
  }
  EXPECT_NEAR(made.rope.attention_factor, 0.1 * std::log(static_cast<double>(factor)) + 1.0, 1e-6);
}

TEST(StretchedContext, CostsAreMeansOverTheText) {
  const auto model = testing::random_llama({.layers = 2});
  const Request request{.ids = some_ids(11, 101), .all_logits = true};
  const std::vector<std::size_t> predicts{0, 1, 4, 7, 9};
  const StretchCosts costs = stretch_costs(model, request, predicts, usual_stretches);
  ASSERT_EQ(costs.each.size(), usual_stretches.size());
  EXPECT_EQ(costs.predicted, 5U);
  const auto loss_of = [&](const std::shared_ptr<const Model>& one) {
    const Matrix logits = run(one, request)->logits;
    double loss = 0.0;
    for (const std::size_t position : predicts) {
      double sum = 0.0;
      for (const float logit : logits.row(position))
        sum += std::exp(static_cast<double>(logit));
      loss +=
          std::log(sum) - static_cast<double>(logits(position, static_cast<std::size_t>(request.ids[position + 1])));
    }
    return loss / 5.0;
  };
  EXPECT_NEAR(costs.loss, loss_of(model), 1e-5);
  for (const StretchCost& cost : costs.each) {
    EXPECT_NEAR(cost.loss, loss_of(stretched(*model, cost.of)), 1e-5) << name_of(cost.of.method) << cost.of.factor;
    EXPECT_GT(cost.divergence, 0.0);
  }
  const ContextStretch none[] = {{StretchMethod::linear, 1}};
  EXPECT_NEAR(stretch_costs(model, request, predicts, none).each.front().divergence, 0.0, 1e-9);
}

TEST(StretchedContext, ReadsTextsThatAreLongerThanTheContext) {
  const auto model = testing::random_llama({.layers = 1, .context = 8});
  const Request request{.ids = some_ids(30, 101)};
  const StretchCosts costs = stretch_costs(model, request, all_but_the_last(30), usual_stretches);
  EXPECT_EQ(costs.predicted, 29U);
  EXPECT_TRUE(std::isfinite(costs.each.front().loss));
}

TEST(StretchedContext, IsRefusedWhereItWouldBeSomethingElse) {
  EXPECT_EQ(obstacle_to_stretch(*testing::random_llama({.layers = 1})), StretchObstacle::none);
  EXPECT_EQ(obstacle_to_stretch(*testing::random_bert({.layers = 1})), StretchObstacle::not_rotary);
  const auto scaled = testing::random_llama({.layers = 1});
  testing::set_positions(*scaled, Rotary{.rope = {.scaling = RopeConfig::Scaling::linear, .factor = 2.0F}, .width = 8});
  EXPECT_EQ(obstacle_to_stretch(*scaled), StretchObstacle::scaled);
  const auto narrow = testing::random_llama({.layers = 1});
  testing::set_positions(*narrow, Rotary{.width = 2});
  EXPECT_EQ(obstacle_to_stretch(*narrow), StretchObstacle::too_narrow);
  const auto silent = testing::random_llama({.layers = 1});
  silent->config.has_lm_head = false;
  EXPECT_EQ(obstacle_to_stretch(*silent), StretchObstacle::no_predictions);
}

}  // namespace
}  // namespace regard
