// SPDX-License-Identifier: Apache-2.0
#include "app/style/drawn_text.h"

#include "app/style/bmp_text.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kMostRemembered = 4096;  // texts

struct Shaping {
  std::filesystem::path folder{};
  std::unique_ptr<const LineLayout> layout{};
  std::vector<ShapedGlyph> glyphs{};  ///< kFirstShapedGlyph + index
  std::map<std::tuple<std::size_t, std::uint32_t, int, int, int>, unsigned> numbers{};
  std::unordered_map<std::string, std::string>
      drawn{};  ///< texts laid out lately: a frame asks for each of its own again
};
Shaping& shaping() {
  static Shaping only;
  return only;
}

unsigned number_of(std::size_t font, const PlacedGlyph& glyph) {
  Shaping& now = shaping();
  const auto [at, is_new] = now.numbers.try_emplace({font, glyph.glyph, glyph.advance, glyph.right, glyph.up},
                                                    kFirstShapedGlyph + static_cast<unsigned>(now.glyphs.size()));
  if (is_new) now.glyphs.push_back({font, {glyph.glyph, glyph.advance, glyph.right, glyph.up, 0}});
  return at->second;
}

void append_plain(std::string& drawn, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter read = decode_utf8(text, at);
    at += read.length;
    append_character(drawn, read.code < 0x10000 ? read.code : to_field(read.code));
  }
}

/// False when there are no stand-ins left.
bool append_shaped(std::string& drawn, const LinePiece& piece) {
  std::string glyphs;
  for (const PlacedGlyph& glyph : piece.glyphs) {
    const unsigned stand_in = stand_in_for(number_of(piece.font, glyph));
    if (stand_in >= 0x10000) return false;
    append_character(glyphs, stand_in);
  }
  drawn += glyphs;
  return true;
}

std::string laid_out(const LineLayout& layout, std::string_view text) {
  std::string drawn;
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    for (const LinePiece& piece : layout.lay_out(text.substr(0, end)).pieces)
      if (piece.glyphs.empty() || !append_shaped(drawn, piece)) append_plain(drawn, piece.text);
    if (end == text.size()) return drawn;
    drawn += '\n';
    text.remove_prefix(end + 1);
  }
}

const std::string& remembered(std::string_view text) {
  Shaping& now = shaping();
  std::string key(text);
  if (const auto found = now.drawn.find(key); found != now.drawn.end()) return found->second;
  if (now.drawn.size() >= kMostRemembered) now.drawn.clear();
  std::string drawn = laid_out(*now.layout, text);
  return now.drawn.emplace(std::move(key), std::move(drawn)).first->second;
}

}  // namespace

const ShapedGlyph* shaped_glyph(unsigned number) {
  const std::vector<ShapedGlyph>& glyphs = shaping().glyphs;
  return number >= kFirstShapedGlyph && number - kFirstShapedGlyph < glyphs.size() ? &glyphs[number - kFirstShapedGlyph]
                                                                                   : nullptr;
}

void shape_text_with(const std::filesystem::path& font_folder) {
  Shaping& now = shaping();
  if (now.layout && now.folder == font_folder) return;
  now.folder = font_folder;
  now.layout = std::make_unique<LineLayout>(font_folder);
  now.drawn.clear();
}

std::string_view drawable(std::string_view text, std::string& room) {
  if (shaping().layout && needs_layout(text)) return room = remembered(text);
  const auto is_long = [](char byte) { return static_cast<unsigned char>(byte) >= 0xF0; };
  if (std::none_of(text.begin(), text.end(), is_long)) return text;
  std::string drawn;  // `text` may lie in `room`
  append_plain(drawn, text);
  return room = std::move(drawn);
}

}  // namespace regard
