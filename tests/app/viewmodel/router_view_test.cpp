// SPDX-License-Identifier: Apache-2.0
// What the view of experts shows is what the run used.
#include "app/viewmodel/router_view.h"
#include "app/session/look.h"
#include "app/session/selection.h"

#include "app/viewmodel/router_difference.h"

#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/mixture_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

namespace regard {
namespace {

using Obstacle = RouterView::Obstacle;

const std::string kRouterText = "the old king saw a cat in the garden";

std::shared_ptr<Snapshot> mixture_snapshot() {
  return testing::read_text(testing::reading_mixture(), kRouterText);
}

TEST(RouterView, OfALayerHoldsItsProbabilitiesAndMarksWhoWasChosen) {
  const auto snapshot = mixture_snapshot();
  const Trace& trace = *snapshot->trace;
  const RouterView view = make_router(*snapshot, {.layer = 2, .token = 3});
  ASSERT_EQ(view.obstacle, Obstacle::none);
  EXPECT_EQ(view.layers, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(view.values, trace.layers[2].router);
  EXPECT_EQ(view.rows.size(), trace.tokens());
  EXPECT_EQ(view.limit, *std::ranges::max_element(trace.layers[2].router.values));
  for (std::size_t token = 0; token < trace.tokens(); ++token) {
    std::set<std::size_t> expected, marked;
    for (const ChosenExpert& each : chosen_experts(trace, 2, token))
      expected.insert(each.expert);
    for (std::size_t expert = 0; expert < 5; ++expert)
      if (view.is_chosen(token, expert)) marked.insert(expert);
    EXPECT_EQ(marked, expected) << token;
  }
}

TEST(RouterView, InTheOrderOfTheLoadHasTheSameNumbersInOtherPlaces) {
  const auto snapshot = mixture_snapshot();
  const RouterView plain = make_router(*snapshot, {.layer = 0});
  const RouterView sorted = make_router(*snapshot, {.layer = 0, .by_load = true});
  EXPECT_EQ(sorted.columns, experts_by_load(plain.load));
  EXPECT_FALSE(std::ranges::is_sorted(sorted.columns)) << "the test would not see much";
  for (std::size_t row = 0; row < plain.rows.size(); ++row)
    for (std::size_t expert = 0; expert < 5; ++expert) {
      const std::size_t col = sorted.column_of(expert);
      EXPECT_EQ(sorted.values(row, col), plain.values(row, expert));
      EXPECT_EQ(sorted.is_chosen(row, col), plain.is_chosen(row, expert));
      EXPECT_EQ(sorted.cols.units[col].label, std::to_string(expert));
    }
  EXPECT_EQ(plain.column_of(5), 5U) << "there is none";
}

TEST(RouterView, OfATokenHasARowForEveryLayerAndNoNumbersWhereThereAreNoExperts) {
  const auto snapshot = mixture_snapshot();
  const RouterView view = make_router(*snapshot, {.map = RouterMap::token, .layer = 1, .token = 4});
  ASSERT_EQ(view.obstacle, Obstacle::none) << "though layer 1 has none";
  ASSERT_EQ(view.rows.size(), 3U);
  for (std::size_t expert = 0; expert < 5; ++expert) {
    EXPECT_TRUE(std::isnan(view.values(1, expert)));
    EXPECT_FALSE(view.is_chosen(1, expert));
    EXPECT_EQ(view.values(2, expert), snapshot->trace->layers[2].router(4, expert));
    EXPECT_EQ(view.is_chosen(2, expert), router_cell(*snapshot->trace, 2, 4, expert).gate.has_value());
  }
}

TEST(RouterView, OfTheLoadHasTheSharesOfAllLayers) {
  const auto snapshot = mixture_snapshot();
  const auto loads = make_expert_loads(snapshot->trace);
  const RouterView view = make_router(*snapshot, {.map = RouterMap::load}, loads.get());
  for (const std::size_t layer : {0U, 2U}) {
    double sum = 0.0;
    for (std::size_t expert = 0; expert < 5; ++expert) {
      EXPECT_EQ(view.values(layer, expert), expert_load(*snapshot->trace, layer).share(expert));
      sum += static_cast<double>(view.values(layer, expert));
    }
    EXPECT_NEAR(sum, 2.0, 1e-6) << "each token goes through two";
  }
  EXPECT_TRUE(std::isnan(view.values(1, 0)));
  EXPECT_TRUE(view.chosen.empty());
  const RouterView waiting = make_router(*snapshot, {.map = RouterMap::load});
  EXPECT_TRUE(std::isnan(waiting.values(0, 0))) << "not counted yet: no number";
}

TEST(RouterView, SaysWhyThereIsNothingToSee) {
  const auto mixture = mixture_snapshot();
  EXPECT_EQ(make_router(*mixture, {.layer = 1}).obstacle, Obstacle::layer);
  EXPECT_EQ(make_router(*mixture, {.layer = 1}).layers, (std::vector<std::size_t>{0, 2}));
  const auto dense = testing::read_text(testing::reading_model(true), kRouterText);
  EXPECT_EQ(make_router(*dense, {}).obstacle, Obstacle::model);
  EXPECT_EQ(make_router(Snapshot{}, {}).obstacle, Obstacle::no_text);
}

TEST(RouterCell, TellsTheRankAndTheGateOfThoseThatWereChosen) {
  const auto snapshot = mixture_snapshot();
  const Trace& trace = *snapshot->trace;
  std::set<std::size_t> ranks;
  for (std::size_t expert = 0; expert < 5; ++expert) {
    const RouterCell cell = router_cell(trace, 0, 2, expert);
    EXPECT_EQ(cell.probability, trace.layers[0].router(2, expert));
    EXPECT_EQ(cell.gate.has_value(), cell.rank <= 2) << expert;
    ranks.insert(cell.rank);
  }
  EXPECT_EQ(ranks, (std::set<std::size_t>{1, 2, 3, 4, 5}));
  for (const ChosenExpert& each : chosen_experts(trace, 0, 2))
    EXPECT_EQ(router_cell(trace, 0, 2, each.expert).gate, each.gate);
}

TEST(TokensOfExpert, AreThoseThatGoThroughIt) {
  const auto snapshot = mixture_snapshot();
  std::size_t all = 0;
  for (std::size_t expert = 0; expert < 5; ++expert) {
    const auto tokens = tokens_of_expert(*snapshot->trace, 2, expert);
    EXPECT_EQ(tokens.size(), expert_load(*snapshot->trace, 2).tokens[expert]);
    for (const ExpertToken& each : tokens)
      EXPECT_EQ(router_cell(*snapshot->trace, 2, each.token, expert).gate, each.gate);
    all += tokens.size();
  }
  EXPECT_EQ(all, 2 * snapshot->trace->tokens());
  EXPECT_TRUE(tokens_of_expert(*snapshot->trace, 1, 0).empty());
}

/// A longer text is shown by a window around the token; its load is that of all of it.
TEST(RouterView, OfALongTextShowsTheWindowAroundTheToken) {
  std::string text;
  for (int word = 0; word < 600; ++word)
    text += word % 3 == 0 ? "the " : word % 3 == 1 ? "king " : "saw ";
  const auto snapshot = testing::read_text(testing::reading_mixture(), text);
  const std::size_t tokens = snapshot->trace->tokens();
  const RouterView view = make_router(*snapshot, {.layer = 0, .token = tokens - 1});
  EXPECT_EQ(view.rows.size(), window_units);
  EXPECT_EQ(view.token_of(view.rows.size() - 1), tokens - 1);
  EXPECT_EQ(view.values(window_units - 1, 3), snapshot->trace->layers[0].router(tokens - 1, 3));
  EXPECT_EQ(view.load.rows, tokens);
}

TEST(RouterInputs, FollowTheHeadAndTheQueryOfTheSession) {
  const auto snapshot = mixture_snapshot();
  testing::SessionInParts session = testing::session_for(*snapshot);
  session.selection().head = {2, 1};
  session.selection().query = anchor_of(5, snapshot->encoding);
  session.look().router_map = RouterMap::token;
  session.look().experts_by_load = true;
  EXPECT_EQ(router_inputs(*snapshot, session), (RouterInputs{RouterMap::token, 2, 5, true}));
}

TEST(RouterDifference, IsBMinusAOfTokensThatBothTextsHave) {
  const auto live =
      testing::read_beside(testing::reading_mixture(), "the red king saw a cat in the garden", kRouterText);
  const Snapshot& before = *live->comparison->baseline;
  const RouterView view = make_router(*live, {.layer = 0});
  const RouterDifference difference = make_router_difference(view, *live);
  float largest = 0.0F;
  std::size_t compared = 0;
  for (std::size_t row = 0; row < view.rows.size(); ++row) {
    const std::int32_t partner = live->comparison->alignment.to_first[row];
    for (std::size_t expert = 0; expert < 5; ++expert) {
      const float change = difference.changes(row, expert);
      EXPECT_EQ(std::isnan(change), partner < 0);
      if (partner < 0) continue;
      const auto token = static_cast<std::size_t>(partner);
      EXPECT_EQ(change, view.values(row, expert) - before.trace->layers[0].router(token, expert));
      EXPECT_EQ(difference.chosen_before[row * 5 + expert],
                router_cell(*before.trace, 0, token, expert).gate.has_value());
      largest = std::max(largest, std::abs(change));
      ++compared;
    }
  }
  EXPECT_GT(compared, 30U);
  EXPECT_GT(largest, 0.01F) << "the test would not see much";
  EXPECT_EQ(difference.limit, largest);
}

TEST(RouterDifference, OfLoadsIsThatOfShares) {
  const auto live = testing::read_beside(testing::reading_mixture(), "the red dog", kRouterText);
  const auto now = make_expert_loads(live->trace), before = make_expert_loads(live->comparison->baseline->trace);
  const RouterView view = make_router(*live, {.map = RouterMap::load}, now.get());
  const RouterDifference difference = make_router_difference(view, *live, before.get());
  for (std::size_t expert = 0; expert < 5; ++expert)
    EXPECT_EQ(difference.changes(2, expert), now->layers[2].share(expert) - before->layers[2].share(expert));
  EXPECT_TRUE(std::isnan(difference.changes(1, 0)));
  EXPECT_TRUE(difference.chosen_before.empty());
}

/// A text read by a model without experts has nothing to be subtracted.
TEST(RouterDifference, FromAModelWithoutExpertsHasNoNumbers) {
  const auto live = testing::read_text(testing::reading_mixture(), kRouterText);
  live->comparison = std::make_shared<const Comparison>(
      compare(testing::read_text(testing::reading_model(true), kRouterText), *live, "A"));
  const RouterDifference difference = make_router_difference(make_router(*live, {.layer = 0}), *live);
  EXPECT_TRUE(std::ranges::all_of(difference.changes.values, [](float change) { return std::isnan(change); }));
  EXPECT_TRUE(std::ranges::none_of(difference.chosen_before, [](bool chosen) { return chosen; }));
}

}  // namespace
}  // namespace regard
