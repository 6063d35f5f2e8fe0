// SPDX-License-Identifier: Apache-2.0
#include "app/style/line_layout.h"

#include "app/style/font_files.h"
#include "core/text/unicode.h"

#include <fribidi.h>
#include <hb.h>

#include <algorithm>
#include <array>
#include <utility>

namespace regard {
namespace {

bool between(char32_t code, char32_t first, char32_t last) {
  return code >= first && code <= last;
}

/// Hebrew to Tibetan and Myanmar, Khmer, and later blocks of these; Ethiopic not: its letters only stand beside each other.
bool is_of_shaped_script(char32_t code) {
  return between(code, 0x0590, 0x109F) || between(code, 0x1780, 0x17FF) || between(code, 0x1CD0, 0x1CFF) ||
         between(code, 0xA8E0, 0xA8FF) || between(code, 0xA9E0, 0xA9FF) || between(code, 0xAA60, 0xAA7F) ||
         between(code, 0xFB1D, 0xFDFF) || between(code, 0xFE70, 0xFEFC);
}

bool is_right_to_left_beyond(char32_t code) {
  return between(code, 0x10800, 0x10FFF) || between(code, 0x1E800, 0x1EFFF);
}

/// Marks and overrides of direction: they order the text and are not drawn.
bool is_direction_sign(char32_t code) {
  return code == 0x061C || between(code, 0x200E, 0x200F) || between(code, 0x202A, 0x202E) ||
         between(code, 0x2066, 0x2069);
}

bool is_joiner(char32_t code) {
  return code == 0x200C || code == 0x200D;
}

constexpr std::size_t kNoFont = kFontFiles.size();
constexpr char32_t kLeftToRightIsolate = 0x2066, kFirstStrongIsolate = 0x2068, kEndOfIsolate = 0x2069;
constexpr char32_t kCircle = 0x25CC;  // marks without a letter stand on it

struct FreeHarfBuzz {
  void operator()(hb_font_t* font) const { hb_font_destroy(font); }
  void operator()(hb_buffer_t* buffer) const { hb_buffer_destroy(buffer); }
};
using Font = std::unique_ptr<hb_font_t, FreeHarfBuzz>;
using Buffer = std::unique_ptr<hb_buffer_t, FreeHarfBuzz>;

/// A stretch of one direction in one font; begin…end are characters.
struct Run {
  std::size_t begin = 0, end = 0;
  std::size_t font = kNoFont;
  hb_script_t script = HB_SCRIPT_COMMON;
  FriBidiLevel level = 0;
};

/// +1 for a letter that is read from right to left, −1 for other letters, 0 for what takes the direction around it.
int direction_of(FriBidiChar code) {
  const FriBidiCharType type = fribidi_get_bidi_type(code);
  if (!FRIBIDI_IS_STRONG(type) || !FRIBIDI_IS_LETTER(type)) return 0;
  return FRIBIDI_IS_RTL(type) ? 1 : -1;
}

/// Are most of its letters such that are read from right to left? Quoted texts do not count.
bool is_mostly_right_to_left(const std::vector<FriBidiChar>& line) {
  std::ptrdiff_t balance = 0, depth = 0;
  for (const FriBidiChar code : line) {
    if (between(code, 0x2066, 0x2068)) ++depth;
    if (code == kEndOfIsolate && depth > 0) --depth;
    if (depth == 0) balance += direction_of(code);
  }
  return balance > 0;
}

std::vector<FriBidiChar> characters_of(std::string_view text) {
  std::vector<FriBidiChar> characters;
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter read = decode_utf8(text, at);
    characters.push_back(read.code);
    at += read.length;
  }
  return characters;
}

/// Bytes of a name that begins here, its quotes included; 0 where none does.
std::size_t name_length(std::string_view text) {
  constexpr std::string_view kOpen = "‹", kClose = "›";
  constexpr std::size_t kLongest = 24;
  if (!text.starts_with(kOpen)) return 0;
  const std::size_t end = text.substr(0, kLongest).find(kClose);
  if (end == std::string_view::npos) return 0;
  const std::string_view inside = text.substr(kOpen.size(), end - kOpen.size());
  const auto belongs = [](char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || byte == 'x' || byte == '+';
  };
  return !inside.empty() && std::all_of(inside.begin(), inside.end(), belongs) ? end + kClose.size() : 0;
}

/// Levels of the line's characters; even ones run from left to right.
std::vector<FriBidiLevel> levels_of(const std::vector<FriBidiChar>& line, bool right_to_left) {
  const auto length = static_cast<FriBidiStrIndex>(line.size());
  std::vector<FriBidiCharType> types(line.size());
  std::vector<FriBidiBracketType> brackets(line.size());
  std::vector<FriBidiLevel> levels(line.size(), 0);
  fribidi_get_bidi_types(line.data(), length, types.data());
  fribidi_get_bracket_types(line.data(), length, types.data(), brackets.data());
  FriBidiParType direction = right_to_left ? FRIBIDI_PAR_RTL : FRIBIDI_PAR_LTR;
  if (fribidi_get_par_embedding_levels_ex(types.data(), brackets.data(), length, &direction, levels.data()) == 0)
    std::fill(levels.begin(), levels.end(), FriBidiLevel{0});
  const FriBidiLevel whole = right_to_left ? 1 : 0;
  for (std::size_t at = line.size(); at > 0 && is_whitespace(line[at - 1]); --at)
    levels[at - 1] = whole;  // spaces at the end stand at the end of the line
  return levels;
}

/// The order in which runs stand from left to right (rule L2 of the algorithm).
void reorder(std::vector<Run>& runs) {
  FriBidiLevel highest = 0;
  for (const Run& run : runs)
    highest = std::max(highest, run.level);
  for (FriBidiLevel level = highest; level > 0; --level)
    for (std::size_t begin = 0; begin < runs.size();) {
      if (runs[begin].level < level) {
        ++begin;
        continue;
      }
      std::size_t end = begin;
      while (end < runs.size() && runs[end].level >= level)
        ++end;
      std::reverse(runs.begin() + static_cast<std::ptrdiff_t>(begin), runs.begin() + static_cast<std::ptrdiff_t>(end));
      begin = end;
    }
}

}  // namespace

struct LineLayout::Files {
  std::filesystem::path folder;
  mutable std::array<Font, kFontFiles.size()> fonts{};

  /// The font, in its own units; without letters where the file is missing.
  [[nodiscard]] hb_font_t* font(std::size_t index) const {
    Font& wanted = fonts[index];
    if (!wanted) {
      hb_blob_t* blob = hb_blob_create_from_file((folder / kFontFiles[index]).c_str());
      hb_face_t* face = hb_face_create(blob, 0);
      wanted.reset(hb_font_create(face));
      hb_face_destroy(face);
      hb_blob_destroy(blob);
    }
    return wanted.get();
  }

  [[nodiscard]] bool has(std::size_t index, char32_t code) const {
    hb_codepoint_t glyph = 0;
    return hb_font_get_nominal_glyph(font(index), code, &glyph) != 0 && glyph != 0;
  }

  /// The font that shapes a character; kNoFont where it is drawn as it is.
  [[nodiscard]] std::size_t font_of(char32_t code, std::size_t before) const {
    if (before != kNoFont && (is_joiner(code) || (is_mark(code) && has(before, code)))) return before;
    if (!is_of_shaped_script(code) || is_direction_sign(code)) return kNoFont;
    if (before != kNoFont && has(before, code)) return before;
    for (const std::size_t index : fonts_for(code))
      if (has(index, code)) return index;
    return kNoFont;
  }

  [[nodiscard]] std::vector<Run> runs_of(const std::vector<FriBidiChar>& line,
                                         const std::vector<FriBidiLevel>& levels) const {
    hb_unicode_funcs_t* const characters = hb_unicode_funcs_get_default();
    std::vector<Run> runs;
    for (std::size_t at = 0; at < line.size(); ++at) {
      const bool same_level = !runs.empty() && runs.back().level == levels[at];
      std::size_t found = font_of(line[at], same_level ? runs.back().font : kNoFont);
      if (line[at] == kCircle && at + 1 < line.size() && is_mark(line[at + 1]))
        if (const std::size_t of_mark = font_of(line[at + 1], kNoFont); of_mark != kNoFont && has(of_mark, kCircle))
          found = of_mark;
      hb_script_t script = hb_unicode_script(characters, line[at]);
      const auto is_common = [](hb_script_t one) {
        return one == HB_SCRIPT_COMMON || one == HB_SCRIPT_INHERITED || one == HB_SCRIPT_UNKNOWN;
      };
      const bool same_font = same_level && runs.back().font == found;
      if (same_font && is_common(script)) script = runs.back().script;
      if (same_font && (script == runs.back().script || is_common(runs.back().script) || found == kNoFont)) {
        runs.back().end = at + 1;
        runs.back().script = script;
      } else {
        runs.push_back({.begin = at, .end = at + 1, .font = found, .script = script, .level = levels[at]});
      }
    }
    return runs;
  }

  /// Characters one by one from left to right, brackets mirrored.
  [[nodiscard]] static LinePiece plain(const std::vector<FriBidiChar>& line, const Run& run) {
    LinePiece piece;
    piece.backwards = run.level % 2 != 0;
    for (std::size_t count = 0; count < run.end - run.begin; ++count) {
      FriBidiChar code = line[piece.backwards ? run.end - 1 - count : run.begin + count];
      if (is_direction_sign(code)) continue;
      if (piece.backwards) fribidi_get_mirror_char(code, &code);
      append_utf8(piece.text, code);
    }
    return piece;
  }

  [[nodiscard]] LinePiece shaped(const std::vector<FriBidiChar>& line, const Run& run) const {
    LinePiece piece;
    piece.font = run.font;
    piece.backwards = run.level % 2 != 0;
    const Buffer buffer(hb_buffer_create());
    hb_buffer_set_content_type(buffer.get(), HB_BUFFER_CONTENT_TYPE_UNICODE);
    for (std::size_t at = run.begin; at < run.end; ++at) {
      hb_buffer_add(buffer.get(), line[at], static_cast<unsigned>(piece.text.size()));
      append_utf8(piece.text, line[at]);
    }
    hb_buffer_set_direction(buffer.get(), piece.backwards ? HB_DIRECTION_RTL : HB_DIRECTION_LTR);
    hb_buffer_set_script(buffer.get(), run.script);
    hb_buffer_set_language(buffer.get(), hb_language_from_string("und", -1));  // not the machine's
    hb_shape(font(run.font), buffer.get(), nullptr, 0);
    unsigned count = 0;
    const hb_glyph_info_t* const glyphs = hb_buffer_get_glyph_infos(buffer.get(), &count);
    const hb_glyph_position_t* const places = hb_buffer_get_glyph_positions(buffer.get(), &count);
    for (unsigned at = 0; at < count; ++at)
      piece.glyphs.push_back({.glyph = glyphs[at].codepoint,
                              .advance = places[at].x_advance,
                              .right = places[at].x_offset,
                              .up = places[at].y_offset,
                              .place = glyphs[at].cluster});
    return piece;
  }
};

bool needs_layout(std::string_view text) {
  // The first byte of U+0590 is 0xD6: most text is passed over without being read.
  if (std::none_of(text.begin(), text.end(), [](char byte) { return static_cast<unsigned char>(byte) >= 0xD6; }))
    return false;
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter read = decode_utf8(text, at);
    if (is_of_shaped_script(read.code) || is_direction_sign(read.code) || is_right_to_left_beyond(read.code))
      return true;
    at += read.length;
  }
  return false;
}

std::string isolated(std::string text) {
  if (!needs_layout(text)) return text;
  const std::vector<FriBidiChar> characters = characters_of(text);
  if (std::none_of(characters.begin(), characters.end(), [](FriBidiChar code) { return direction_of(code) > 0; }))
    return text;
  std::string marked;
  append_utf8(marked, kFirstStrongIsolate);
  marked += text;
  append_utf8(marked, kEndOfIsolate);
  return marked;
}

std::string with_names_isolated(std::string_view text) {
  std::string marked;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = name_length(text.substr(at));
    if (length == 0) {
      marked += text[at++];
      continue;
    }
    append_utf8(marked, kLeftToRightIsolate);
    marked += text.substr(at, length);
    append_utf8(marked, kEndOfIsolate);
    at += length;
  }
  return marked;
}

bool reads_from_right(std::string_view line) {
  return needs_layout(line) && is_mostly_right_to_left(characters_of(with_names_isolated(line)));
}

LineLayout::LineLayout(std::filesystem::path folder) : files_(std::make_unique<Files>()) {
  files_->folder = std::move(folder);
}

LineLayout::~LineLayout() = default;

LaidOutLine LineLayout::lay_out(std::string_view text) const {
  const std::vector<FriBidiChar> line = characters_of(with_names_isolated(text));
  LaidOutLine laid_out;
  if (line.empty()) return laid_out;
  laid_out.right_to_left = is_mostly_right_to_left(line);
  std::vector<Run> runs = files_->runs_of(line, levels_of(line, laid_out.right_to_left));
  reorder(runs);
  for (const Run& run : runs) {
    LinePiece piece = run.font == kNoFont ? Files::plain(line, run) : files_->shaped(line, run);
    if (!piece.text.empty()) laid_out.pieces.push_back(std::move(piece));
  }
  return laid_out;
}

}  // namespace regard
