// SPDX-License-Identifier: Apache-2.0
// What other positions cost a prediction, against runs of core.
#include "app/viewmodel/position_effects.h"

#include "app/viewmodel/views.h"
#include "core/analysis/effect.h"
#include "core/engine/engine.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

constexpr const char* kPlacedSentence = "the old king saw a cat in the garden";

std::vector<PositionSwitch> all_switches() {
  std::vector<PositionSwitch> switches;
  for (const PositionInfo& info : position_infos())
    switches.push_back(usual_positions(info.form));
  return switches;
}

TEST(PositionEffects, AreKlAndPredictionsOfTheRunThatIsMadeSo) {
  const auto plain = testing::read_text(testing::reading_model(true), kPlacedSentence);
  const HeadScope layer{1, {}};
  const std::size_t last = plain->trace->tokens() - 1;
  const auto made = make_position_effects({plain->trace, layer, all_switches(), last});
  ASSERT_EQ(made->effects.each.size(), position_infos().size());
  for (std::size_t at = 0; at < made->effects.each.size(); ++at) {
    const ItemEffect& one = made->effects.each[at];
    const PositionSwitch& positions = made->of.switches[at];
    EXPECT_FALSE(one.refused) << positions_text(positions);
    const auto changed = testing::read_text(plain->model, kPlacedSentence, {with_positions(layer, positions)});
    const Effect expected = effect(*plain->trace, *changed->trace, {.position = last});
    EXPECT_NEAR(one.divergence, expected.divergence, 1e-9) << positions_text(positions);
    EXPECT_GT(one.divergence, 0.0) << positions_text(positions);
    EXPECT_NEAR(one.after.front().probability, static_cast<double>(expected.after.front().probability), 1e-6);
  }
  const auto moved = testing::read_text(plain->model, kPlacedSentence, {with_positions({}, {PositionForm::none})});
  const auto again = make_position_effects({moved->trace, layer, all_switches(), last});
  EXPECT_EQ(again->effects.each.back().divergence, made->effects.each.back().divergence)
      << "of a text with other positions the same is told";
}

TEST(PositionEffects, WhatTheFamilyCannotDoIsRefusedAndTheOthersAreMade) {
  const auto snapshot = testing::read_text(testing::reading_model(false), kPlacedSentence);
  const auto made = make_position_effects({snapshot->trace, {}, all_switches(), 1});
  for (std::size_t at = 0; at < made->effects.each.size(); ++at) {
    const bool rotary =
        made->of.switches[at].form != PositionForm::none && made->of.switches[at].form != PositionForm::alibi;
    ASSERT_EQ(made->effects.each[at].refused.has_value(), rotary) << at;
    if (rotary) {
      EXPECT_EQ(made->effects.each[at].refused->code(), "position_obstacle_not_rotary");
    } else {
      EXPECT_GT(made->effects.each[at].divergence, 0.0);
    }
  }
}

TEST(PositionEffects, AQuestionAndAGridSayThatTheHeadHasOtherPositions) {
  const auto plain = testing::read_text(testing::reading_model(true), kPlacedSentence);
  const auto moved = testing::read_text(plain->model, kPlacedSentence, {with_positions({}, {PositionForm::alibi})});
  const testing::SessionInParts session = testing::session_for(*moved);
  EXPECT_EQ(make_grid(*moved, session).positions, usual_positions(PositionForm::alibi));
  EXPECT_FALSE(make_grid(*plain, session).positions);
}

}  // namespace
}  // namespace regard
