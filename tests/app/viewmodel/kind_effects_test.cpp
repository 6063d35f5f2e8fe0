// SPDX-License-Identifier: Apache-2.0
// What a kind of attention costs a prediction, against runs of core, and what the views say of a head in a kind.
#include "app/viewmodel/kind_effects.h"
#include "app/session/look.h"
#include "app/session/selection.h"

#include "app/viewmodel/views.h"
#include "core/analysis/effect.h"
#include "core/base/error.h"
#include "core/engine/engine.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <cmath>

namespace regard {
namespace {

constexpr const char* kKindSentence = "the old king saw a cat in the garden";

std::shared_ptr<const KindEffects> effects_of(const std::shared_ptr<const Trace>& trace, const HeadScope& scope,
                                              const std::string& kinds) {
  return make_kind_effects({trace, scope, parse_kinds(kinds), trace->tokens() - 1});
}

TEST(KindEffects, AreKlAndPredictionsOfTheRunThatIsMadeSo) {
  const auto plain = testing::read_text(testing::reading_model(true), kKindSentence);
  const HeadScope layer{1, {}};
  const auto effects = effects_of(plain->trace, layer, "softmax,window:2,linear,sigmoid");
  ASSERT_EQ(effects->effects.size(), 4U);
  EXPECT_EQ(effects->effects[0].divergence, 0.0);
  EXPECT_TRUE(effects->effects[0].after.empty()) << "nothing would change";
  ASSERT_EQ(effects->before.size(), effect_tokens);
  for (std::size_t at = 1; at < 4; ++at) {
    const KindEffect& one = effects->effects[at];
    EXPECT_FALSE(one.refused);
    const auto changed = testing::read_text(plain->model, kKindSentence, {in_kind(layer, one.kind)});
    const Effect expected = effect(*plain->trace, *changed->trace, {.position = plain->trace->tokens() - 1});
    EXPECT_NEAR(one.divergence, expected.divergence, 1e-9) << kind_text(one.kind);
    EXPECT_GT(one.divergence, 0.0);
    EXPECT_NEAR(one.after.front().probability, static_cast<double>(expected.after.front().probability), 1e-6);
  }
}

TEST(KindEffects, OfATextWithAKindAreThoseOfTheTextWithoutIt) {
  const auto plain = testing::read_text(testing::reading_model(true), kKindSentence);
  const auto changed = testing::read_text(plain->model, kKindSentence, {in_kind({}, {KindForm::sigmoid})});
  const auto of_plain = effects_of(plain->trace, {0, 1}, "window:2"),
             of_changed = effects_of(changed->trace, {0, 1}, "window:2");
  EXPECT_EQ(of_plain->effects[0].divergence, of_changed->effects[0].divergence);
}

TEST(KindEffects, WhatCannotBeIsRefusedAndTheOthersAreMade) {
  const auto model = testing::reading_model(true);
  testing::set_cap(*model, 3.0F);
  const auto snapshot = testing::read_text(model, kKindSentence);
  const auto effects = effects_of(snapshot->trace, {}, "linear,hard");
  ASSERT_TRUE(effects->effects[0].refused);
  EXPECT_EQ(effects->effects[0].refused->code(), "kind_obstacle_cap");
  EXPECT_GT(effects->effects[1].divergence, 0.0);
}

testing::SessionInParts session_of_head(const Snapshot& snapshot) {
  testing::SessionInParts session = testing::session_for(snapshot);
  session.selection().head = {0, 1};
  return session;
}

TEST(KindViews, AQuestionOfAHeadInAKindIsTheSoftmaxOfItsOwnScores) {
  const auto model = testing::reading_model(true);
  for (const std::string kind : {"window:3", "topk:2", "hard", "cosine:10", "linear", "performer:16"}) {
    const auto snapshot = testing::read_text(model, kKindSentence, {in_kind({0, 1}, parse_kind(kind))});
    const QuestionView view = make_question(*snapshot, session_of_head(*snapshot));
    EXPECT_TRUE(view.has_softmax);
    EXPECT_EQ(kind_text(view.kind), kind);
    for (const KeyBar& bar : view.bars) {
      const float expected = bar.masked || bar.hidden ? 0.0F : bar.exponential / view.exponential_sum;
      EXPECT_NEAR(bar.weight, expected, 1e-5) << kind;
    }
    EXPECT_EQ(view.products.empty(), has_scores_of_its_own(view.kind.form)) << kind;
    EXPECT_EQ(make_grid(*snapshot, session_of_head(*snapshot)).kind, view.kind);
  }
}

TEST(KindViews, ASigmoidHasNoSoftmaxAndNothingIsRenormalised) {
  const auto snapshot =
      testing::read_text(testing::reading_model(false), kKindSentence, {in_kind({0, 1}, {KindForm::sigmoid})});
  testing::SessionInParts session = session_of_head(*snapshot);
  session.look().hide_special = true;
  const QuestionView view = make_question(*snapshot, session);
  EXPECT_FALSE(view.has_softmax);
  EXPECT_TRUE(std::isnan(view.exponential_sum));
  const GridView grid = make_grid(*snapshot, session);
  EXPECT_FALSE(grid.has_softmax);
  EXPECT_FALSE(grid.renormalised);
  session.selection().head = {0, 0};
  EXPECT_TRUE(make_grid(*snapshot, session).has_softmax) << "the others are as they were";
}

}  // namespace
}  // namespace regard
