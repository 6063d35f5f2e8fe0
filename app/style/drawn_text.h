// SPDX-License-Identifier: Apache-2.0
// Text as the window draws it: what line_layout.h has laid out, as a string for ImGui. A shaped glyph is one stand-in
// (bmp_text.h) with its own picture and width, so ImGui measures and draws such text like any other, and a text that is laid out
// once stays as it is. UI thread only.
#pragma once

#include "app/style/line_layout.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace regard {

/// A glyph of one of the font files as a "character" of its own.
struct ShapedGlyph {
  std::size_t font = 0;  ///< of font_files.h
  PlacedGlyph glyph{};
};

/// Numbers from here on are no characters but shaped glyphs.
inline constexpr unsigned kFirstShapedGlyph = 0x110000;

/// The glyph with that number; nullptr for characters.
[[nodiscard]] const ShapedGlyph* shaped_glyph(unsigned number);

/// The fonts that scripts are shaped with from now on. Until then text is drawn character by character.
void shape_text_with(const std::filesystem::path& font_folder);

}  // namespace regard
