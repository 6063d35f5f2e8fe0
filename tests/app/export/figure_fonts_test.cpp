// SPDX-License-Identifier: Apache-2.0
#include "app/export/figure_fonts.h"
#include "tests/app/export/assets_chosen.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace regard {
namespace {

std::vector<std::string> texts_of(const std::vector<TextRun>& runs) {
  std::vector<std::string> texts;
  texts.reserve(runs.size());
  for (const TextRun& run : runs)
    texts.push_back(run.text);
  return texts;
}

TEST(FigureFonts, a_line_with_chinese_uses_two_fonts) {
  const auto lock = lock_fonts();
  const std::vector<TextRun> runs = runs_of("猫 cat", FigureFont::text);
  EXPECT_EQ(texts_of(runs), (std::vector<std::string>{"猫", " cat"}));
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_NE(runs[0].font, runs[1].font);
  EXPECT_NEAR(advance_of(runs[0], 20.0), 20.0, 0.01) << "an ideograph is as wide as the em";
  EXPECT_EQ(runs_of("plain", FigureFont::text).size(), 1U);
}

TEST(FigureFonts, each_script_comes_from_the_first_font_that_has_it) {
  const auto lock = lock_fonts();
  const std::vector<TextRun> runs = runs_of("a שלום 한국 か", FigureFont::text);
  EXPECT_EQ(texts_of(runs), (std::vector<std::string>{"a ", "שלום", " ", "한국", " ", "か"}));
  ASSERT_EQ(runs.size(), 6U);
  EXPECT_NE(runs[1].font, runs[3].font);
  EXPECT_EQ(runs[3].font, runs[5].font);
}

TEST(FigureFonts, hebrew_stands_from_right_to_left_as_its_letters_alone_would) {
  const auto drawn = [](const std::string& text, FigureAlign align) {
    Figure figure{120, 30, {255, 255, 255}, {}, {}};
    figure.add(
        FigureText{align == FigureAlign::right ? 110.0 : 10.0, 20, text, 16, FigureFont::text, align, {{0, 0, 0}}});
    return figure_as_image(figure, 1.0);
  };
  const auto same = [](const RgbImage& one, const RgbImage& other, std::size_t from, std::size_t to) {
    for (std::size_t row = 0; row < one.height; ++row)
      for (std::size_t column = from; column < to; ++column) {
        const std::size_t at = 3 * (row * one.width + column);
        if (one.pixels[at] != other.pixels[at]) return false;
      }
    return true;
  };
  const auto first = static_cast<std::size_t>(figure_text_width("ש", FigureFont::text, 16));
  EXPECT_TRUE(same(drawn("שלום", FigureAlign::right), drawn("ש", FigureAlign::right), 110 - first + 1, 120))
      << "the first letter stands at the right end";
  EXPECT_FALSE(same(drawn("שלום", FigureAlign::right), drawn("ם", FigureAlign::right), 110 - first + 1, 120));
  const auto last = static_cast<std::size_t>(figure_text_width("ם", FigureFont::text, 16));
  EXPECT_TRUE(same(drawn("שלום", FigureAlign::left), drawn("ם", FigureAlign::left), 0, 10 + last - 1));
}

TEST(FigureFonts, arabic_joins_and_thai_vowels_take_no_room) {
  EXPECT_LT(figure_text_width("ببب", FigureFont::text, 16), 3 * figure_text_width("ب", FigureFont::text, 16) - 4)
      << "joined letters are narrower";
  EXPECT_DOUBLE_EQ(figure_text_width("ที่", FigureFont::text, 16), figure_text_width("ท", FigureFont::text, 16));
  EXPECT_GT(figure_text_width("हिन्दी", FigureFont::text, 16), 16.0);
  const auto lock = lock_fonts();
  for (const TextRun& run : runs_of("السلام", FigureFont::text))
    EXPECT_TRUE(run.backwards && !run.glyphs.empty());
}

TEST(FigureFonts, text_from_the_right_is_marked_as_such_in_svg) {
  Figure figure{200, 60, {}, {}, {}};
  figure.add(FigureText{10, 20, "שלום עולם", 16});
  figure.add(FigureText{10, 40, "plain", 16});
  const std::string svg = figure_as_svg(figure);
  EXPECT_NE(svg.find(" text-anchor=\"end\" fill=\"#000000\" direction=\"rtl\">שלום עולם</text>"), std::string::npos)
      << svg;
  EXPECT_NE(svg.find("font-size=\"16\" fill=\"#000000\">plain</text>"), std::string::npos) << svg;
}

TEST(FigureFonts, every_script_can_be_printed) {
  Figure figure{400, 300, {}, {}, {}};
  double y = 20;
  for (const char* text :
       {"שָׁלוֹם", "السلام عليكم", "हिन्दी भाषा", "தமிழ்", "ภาษาไทย", "word שלום (1,5) end", "\u200F\u202E"})
    figure.add(FigureText{10, y += 20, text, 16});
  EXPECT_TRUE(figure_as_pdf(figure).starts_with("%PDF"));
  EXPECT_TRUE(figure_as_png(figure, 1.0).starts_with("\x89PNG"));
}

TEST(FigureFonts, a_sign_that_no_font_has_is_told_by_its_number) {
  {
    const auto lock = lock_fonts();
    const std::vector<TextRun> runs = runs_of("a\U0001F680", FigureFont::text);
    EXPECT_EQ(texts_of(runs), (std::vector<std::string>{"a", "⟨1F680⟩"}));
  }
  EXPECT_GT(figure_text_width("\U0001F680", FigureFont::text, 20.0), 40.0);
}

}  // namespace
}  // namespace regard
