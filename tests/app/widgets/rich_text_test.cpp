// SPDX-License-Identifier: Apache-2.0
// Prose in a column: it wraps, its links are pressed, and its height is known before it is drawn.
#include "app/widgets/rich_text.h"
#include "tests/app/widgets/headless.h"

namespace regard::test {
namespace {

RichText text_of_runs(RichLine runs) {
  RichText text;
  text.blocks.push_back({.runs = std::move(runs)});
  return text;
}

class RichTexts : public Headless {
protected:
  float height(const RichText& text, float width) {
    float measured = 0.0F;
    frame([&] { measured = rich_text_height({.text = &text, .width = width}); });
    return measured;
  }
  RichTextResult last{};
  auto drawing(const RichText& text, float width) {
    return [this, &text, width] { last = rich_text({.id = "text", .text = &text, .width = width}); };
  }
};

TEST_F(RichTexts, a_narrow_column_needs_more_lines) {
  const RichText text = text_of_runs({{.text = "one two three four five six seven eight nine ten"}});
  EXPECT_GT(height(text, 120.0F), 2.5F * height(text, 600.0F));
}

TEST_F(RichTexts, are_as_high_as_they_were_measured) {
  RichText text = text_of_runs({{.text = "plain "}, {.text = "bold", .bold = true}, {.text = ", code", .code = true}});
  text.blocks.push_back(
      {.kind = RichBlock::Kind::item, .mark = "•", .runs = {{.text = "an item that is long enough to wrap"}}});
  text.blocks.push_back({.kind = RichBlock::Kind::table,
                         .rows = {{{{.text = "head"}}, {{.text = "layer"}}},
                                  {{{.text = "3"}}, {{.text = "a cell with many words in it"}}}}});
  text.blocks.push_back({.kind = RichBlock::Kind::code, .runs = {{.text = "a = b\nc = d"}}});
  const float measured = height(text, 160.0F);
  float drawn = 0.0F;
  frame([&] {
    const float top = ImGui::GetCursorScreenPos().y;
    (void)rich_text({.text = &text, .width = 160.0F});
    drawn = ImGui::GetItemRectMax().y - top;
  });
  EXPECT_FLOAT_EQ(drawn, measured);
}

TEST_F(RichTexts, a_word_wider_than_the_column_is_cut_and_no_letter_leaves_it) {
  const RichText text = text_of_runs({{.text = std::string(200, 'w')}});
  frame(drawing(text, 90.0F));
  const ImDrawData& drawn = *ImGui::GetDrawData();
  float rightmost = 0.0F;
  for (int list = 0; list < drawn.CmdListsCount; ++list)
    for (const ImDrawVert& corner : drawn.CmdLists[list]->VtxBuffer)
      if (corner.uv.x > 0.0F && corner.pos.x < 900.0F) rightmost = std::max(rightmost, corner.pos.x);
  EXPECT_LE(rightmost, ImGui::GetStyle().WindowPadding.x + 90.0F + 1.0F);
}

TEST_F(RichTexts, a_word_of_one_letter_goes_along_with_what_follows_it) {
  // "a" would fit behind "word" on the first line; it stands before "kingdom" on the second.
  RichText text =
      text_of_runs({{.text = "word "}, {.text = "a", .link = 0}, {.text = " "}, {.text = "kingdom", .link = 1}});
  text.links = {{RichLink::Kind::go, "short"}, {RichLink::Kind::go, "long"}};
  frame(drawing(text, 64.0F));
  EXPECT_FLOAT_EQ(item("text.link.short").min.y, item("text.link.long").min.y);
}

TEST_F(RichTexts, a_click_on_a_link_says_which_one) {
  RichText text = text_of_runs(
      {{.text = "look at "}, {.text = "the head", .link = 0}, {.text = " and "}, {.text = "this", .link = 1}});
  text.links = {{RichLink::Kind::term, "term:head"}, {RichLink::Kind::go, "show:next"}};
  std::optional<std::size_t> clicked;
  const auto draw = [&] {
    drawing(text, 600.0F)();
    if (last.clicked) clicked = last.clicked;
  };
  frames(2, draw);
  click(middle("text.link.show:next"), draw);
  EXPECT_EQ(clicked, 1U);
}

TEST_F(RichTexts, a_quiet_link_is_told_by_the_mouse_alone) {
  RichText text = text_of_runs({{.text = "heads", .link = 0}});
  text.links = {{RichLink::Kind::quiet, "term:head"}};
  const auto draw = drawing(text, 600.0F);
  frames(2, draw);
  EXPECT_FALSE(has("text.link.term:head")) << "nothing to press";
  EXPECT_FALSE(last.hovered);
  move({ImGui::GetStyle().WindowPadding.x + 5.0F, ImGui::GetStyle().WindowPadding.y + 10.0F}, draw);
  ASSERT_TRUE(last.hovered);
  EXPECT_EQ(last.hovered->link, 0U);
}

}  // namespace
}  // namespace regard::test
