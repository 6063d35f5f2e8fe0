// SPDX-License-Identifier: Apache-2.0
#include "app/style/fonts.h"

#include "app/style/drawn_text.h"
#include "app/style/font_files.h"
#include "app/style/further_glyphs.h"
#include "core/base/error.h"
#include "core/base/text_file.h"

#include <array>
#include <cmath>
#include <cstring>
#include <string>

namespace regard {
namespace {

// Pairs first…last, ended by 0. What Inter or JetBrains Mono lack of these is taken from DejaVu Sans. Building takes time
// in proportion to the signs, and the window waits for it: only the fonts that show any sentence get all of them. Whatever
// else is drawn comes when it is first drawn (app/style/further_glyphs.h).
constexpr ImWchar kSentenceSigns[] = {
    0x0020, 0x024F,  // Latin with its supplements, Ġ Ċ among them
    0x02B0, 0x036F,  // modifier letters, combining accents
    0x0370, 0x03FF,  // Greek
    0x0400, 0x052F,  // Cyrillic
    0x1D40, 0x1D40,  // ᵀ
    0x1E00, 0x1EFF,  // Latin with more accents
    0x2000, 0x206F,  // punctuation: — … « » ‖
    0x2070, 0x20BF,  // superscripts, subscripts, currency
    0x2100, 0x214F,  // letter-like signs: № ™
    0x2190, 0x21FF,  // arrows
    0x2200, 0x22FF,  // mathematics: √ Σ ∞ ⊙
    0x2308, 0x230B,  // ⌈ ⌉ ⌊ ⌋
    0x2500, 0x25FF,  // lines, blocks ▁ ░ ■, shapes
    0x2605, 0x2606,  // ★ ☆
    0x2713, 0x2718,  // ✓ ✗
    0xFFFD, 0xFFFD,  // what stands for an incomplete character
    0,
};

// For headings, numbers and formulas, which the program writes itself; sentences appear in them in few languages.
constexpr ImWchar kFormulaSigns[] = {
    0x0020, 0x017F, 0x0391, 0x03C9, 0x0400, 0x045F, 0x0490, 0x0491, 0x1D40, 0x1D40, 0x1E9E, 0x1E9E, 0x2010,
    0x2044, 0x2070, 0x209F, 0x20AC, 0x20AC, 0x2116, 0x2116, 0x2190, 0x2199, 0x2200, 0x2265, 0x2299, 0x2299,
    0x22C5, 0x22C5, 0x2308, 0x230B, 0x2581, 0x2593, 0x25A0, 0x25CF, 0x2713, 0x2718, 0xFFFD, 0xFFFD, 0,
};

Fonts current;

struct FontFiles {
  std::string text;
  std::string heading;
  std::string mono;
  std::string italic;
  std::string signs;
};

constexpr std::size_t kLargestFont = std::size_t{32} << 20;

FontFiles read_fonts(const std::filesystem::path& folder) {
  return {.text = read_file(folder / kFontFiles[kTextFont], kLargestFont),
          .heading = read_file(folder / kFontFiles[kHeadingFont], kLargestFont),
          .mono = read_file(folder / kFontFiles[kMonoFont], kLargestFont),
          .italic = read_file(folder / kFontFiles[kItalicFont], kLargestFont),
          .signs = read_file(folder / kFontFiles[kSignsFont], kLargestFont)};
}

// The atlas only borrows the bytes: `files` must live until it has been built.
ImFont* add(ImFontAtlas& atlas, const std::string& main, const std::string& signs, const ImWchar* ranges, float pixels,
            const char* name) {
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;
  config.OversampleH = pixels < 22.0F ? 2 : 1;
  config.OversampleV = 1;
  config.GlyphRanges = ranges;
  std::strncpy(config.Name, name, sizeof config.Name - 1);
  const auto add_file = [&](const std::string& bytes) {
    return atlas.AddFontFromMemoryTTF(const_cast<char*>(bytes.data()), static_cast<int>(bytes.size()), pixels, &config);
  };
  ImFont* font = add_file(main);
  config.MergeMode = true;
  add_file(signs);
  return font;
}

/// Opened once: they are asked again whenever a new character is drawn.
std::shared_ptr<const GlyphFaces> faces_of(const std::filesystem::path& folder) {
  static std::filesystem::path opened;
  static std::shared_ptr<const GlyphFaces> faces;
  if (!faces || opened != folder) faces = std::make_shared<GlyphFaces>(folder);
  opened = folder;
  return faces;
}

}  // namespace

void build_fonts(ImFontAtlas& atlas, const std::filesystem::path& folder, float text_pixels, bool for_classroom) {
  const FontFiles files = read_fonts(folder);
  const auto sized = [text_pixels](float share) { return std::round(text_pixels * share); };
  atlas.Clear();
  atlas.TexDesiredWidth = 2048;
  const int page = reserve_glyph_page(atlas);
  Fonts fonts;
  fonts.text = add(atlas, files.text, files.signs, kSentenceSigns, sized(1.0F), "text");
  fonts.small = add(atlas, files.text, files.signs, kSentenceSigns, sized(for_classroom ? 0.95F : 0.85F), "small");
  fonts.heading = add(atlas, files.heading, files.signs, kFormulaSigns, sized(1.15F), "heading");
  fonts.large = add(atlas, files.text, files.signs, kSentenceSigns, sized(1.4F), "large");
  fonts.mono = add(atlas, files.mono, files.signs, kFormulaSigns, sized(1.0F), "mono");
  fonts.mono_small =
      add(atlas, files.mono, files.signs, kFormulaSigns, sized(for_classroom ? 0.95F : 0.8F), "mono small");
  fonts.bold = add(atlas, files.heading, files.signs, kFormulaSigns, sized(1.0F), "bold");
  fonts.italic = add(atlas, files.italic, files.signs, kFormulaSigns, sized(1.0F), "italic");
  if (!atlas.Build()) throw Error("file_unreadable", {.file = folder.string(), .found = "these are no fonts"});
  constexpr std::array kMains{MainFace::text, MainFace::text,    MainFace::heading, MainFace::text, MainFace::mono,
                              MainFace::mono, MainFace::heading, MainFace::italic};  // in the order of the fonts above
  add_placeholders(atlas, page, kMains, faces_of(folder));
  shape_text_with(folder);
  current = fonts;
}

void forget_fonts() {
  current = {};
}

const Fonts& fonts() {
  return current;
}

float text_pixels() {
  return current.text != nullptr ? current.text->FontSize : ImGui::GetFontSize();
}

}  // namespace regard
