// SPDX-License-Identifier: Apache-2.0
#include "app/session/look.h"
#include "app/session/selection.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/handmade.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <sstream>

namespace regard {
namespace {

using namespace regard::testing;

double row_sum(const Matrix& matrix, std::size_t row) {
  const auto values = matrix.row(row);
  return std::accumulate(values.begin(), values.end(), 0.0);
}

TEST(Axis, PiecesAreOneUnitEachAndWordsJoinTheirPieces) {
  const auto snapshot = handmade_snapshot("kittens sleep", {.piece = 3});
  testing::SessionInParts session = session_for(*snapshot);
  const Axis pieces = make_axis(*snapshot, axis_inputs(session), snapshot->encoding);
  ASSERT_EQ(pieces.size(), 7U);
  EXPECT_EQ(pieces.units[2].label, "ten");
  session.look().word_level = true;
  const Axis words = make_axis(*snapshot, axis_inputs(session), snapshot->encoding);
  ASSERT_EQ(words.size(), 4U);
  EXPECT_EQ(words.units[1].label, "kittens");
  EXPECT_EQ(words.units[1].tokens, (std::vector<std::size_t>{1, 2, 3}));
  EXPECT_EQ(words.units[2].label, "sleep");
  EXPECT_EQ(words.unit_of(5), 2U);
}

TEST(Axis, HiddenSpecialsAreLeftOutButATypedMaskStays) {
  const auto snapshot = handmade_snapshot("a [MASK] b");
  testing::SessionInParts session = session_for(*snapshot);
  session.look().hide_special = true;
  const Axis axis = make_axis(*snapshot, axis_inputs(session), snapshot->encoding);
  ASSERT_EQ(axis.size(), 3U);
  EXPECT_EQ(axis.units[1].label, "[MASK]");
  EXPECT_EQ(axis.unit_of(0), axis.size());
  EXPECT_EQ(axis.unit_of(4), axis.size());
  EXPECT_EQ(axis.unit_of(1), 0U);
}

TEST(Axis, LabelsStayOnOneLineAndAreNeverEmpty) {
  const auto label = [](const char* text) {
    Token token;
    token.text = text;
    return label_of(token);
  };
  EXPECT_EQ(label(" the"), "the");
  EXPECT_EQ(label(" "), "·");
  EXPECT_EQ(label("  "), "··") << "told from one";
  EXPECT_EQ(label("\u200B"), "‹ZWSP›");
  EXPECT_EQ(label("\n"), "↵");
  EXPECT_EQ(label("a\nb"), "a↵b");
}

TEST(Grid, ShowsTheTracesOwnNumbersToTheLastBit) {
  const auto snapshot = handmade_snapshot("one two three four");
  const testing::SessionInParts session = session_for(*snapshot, {1, 2});
  const GridView grid = make_grid(*snapshot, session);
  EXPECT_EQ(grid.scores, scores(*snapshot->trace, {1, 2}));
  EXPECT_EQ(grid.weights, weights(*snapshot->trace, {1, 2}));
  EXPECT_NE(grid.weights, weights(*snapshot->trace, {1, 1}));
  for (std::size_t query = 0; query < 6; ++query)
    for (std::size_t key = 0; key < 6; ++key) {
      EXPECT_NEAR(grid.scores(query, key), plain_score(*snapshot->trace, {1, 2}, query, key), 1e-5);
      EXPECT_NEAR(grid.weights(query, key), plain_weight(*snapshot->trace, {1, 2}, query, key), 1e-6);
    }
  EXPECT_EQ(grid.query, 2U);
  EXPECT_EQ(grid.key, 1U);
  EXPECT_FALSE(grid.renormalised);
}

TEST(Grid, LimitsSpanTheAllowedNumbers) {
  const auto snapshot = handmade_snapshot("one two three four", {.causal = true});
  const GridView grid = make_grid(*snapshot, session_for(*snapshot));
  float score = 0.0F, weight = 0.0F;
  for (std::size_t query = 0; query < grid.rows.size(); ++query)
    for (std::size_t key = 0; key < grid.cols.size(); ++key) {
      EXPECT_EQ(grid.is_masked(query, key), key > query);
      if (key > query) continue;
      score = std::max(score, std::abs(grid.scores(query, key)));
      weight = std::max(weight, grid.weights(query, key));
    }
  EXPECT_EQ(grid.score_limit, score);
  EXPECT_EQ(grid.weight_limit, weight);
}

TEST(Grid, RowsWithoutHiddenSpecialsSumToOne) {
  const auto snapshot = handmade_snapshot("one two three four", {.temperature = 0.3F});
  testing::SessionInParts session = session_for(*snapshot);
  session.look().hide_special = true;
  const GridView grid = make_grid(*snapshot, session);
  EXPECT_TRUE(grid.renormalised);
  ASSERT_EQ(grid.weights.rows, 4U);
  const Matrix all = weights(*snapshot->trace, session.selection().head);
  for (std::size_t row = 0; row < 4; ++row) {
    EXPECT_NEAR(row_sum(grid.weights, row), 1.0, 1e-6);
    const double shown = row_sum(all, row + 1) - all(row + 1, 0) - all(row + 1, 5);
    EXPECT_NEAR(grid.weights(row, 2), all(row + 1, 3) / shown, 1e-6);
  }
}

TEST(Grid, WordsSumOverPiecesLookedAtAndAverageOverPiecesThatAsk) {
  const auto snapshot = handmade_snapshot("kittens sleep", {.piece = 3});  // [CLS] kit ten s sle ep [SEP]
  testing::SessionInParts session = session_for(*snapshot);
  session.look().word_level = true;
  const GridView grid = make_grid(*snapshot, session);
  const Matrix pieces = weights(*snapshot->trace, session.selection().head);
  double expected = 0.0;
  for (const std::size_t query : {1, 2, 3})
    for (const std::size_t key : {4, 5})
      expected += pieces(query, key);
  EXPECT_NEAR(grid.weights(1, 2), expected / 3.0, 1e-6);
  for (std::size_t row = 0; row < grid.rows.size(); ++row)
    EXPECT_NEAR(row_sum(grid.weights, row), 1.0, 1e-6);
  const Matrix raw = scores(*snapshot->trace, session.selection().head);
  double mean = 0.0;
  for (const std::size_t query : {4, 5})
    for (const std::size_t key : {1, 2, 3})
      mean += raw(query, key) / 6.0;
  EXPECT_NEAR(grid.scores(2, 1), mean, 1e-5);
}

TEST(Grid, AWordIsMaskedOnlyWhereNoPieceMayLook) {
  const auto snapshot = handmade_snapshot("kittens sleep", {.piece = 3, .specials = false, .causal = true});
  testing::SessionInParts session = session_for(*snapshot);
  session.look().word_level = true;
  const GridView grid = make_grid(*snapshot, session);
  EXPECT_FALSE(grid.is_masked(0, 0));
  EXPECT_TRUE(grid.is_masked(0, 1));
  EXPECT_FALSE(grid.is_masked(1, 0));
  const Matrix raw = scores(*snapshot->trace, session.selection().head);
  const double allowed = (raw(3, 3) + raw(4, 3) + raw(4, 4)) / 3.0;  // not raw(3, 4), which lies ahead
  EXPECT_NEAR(grid.scores(1, 1), allowed, 1e-5);
}

TEST(Grid, AHeadOutsideTheModelShowsTheLastOne) {
  const auto snapshot = handmade_snapshot("one two");
  const GridView grid = make_grid(*snapshot, session_for(*snapshot, {99, 99}));
  EXPECT_EQ(grid.weights, weights(*snapshot->trace, {1, 3}));
}

TEST(Grid, ATextOfTwoThousandWordsIsShownByAWindowAroundTheQuery) {
  std::string text;
  for (int word = 0; word < 2000; ++word)
    text += "w" + std::to_string(word) + " ";
  const auto snapshot = handmade_snapshot(text, {.layers = 1, .heads = 1, .kv_heads = 1, .head_dim = 2});
  testing::SessionInParts session = session_for(*snapshot, {0, 0}, 1500, 3);
  session.look().hide_special = true;
  const GridView grid = make_grid(*snapshot, session);
  EXPECT_EQ(grid.rows.total, 2000U);
  EXPECT_EQ(grid.rows.size(), window_units);
  EXPECT_EQ(grid.cols.size(), window_units);
  EXPECT_EQ(grid.weights.rows, window_units);
  ASSERT_LT(grid.query, grid.rows.size());
  EXPECT_EQ(grid.rows.units[grid.query].tokens.front(), 1500U);
  EXPECT_EQ(grid.key, grid.cols.size());
  ASSERT_EQ(grid.outside.size(), window_units);
  for (const std::size_t row : {std::size_t{0}, grid.query})
    EXPECT_NEAR(row_sum(grid.weights, row) + grid.outside[row], 1.0, 1e-5);
  EXPECT_GT(grid.outside[grid.query], 0.1F);
}

TEST(Grid, WindowsMoveByHalvesAndKeepNeighboursOnBothSides) {
  Axis axis;
  axis.units.resize(5000);
  EXPECT_EQ(window_of(axis, 0).begin, 0U);
  EXPECT_EQ(window_of(axis, 4999).end, 5000U);
  for (std::size_t unit = 0; unit < 5000; ++unit) {
    const Range window = window_of(axis, unit);
    ASSERT_EQ(window.size(), window_units);
    ASSERT_GE(unit, window.begin + std::min(unit, window_units / 4 - 1));
    ASSERT_LT(unit + std::min(4999 - unit, window_units / 4 - 1), window.end);
  }
  axis.units.resize(window_units);
  EXPECT_EQ(window_of(axis, 300).size(), window_units);
}

TEST(Grid, ASnapshotWithoutATraceGivesNoGrid) {
  const GridView grid = make_grid(Snapshot{}, testing::SessionInParts());
  EXPECT_EQ(grid.rows.size(), 0U);
  EXPECT_TRUE(grid.weights.empty());
}

TEST(Grid, ASentenceOfSpecialsOnlyWithSpecialsHiddenIsEmpty) {
  const auto snapshot = handmade_snapshot("");
  testing::SessionInParts session = session_for(*snapshot, {0, 0}, 0, 0);
  session.look().hide_special = true;
  EXPECT_EQ(make_grid(*snapshot, session).rows.size(), 0U);
  EXPECT_TRUE(make_arcs(*snapshot, session).arcs.empty());
  EXPECT_EQ(make_strip(*snapshot, session).chips.size(), 2U);
}

TEST(Grid, CopiedTextHoldsAllDigits) {
  const auto snapshot = handmade_snapshot("one two");
  const GridView grid = make_grid(*snapshot, session_for(*snapshot));
  std::istringstream lines(grid_as_text(grid, true, "masked"));
  std::string line, field;
  std::getline(lines, line);
  EXPECT_EQ(line, "\t[CLS]\tone\ttwo\t[SEP]");
  for (std::size_t row = 0; row < 4; ++row) {
    std::getline(lines, line);
    std::istringstream fields(line);
    std::getline(fields, field, '\t');
    EXPECT_EQ(field, grid.rows.units[row].label);
    for (std::size_t col = 0; col < 4; ++col) {
      std::getline(fields, field, '\t');
      EXPECT_EQ(std::strtof(field.c_str(), nullptr), grid.weights(row, col));
    }
  }
}

}  // namespace
}  // namespace regard
