// SPDX-License-Identifier: Apache-2.0
// A line of text as it stands on the screen or on paper: Hebrew and Arabic run from right to left (Unicode's bidirectional
// algorithm, by FriBidi), Arabic letters join, the vowels of Thai and Indic scripts stand where they belong (by HarfBuzz).
// For the window and for exported figures. One LineLayout is used by one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// A glyph of a font file; lengths in the file's units.
struct PlacedGlyph {
  std::uint32_t glyph = 0;
  int advance = 0;
  int right = 0, up = 0;    ///< from the pen
  std::uint32_t place = 0;  ///< byte of the piece's text that it stands for
  friend bool operator==(const PlacedGlyph&, const PlacedGlyph&) = default;
};

/// A part of a line, from left to right.
struct LinePiece {
  std::string text{};                 ///< of shaped pieces as it is read, of others from left to right
  std::size_t font = 0;               ///< of font_files.h; of shaped pieces only
  std::vector<PlacedGlyph> glyphs{};  ///< from left to right; empty: the text's characters one by one
  bool backwards = false;             ///< it is read from right to left
};

struct LaidOutLine {
  std::vector<LinePiece> pieces{};
  bool right_to_left = false;  ///< the line as a whole begins at the right
};

/// Is there anything in it that cannot be drawn character by character from left to right? Quick.
[[nodiscard]] bool needs_layout(std::string_view text);
/// Does the line begin at the right? Most of its letters say so.
[[nodiscard]] bool reads_from_right(std::string_view line);

/// A text that is put into a sentence: where it has letters that run from right to left it is marked (Unicode's isolates), so
/// that it does not reorder what stands around it. Other texts are themselves.
[[nodiscard]] std::string isolated(std::string text);

/// The text with every name of what cannot be seen ("‹ZWSP›", "‹0xD9›") marked so that it reads from left to right in any
/// direction. lay_out() does it by itself; whoever leaves the layout to another program has to.
[[nodiscard]] std::string with_names_isolated(std::string_view text);

class LineLayout {
public:
  /// Opens the scripts' fonts of a folder when they are first needed. One that is missing shows no letters.
  explicit LineLayout(std::filesystem::path folder);
  ~LineLayout();
  LineLayout(const LineLayout&) = delete;
  LineLayout& operator=(const LineLayout&) = delete;

  /// The pieces of one line (no line ends in it). Its direction is that of most of its letters. Ill-formed UTF-8 gives U+FFFD.
  [[nodiscard]] LaidOutLine lay_out(std::string_view line) const;

private:
  struct Files;
  std::unique_ptr<Files> files_;
};

}  // namespace regard
