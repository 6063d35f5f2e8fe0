// SPDX-License-Identifier: Apache-2.0
#include "app/style/fonts.h"

#include "core/base/error.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include <filesystem>
#include <string>

namespace regard {
namespace {

TEST(Fonts, have_a_glyph_for_every_sign_the_window_writes) {
  ImFontAtlas atlas;
  build_fonts(atlas, std::filesystem::path(REGARD_ASSETS_DIR) / "fonts", 16.0F);
  const std::u32string signs = U"AzЯяЁёЇїҐґΑω0123456789Ġ▁Ċ→←↑↓·—–«»„“ᵀ√⊙ΣΔ‖∞…≤≥±×÷½⌊⌋░▒■□●₀₁²³€№ẞé";
  for (const auto& [name, font] : {std::pair{"text", fonts().text},
                                   {"small", fonts().small},
                                   {"heading", fonts().heading},
                                   {"large", fonts().large},
                                   {"mono", fonts().mono},
                                   {"mono_small", fonts().mono_small}}) {
    ASSERT_NE(font, nullptr) << name;
    for (const char32_t sign : signs)
      EXPECT_NE(font->FindGlyphNoFallback(static_cast<ImWchar>(sign)), nullptr)
          << name << " lacks U+" << std::hex << static_cast<unsigned>(sign);
  }
}

TEST(Fonts, show_the_replacement_sign_for_an_incomplete_character_alone) {
  ImFontAtlas atlas;
  build_fonts(atlas, std::filesystem::path(REGARD_ASSETS_DIR) / "fonts", 16.0F);
  const ImFontGlyph* incomplete = fonts().text->FindGlyphNoFallback(0xFFFD);
  ASSERT_NE(incomplete, nullptr);
  for (const unsigned character : {0x01U, 0x0531U, 0x05D0U, 0x0905U, 0x6F22U, 0xD55CU, 0xE000U, 0xFFFCU})
    EXPECT_NE(fonts().text->FindGlyph(static_cast<ImWchar>(character)), incomplete) << std::hex << character;
}

TEST(Fonts, numbers_have_one_width) {
  ImFontAtlas atlas;
  build_fonts(atlas, std::filesystem::path(REGARD_ASSETS_DIR) / "fonts", 20.0F);
  for (char digit = '1'; digit <= '9'; ++digit)
    EXPECT_EQ(fonts().mono->GetCharAdvance(static_cast<ImWchar>(digit)), fonts().mono->GetCharAdvance('0'));
}

TEST(Fonts, a_folder_without_fonts_is_an_error_that_names_the_file) {
  ImFontAtlas atlas;
  try {
    build_fonts(atlas, "/nonexistent", 16.0F);
    FAIL() << "it was built";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "file_missing");
    EXPECT_NE(error.details().file.find("Inter-Regular.otf"), std::string::npos);
  }
}

}  // namespace
}  // namespace regard
