// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/arcs.h"
#include "app/widgets/bars.h"
#include "tests/app/widgets/headless.h"

#include <vector>

namespace regard {
namespace {

class BarsWidget : public test::Headless {
protected:
  std::function<void()> draw() {
    return [this] {
      const BarsResult result = bars({.id = "question.weights", .size = {600.0F, 200.0F}, .bars = bars_, .fit = fit_});
      if (result.clicked) clicked_ = result.clicked;
      hovered_ = result.hovered;
    };
  }
  std::vector<Bar> bars_{{"Кошка", 0.5F}, {"сидела", 0.25F, true}, {"на", 0.0F, false, true}, {"крыше", 0.25F}};
  bool fit_ = false;
  std::optional<std::size_t> clicked_, hovered_;
};

TEST_F(BarsWidget, a_click_on_a_bar_gives_its_key) {
  frame(draw());
  for (const std::size_t bar : {0U, 3U, 2U}) {
    click(middle("question.weights.bar." + std::to_string(bar)), draw());
    EXPECT_EQ(clicked_, bar);
    EXPECT_EQ(hovered_, bar);
  }
}

TEST_F(BarsWidget, a_hundred_keys_scroll_but_dimensions_shrink_to_fit) {
  bars_.assign(128, Bar{"x", 0.1F});
  frame(draw());
  EXPECT_FALSE(has("question.weights.bar.127")) << "scrolled out of sight";
  fit_ = true;
  frame(draw());
  EXPECT_TRUE(has("question.weights.bar.127"));
  click(middle("question.weights.bar.127"), draw());
  EXPECT_EQ(clicked_, 127U);
}

TEST_F(BarsWidget, no_bars_take_their_place_and_give_nothing) {
  bars_.clear();
  frame(draw());
  EXPECT_TRUE(probe_items().empty());
}

class ArcsWidget : public test::Headless {
protected:
  ArcsWidget() {
    for (const char* word : {"Кошка", "сидела", "на", "крыше", "."})
      view_.cols.units.push_back({word, {view_.cols.size()}, false});
    view_.arcs = {{1, 3, 0.3F, 0, false}, {1, 0, 0.6F, 0, true}, {1, 1, 0.1F, 0, false}};
  }
  std::function<void()> draw() {
    return [this] {
      const ArcsResult result = arcs({.view = &view_, .size = {500.0F, 200.0F}, .query = 1, .key = 0});
      if (result.query) query_ = result.query;
      if (result.key) key_ = result.key;
      arc_ = result.hovered_arc;
    };
  }
  ArcsView view_;
  std::optional<std::size_t> query_, key_, arc_;
};

TEST_F(ArcsWidget, a_click_on_a_word_gives_the_query_and_a_shift_click_the_key) {
  frame(draw());
  click(middle("arcs.unit.3"), draw());
  EXPECT_EQ(query_, 3U);
  EXPECT_FALSE(key_);
  ImGui::GetIO().KeyShift = true;
  click(middle("arcs.unit.0"), draw());
  EXPECT_EQ(key_, 0U);
}

TEST_F(ArcsWidget, the_arc_over_the_words_between_query_and_key_can_be_hovered_and_clicked) {
  frame(draw());
  const ImVec2 from = middle("arcs.unit.1"), to = middle("arcs.unit.0");
  const float x = 0.5F * (from.x + to.x);
  for (float y = item("arcs.unit.0").min.y - 5.0F; y > 0.0F && arc_ != 1U; y -= 3.0F)
    move({x, y}, draw());
  ASSERT_EQ(arc_, 1U) << "somewhere above the gap lies the top of the arc";
  click(ImGui::GetIO().MousePos, draw());
  EXPECT_EQ(query_, 1U);
  EXPECT_EQ(key_, 0U);
}

TEST_F(ArcsWidget, pieces_of_a_word_stand_close_and_words_apart) {
  view_.cols.units[1].glued = view_.cols.units[4].glued = true;
  frame(draw());
  const auto space = [&](std::size_t unit) {
    return item("arcs.unit." + std::to_string(unit)).min.x - item("arcs.unit." + std::to_string(unit - 1)).max.x;
  };
  EXPECT_LT(space(1), 0.2F * ImGui::GetFontSize());
  EXPECT_GT(space(2), 0.35F * ImGui::GetFontSize());
  EXPECT_LT(space(4), 0.2F * ImGui::GetFontSize()) << "a full stop stands at its word";
}

TEST_F(ArcsWidget, a_word_that_looks_at_itself_has_one_loop_over_it_that_can_be_hovered) {
  view_.arcs = {{1, 1, 0.6F, 0, true}};
  frame(draw());
  const ProbeItem word = item("arcs.unit.1");
  const float x = 0.5F * (word.min.x + word.max.x), em = ImGui::GetFontSize();
  move({x, word.min.y - 2.05F * em}, draw());
  EXPECT_EQ(arc_, 0U) << "its top lies over the middle of the word";
  move({x, word.min.y - 1.1F * em}, draw());
  EXPECT_FALSE(arc_) << "it is open inside";
  for (const float side : {-0.6F, 0.6F}) {
    move({x + side * em, word.min.y - 1.3F * em}, draw());
    EXPECT_EQ(arc_, 0U) << "and closed on both sides";
  }
}

TEST_F(ArcsWidget, a_long_sentence_scrolls) {
  for (int i = 0; i < 100; ++i)
    view_.cols.units.push_back({"смотрела", {view_.cols.size()}, false});
  view_.arcs = {{0, 104, 0.5F, 0, true}};
  frame(draw());
  EXPECT_TRUE(has("arcs.unit.0"));
  EXPECT_FALSE(has("arcs.unit.104"));
  move(middle("arcs.unit.0"), draw());
  for (int notch = 0; notch < 300; ++notch) {
    ImGui::GetIO().MouseWheel = -1.0F;
    frame(draw());
  }
  frames(2, draw());
  EXPECT_TRUE(has("arcs.unit.104"));
}

}  // namespace
}  // namespace regard
