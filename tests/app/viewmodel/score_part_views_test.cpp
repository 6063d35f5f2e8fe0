// SPDX-License-Identifier: Apache-2.0
// Scores that are sums of terms: the grid of one of them, the bars of all, and what changed in one.
#include "app/session/look.h"
#include "app/session/selection.h"
#include "app/viewmodel/difference_views.h"
#include "app/viewmodel/views.h"
#include "core/trace/score_parts.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/run_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace regard {
namespace {

const std::string kRead = "the old king saw a cat in the garden";

std::shared_ptr<Model> alibi_model() {
  auto model = testing::reading_model(true);
  testing::set_positions(*model, Alibi{{0.5F, 0.25F, 0.125F, 0.0625F}});
  return model;
}

testing::SessionInParts session_of_part(const Snapshot& snapshot, std::optional<ScorePartKind> part) {
  testing::SessionInParts session = testing::session_for(snapshot);
  session.selection().head = {1, 1};
  session.look().score_part = part;
  return session;
}

TEST(GridOfATerm, ShowsItsNumbersAndKeepsTheScores) {
  const auto snapshot = testing::read_text(alibi_model(), kRead);
  const GridView sum = make_grid(*snapshot, session_of_part(*snapshot, std::nullopt));
  const GridView position = make_grid(*snapshot, session_of_part(*snapshot, ScorePartKind::position));
  EXPECT_EQ(sum.score_part, std::nullopt);
  EXPECT_EQ(&shown_scores(sum), &sum.scores);
  EXPECT_EQ(position.score_part, ScorePartKind::position);
  EXPECT_EQ(position.scores, sum.scores);
  EXPECT_EQ(position.weights, sum.weights);
  ASSERT_EQ(position.score_parts.size(), 2U);
  float largest = 0.0F;
  for (std::size_t query = 0; query < sum.rows.size(); ++query)
    for (std::size_t key = 0; key < sum.cols.size(); ++key) {
      const float bias = -0.25F * (static_cast<float>(query) - static_cast<float>(key));
      EXPECT_EQ(shown_scores(position)(query, key), bias);
      EXPECT_NEAR(sum.score_parts[0].scores(query, key) + bias, sum.scores(query, key), 1e-5);
      if (key <= query) largest = std::max(largest, std::abs(bias));
    }
  EXPECT_EQ(position.score_limit, largest);
}

TEST(GridOfATerm, OfWordsIsTheMeanOfItsPieces) {
  const auto snapshot = testing::read_text(alibi_model(), "the unknowns saw a cat");
  testing::SessionInParts session = session_of_part(*snapshot, ScorePartKind::position);
  session.look().word_level = true;
  const GridView grid = make_grid(*snapshot, session);
  ASSERT_LT(grid.rows.size(), snapshot->trace->tokens());
  for (std::size_t cell = 0; cell < grid.scores.values.size(); ++cell)
    EXPECT_NEAR(grid.score_parts[0].scores.values[cell] + grid.score_parts[1].scores.values[cell],
                grid.scores.values[cell], 1e-5);
}

TEST(GridOfATerm, IsTheSumWhereTheHeadHasNoSuchTerm) {
  const auto snapshot = testing::read_text(testing::reading_model(true), kRead);
  const GridView grid = make_grid(*snapshot, session_of_part(*snapshot, ScorePartKind::position));
  EXPECT_EQ(grid.score_part, std::nullopt);
  EXPECT_EQ(&shown_scores(grid), &grid.scores);
  EXPECT_TRUE(make_grid(*snapshot, session_of_part(*snapshot, std::nullopt)).score_parts.empty());
}

TEST(GridOfATerm, HasADifferenceOfItsOwn) {
  const auto live = testing::read_beside(alibi_model(), "the red king saw a cat in the garden", kRead);
  const testing::SessionInParts session = session_of_part(*live, ScorePartKind::content);
  const GridView now = make_grid(*live, session);
  const GridView before = make_grid(*live->comparison->baseline, session);
  const GridDifference difference = make_grid_difference(*live, session, now);
  std::size_t changed = 0;
  for (std::size_t row = 0; row < now.rows.size(); ++row)
    for (std::size_t col = 0; col < now.cols.size(); ++col) {
      const std::size_t from_row = difference.rows.partner[row], from_col = difference.cols.partner[col];
      if (from_row == kNoPartner || from_col == kNoPartner) continue;
      EXPECT_EQ(difference.scores(row, col), shown_scores(now)(row, col) - shown_scores(before)(from_row, from_col));
      changed += difference.scores(row, col) != 0.0F ? 1 : 0;
    }
  EXPECT_GT(changed, 0U);
}

/// Against a model whose heads add nothing for places, all of the term is a change.
TEST(GridOfATerm, IsNothingInAHeadThatDoesNotHaveIt) {
  const auto live = testing::read_text(alibi_model(), kRead);
  live->comparison =
      std::make_shared<const Comparison>(compare(testing::read_text(testing::reading_model(true), kRead), *live, "A"));
  const testing::SessionInParts session = session_of_part(*live, ScorePartKind::position);
  const GridView now = make_grid(*live, session);
  EXPECT_EQ(make_grid_difference(*live, session, now).scores, shown_scores(now));
}

TEST(QuestionOfTerms, HasABarOfEachForEveryKey) {
  const auto snapshot = testing::read_text(alibi_model(), kRead);
  testing::SessionInParts session = session_of_part(*snapshot, std::nullopt);
  session.selection().query = anchor_of(5, snapshot->encoding);
  const QuestionView view = make_question(*snapshot, session);
  EXPECT_EQ(view.score_parts, (std::vector<ScorePartKind>{ScorePartKind::content, ScorePartKind::position}));
  for (const KeyBar& bar : view.bars) {
    float sum = 0.0F;
    for (const float part : bar.parts)
      sum += part;
    EXPECT_NEAR(sum, bar.score, 1e-5) << bar.token;
    EXPECT_EQ(bar.parts[static_cast<std::size_t>(ScorePartKind::position)], bar.bias);
  }
  const auto plain = testing::read_text(testing::reading_model(true), kRead);
  EXPECT_TRUE(make_question(*plain, testing::session_for(*plain)).score_parts.empty());
}

}  // namespace
}  // namespace regard
