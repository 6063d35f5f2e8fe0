// SPDX-License-Identifier: Apache-2.0
// The Effect and Patching views' numbers against core's, on sentences that random models read.
#include "core/analysis/effect.h"
#include "app/session/action.h"
#include "app/session/action_kinds.h"
#include "app/session/reading.h"
#include "app/session/session.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/patching_view.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/run_text.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>

namespace regard {
namespace {

using testing::read_beside;
using testing::read_text;
using testing::reading_model;

TEST(EffectView, TellsKlAndTheChangeOfEveryTokenAsCoreDoes) {
  const auto live = read_beside(reading_model(false), "the old king saw a [MASK]", "the old queen saw a [MASK]");
  const std::size_t position = 6;
  auto question = effect_question(*live, position);
  ASSERT_TRUE(question);
  EXPECT_EQ(question->before_position, 6U);
  question->token = 20;
  const EffectView view = make_effect(*question);
  const Trace& before = *live->comparison->baseline->trace;
  const Effect expected = effect(before, *live->trace, {.position = position, .token = 20, .count = effect_rows});
  EXPECT_EQ(view.divergence, expected.divergence);
  EXPECT_GT(view.divergence, 0.0);
  ASSERT_GE(view.rows.size(), effect_rows);
  for (std::size_t rank = 0; rank < effect_rows; ++rank) {
    EXPECT_EQ(view.rows[rank].id, expected.before[rank].id);
    EXPECT_NEAR(view.rows[rank].before, expected.before[rank].probability, 1e-6);
  }
  for (const Prediction& after : expected.after)
    EXPECT_TRUE(
        std::any_of(view.rows.begin(), view.rows.end(), [&](const EffectRow& row) { return row.id == after.id; }));
  EXPECT_EQ(view.rows[view.chosen].id, 20);
  EXPECT_NEAR(view.rows[view.chosen].change, expected.log_probability_change(), 1e-9);
}

TEST(EffectView, ComparesWithTheTextWithoutItsInterventions) {
  const auto model = reading_model(true);
  const auto plain = read_text(model, "the king gave a sword");
  const auto live = read_text(model, "the king gave a sword", {{.kind = InterventionKind::ablate, .scope = {0, 1}}});
  EXPECT_FALSE(effect_question(*live, 6)) << "nothing to compare with";
  live->plain = plain;
  live->comparison = std::make_shared<const Comparison>(compare(plain, *live, ""));
  const auto question = effect_question(*live, 6);
  ASSERT_TRUE(question);
  EXPECT_EQ(question->before, plain->trace);
  EXPECT_GT(make_effect(*question).divergence, 0.0);
}

TEST(EffectView, IsExactlyZeroWhereNothingChanged) {
  const auto live = read_beside(reading_model(true), "the old king", "the old king");
  const EffectView view = make_effect(*effect_question(*live, 4));
  EXPECT_EQ(view.divergence, 0.0);
  for (const EffectRow& row : view.rows)
    EXPECT_EQ(row.change, 0.0);
}

TEST(AblationView, HoldsWhatCoreSaysAndRanksIt) {
  const auto live = read_text(reading_model(false), "the old king saw a [MASK]");
  for (const bool mean : {false, true}) {
    std::size_t last = 0, parts = 0, runs = 0;
    const auto publish = [&](const std::shared_ptr<const AblationView>& part) {
      const auto known =
          std::count_if(part->effects.begin(), part->effects.end(), [](const auto& each) { return each.has_value(); });
      EXPECT_EQ(static_cast<std::size_t>(known), part->ready);
      EXPECT_GT(part->ready, last);
      last = part->ready;
      ++parts;
    };
    const auto view = make_ablation({live->trace, 6, -1, mean}, publish, [&] { ++runs; });
    EXPECT_GE(parts, 1U);
    EXPECT_EQ(runs, 12U);
    const auto expected = ablation_map(live->trace, {.position = 6, .mean = mean});
    ASSERT_EQ(view->effects.size(), expected.size());
    for (std::size_t index = 0; index < expected.size(); ++index) {
      EXPECT_EQ(view->effects[index]->divergence, expected[index].divergence);
      EXPECT_EQ(view->effects[index]->log_probability_change, expected[index].log_probability_change);
    }
    EXPECT_EQ(view->token, predict(*live->trace, 6, 1).front().id);
    const auto order = ranked(*view, EffectMeasure::change, 5);
    ASSERT_EQ(order.size(), 5U);
    for (std::size_t rank = 1; rank < order.size(); ++rank)
      EXPECT_GE(std::abs(view->effects[order[rank - 1]]->log_probability_change),
                std::abs(view->effects[order[rank]]->log_probability_change));
    EXPECT_EQ(std::abs(view->effects[order[0]]->log_probability_change), view->largest_change);
  }
}

TEST(AblationView, KnowsWhatEveryHeadsQueryGivesAKey) {
  const auto live = read_text(reading_model(true), "the old king saw a cat");
  const std::vector<float> all = weights_of_all_heads(*live->trace, 5, 2);
  ASSERT_EQ(all.size(), 12U);
  for (std::size_t index = 0; index < all.size(); ++index)
    EXPECT_EQ(all[index], weights(*live->trace, {index / 4, index % 4})(5, 2));
}

PatchingQuestion question_of(const Snapshot& live, std::size_t position) {
  const FoundPair found = patching_pair(live, position);
  EXPECT_TRUE(found.pair);
  const AnswerTokens answers = make_answers(*found.pair);
  return {*found.pair, PatchWhat::residual, PatchGrid::layers_tokens, 0, answers.right, answers.wrong};
}

TEST(PatchingView, AsksForThePinsAnswerAgainstTheLiveOne) {
  const auto live = read_beside(reading_model(true), "the old king saw", "the old prince saw");
  const FoundPair found = patching_pair(*live, 4);
  ASSERT_TRUE(found.pair);
  const AnswerTokens answers = make_answers(*found.pair);
  const Trace& clean = *live->comparison->baseline->trace;
  EXPECT_EQ(answers.right, predict(clean, 4, 1).front().id);
  const auto own = predict(*live->trace, 4, 2);
  EXPECT_EQ(answers.wrong, answers.same() ? own[1].id : own[0].id);
  EXPECT_NE(answers.right, answers.wrong);
}

TEST(PatchingView, SaysWhyThereIsNothingToCarryOver) {
  const auto alone = read_text(reading_model(true), "the old king");
  EXPECT_EQ(patching_pair(*alone, 3).why, NoPair::no_pin);
  const auto live = read_text(reading_model(true, 3), "the old king");
  live->comparison =
      std::make_shared<const Comparison>(compare(read_text(reading_model(true, 2), "the old king"), *live, "A"));
  EXPECT_EQ(patching_pair(*live, 3).why, NoPair::other_sizes);
}

TEST(PatchingView, HoldsWhatCoreSaysForEveryMap) {
  const auto live = read_beside(reading_model(true), "the king saw a cat", "the unknown prince saw a cat");
  PatchingQuestion question = question_of(*live, live->encoding.tokens.size() - 1);
  for (std::size_t what = 0; what < patch_whats; ++what)
    for (const PatchGrid grid : {PatchGrid::layers_tokens, PatchGrid::layers_heads, PatchGrid::heads_tokens}) {
      question.what = static_cast<PatchWhat>(what);
      if (!has_heads(question.what) && grid != PatchGrid::layers_tokens) continue;
      question.grid = grid;
      question.layer = 1;
      const auto view = make_patching(question);
      const PatchingOptions options{question.pair.alignment, question.pair.position, question.pair.clean_position,
                                    question.right, question.wrong};
      const PatchingMap expected = patching(question.pair.clean, question.pair.corrupt, cells_of(question), options);
      ASSERT_EQ(view->map.results.size(), view->rows * view->cols);
      ASSERT_EQ(expected.results.size(), view->map.results.size());
      std::size_t without = 0;
      for (std::size_t index = 0; index < expected.results.size(); ++index) {
        EXPECT_TRUE(view->known[index]);
        if (!expected.results[index].aligned) {
          EXPECT_TRUE(std::isnan(view->recovered.values[index]));
          ++without;
        } else {
          EXPECT_EQ(view->recovered.values[index], static_cast<float>(expected.results[index].recovered));
        }
      }
      EXPECT_EQ(without > 0, grid != PatchGrid::layers_heads) << "the pieces of 'unknown' have no partner";
    }
}

TEST(PatchingView, ThePinsLastStreamBringsItsWholeAnswerBack) {
  const auto live = read_beside(reading_model(false), "the king saw a [MASK]", "the prince saw a [MASK]");
  const auto view = make_patching(question_of(*live, 5));
  EXPECT_EQ(view->recovered(3, 5), 1.0F);
  EXPECT_EQ(view->recovered(3, 2), 0.0F);
  EXPECT_EQ(view->recovered(0, 2), 1.0F) << "the only word that differs";
}

TEST(PatchingView, KeepsItsMapWhilePatchesAreAdded) {
  const auto model = reading_model(true);
  const auto live = read_beside(model, "the king saw", "the prince saw");
  const auto patched = std::make_shared<Snapshot>(*live);
  patched->plain = live;
  EXPECT_EQ(patching_pair(*patched, 3).pair->corrupt, live->trace);
}

TEST(PatchingView, FindsTheLineThatAClickAdded) {
  const auto live = read_beside(reading_model(true), "the king saw", "the prince saw");
  testing::SessionInParts session = testing::session_for(*live, {0, 0}, 3, 2);
  const ActionContext context{&live->encoding, 3, 4};
  const PatchCell stream{.layer = 2, .position = 2}, key{.site = PatchSite::key, .layer = 1, .head = 3, .position = 2};
  const PatchCell pattern{.pattern = true, .site = PatchSite::head_output, .layer = 1, .head = 3};
  for (const PatchCell& cell : {stream, key, pattern}) {
    EXPECT_FALSE(line_of_patch(session, cell, "A", live->encoding));
    session = apply(session, AddIntervention{patch_line(cell, "A", live->encoding)}, context);
    EXPECT_EQ(line_of_patch(session, cell, "A", live->encoding), session.reading().interventions.size() - 1);
    EXPECT_FALSE(line_of_patch(session, cell, "C", live->encoding)) << "of another pin";
  }
  EXPECT_EQ(session.reading().interventions.size(), 3U);
  EXPECT_EQ(session.reading().interventions[2].item.kind, InterventionKind::copy_pattern);
}

}  // namespace
}  // namespace regard
