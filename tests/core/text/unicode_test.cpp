// SPDX-License-Identifier: Apache-2.0
#include "core/text/unicode.h"

#include "core/text/code_classes.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

std::string repaired(std::string_view text) {
  bool changed = false;
  return repair_utf8(text, changed);
}

TEST(Unicode, well_formed_text_is_left_alone) {
  bool changed = true;
  const std::string text = "Кошка, ёж & 猫 🐈 \xF4\x8F\xBF\xBF";
  EXPECT_EQ(repair_utf8(text, changed), text);
  EXPECT_FALSE(changed);
}

TEST(Unicode, each_broken_character_becomes_one_replacement_character) {
  EXPECT_EQ(repaired("a\xD0"), "a\uFFFD");                              // cut in the middle
  EXPECT_EQ(repaired("\xE2\x82z"), "\uFFFDz");                          // two bytes of three: one character
  EXPECT_EQ(repaired("\xC0\xAF"), "\uFFFD\uFFFD");                      // overlong slash
  EXPECT_EQ(repaired("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");            // surrogate
  EXPECT_EQ(repaired("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // above U+10FFFF
  EXPECT_EQ(repaired(std::string_view("\x80\0z", 3)), std::string("\uFFFD\0z", 5));
}

TEST(Unicode, characters_survive_writing_and_reading) {
  for (char32_t code = 0; code <= 0x10FFFF; code += code < 0x3000 ? 1 : 97) {
    if (code >= 0xD800 && code < 0xE000) continue;
    std::string text;
    append_utf8(text, code);
    const DecodedCharacter back = decode_utf8(text, 0);
    ASSERT_TRUE(back.valid && back.code == code && back.length == text.size()) << static_cast<unsigned>(code);
    ASSERT_EQ(utf8_length(text[0]), text.size());
  }
}

TEST(Unicode, classes_follow_bert) {
  for (const char32_t sign : U"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~«»—…¿") {
    if (sign != 0) {
      EXPECT_TRUE(is_punctuation(sign)) << static_cast<unsigned>(sign);
    }
  }
  for (const char32_t other : U"яЁ5 ́€№🐈") {
    if (other != 0) {
      EXPECT_FALSE(is_punctuation(other)) << static_cast<unsigned>(other);
    }
  }
  EXPECT_TRUE(is_whitespace(0xA0));
  EXPECT_FALSE(is_whitespace(0x200B));
  EXPECT_TRUE(is_removed_by_cleaning(0x200D));  // joins emoji
  EXPECT_FALSE(is_removed_by_cleaning('\n'));
  EXPECT_TRUE(is_chinese_character(U'猫'));
  EXPECT_FALSE(is_chinese_character(U'ネ'));
}

TEST(Unicode, lower_case_keeps_yo_and_short_i) {
  std::string lower;
  for (const char32_t letter : {U'Ё', U'Й', U'Я', U'É', U'ẞ', U'İ'})
    append_lower_case(lower, letter);
  EXPECT_EQ(lower, "ёйяéßi\u0307");
}

TEST(Unicode, normal_forms_compose_and_decompose) {
  EXPECT_EQ(normalized("и\u0306", NormalForm::nfc), "й");
  EXPECT_EQ(normalized("й", NormalForm::nfd), "и\u0306");
  EXPECT_EQ(normalized("ﬁ½", NormalForm::nfkc), "fi1\u20442");
  EXPECT_EQ(normalized("ﬁ", NormalForm::nfc), "ﬁ");
}

TEST(Unicode, bytes_that_are_no_character_are_named) {
  EXPECT_EQ(readable_bytes("кот"), "кот");
  EXPECT_EQ(readable_bytes(" \xD0"), " ‹0xD0›");
  EXPECT_EQ(readable_bytes("\xBAот\xD1"), "‹0xBA›от‹0xD1›");
  EXPECT_EQ(readable_bytes(std::string_view("\0\n\x7F", 3)), "‹0x00›\n‹0x7F›");
}

}  // namespace
}  // namespace regard
