// SPDX-License-Identifier: Apache-2.0
// Terms of the scores in the window: the menu of the grid of scores, and rows of bars in one question.
#include "app/session/look.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"

namespace regard::test {
namespace {

class ScorePartsPanel : public WindowWithJobs {
protected:
  void read(bool with_slopes) {
    const auto model = regard::testing::reading_model(true);
    if (with_slopes) regard::testing::set_positions(*model, Alibi{{0.5F, 0.25F, 0.125F, 0.0625F}});
    snapshot = regard::testing::read_text(model, "the old king saw a cat in the garden");
    select();
    choose("question");
    window_frames(2);
  }
};

TEST_F(ScorePartsPanel, the_grid_shows_the_term_that_is_chosen) {
  read(true);
  click_item("grids.part");
  window_frames(2);
  EXPECT_TRUE(has("grids.part.0"));
  EXPECT_FALSE(has("grids.part.3")) << "the sum, content, position";
  click_item("grids.part.2");
  EXPECT_EQ(look().score_part, ScorePartKind::position);
  window_frames(2);
  EXPECT_EQ(memo.update(snapshot, session).grid.score_part, ScorePartKind::position);
  click_item("grids.part");
  window_frames(2);
  click_item("grids.part.0");
  EXPECT_EQ(look().score_part, std::nullopt);
}

TEST_F(ScorePartsPanel, a_head_of_one_term_has_nothing_to_choose) {
  read(false);
  EXPECT_TRUE(has("grid.scores.cells"));
  EXPECT_FALSE(has("grids.part"));
  EXPECT_FALSE(has("question.part.content.bar.0"));
}

TEST_F(ScorePartsPanel, a_question_has_a_row_of_bars_for_each_term_over_the_scores) {
  read(true);
  const float content = middle("question.part.content.bar.1").y, position = middle("question.part.position.bar.1").y;
  EXPECT_LT(content, position);
  EXPECT_LT(position, middle("question.scores.bar.1").y);
  EXPECT_FLOAT_EQ(middle("question.part.content.bar.1").x, middle("question.scores.bar.1").x) << "one column a key";
}

TEST_F(ScorePartsPanel, is_in_order_in_windows_of_every_size_and_both_languages) {
  read(true);
  look().score_part = ScorePartKind::content;
  expect_in_order_in_every_size({"question", "scores"});
}

}  // namespace
}  // namespace regard::test
