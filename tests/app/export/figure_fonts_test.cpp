// SPDX-License-Identifier: Apache-2.0
#include "app/export/figure_fonts.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace regard {
namespace {

[[maybe_unused]] const int kAssetsChosen = ::setenv("REGARD_ASSETS", REGARD_ASSETS_DIR, 0);

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
