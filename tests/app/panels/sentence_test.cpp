// SPDX-License-Identifier: Apache-2.0
// The sentence's card: one height whatever it shows, a token that is edited while the model runs, a field that grows.
#include "app/panels/frame/sentence.h"
#include "app/panels/common/text_states.h"
#include "app/panels/frame/wrapped_text.h"
#include "app/session/kept.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/style/bmp_text.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"

namespace regard::test {
namespace {

class SentenceCard : public WindowHarness {
protected:
  void double_click_item(const std::string& id) {
    click_item(id);
    click_item(id);
  }
  [[nodiscard]] ProbeItem card() const { return item("panel.sentence"); }
  [[nodiscard]] float below() const { return item("panel.heads").min.y; }
};

TEST_F(SentenceCard, nothing_below_it_moves_when_the_text_wraps_is_cut_or_a_pin_comes) {
  window_frames(3);
  const float before = below();
  std::string text;
  for (int word = 0; word < 60; ++word)
    text += "word" + std::to_string(word) + " ";
  show(text);
  window_frames(3);
  EXPECT_EQ(below(), before) << "wrapped";
  snapshot->encoding.dropped = 40;
  memo = {};
  window_frames(3);
  EXPECT_TRUE(has("sentence.notice"));
  EXPECT_EQ(below(), before) << "cut";
  EXPECT_LE(item("sentence.notice").max.y, item("sentence.text").max.y + 2.0F) << "in the field's row";
  snapshot = regard::testing::read_beside(regard::testing::reading_model(false), "the old king", "the young king");
  select();
  Pin pin{.name = "A", .reading = {}, .pairs = {}};
  pin.reading.text = "the old king";
  kept().pins = {pin};
  kept().baseline = "A";
  memo = {};
  window_frames(4);
  EXPECT_TRUE(has("pinned.token.1"));
  EXPECT_EQ(below(), before) << "compared";
  EXPECT_LE(item("pinned.token.1").max.y, card().max.y);
}

TEST_F(SentenceCard, a_low_window_has_one_line_of_tokens) {
  window_frames(3);
  const float high = card().max.y - card().min.y;
  ImGui::GetIO().DisplaySize = {1000.0F, 500.0F};
  window_frames(3);
  const float low = card().max.y - card().min.y;
  EXPECT_LT(low, high);
  std::string text;
  for (int word = 0; word < 60; ++word)
    text += "word" + std::to_string(word) + " ";
  show(text);
  window_frames(3);
  EXPECT_EQ(card().max.y - card().min.y, low);
}

TEST_F(SentenceCard, a_double_click_edits_and_changes_neither_query_nor_key) {
  window_frames(3);
  const TokenAnchor query = selection().query, key = selection().key;
  double_click_item("strip.token.3");
  window_frames(2);
  ASSERT_TRUE(has("strip.editor"));
  EXPECT_EQ(selection().query, query);
  EXPECT_EQ(selection().key, key);
  const std::string before = reading().text;
  ImGui::GetIO().AddInputCharactersUTF8("queen");
  window_frames(2);
  EXPECT_NE(reading().text, before) << "the model runs while one types";
  EXPECT_NE(reading().text.find("queen"), std::string::npos);
  EXPECT_EQ(selection().query, query);
}

TEST_F(SentenceCard, escape_in_a_token_tells_the_text_as_it_was) {
  window_frames(3);
  double_click_item("strip.token.3");
  window_frames(2);
  ImGui::GetIO().AddInputCharactersUTF8("queen");
  window_frames(2);
  hold(ImGuiKey_Escape);
  const EditToken* last = action<EditToken>();
  ASSERT_NE(last, nullptr);
  EXPECT_EQ(last->text, last->from.substr(last->place.begin, last->text.size()));
}

TEST_F(SentenceCard, the_field_grows_over_the_tokens_and_types_into_the_session) {
  std::string text = "start";
  for (int word = 0; word < 500; ++word)
    text += " word" + std::to_string(word);
  show(text);
  window_frames(3);
  const float before = below();
  click_item("sentence.text.grow");
  window_frames(4);
  ASSERT_TRUE(has("sentence.text.lines"));
  const ProbeItem lines = item("sentence.text.lines");
  EXPECT_GT(lines.max.y - lines.min.y, 5.0F * ImGui::GetFontSize()) << "3,000 letters are seen on many lines";
  EXPECT_EQ(below(), before);
  ImGui::GetIO().AddInputCharactersUTF8(" end");
  window_frames(3);
  EXPECT_EQ(reading().text, text + " end") << "line breaks of the eye are spaces of the text";
  hold(ImGuiKey_Escape);
  window_frames(3);
  EXPECT_FALSE(has("sentence.text.lines"));
  EXPECT_EQ(reading().text, text + " end") << "what was typed stays";
}

TEST(WrappedText, a_line_break_of_the_text_is_a_sign_and_comes_back) {
  EXPECT_EQ(to_field("кот\xD0 и \x80пёс"), "кот\uFFFD и \uFFFDпёс") << "ImGui takes only whole characters";
  EXPECT_EQ(to_field("one two\nthree\r\n").find_first_of("\r\n"), std::string::npos);
  EXPECT_EQ(from_field(from_lines(to_field("one two\nthree\r\n"))), "one two\nthree\r\n");
  EXPECT_EQ(from_field(from_lines(to_field("one ↵ two"))), "one ↵ two") << "a sign of the text is no line break";
}

TEST_F(SentenceCard, a_line_break_stands_in_the_one_line_field_as_a_sign_and_comes_back) {
  show("one\ntwo");
  window_frames(3);
  EXPECT_EQ(state.of<TextStates>().sentence.buffer.find('\n'), std::string::npos);
  click_item("sentence.text");
  hold(GLFW_KEY_END);
  ImGui::GetIO().AddInputCharactersUTF8("!");
  window_frames(3);
  EXPECT_EQ(reading().text, "one\ntwo!");
}

class WrappedLines : public Headless {};

TEST_F(WrappedLines, break_at_spaces_within_the_width_and_come_back) {
  frame([] {
    const Face face{ImGui::GetFont(), ImGui::GetFontSize()};
    const std::string text = "the quick brown fox  jumps over averyveryverylongword and goes on";
    std::string lines = text;
    const float width = text_width(face, "the quick brown");
    EXPECT_GE(break_lines(lines, face, width), 4U);
    EXPECT_EQ(lines.size(), text.size());
    EXPECT_EQ(from_lines(lines), text);
    EXPECT_TRUE(lines.starts_with("the quick brown\n"));
    for (std::size_t begin = 0; begin < lines.size();) {
      const std::size_t end = std::min(lines.find('\n', begin), lines.size());
      const std::string line = lines.substr(begin, end - begin);
      if (line.find("averyvery") == std::string::npos) {
        EXPECT_LE(text_width(face, line), width + text_width(face, " ")) << line;
      }
      begin = end + 1;
    }
    EXPECT_EQ(break_lines(lines, face, 1e6F), 1U);
    EXPECT_EQ(lines, text);
  });
}

}  // namespace
}  // namespace regard::test
