// SPDX-License-Identifier: Apache-2.0
// The font files as FreeType reads them: which of them has a character, and its picture. For characters that the atlas was
// not built with. UI thread only.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace regard {

/// The file that is asked first; the others after it (font_files.h).
enum class MainFace : std::size_t { text, heading, mono, italic };

/// One character as grey levels; numbers above U+10FFFF are shaped glyphs (drawn_text.h).
struct GlyphPicture {
  int left = 0, top = 0;              ///< of the picture's corner, pixels right of the pen and down from the line's top
  int width = 0, height = 0;          ///< pixels; 0 where there is nothing to see
  std::vector<std::uint8_t> alpha{};  ///< [height, width]
};

/// Where a character stands: line height and baseline of the font that it is shown in, pixels.
struct GlyphLine {
  float height = 0.0F;
  float baseline = 0.0F;  ///< down from the line's top
};

class GlyphFaces {
public:
  /// Opens the files of a folder. Throws Error("file_missing", "file_unreadable").
  explicit GlyphFaces(const std::filesystem::path& folder);
  ~GlyphFaces();
  GlyphFaces(const GlyphFaces&) = delete;
  GlyphFaces& operator=(const GlyphFaces&) = delete;

  /// Does any file have the character?
  [[nodiscard]] bool has(MainFace main, unsigned character) const;
  /// How far the pen moves, pixels: as the file says, or the width of the box with the character's number.
  [[nodiscard]] float advance(MainFace main, unsigned character, float height) const;
  /// The character, or where no file has it a box with its number: "01F680" in two rows.
  [[nodiscard]] GlyphPicture picture(MainFace main, unsigned character, const GlyphLine& line) const;

private:
  struct Files;
  std::unique_ptr<Files> files_;
};

}  // namespace regard
