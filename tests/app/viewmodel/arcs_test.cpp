// SPDX-License-Identifier: Apache-2.0
#include "app/session/look.h"
#include "app/session/selection.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/handmade.h"

#include <gtest/gtest.h>
#include <algorithm>

namespace regard {
namespace {

using namespace regard::testing;

TEST(Arcs, AllArcsOfTheQueryAreItsRow) {
  const auto snapshot = handmade_snapshot("one two three four");
  testing::SessionInParts session = session_for(*snapshot);
  session.look().arc_threshold = 0.0F;
  const ArcsView view = make_arcs(*snapshot, session);
  ASSERT_EQ(view.arcs.size(), 6U);
  const Matrix all = weights(*snapshot->trace, session.selection().head);
  for (const Arc& arc : view.arcs) {
    EXPECT_EQ(arc.query, 2U);
    EXPECT_EQ(arc.weight, all(2, arc.key));
  }
  EXPECT_TRUE(std::is_sorted(view.arcs.begin(), view.arcs.end(),
                             [](const Arc& left, const Arc& right) { return left.weight < right.weight; }));
  EXPECT_TRUE(view.arcs.back().labelled);
  EXPECT_EQ(std::count_if(view.arcs.begin(), view.arcs.end(), [](const Arc& arc) { return arc.labelled; }), 1);
  EXPECT_EQ(view.hidden, 0U);
  EXPECT_NEAR(view.hidden_weight[0], 0.0, 1e-6);
}

TEST(Arcs, WhatLiesBelowTheThresholdIsCountedAndSummed) {
  const auto snapshot = handmade_snapshot("one two three four");
  testing::SessionInParts session = session_for(*snapshot);
  session.look().arc_threshold = 0.2F;
  const ArcsView view = make_arcs(*snapshot, session);
  double drawn = 0.0;
  for (const Arc& arc : view.arcs) {
    EXPECT_GE(arc.weight, 0.2F);
    drawn += arc.weight;
  }
  EXPECT_EQ(view.arcs.size() + view.hidden, 6U);
  EXPECT_GT(view.hidden, 0U);
  EXPECT_NEAR(drawn + view.hidden_weight[0], 1.0, 1e-6);
}

TEST(Arcs, SeveralHeadsOfAllQueriesPutOneNumberAtEachWord) {
  const auto snapshot = handmade_snapshot("one two three four");
  testing::SessionInParts session = session_for(*snapshot, {0, 0});
  session.look().arc_threshold = 0.0F;
  session.look().arcs_from_all = true;
  session.selection().compared_heads = {{1, 1}, {0, 3}};
  const ArcsView view = make_arcs(*snapshot, session);
  std::vector<int> numbers(view.rows.size(), 0);
  for (const Arc& arc : view.arcs) {
    numbers[arc.query] += arc.labelled ? 1 : 0;
    if (!arc.labelled) continue;
    EXPECT_TRUE(std::none_of(view.arcs.begin(), view.arcs.end(), [&](const Arc& other) {
      return other.query == arc.query && other.weight > arc.weight;
    })) << "the strongest of all heads";
  }
  EXPECT_EQ(numbers, std::vector<int>(view.rows.size(), 1));
}

TEST(Arcs, PiecesOfAWordAreGluedAndWordsAreNot) {
  const auto snapshot = handmade_snapshot("one wonderful day", {.piece = 3});
  const ArcsView view = make_arcs(*snapshot, session_for(*snapshot));
  std::vector<std::string> glued;
  for (const Unit& unit : view.cols.units)
    if (unit.glued) glued.push_back(unit.label);
  EXPECT_EQ(glued, (std::vector<std::string>{"der", "ful"}));
}

TEST(Arcs, ComparedHeadsHaveTheirOwnColourAndNumbers) {
  const auto snapshot = handmade_snapshot("one two three four");
  testing::SessionInParts session = session_for(*snapshot, {0, 0});
  session.look().arc_threshold = 0.0F;
  session.selection().compared_heads = {{1, 1}, {9, 9}, {0, 3}};
  const ArcsView view = make_arcs(*snapshot, session);
  ASSERT_EQ(view.hidden_weight.size(), 4U);
  for (const Arc& arc : view.arcs) {
    ASSERT_NE(arc.colour, 2U);  // {9, 9} is no head of this model
    const HeadRef head =
        arc.colour == 0 ? session.selection().head : session.selection().compared_heads[arc.colour - 1];
    EXPECT_EQ(arc.weight, weights(*snapshot->trace, head)(2, arc.key));
  }
  EXPECT_EQ(view.arcs.size(), 18U);
  EXPECT_EQ(std::count_if(view.arcs.begin(), view.arcs.end(), [](const Arc& arc) { return arc.labelled; }), 3);
}

TEST(Arcs, FromAllDrawsEveryAllowedPair) {
  const auto snapshot = handmade_snapshot("one two three", {.specials = false, .causal = true});
  testing::SessionInParts session = session_for(*snapshot, {0, 0}, 1, 0);
  session.look().arc_threshold = 0.0F;
  session.look().arcs_from_all = true;
  const ArcsView view = make_arcs(*snapshot, session);
  EXPECT_EQ(view.arcs.size(), 6U);
  for (const Arc& arc : view.arcs)
    EXPECT_LE(arc.key, arc.query);
  EXPECT_NEAR(view.hidden_weight[0], 0.0, 1e-6);
}

TEST(Arcs, HiddenSpecialsRenormaliseAndAWordAsksAsOne) {
  const auto snapshot = handmade_snapshot("kittens sleep soundly", {.piece = 3});
  testing::SessionInParts session = session_for(*snapshot);
  session.look().arc_threshold = 0.0F;
  session.look().hide_special = session.look().word_level = true;
  const ArcsView view = make_arcs(*snapshot, session);
  EXPECT_TRUE(view.renormalised);
  ASSERT_EQ(view.arcs.size(), 3U);
  const GridView grid = make_grid(*snapshot, session);
  double sum = 0.0;
  for (const Arc& arc : view.arcs) {
    EXPECT_EQ(arc.weight, grid.weights(arc.query, arc.key));
    EXPECT_EQ(arc.query, 0U);
    sum += arc.weight;
  }
  EXPECT_NEAR(sum, 1.0, 1e-6);
}

TEST(Arcs, ALongTextKeepsTheStrongestAndTheirRestIsSummed) {
  std::string text;
  for (int word = 0; word < 120; ++word)
    text += "w" + std::to_string(word) + " ";
  const auto snapshot = handmade_snapshot(text);
  testing::SessionInParts session = session_for(*snapshot);
  session.look().arc_threshold = 0.0F;
  const ArcsView view = make_arcs(*snapshot, session);
  EXPECT_EQ(view.arcs.size(), ArcsView::most_arcs);
  EXPECT_EQ(view.hidden, 122 - ArcsView::most_arcs);
  double drawn = 0.0;
  for (const Arc& arc : view.arcs)
    drawn += arc.weight;
  EXPECT_NEAR(drawn + view.hidden_weight[0], 1.0, 1e-5);
  const Matrix row = weights(*snapshot->trace, session.selection().head, {2, 3}, {0, 122});
  EXPECT_EQ(view.arcs.back().weight, *std::max_element(row.values.begin(), row.values.end()));
  session.look().arcs_from_all = true;
  EXPECT_EQ(make_arcs(*snapshot, session).arcs.size(), ArcsView::most_arcs_from_all);
}

TEST(Arcs, AHiddenQueryDrawsNothing) {
  const auto snapshot = handmade_snapshot("one two");
  testing::SessionInParts session = session_for(*snapshot, {0, 0}, 0, 1);
  session.look().hide_special = true;
  const ArcsView view = make_arcs(*snapshot, session);
  EXPECT_TRUE(view.arcs.empty());
  EXPECT_EQ(view.hidden_weight[0], 0.0F);
}

}  // namespace
}  // namespace regard
