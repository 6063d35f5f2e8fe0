// SPDX-License-Identifier: Apache-2.0
#include "app/session/look.h"
#include "app/session/session.h"
#include "app/viewmodel/memo.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/handmade.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace regard {
namespace {

using namespace regard::testing;

double total(const std::vector<float>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

TEST(Question, ProductsAddUpToTheScore) {
  const auto snapshot = handmade_snapshot("one two three four five", {.head_dim = 64});
  for (std::size_t query = 0; query < 7; ++query)
    for (std::size_t key = 0; key < 7; ++key) {
      const QuestionView view = make_question(*snapshot, session_for(*snapshot, {1, 3}, query, key));
      ASSERT_EQ(view.products.size(), 64U);
      EXPECT_NEAR(total(view.products), view.bars[key].score, 1e-5);
      EXPECT_NEAR(view.bars[key].dot * view.scale, view.bars[key].score, 1e-5);
    }
}

TEST(Question, TheFormulasOwnNumbersLeadToTheWeights) {
  const auto snapshot = handmade_snapshot("one two three four five", {.temperature = 0.7F});
  const QuestionView view = make_question(*snapshot, session_for(*snapshot));
  EXPECT_EQ(view.temperature, 0.7F);
  EXPECT_EQ(view.query_label, "two");
  EXPECT_EQ(view.key_label, "one");
  double exponentials = 0.0;
  float maximum = -1e9F;
  for (const KeyBar& bar : view.bars) {
    maximum = std::max(maximum, bar.score / 0.7F);
    EXPECT_NEAR(bar.exponential, std::exp(bar.score / 0.7F - view.row_maximum), 1e-5);
    EXPECT_NEAR(bar.exponential / view.exponential_sum, bar.weight, 1e-6);
    EXPECT_NEAR(bar.weight, plain_weight(*snapshot->trace, {1, 3}, 2, bar.token), 1e-6);
    exponentials += bar.exponential;
  }
  EXPECT_NEAR(view.row_maximum, maximum, 1e-5);
  EXPECT_NEAR(view.exponential_sum, exponentials, 1e-5);
  EXPECT_NEAR(view.weight_sum, 1.0, 1e-6);
}

/// A head that an intervention cools shows what it was run with, not what the request says for all.
TEST(Question, UsesTheTemperatureThatTheHeadWasRunWith) {
  const auto snapshot = handmade_snapshot("one two three four five", {.temperature = 4.0F});
  const auto trace = std::make_shared<Trace>(*snapshot->trace);
  trace->request.temperature = 1.0F;
  trace->request.interventions = {{.kind = InterventionKind::temperature, .scope = {1, 3}, .amount = 4.0F}};
  snapshot->trace = trace;
  const QuestionView view = make_question(*snapshot, session_for(*snapshot));
  EXPECT_EQ(view.temperature, 4.0F);
  EXPECT_FALSE(view.weights_set);
  for (const KeyBar& bar : view.bars)
    EXPECT_NEAR(bar.exponential, std::exp(bar.score / view.temperature - view.row_maximum), 1e-5);
}

TEST(Question, SaysWhatInterventionsAddAndSet) {
  const auto snapshot = handmade_snapshot("one two three four five");
  const auto trace = std::make_shared<Trace>(*snapshot->trace);
  trace->request.interventions = {
      {.kind = InterventionKind::set_weight, .scope = {1, 3}, .cells = {{{2, 3}, {1, 2}}}, .amount = 0.9F}};
  snapshot->trace = trace;
  const QuestionView set = make_question(*snapshot, session_for(*snapshot));
  EXPECT_TRUE(set.weights_set);
  EXPECT_NEAR(set.bars[1].weight, 0.9F, 1e-6);
  const auto raised = std::make_shared<Trace>(*trace);
  raised->request.interventions = {
      {.kind = InterventionKind::add, .scope = {1, 3}, .cells = {{{2, 3}, {1, 2}}}, .amount = 0.25F}};
  snapshot->trace = raised;
  const QuestionView added = make_question(*snapshot, session_for(*snapshot));
  EXPECT_EQ(added.bars[1].added, 0.25F);
  EXPECT_EQ(added.bars[2].added, 0.0F);
  EXPECT_NEAR(added.bars[1].scaled + 0.25F, added.bars[1].score, 1e-6);
}

TEST(Question, HiddenSpecialTokensHaveNoBarAndTheOthersShareTheRow) {
  const auto snapshot = handmade_snapshot("one two [MASK] four five");
  testing::SessionInParts session = session_for(*snapshot);
  const QuestionView all = make_question(*snapshot, session);
  EXPECT_FALSE(all.renormalised);
  session.look().hide_special = true;
  const QuestionView view = make_question(*snapshot, session);
  EXPECT_TRUE(view.renormalised);
  ASSERT_EQ(view.bars.size(), 5U) << "[CLS] and [SEP] are left out, the mask in the text is not";
  double shown = 0.0;
  for (const KeyBar& bar : view.bars)
    shown += plain_weight(*snapshot->trace, {1, 3}, 2, bar.token);
  EXPECT_LT(shown, 0.999);
  for (const KeyBar& bar : view.bars) {
    EXPECT_NEAR(bar.weight, plain_weight(*snapshot->trace, {1, 3}, 2, bar.token) / shown, 1e-6);
    EXPECT_NEAR(bar.exponential / view.exponential_sum, bar.weight, 1e-6) << "the formula on screen still holds";
    EXPECT_NEAR(bar.weight, make_grid(*snapshot, session).weights(1, bar.token - 1), 1e-6) << "as in the grid";
  }
  EXPECT_NEAR(view.weight_sum, 1.0, 1e-6);
  EXPECT_EQ(view.output, all.output) << "the answer is the model's own";
}

TEST(Strip, HiddenSpecialTokensAreMarkedAndTheOthersShareTheRow) {
  const auto snapshot = handmade_snapshot("one two three");
  testing::SessionInParts session = session_for(*snapshot);
  for (const Chip& chip : make_strip(*snapshot, session).chips)
    EXPECT_FALSE(chip.hidden);
  session.look().hide_special = true;
  const StripView strip = make_strip(*snapshot, session);
  EXPECT_TRUE(strip.renormalised);
  const GridView grid = make_grid(*snapshot, session);
  for (std::size_t token = 0; token < 5; ++token) {
    const bool special = token == 0 || token == 4;
    EXPECT_EQ(strip.chips[token].hidden, special);
    if (special) continue;
    EXPECT_NEAR(strip.chips[token].weight, grid.weights(grid.query, token - 1), 1e-6);
  }
  ViewMemo memo;
  session.look().hide_special = false;
  EXPECT_FALSE(memo.update(snapshot, session).strip.chips[0].hidden);
  session.look().hide_special = true;
  EXPECT_TRUE(memo.update(snapshot, session).strip.chips[0].hidden) << "the switch reaches the window";
  EXPECT_EQ(memo.update(snapshot, session).question.bars.size(), 3U);
}

TEST(Question, TheWeightedSumOfValuesIsTheHeadsOutput) {
  const auto snapshot = handmade_snapshot("one two three four five");
  std::vector<double> sum(5);
  QuestionView view;
  for (std::size_t key = 0; key < 7; ++key) {
    view = make_question(*snapshot, session_for(*snapshot, {0, 2}, 3, key));
    for (std::size_t dimension = 0; dimension < 5; ++dimension)
      sum[dimension] += view.key_value[dimension];
  }
  for (std::size_t dimension = 0; dimension < 5; ++dimension)
    EXPECT_NEAR(view.output[dimension], sum[dimension], 1e-5);
}

TEST(Question, MaskedKeysHaveNoWeightAndSortLast) {
  const auto snapshot = handmade_snapshot("one two three four five", {.specials = false, .causal = true});
  testing::SessionInParts session = session_for(*snapshot, {0, 0}, 2, 0);
  session.look().sort_bars = true;
  const QuestionView view = make_question(*snapshot, session);
  ASSERT_EQ(view.bars.size(), 5U);
  for (std::size_t bar = 0; bar < 5; ++bar) {
    EXPECT_EQ(view.bars[bar].masked, bar >= 3);
    if (bar >= 3) {
      EXPECT_EQ(view.bars[bar].weight, 0.0F);
    } else if (bar >= 1) {
      EXPECT_GE(view.bars[bar - 1].weight, view.bars[bar].weight);
    }
  }
}

TEST(Question, BarsKeepTheOrderOfTheSentenceUnlessSorted) {
  const auto snapshot = handmade_snapshot("one two three four five");
  const QuestionView view = make_question(*snapshot, session_for(*snapshot));
  for (std::size_t bar = 0; bar < view.bars.size(); ++bar)
    EXPECT_EQ(view.bars[bar].token, bar);
  EXPECT_EQ(view.other_keys, 0U);
}

TEST(Question, ALongTextKeepsTheStrongestKeysAndSumsUpTheOthers) {
  std::string text;
  for (int word = 0; word < 150; ++word)
    text += "w" + std::to_string(word) + " ";
  const auto snapshot = handmade_snapshot(text);
  const Matrix row = weights(*snapshot->trace, {1, 3}, {2, 3}, {0, 152});
  const auto weakest =
      static_cast<std::size_t>(std::min_element(row.values.begin(), row.values.end()) - row.values.begin());
  const QuestionView view = make_question(*snapshot, session_for(*snapshot, {1, 3}, 2, weakest));
  ASSERT_EQ(view.bars.size(), QuestionView::most_bars);
  EXPECT_EQ(view.other_keys, 152 - QuestionView::most_bars);
  double drawn = 0.0, exponentials = 0.0;
  float weakest_drawn = 1.0F;
  bool holds_key = false;
  for (std::size_t bar = 0; bar < view.bars.size(); ++bar) {
    drawn += view.bars[bar].weight;
    exponentials += view.bars[bar].exponential;
    holds_key = holds_key || view.bars[bar].token == weakest;
    if (view.bars[bar].token != weakest) weakest_drawn = std::min(weakest_drawn, view.bars[bar].weight);
    if (bar > 0) {
      EXPECT_GT(view.bars[bar].token, view.bars[bar - 1].token);
    }
  }
  EXPECT_TRUE(holds_key);
  EXPECT_NEAR(drawn + view.other_weight, 1.0, 1e-5);
  EXPECT_NEAR(exponentials + view.other_exponential, view.exponential_sum, 1e-4);
  EXPECT_EQ(std::count_if(row.values.begin(), row.values.end(), [&](float weight) { return weight > weakest_drawn; }),
            static_cast<std::ptrdiff_t>(QuestionView::most_bars) - 2);
}

TEST(Question, NothingIsAskedOfAnEmptySentence) {
  EXPECT_TRUE(make_question(Snapshot{}, testing::SessionInParts()).bars.empty());
}

TEST(Strip, ChipsCarryTheSelectedRow) {
  const auto snapshot = handmade_snapshot("one two three", {.causal = true});
  snapshot->encoding.dropped = 7;
  const StripView strip = make_strip(*snapshot, session_for(*snapshot));
  ASSERT_EQ(strip.chips.size(), 5U);
  const Matrix all = weights(*snapshot->trace, {1, 3});
  for (std::size_t key = 0; key < 5; ++key) {
    EXPECT_EQ(strip.chips[key].weight, all(2, key));
    EXPECT_EQ(strip.chips[key].masked, key > 2);
    EXPECT_EQ(strip.chips[key].token, snapshot->encoding.tokens[key]);
  }
  EXPECT_EQ(strip.query, 2U);
  EXPECT_EQ(strip.key, 1U);
  EXPECT_EQ(strip.dropped, 7U);
}

TEST(Strip, TheSelectionStaysOnItsWordWhileTheSnapshotLagsBehind) {
  const auto snapshot = handmade_snapshot("one two three");
  testing::SessionInParts session = session_for(*snapshot);
  session = apply(session, SetText{"now one two three"}, {});
  EXPECT_EQ(make_strip(*snapshot, session).query, 2U);
}

}  // namespace
}  // namespace regard
