// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/token_strip.h"

#include "tests/app/widgets/headless.h"

#include <string>
#include <vector>

namespace regard {
namespace {

class Strip : public test::Headless {
protected:
  Strip() {
    add("[CLS]", 0, 0, true);
    add("Кошка", 0, 10, false);
    add(" сидела", 10, 23, false);
    add(" на", 23, 28, false);
    add("[SEP]", 28, 28, true);
    view_.query = 1;
    view_.key = 2;
  }
  void add(const std::string& text, std::size_t begin, std::size_t end, bool special) {
    if (end > begin) text_ += text;
    const auto index = static_cast<std::int32_t>(view_.chips.size());
    view_.chips.push_back({Token{.id = index,
                                 .piece = text,
                                 .text = text,
                                 .begin = begin,
                                 .end = end,
                                 .word = special ? -1 : index,
                                 .special = special},
                           0.1F, false});
  }
  std::function<void()> draw() {
    return [this] {
      const TokenStripResult result = token_strip({.view = &view_,
                                                   .width = 600.0F,
                                                   .map = &gfx::colour_map(WeightMap::blues, ThemeChoice::dark),
                                                   .one_row = one_row_,
                                                   .text_bytes = text_.size()},
                                                  state_);
      if (result.query) view_.query = *(query_ = result.query);
      if (result.key) key_ = result.key;
      if (result.edited) edited_.push_back(*result.edited);
      if (result.wants_edit) {
        const Token& token = view_.chips[*result.wants_edit].token;
        begin_editing(state_, {token.begin, token.end}, text_);
      }
      if (result.deleted) deleted_ = result.deleted;
      hovered_ = result.hovered;
    };
  }

  StripView view_;
  TokenStripState state_;
  std::optional<std::size_t> query_, key_, deleted_, hovered_;
  std::vector<std::string> edited_;  ///< all that was told, oldest first
  std::string text_;
  bool one_row_ = false;
};

TEST_F(Strip, a_click_on_a_chip_asks_for_its_query) {
  frame(draw());
  click(middle("strip.token.3"), draw());
  EXPECT_EQ(query_, 3U);
  EXPECT_FALSE(key_);
}

TEST_F(Strip, a_shift_click_gives_the_key) {
  frame(draw());
  ImGui::GetIO().KeyShift = true;
  click(middle("strip.token.2"), draw());
  EXPECT_EQ(key_, 2U);
  EXPECT_FALSE(query_);
}

TEST_F(Strip, a_double_click_opens_an_editor_and_every_letter_is_told) {
  frame(draw());
  double_click(middle("strip.token.2"), draw());
  frames(2, draw());
  ASSERT_TRUE(has("strip.editor"));
  EXPECT_EQ(state_.editing->buffer, "сидела") << "without the space it stands after";
  EXPECT_FALSE(has("strip.token.2")) << "the editor stands in its place";
  type("с", draw());
  type("пала", draw());
  EXPECT_EQ(edited_, (std::vector<std::string>{"с", "спала"})) << "the model runs while one types";
  press(ImGuiKey_Enter, draw());
  frames(2, draw());
  EXPECT_EQ(edited_.back(), "спала");
  EXPECT_FALSE(has("strip.editor"));
}

TEST_F(Strip, a_double_click_takes_back_what_its_first_click_chose) {
  view_.query = 3;
  frame(draw());
  double_click(middle("strip.token.2"), draw());
  frames(2, draw());
  ASSERT_TRUE(has("strip.editor"));
  EXPECT_EQ(view_.query, 3U);
  EXPECT_FALSE(key_);
}

TEST_F(Strip, the_editor_stays_in_its_place_while_the_tokens_change) {
  frame(draw());
  double_click(middle("strip.token.2"), draw());
  frames(2, draw());
  const ImVec2 place = item("strip.editor").min;
  type("кит", draw());
  // The model reads two pieces there now.
  view_.chips.clear();
  text_.clear();
  add("[CLS]", 0, 0, true);
  add("Кошка", 0, 10, false);
  add(" к", 10, 13, false);
  add("ит", 13, 17, false);
  add(" на", 17, 22, false);
  add("[SEP]", 22, 22, true);
  frames(2, draw());
  EXPECT_EQ(item("strip.editor").min.x, place.x);
  EXPECT_FALSE(has("strip.token.2"));
  EXPECT_FALSE(has("strip.token.3"));
  EXPECT_TRUE(has("strip.token.1"));
  EXPECT_GT(item("strip.token.4").min.x, item("strip.editor").max.x);
  // Emptied: nothing stands there, and the editor is still between its neighbours.
  view_.chips.erase(view_.chips.begin() + 2, view_.chips.begin() + 4);
  view_.chips[2].token.begin = 10;
  view_.chips[2].token.end = 15;
  text_ = "Кошка на";
  frames(2, draw());
  EXPECT_EQ(item("strip.editor").min.x, place.x);
  EXPECT_GT(item("strip.token.2").min.x, place.x);
}

TEST_F(Strip, an_emoji_survives_the_editor) {
  add(" \U0001F600кот", 28, 39, false);
  frame(draw());
  double_click(middle("strip.token.5"), draw());
  frames(2, draw());
  press(ImGuiKey_End, draw());
  type("ы", draw());
  press(ImGuiKey_Enter, draw());
  ASSERT_FALSE(edited_.empty());
  EXPECT_EQ(edited_.back(), "\U0001F600коты");
}

TEST_F(Strip, escape_tells_the_token_as_it_was) {
  frame(draw());
  double_click(middle("strip.token.1"), draw());
  frames(2, draw());
  type("Собака", draw());
  press(ImGuiKey_Escape, draw());
  frames(2, draw());
  ASSERT_FALSE(edited_.empty());
  EXPECT_EQ(edited_.back(), "Кошка");
  EXPECT_FALSE(has("strip.editor"));
}

TEST_F(Strip, a_click_elsewhere_keeps_what_was_typed) {
  frame(draw());
  double_click(middle("strip.token.1"), draw());
  frames(2, draw());
  type("Собака", draw());
  click({900.0F, 600.0F}, draw());
  EXPECT_EQ(edited_, (std::vector<std::string>{"Собака"}));
  frame(draw());
  EXPECT_FALSE(has("strip.editor"));
}

TEST_F(Strip, specials_of_the_template_cannot_be_edited_or_deleted) {
  frame(draw());
  double_click(middle("strip.token.0"), draw());
  frame(draw());
  EXPECT_FALSE(has("strip.editor"));
  view_.query = 0;
  press(ImGuiKey_Delete, draw());
  EXPECT_FALSE(deleted_);
}

TEST_F(Strip, delete_removes_the_query_only_while_the_strip_has_the_focus) {
  frame(draw());
  press(ImGuiKey_Delete, draw());
  EXPECT_FALSE(deleted_);
  click(middle("strip.token.3"), draw());
  view_.query = *query_;
  press(ImGuiKey_Delete, draw());
  EXPECT_EQ(deleted_, 3U);
}

TEST_F(Strip, many_tokens_scroll_in_the_same_height_and_the_query_is_in_sight) {
  float below = 0.0F;
  const auto measured = [&] {
    draw()();
    below = ImGui::GetCursorScreenPos().y;
  };
  frame(measured);
  const float few = below;
  for (std::size_t i = 0; i < 300; ++i)
    add(" слово", 30 + 13 * i, 43 + 13 * i, false);
  frames(2, measured);
  EXPECT_EQ(below, few) << "nothing below it jumps";
  view_.query = 250;
  frames(4, draw());
  EXPECT_TRUE(has("strip.token.250")) << "the query is scrolled into view";
  EXPECT_FALSE(has("strip.token.1"));
}

TEST_F(Strip, one_row_is_moved_by_the_wheel_and_to_the_query) {
  one_row_ = true;
  for (std::size_t i = 0; i < 300; ++i)
    add(" слово", 30 + 13 * i, 43 + 13 * i, false);
  frames(2, draw());
  EXPECT_EQ(state_.flow.lines, 1U);
  const float before = item("strip.token.2").min.x;
  move(middle("strip.token.2"), draw());
  ImGui::GetIO().MouseWheel = -0.5F;
  frame(draw());
  ImGui::GetIO().MouseWheel = 0.0F;
  frames(2, draw());
  EXPECT_LT(item("strip.token.2").min.x, before);
  EXPECT_GT(state_.scroll, 0.0F);
  view_.query = 250;
  frames(4, draw());
  EXPECT_TRUE(has("strip.token.250"));
  EXPECT_FALSE(has("strip.token.1"));
}

}  // namespace
}  // namespace regard
