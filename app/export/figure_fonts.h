// SPDX-License-Identifier: Apache-2.0
// The program's own fonts for pictures that are drawn without a window. Private to app/export; any thread, one at a time.
#pragma once

#include "app/export/figure.h"

#include <cairo.h>

#include <mutex>
#include <string_view>
#include <vector>

namespace regard {

/// A part of a line that one font has all signs of.
struct TextRun {
  cairo_font_face_t* font = nullptr;
  std::string text{};
};

/// FreeType and the faces are not safe for use by several threads: held while text is measured or drawn.
[[nodiscard]] std::unique_lock<std::mutex> lock_fonts();

/// The line in the font wanted; where that lacks a sign, in DejaVu Sans, then in Droid Sans Fallback. A sign that none of
/// them has is told by its number: "⟨1F680⟩". Under lock_fonts().
[[nodiscard]] std::vector<TextRun> runs_of(std::string_view text, FigureFont wanted);

/// Advance of a run, pixels. Under lock_fonts().
[[nodiscard]] double advance_of(const TextRun& run, double size);

}  // namespace regard
