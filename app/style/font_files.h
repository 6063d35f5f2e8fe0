// SPDX-License-Identifier: Apache-2.0
// The files of assets/fonts, for the window and for exported figures. app/dependencies.cmake copies the same ones.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace regard {

/// Text, headings, numbers, slanted text; then what the others lack: signs; Chinese, Japanese, Korean; and scripts whose letters join,
/// stack or move around each other.
inline constexpr std::array<const char*, 26> kFontFiles{"Inter-Regular.otf",
                                                        "Inter-SemiBold.otf",
                                                        "JetBrainsMono-Regular.ttf",
                                                        "Inter-Italic.otf",
                                                        "DejaVuSans.ttf",
                                                        "DroidSansFallback.ttf",
                                                        "NotoSansHebrew-Regular.ttf",
                                                        "NotoSansArabic-Regular.ttf",
                                                        "NotoSansSyriac-Regular.ttf",
                                                        "NotoSansThaana-Regular.ttf",
                                                        "NotoSansDevanagari-Regular.ttf",
                                                        "NotoSansBengali-Regular.ttf",
                                                        "NotoSansGurmukhi-Regular.ttf",
                                                        "NotoSansGujarati-Regular.ttf",
                                                        "NotoSansOriya-Regular.ttf",
                                                        "NotoSansTamil-Regular.ttf",
                                                        "NotoSansTelugu-Regular.ttf",
                                                        "NotoSansKannada-Regular.ttf",
                                                        "NotoSansMalayalam-Regular.ttf",
                                                        "NotoSansSinhala-Regular.ttf",
                                                        "NotoSansThai-Regular.ttf",
                                                        "NotoSansLao-Regular.ttf",
                                                        "NotoSansMyanmar-Regular.ttf",
                                                        "NotoSansKhmer-Regular.ttf",
                                                        "NotoSansEthiopic-Regular.ttf",
                                                        "NotoSerifTibetan-Regular.ttf"};
/// Places in it.
inline constexpr std::size_t kTextFont = 0, kHeadingFont = 1, kMonoFont = 2, kItalicFont = 3, kSignsFont = 4,
                             kFallbackFont = 5, kFirstScriptFont = 6;

/// Where a character is looked for that the font wanted lacks, in this order.
inline constexpr std::array<std::size_t, kFontFiles.size() - 4> kFontsForSigns = [] {
  std::array<std::size_t, kFontFiles.size() - 4> order{kSignsFont, kFallbackFont};
  for (std::size_t at = 2; at < order.size(); ++at)
    order[at] = kFirstScriptFont + at - 2;
  return order;
}();
/// Letters of the scripts come from their own fonts: DejaVu Sans has some Hebrew and Arabic too, but not all of it.
inline constexpr std::array<std::size_t, kFontFiles.size() - 4> kFontsForScripts = [] {
  std::array<std::size_t, kFontFiles.size() - 4> order{};
  for (std::size_t at = 0; at < order.size(); ++at)
    order[at] = kFontsForSigns[(at + 2) % order.size()];
  return order;
}();

[[nodiscard]] constexpr std::span<const std::size_t> fonts_for(char32_t character) {
  const bool of_script = (character >= 0x0590 && character < 0x10A0) || (character >= 0x1200 && character < 0x13A0) ||
                         (character >= 0x1780 && character < 0x1800) || (character >= 0x1CD0 && character < 0x1D00) ||
                         (character >= 0x2D80 && character < 0x2DE0) || (character >= 0xA8E0 && character < 0xAB30) ||
                         (character >= 0xFB1D && character < 0xFE00) || (character >= 0xFE70 && character < 0xFEFF);
  return of_script ? kFontsForScripts : kFontsForSigns;
}

}  // namespace regard
