// SPDX-License-Identifier: Apache-2.0
// The program's own fonts for pictures that are drawn without a window. Private to app/export; any thread, one at a time.
#pragma once

#include "app/export/figure.h"
#include "app/style/line_layout.h"

#include <cairo.h>

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// A part of a line that one font has all signs of, at its place from left to right.
struct TextRun {
  cairo_font_face_t* font = nullptr;
  std::string text{};
  std::vector<PlacedGlyph> glyphs{};  ///< where its letters join or stack; empty: the text's signs one by one
  bool backwards = false;             ///< the text of these glyphs is read from right to left
  int units_per_em = 1;               ///< of the glyphs' lengths
};

/// FreeType and the faces are not safe for use by several threads: held while text is measured or drawn.
[[nodiscard]] std::unique_lock<std::mutex> lock_fonts();

/// The line in the font wanted; where that lacks a sign, in the first of the others that has it (app/style/font_files.h). A sign
/// that none of them has is told by its number: "⟨1F680⟩". From left to right as it is seen. Under lock_fonts().
[[nodiscard]] std::vector<TextRun> runs_of(std::string_view text, FigureFont wanted);

/// Advance of a run, pixels. Under lock_fonts().
[[nodiscard]] double advance_of(const TextRun& run, double size);

/// Draws a run with its pen at (x, 0). Under lock_fonts().
void show_run(cairo_t* cairo, const TextRun& run, double size, double x);

}  // namespace regard
