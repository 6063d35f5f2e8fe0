// SPDX-License-Identifier: Apache-2.0
// What the switches of the steps change in a layer, and what they leave out.
#include "core/analysis/step_switches.h"

#include "core/analysis/head_rows.h"
#include "core/engine/engine.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

namespace regard {
namespace {

std::shared_ptr<const Trace> seven_tokens(const std::shared_ptr<const Model>& model,
                                          std::vector<Intervention> interventions = {}) {
  return run(model, {.ids = {5, 17, 3, 99, 42, 7, 8}, .interventions = std::move(interventions)});
}

TEST(StepSwitches, DoNotCutWhereTheBiasBelongsToTheModelsHeads) {
  const auto model = testing::random_llama({});
  const auto trace = seven_tokens(model);
  const LayerOf of{*trace, AttentionKind::self, 0};
  EXPECT_EQ(obstacle_to_cut(of, 8), CutObstacle::none);
  EXPECT_EQ(obstacle_to_cut(of, 3), CutObstacle::not_a_divisor);
  EXPECT_EQ(obstacle_to_cut(of, 0), CutObstacle::not_a_divisor);
  testing::set_positions(*model, Alibi{{0.5F, 0.25F, 0.125F, 0.0625F}});
  EXPECT_EQ(obstacle_to_cut(of, 8), CutObstacle::bias);
  EXPECT_EQ(possible_cuts(of), (std::vector<std::size_t>{4}));
}

TEST(StepSwitches, AreOffWhereTheyChangeNothing) {
  const StepSwitches all{.unscaled = true, .unmasked = true, .heads = 4};
  const auto causal = testing::random_llama({});
  const auto trace = seven_tokens(causal), open = seven_tokens(testing::random_bert({}));
  const LayerOf of{*trace, AttentionKind::self, 1}, without_mask{*open, AttentionKind::self, 1};
  EXPECT_EQ(effective(of, all), (StepSwitches{.unscaled = true, .unmasked = true}));
  EXPECT_EQ(effective(without_mask, all), (StepSwitches{.unscaled = true})) << "every token sees every token";
  EXPECT_FALSE(changes(without_mask, {.unmasked = true}));
  EXPECT_FALSE(changes(of, {.heads = 4})) << "the model's own";
  EXPECT_FALSE(changes(of, {.heads = 5})) << "no divisor";
  const auto single = run(causal, {.ids = {5}});
  EXPECT_FALSE(changes({*single, AttentionKind::self, 0}, {.unmasked = true})) << "there is nobody else";
  testing::set_scale(*causal, 1.0F);
  EXPECT_FALSE(changes(of, {.unscaled = true})) << "T5 does not scale";
  EXPECT_FALSE(changes(of, {.unscaled = true, .heads = 4}));
  EXPECT_EQ(head_rows(of, 1, {0, 7}, {0, 7}, {.unscaled = true}).weights, weights(*trace, {1, 1}));
}

TEST(StepSwitches, KnowThatAPieceOfWidthOneHasNoScale) {
  const auto trace = seven_tokens(testing::random_bert({}));  // 32 wide
  const LayerOf of{*trace, AttentionKind::self, 0};
  EXPECT_EQ(effective(of, {.unscaled = true, .heads = 32}), (StepSwitches{.heads = 32})) << "√1 = 1";
  EXPECT_TRUE(head_rows(of, 0, {0, 7}, {0, 7}, {.heads = 32}).scaled.empty());
  EXPECT_EQ(effective(of, {.unscaled = true, .heads = 16}).unscaled, true);
}

TEST(StepSwitches, KnowThatAWindowIsAMaskWithoutCausality) {
  const auto model = testing::random_bert({});
  testing::set_window(*model, 3);
  const auto trace = seven_tokens(model);
  EXPECT_TRUE(changes({*trace, AttentionKind::self, 0}, {.unmasked = true}));
  testing::set_window(*model, 7);
  const auto wide = seven_tokens(model);
  EXPECT_FALSE(changes({*wide, AttentionKind::self, 0}, {.unmasked = true})) << "|i − j| < 7 everywhere";
}

TEST(StepSwitches, KnowWhichInterventionsTheyLeaveOut) {
  const auto left_out = [&](const Intervention& item, const StepSwitches& switches) {
    const auto trace = seven_tokens(testing::random_llama({}), {item});
    return leaves_out_edits({*trace, AttentionKind::self, 1}, switches);
  };
  const Intervention hide{.kind = InterventionKind::hide_tokens, .positions = {{2, 3}}},
      ablate{.kind = InterventionKind::ablate, .scope = {1, 2}};
  EXPECT_FALSE(left_out(hide, {.unscaled = true})) << "it acts there, too";
  EXPECT_TRUE(left_out(hide, {.heads = 8}));
  EXPECT_TRUE(left_out(ablate, {.unscaled = true}));
  EXPECT_FALSE(left_out(ablate, {}));
  EXPECT_FALSE(left_out(ablate, {.heads = 4})) << "nothing is changed";
  EXPECT_FALSE(left_out({.kind = InterventionKind::ablate, .scope = {0, 2}}, {.unscaled = true})) << "another layer's";
}

}  // namespace
}  // namespace regard
