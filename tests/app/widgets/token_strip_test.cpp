// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/token_strip.h"

#include "tests/app/widgets/headless.h"

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
      const TokenStripResult result = token_strip(
          {.view = &view_, .width = 600.0F, .map = &gfx::colour_map(WeightMap::blues, ThemeChoice::dark)}, state_);
      if (result.query) query_ = result.query;
      if (result.key) key_ = result.key;
      if (result.replaced) replaced_ = result.replaced;
      if (result.deleted) deleted_ = result.deleted;
      hovered_ = result.hovered;
    };
  }

  StripView view_;
  TokenStripState state_;
  std::optional<std::size_t> query_, key_, deleted_, hovered_;
  std::optional<TokenEdit> replaced_;
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

TEST_F(Strip, a_double_click_opens_an_editor_and_enter_replaces_the_token) {
  frame(draw());
  double_click(middle("strip.token.2"), draw());
  frames(2, draw());
  ASSERT_TRUE(has("strip.editor"));
  EXPECT_EQ(state_.buffer, "сидела") << "without the space it stands after";
  type("спала", draw());
  press(ImGuiKey_Enter, draw());
  ASSERT_TRUE(replaced_);
  EXPECT_EQ(replaced_->token, 2U);
  EXPECT_EQ(replaced_->text, "спала");
  frame(draw());
  EXPECT_FALSE(has("strip.editor"));
}

TEST_F(Strip, an_emoji_survives_the_editor) {
  add(" \U0001F600кот", 28, 39, false);
  frame(draw());
  double_click(middle("strip.token.5"), draw());
  frames(2, draw());
  press(ImGuiKey_End, draw());
  type("ы", draw());
  press(ImGuiKey_Enter, draw());
  ASSERT_TRUE(replaced_);
  EXPECT_EQ(replaced_->text, "\U0001F600коты");
}

TEST_F(Strip, escape_leaves_the_token_as_it_was) {
  frame(draw());
  double_click(middle("strip.token.1"), draw());
  frames(2, draw());
  type("Собака", draw());
  press(ImGuiKey_Escape, draw());
  frame(draw());
  EXPECT_FALSE(replaced_);
  EXPECT_FALSE(has("strip.editor"));
}

TEST_F(Strip, a_click_elsewhere_keeps_what_was_typed) {
  frame(draw());
  double_click(middle("strip.token.1"), draw());
  frames(2, draw());
  type("Собака", draw());
  click({900.0F, 600.0F}, draw());
  ASSERT_TRUE(replaced_);
  EXPECT_EQ(replaced_->text, "Собака");
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

TEST_F(Strip, many_tokens_wrap_and_the_strip_grows_to_three_lines_only) {
  const TokenStripSpec spec{.view = &view_, .width = 600.0F};
  float one = 0.0F, many = 0.0F;
  frame([&] { one = token_strip_height(spec); });
  for (std::size_t i = 0; i < 300; ++i)
    add(" слово", 30 + 13 * i, 43 + 13 * i, false);
  frame([&] { many = token_strip_height(spec); });
  EXPECT_GT(many, 2.0F * one);
  EXPECT_LT(many, 3.5F * one);
  view_.query = 250;
  frames(4, draw());
  EXPECT_TRUE(has("strip.token.250")) << "the query is scrolled into view";
  EXPECT_FALSE(has("strip.token.1"));
}

}  // namespace
}  // namespace regard
