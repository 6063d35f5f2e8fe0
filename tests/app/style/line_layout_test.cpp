// SPDX-License-Identifier: Apache-2.0
#include "app/style/line_layout.h"

#include "app/style/font_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace regard {
namespace {

class Lines : public ::testing::Test {
protected:
  [[nodiscard]] LaidOutLine line(const std::string& text) const { return layout_.lay_out(text); }
  [[nodiscard]] std::vector<std::string> texts(const std::string& text) const {
    std::vector<std::string> all;
    for (const LinePiece& piece : line(text).pieces)
      all.push_back(piece.text);
    return all;
  }
  /// Glyphs of a text that is one shaped piece.
  [[nodiscard]] std::vector<unsigned> glyphs(const std::string& text) const {
    const LaidOutLine laid_out = line(text);
    EXPECT_EQ(laid_out.pieces.size(), 1U) << text;
    std::vector<unsigned> all;
    for (const PlacedGlyph& glyph : laid_out.pieces.front().glyphs)
      all.push_back(glyph.glyph);
    return all;
  }
  LineLayout layout_{std::filesystem::path(REGARD_ASSETS_DIR) / "fonts"};
};

using Texts = std::vector<std::string>;

TEST_F(Lines, latin_cyrillic_and_chinese_are_as_they_are) {
  for (const char* text : {"", "plain", "кот", "猫 cat", "naïve — №5", "x²", "Ω ≠ α"})
    EXPECT_FALSE(needs_layout(text)) << text;
  EXPECT_EQ(texts("plain"), Texts{"plain"});
  EXPECT_TRUE(line("plain").pieces.front().glyphs.empty());
}

TEST_F(Lines, hebrew_runs_from_right_to_left) {
  const std::vector<unsigned> word = glyphs("שלום");
  ASSERT_EQ(word.size(), 4U);
  EXPECT_EQ(word[3], glyphs("ש")[0]) << "the first letter stands at the right";
  EXPECT_EQ(word[2], glyphs("ל")[0]);
  EXPECT_EQ(word[0], glyphs("ם")[0]);
  EXPECT_TRUE(line("שלום").right_to_left);
  EXPECT_TRUE(reads_from_right("שלום"));
}

TEST_F(Lines, words_and_numbers_of_a_mixed_line_stand_where_they_are_read) {
  EXPECT_EQ(texts("קניתי 15 תפוחים"), (Texts{"תפוחים", " ", "15", " ", "קניתי"}))
      << "numbers are read from left to right";
  EXPECT_EQ(texts("the word שלום means peace"), (Texts{"the word ", "שלום", " means peace"}));
  EXPECT_EQ(texts("(שלום) (עולם)"), (Texts{"(", "עולם", ") (", "שלום", ")"})) << "brackets are mirrored";
}

TEST_F(Lines, most_letters_say_where_a_line_begins) {
  EXPECT_FALSE(reads_from_right("«שלום» is a word")) << "a quoted word turns nothing around";
  EXPECT_TRUE(reads_from_right("GPT כותב משפטים בעברית"));
  EXPECT_FALSE(reads_from_right("12 + 5"));
  EXPECT_FALSE(reads_from_right(""));
}

TEST_F(Lines, a_text_put_into_a_sentence_does_not_reorder_it) {
  const std::string pair = isolated("שלום") + " → " + isolated("עולם");
  EXPECT_EQ(texts(pair), (Texts{"שלום", " → ", "עולם"}));
  EXPECT_FALSE(reads_from_right(pair));
  EXPECT_EQ(texts("שלום → עולם"), (Texts{"עולם", " → ", "שלום"})) << "without the marks";
  EXPECT_EQ(isolated("plain"), "plain");
  EXPECT_EQ(isolated("ไทย"), "ไทย");
  EXPECT_EQ(texts(isolated("שלום") + "  № 5"), (Texts{"שלום", "  № 5"}));
}

TEST_F(Lines, the_name_of_what_cannot_be_seen_reads_from_left_to_right_everywhere) {
  EXPECT_EQ(texts("ا‹0xD9›"), (Texts{"‹0xD9›", "ا"}));
  EXPECT_EQ(texts("א‹ZWSP›ב"), (Texts{"ב", "‹ZWSP›", "א"}));
  EXPECT_TRUE(reads_from_right("א‹U+3000›")) << "its letters do not count";
  EXPECT_EQ(with_names_isolated("‹no name›"), "‹no name›");
  EXPECT_EQ(with_names_isolated("‹"), "‹");
}

TEST_F(Lines, arabic_letters_join) {
  // beh alone, at the end, in the middle and at the beginning of a word: four shapes of one letter.
  const unsigned alone = glyphs("ب")[0];
  const std::vector<unsigned> word = glyphs("ببب");
  ASSERT_EQ(word.size(), 3U);
  EXPECT_NE(word[0], alone);
  EXPECT_NE(word[1], alone);
  EXPECT_NE(word[2], alone);
  EXPECT_NE(word[0], word[1]);
  EXPECT_NE(word[1], word[2]);
  EXPECT_EQ(glyphs("دد"), (std::vector<unsigned>{glyphs("د")[0], glyphs("د")[0]})) << "dal joins nothing behind it";
  EXPECT_NE(glyphs("لا").size(), 0U);
  EXPECT_NE(glyphs("می\u200Cخ"), glyphs("میخ")) << "a non-joiner keeps letters apart";
}

TEST_F(Lines, thai_vowels_stand_over_their_letters) {
  const LaidOutLine laid_out = line("ที่");
  ASSERT_EQ(laid_out.pieces.size(), 1U);
  ASSERT_GE(laid_out.pieces[0].glyphs.size(), 3U);
  int width = 0;
  for (const PlacedGlyph& glyph : laid_out.pieces[0].glyphs)
    width += glyph.advance;
  EXPECT_EQ(width, line("ท").pieces[0].glyphs[0].advance) << "neither takes room of its own";
  EXPECT_FALSE(laid_out.right_to_left);
}

TEST_F(Lines, indic_vowels_change_places_and_consonants_stack) {
  // "ki" is written with the vowel before its letter.
  const std::vector<unsigned> ki = glyphs("कि");
  ASSERT_EQ(ki.size(), 2U);
  EXPECT_EQ(ki[1], glyphs("क")[0]);
  EXPECT_LT(glyphs("क्ष").size(), 3U) << "three characters, one conjunct";
}

TEST_F(Lines, every_script_has_a_font_and_no_glyph_is_missing) {
  for (const char* text :
       {"שָׁלוֹם", "السلام عليكم", "ܫܠܡܐ", "ދިވެހި", "हिन्दी भाषा", "বাংলা", "ਪੰਜਾਬੀ", "ગુજરાતી", "ଓଡ଼ିଆ", "தமிழ்", "తెలుగు", "ಕನ್ನಡ",
        "മലയാളം", "සිංහල", "ภาษาไทย", "ພາສາລາວ", "བོད་སྐད", "မြန်မာ", "ភាសាខ្មែរ"})
    for (const LinePiece& piece : line(text).pieces) {
      if (piece.text == " ") continue;
      EXPECT_FALSE(piece.glyphs.empty()) << text << ": " << piece.text;
      EXPECT_GE(piece.font, kFirstScriptFont) << text;
      for (const PlacedGlyph& glyph : piece.glyphs)
        EXPECT_NE(glyph.glyph, 0U) << text;
    }
}

TEST_F(Lines, a_mark_alone_stands_on_its_circle) {
  for (const char* mark : {"◌\u0E31", "◌\u05B7", "◌\u064B"}) {
    const LaidOutLine laid_out = line(mark);
    ASSERT_FALSE(laid_out.pieces.empty()) << mark;
    EXPECT_GE(laid_out.pieces[0].glyphs.size(), 2U) << mark << ": circle and mark in one font";
  }
}

TEST_F(Lines, marks_of_direction_are_not_drawn_and_broken_text_is_no_danger) {
  EXPECT_EQ(texts("a\u200Fb"), (Texts{"a", "b"}));
  EXPECT_EQ(texts("\u202E"), Texts{});
  EXPECT_EQ(texts("\xD7\x90\xFF\xD7"), (Texts{"\uFFFD\uFFFD", "א"}));
  std::string deep;
  for (int depth = 0; depth < 300; ++depth)
    deep += "\u202Bא\u2066a";
  EXPECT_FALSE(line(deep).pieces.empty());
}

}  // namespace
}  // namespace regard
