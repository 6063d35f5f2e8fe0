// SPDX-License-Identifier: Apache-2.0
#include "app/style/fonts.h"

#include "core/base/error.h"
#include "core/base/text_file.h"

#include <cmath>
#include <cstring>
#include <string>

namespace regard {
namespace {

// Pairs first…last, ended by 0. What Inter or JetBrains Mono lack of these is taken from DejaVu Sans.
constexpr ImWchar kRanges[] = {
    0x0020, 0x024F,  // Latin with its supplements, Ġ Ċ among them
    0x02B0, 0x036F,  // modifier letters, combining accents
    0x0370, 0x03FF,  // Greek
    0x0400, 0x052F,  // Cyrillic
    0x1D40, 0x1D40,  // ᵀ
    0x1E00, 0x1EFF,  // Latin with more accents
    0x2000, 0x206F,  // punctuation: — … « » ‖
    0x2070, 0x20BF,  // superscripts, subscripts, currency
    0x2100, 0x218F,  // letter-like signs, fractions
    0x2190, 0x21FF,  // arrows
    0x2200, 0x22FF,  // mathematics: √ Σ ∞ ⊙
    0x2300, 0x23FF,  // technical: ⌊ ⌋
    0x2500, 0x25FF,  // lines, blocks ▁ ░ ■, shapes
    0x2600, 0x26FF,  // signs
    0x2713, 0x2718,  // ✓ ✗
    0xFFFD, 0xFFFD,  // what stands for a character that no font has
    0,
};

Fonts current;

struct FontFiles {
  std::string text;
  std::string heading;
  std::string mono;
  std::string signs;
};

constexpr std::size_t kLargestFont = std::size_t{32} << 20;

FontFiles read_fonts(const std::filesystem::path& folder) {
  return {.text = read_file(folder / "Inter-Regular.otf", kLargestFont),
          .heading = read_file(folder / "Inter-SemiBold.otf", kLargestFont),
          .mono = read_file(folder / "JetBrainsMono-Regular.ttf", kLargestFont),
          .signs = read_file(folder / "DejaVuSans.ttf", kLargestFont)};
}

// The atlas only borrows the bytes: `files` must live until it has been built.
ImFont* add(ImFontAtlas& atlas, const std::string& main, const std::string& signs, float pixels, const char* name) {
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;
  config.OversampleH = pixels < 22.0F ? 2 : 1;
  config.OversampleV = 1;
  config.GlyphRanges = kRanges;
  std::strncpy(config.Name, name, sizeof config.Name - 1);
  const auto add_file = [&](const std::string& bytes) {
    return atlas.AddFontFromMemoryTTF(const_cast<char*>(bytes.data()), static_cast<int>(bytes.size()), pixels, &config);
  };
  ImFont* font = add_file(main);
  config.MergeMode = true;
  add_file(signs);
  return font;
}

}  // namespace

void build_fonts(ImFontAtlas& atlas, const std::filesystem::path& folder, float text_pixels) {
  const FontFiles files = read_fonts(folder);
  const auto sized = [text_pixels](float share) { return std::round(text_pixels * share); };
  atlas.Clear();
  atlas.TexDesiredWidth = 2048;
  Fonts fonts;
  fonts.text = add(atlas, files.text, files.signs, sized(1.0F), "text");
  fonts.small = add(atlas, files.text, files.signs, sized(0.85F), "small");
  fonts.heading = add(atlas, files.heading, files.signs, sized(1.15F), "heading");
  fonts.mono = add(atlas, files.mono, files.signs, sized(1.0F), "mono");
  fonts.mono_small = add(atlas, files.mono, files.signs, sized(0.8F), "mono small");
  if (!atlas.Build()) throw Error("file_unreadable", {.file = folder.string(), .found = "these are no fonts"});
  current = fonts;
}

const Fonts& fonts() {
  return current;
}

float text_pixels() {
  return current.text != nullptr ? current.text->FontSize : ImGui::GetFontSize();
}

}  // namespace regard
