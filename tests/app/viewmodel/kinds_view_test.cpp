// SPDX-License-Identifier: Apache-2.0
// Kinds of attention as the window shows them.
#include "app/viewmodel/kinds_view.h"
#include "app/session/look.h"

#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/core/base/sanitizers.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <iostream>

namespace regard {
namespace {

TEST(KindsView, AGridOfSoftmaxIsTheGridOfWeights) {
  const auto snapshot = testing::read_text(testing::reading_model(true), "the old king saw a cat in the garden");
  testing::SessionInParts session = testing::session_for(*snapshot);
  session.look().kinds = parse_kinds("softmax,window:2,flash:4");
  const GridView grid = make_grid(*snapshot, session);
  const auto answer = make_kinds(kinds_question(*snapshot, session));
  ASSERT_EQ(answer->reports.size(), 3U);
  const KindPicture own = kind_picture(answer->reports[0], grid.rows, grid.cols);
  EXPECT_EQ(own.values.values, grid.weights.values);
  EXPECT_EQ(own.masked, grid.masked);
  const KindPicture window = kind_picture(answer->reports[1], grid.rows, grid.cols);
  for (std::size_t row = 0; row < grid.rows.size(); ++row)
    for (std::size_t col = 0; col < grid.cols.size(); ++col)
      EXPECT_EQ(window.masked[row * grid.cols.size() + col], col > row || row - col >= 2);
  const KindPicture early = kind_picture(answer->reports[2], grid.rows, grid.cols, 1);
  EXPECT_FALSE(std::isnan(early.values(0, 0)));
  EXPECT_TRUE(std::isnan(early.values(5, 0)));
}

TEST(KindsView, WordsSumWhatIsLookedAtAndAverageWhoAsks) {
  const auto snapshot = testing::read_text(testing::reading_model(false), "the unknowns saw a cat");
  testing::SessionInParts session = testing::session_for(*snapshot);
  session.look().kinds = parse_kinds("sigmoid,linear");
  session.look().word_level = true;
  const GridView grid = make_grid(*snapshot, session);
  const auto answer = make_kinds(kinds_question(*snapshot, session));
  const Matrix& weights = answer->reports[0].shown.weights;
  const KindPicture words = kind_picture(answer->reports[0], grid.rows, grid.cols);
  ASSERT_LT(grid.rows.size(), weights.rows) << "a word of several pieces";
  double all = 0.0, pieces = 0.0;
  for (const float weight : weights.values)
    pieces += weight;
  for (std::size_t row = 0; row < grid.rows.size(); ++row)
    for (std::size_t col = 0; col < grid.cols.size(); ++col)
      all += words.values(row, col) * static_cast<double>(grid.rows.units[row].tokens.size());
  EXPECT_NEAR(all, pieces, 1e-5) << "nothing is renormalised";
}

TEST(KindsView, TheQuestionIsWhatTheSessionShows) {
  const auto snapshot = testing::read_text(testing::reading_model(true), "the old king saw a cat");
  testing::SessionInParts session = testing::session_for(*snapshot, {1, 2});
  const KindsQuestion question = kinds_question(*snapshot, session);
  EXPECT_EQ(question.head, (HeadRef{1, 2}));
  EXPECT_EQ(question.kinds, usual_kinds());
  session.look().kinds = parse_kinds("hard,linear");
  EXPECT_NE(kinds_question(*snapshot, session), question);
}

TEST(KindsView, CostsHaveACurveForEachKind) {
  const auto costs = make_kind_costs({parse_kinds("softmax,linear"), {16, 16, true, {}}});
  ASSERT_EQ(costs->curves.size(), 2U);
  EXPECT_GT(costs->curves[0].back().multiply_adds, costs->curves[1].back().multiply_adds);
  EXPECT_EQ(costs->curves[0].size(), cost_lengths().size());
}

TEST(KindsView, SixKindsAt64TokensAreMadeWithinAFrame) {
  if (testing::sanitized) GTEST_SKIP() << "a time that is no program's: sanitizers take most of it";
  const auto model = load_model(std::filesystem::path(REGARD_ASSETS_DIR) / "models" / "council");
  std::string text = "The cat that sat on the roof looked at the bird";
  for (std::size_t tokens = 0; tokens < 64; tokens = model->tokenizer->encode(text, {}).tokens.size())
    text += " and the bird";
  Encoding encoding = model->tokenizer->encode(text, {.max_tokens = 64});
  Request request;
  for (const Token& token : encoding.tokens)
    request.ids.push_back(token.id);
  const KindsQuestion question{run(model, std::move(request)),
                               AttentionKind::self,
                               {2, 3},
                               parse_kinds("softmax,first_last:1:8,topk:4,linear,performer:64,flash:8")};
  double best = INFINITY;
  for (int turn = 0; turn < 5; ++turn) {
    const auto start = std::chrono::steady_clock::now();
    (void)make_kinds(question);
    best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::cout << "six kinds at 64 tokens: " << best << " ms\n";
  EXPECT_LT(best, 50.0) << "far from the 33 ms of two frames on a quiet machine";
}

}  // namespace
}  // namespace regard
