// SPDX-License-Identifier: Apache-2.0
#include "app/export/figure_fonts.h"

#include "app/base/assets.h"
#include "app/style/font_files.h"
#include "core/base/error.h"
#include "core/text/unicode.h"

#include <cairo-ft.h>
#include <ft2build.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>
#include FT_FREETYPE_H

namespace regard {
namespace {

/// Lives as long as the program: cairo keeps references to the faces.
struct Library {
  FT_Library freetype = nullptr;
  std::array<FT_Face, kFontFiles.size()> faces{};
  std::array<cairo_font_face_t*, kFontFiles.size()> fonts{};
  cairo_surface_t* nowhere = nullptr;
  cairo_t* ruler = nullptr;
  LineLayout layout{assets_folder() / "fonts"};

  Library() {
    if (FT_Init_FreeType(&freetype) != 0) throw Error("out_of_memory", {});
    for (std::size_t index = 0; index < kFontFiles.size(); ++index) {
      const std::string file = (assets_folder() / "fonts" / kFontFiles[index]).string();
      if (FT_New_Face(freetype, file.c_str(), 0, &faces[index]) != 0) throw Error("file_missing", {.file = file});
      fonts[index] = cairo_ft_font_face_create_for_ft_face(faces[index], FT_LOAD_NO_HINTING);
    }
    nowhere = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, nullptr);
    ruler = cairo_create(nowhere);
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(ruler, options);
    cairo_font_options_destroy(options);
  }
};

Library& library() {
  static auto* const only = new Library;  // never destroyed: cairo's own caches may outlive main()
  return *only;
}

/// The first font that has the sign; nothing where none has.
std::optional<std::size_t> font_of(const Library& fonts, std::size_t wanted, char32_t sign) {
  if (FT_Get_Char_Index(fonts.faces[wanted], sign) != 0) return wanted;
  for (const std::size_t font : fonts_for(sign))
    if (FT_Get_Char_Index(fonts.faces[font], sign) != 0) return font;
  return std::nullopt;
}

void append_run(std::vector<TextRun>& runs, cairo_font_face_t* font, std::string_view text) {
  const bool continues = !runs.empty() && runs.back().font == font && runs.back().glyphs.empty();
  if (!continues) runs.push_back({.font = font});
  runs.back().text += text;
}

/// What stands for a sign that no font has: "⟨1F680⟩".
std::string number_of(char32_t sign) {
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "%04X", static_cast<unsigned>(sign));
  return "⟨" + std::string(digits.data()) + "⟩";
}

}  // namespace

std::unique_lock<std::mutex> lock_fonts() {
  static std::mutex mutex;
  return std::unique_lock(mutex);
}

namespace {

/// Signs one by one, each in the first font that has it.
void append_signs(std::vector<TextRun>& runs, const Library& fonts, std::size_t first, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter sign = decode_utf8(text, at);
    at += sign.length;
    std::string shown;
    append_utf8(shown, sign.code);
    const std::optional<std::size_t> font = font_of(fonts, first, sign.code);
    if (font)
      append_run(runs, fonts.fonts[*font], shown);
    else
      append_run(runs, fonts.fonts[kSignsFont], number_of(sign.code));
  }
}

TextRun shaped_run(const Library& fonts, LinePiece piece) {
  return {.font = fonts.fonts[piece.font],
          .text = std::move(piece.text),
          .glyphs = std::move(piece.glyphs),
          .backwards = piece.backwards,
          .units_per_em = fonts.faces[piece.font]->units_per_EM};
}

/// Which glyphs stand for which bytes, in the order of the text: for readers that copy from a PDF.
std::vector<cairo_text_cluster_t> clusters_of(const TextRun& run) {
  std::vector<std::pair<std::uint32_t, int>> groups;  // first byte, glyphs
  for (const PlacedGlyph& glyph : run.glyphs) {
    if (groups.empty() || groups.back().first != glyph.place) groups.emplace_back(glyph.place, 0);
    ++groups.back().second;
  }
  if (run.backwards) std::reverse(groups.begin(), groups.end());
  std::vector<cairo_text_cluster_t> clusters;
  for (std::size_t at = 0; at < groups.size(); ++at) {
    const std::size_t end = at + 1 < groups.size() ? groups[at + 1].first : run.text.size();
    clusters.push_back({static_cast<int>(end - groups[at].first), groups[at].second});
  }
  return clusters;
}

}  // namespace

std::vector<TextRun> runs_of(std::string_view text, FigureFont wanted) {
  const Library& fonts = library();
  const auto first = static_cast<std::size_t>(wanted);
  std::vector<TextRun> runs;
  if (!needs_layout(text)) {
    append_signs(runs, fonts, first, text);
    return runs;
  }
  for (LinePiece& piece : fonts.layout.lay_out(text).pieces)
    if (piece.glyphs.empty())
      append_signs(runs, fonts, first, piece.text);
    else
      runs.push_back(shaped_run(fonts, std::move(piece)));
  return runs;
}

double advance_of(const TextRun& run, double size) {
  if (!run.glyphs.empty()) {
    double units = 0.0;
    for (const PlacedGlyph& glyph : run.glyphs)
      units += glyph.advance;
    return units * size / run.units_per_em;
  }
  const Library& fonts = library();
  cairo_set_font_face(fonts.ruler, run.font);
  cairo_set_font_size(fonts.ruler, size);
  cairo_text_extents_t extents;
  cairo_text_extents(fonts.ruler, run.text.c_str(), &extents);
  return extents.x_advance;
}

void show_run(cairo_t* cairo, const TextRun& run, double size, double x) {
  cairo_set_font_face(cairo, run.font);
  cairo_set_font_size(cairo, size);
  if (run.glyphs.empty()) {
    cairo_move_to(cairo, x, 0.0);
    cairo_show_text(cairo, run.text.c_str());
    return;
  }
  const double unit = size / run.units_per_em;
  std::vector<cairo_glyph_t> glyphs;
  for (const PlacedGlyph& glyph : run.glyphs) {
    glyphs.push_back({glyph.glyph, x + glyph.right * unit, -glyph.up * unit});
    x += glyph.advance * unit;
  }
  const std::vector<cairo_text_cluster_t> clusters = clusters_of(run);
  const auto direction = run.backwards ? CAIRO_TEXT_CLUSTER_FLAG_BACKWARD : cairo_text_cluster_flags_t{};
  cairo_show_text_glyphs(cairo, run.text.data(), static_cast<int>(run.text.size()), glyphs.data(),
                         static_cast<int>(glyphs.size()), clusters.data(), static_cast<int>(clusters.size()),
                         direction);
}

double figure_text_width(std::string_view text, FigureFont font, double size) {
  const auto lock = lock_fonts();
  double width = 0.0;
  for (const TextRun& run : runs_of(text, font))
    width += advance_of(run, size);
  return width;
}

std::string cut_to(std::string_view text, FigureFont font, double size, double width) {
  if (figure_text_width(text, font, size) <= width) return std::string(text);
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = decode_utf8(text, at).length;
    const std::string longer = kept + std::string(text.substr(at, length));
    if (figure_text_width(longer + "…", font, size) > width) break;
    kept = longer;
    at += length;
  }
  return kept + "…";
}

}  // namespace regard
