// SPDX-License-Identifier: Apache-2.0
#include "core/text/visible_text.h"

#include "core/text/code_classes.h"
#include "core/text/unicode.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace regard {
namespace {

TEST(VisibleText, ordinary_words_are_themselves) {
  for (const char* text :
       {"the", "кот", "猫", "##ing", "don't", "x²", "naïve", "e\u0301", "हिन्दी", "שלום", "[CLS]", "‹0xD0›", "<s>"})
    EXPECT_EQ(visible_text(text), text);
}

TEST(VisibleText, spaces_line_ends_and_tabs_are_signs) {
  EXPECT_EQ(visible_text(" the"), "·the");
  EXPECT_EQ(visible_text("the "), "the·");
  EXPECT_EQ(visible_text("of the"), "of the");
  EXPECT_EQ(visible_text("of  the"), "of··the");
  EXPECT_EQ(visible_text(" "), "·");
  EXPECT_EQ(visible_text("   "), "···");
  EXPECT_EQ(visible_text("        "), "·×8");
  EXPECT_EQ(visible_text("\n"), "↵");
  EXPECT_EQ(visible_text("\n\n"), "↵↵");
  EXPECT_EQ(visible_text("\r\n"), "‹U+000D›↵");
  EXPECT_EQ(visible_text("\t\t"), "⇥⇥");
  EXPECT_EQ(visible_text(""), "∅");
}

TEST(VisibleText, what_has_no_ink_is_named) {
  EXPECT_EQ(visible_text("\u00A0"), "‹NBSP›");
  EXPECT_EQ(visible_text("\u200B"), "‹ZWSP›");
  EXPECT_EQ(visible_text("\uFEFF"), "‹BOM›");
  EXPECT_EQ(visible_text("\u3000"), "‹U+3000›");
  EXPECT_EQ(visible_text("\u3000\u3000\u3000\u3000\u3000\u3000"), "‹U+3000›×6");
  EXPECT_EQ(visible_text("\u00AD"), "‹SHY›");
  EXPECT_EQ(visible_text("\u2003"), "‹U+2003›");
  EXPECT_EQ(visible_text("\u2028"), "‹U+2028›");
  EXPECT_EQ(visible_text("\x07"), "‹U+0007›");
  EXPECT_EQ(visible_text("\u0085"), "‹U+0085›");
  EXPECT_EQ(visible_text("\u2800"), "‹U+2800›");
  EXPECT_EQ(visible_text("\u3164"), "‹U+3164›");
  EXPECT_EQ(visible_text("❤\uFE0F"), "❤‹VS16›");
  EXPECT_EQ(visible_text("\U000E0020"), "‹U+E0020›");
  EXPECT_EQ(visible_text("\uE000"), "‹U+E000›");
  EXPECT_EQ(visible_text("a\u00A0b"), "a‹NBSP›b");
  EXPECT_EQ(visible_text("foo\u200B"), "foo‹ZWSP›");
}

TEST(VisibleText, a_mark_without_a_letter_stands_on_a_circle) {
  EXPECT_EQ(visible_text("\u0301"), "◌\u0301");
  EXPECT_EQ(visible_text("\u0306\u0301"), "◌\u0306\u0301");
  EXPECT_EQ(visible_text(" \u0301"), "·◌\u0301");
  EXPECT_EQ(visible_text("\u0E31"), "◌\u0E31") << "Thai";
  EXPECT_EQ(visible_text("\u093F"), "◌\u093F") << "Devanagari, which stands before its letter";
  EXPECT_EQ(visible_text("и\u0306"), "и\u0306");
}

TEST(VisibleText, joiners_stay_where_they_shape_letters_and_are_named_elsewhere) {
  EXPECT_EQ(visible_text("می\u200Cخواهم"), "می\u200Cخواهم");
  EXPECT_EQ(visible_text("क्\u200Dष"), "क्\u200Dष");
  EXPECT_EQ(visible_text("\u200C"), "‹ZWNJ›");
  EXPECT_EQ(visible_text("می\u200C"), "می‹ZWNJ›");
  EXPECT_EQ(visible_text("a\u200Db"), "a‹ZWJ›b");
  EXPECT_EQ(visible_text("שלום\u200F"), "שלום‹RLM›");
}

TEST(VisibleText, a_sign_that_stands_for_something_else_is_named_where_it_is_meant) {
  EXPECT_EQ(visible_text("↵"), "‹U+21B5›");
  EXPECT_EQ(visible_text("·"), "‹U+00B7›");
  EXPECT_EQ(visible_text("col·lecció"), "col·lecció");
  EXPECT_EQ(visible_text("◌"), "‹U+25CC›");
}

TEST(VisibleText, no_two_invisible_characters_look_alike_and_none_looks_empty) {
  std::map<std::string, char32_t> seen;
  for (char32_t code = 1; code < 0x3100; ++code) {
    if (!is_removed_by_cleaning(code) && !is_whitespace(code)) continue;
    if (is_letter(code) || is_number(code)) continue;
    std::string text;
    append_utf8(text, code);
    const std::string shown = visible_text(text);
    EXPECT_FALSE(shown.empty()) << static_cast<unsigned>(code);
    const auto [at, is_new] = seen.emplace(shown, code);
    EXPECT_TRUE(is_new) << shown << ": " << static_cast<unsigned>(code) << " and " << static_cast<unsigned>(at->second);
  }
}

TEST(VisibleText, labels_leave_out_the_one_space_before_a_word_and_nothing_else) {
  EXPECT_EQ(visible_word(" the"), "the");
  EXPECT_EQ(visible_word("the"), "the");
  EXPECT_EQ(visible_word("  the"), "··the");
  EXPECT_EQ(visible_word("the "), "the·");
  EXPECT_EQ(visible_word(" "), "·");
  EXPECT_EQ(visible_word(" \u200B"), "·‹ZWSP›");
  EXPECT_EQ(visible_word(" \n"), "·↵");
  EXPECT_EQ(visible_word(" \u0301"), "·◌\u0301");
}

}  // namespace
}  // namespace regard
