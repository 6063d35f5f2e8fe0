// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/picture_text.h"

#include "app/style/bmp_text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace regard {
namespace {

constexpr float kPicturesEnd = 1.0F;     ///< texture coordinates beyond it are placeholders, see style/further_glyphs.h
constexpr float kSamePlace = 0.75F;      ///< pixels between where a letter stands and where the one before it ends
constexpr float kMostSpaces = 8.0F;      ///< between two words of one text
constexpr float kLeastCut = 1.0F;        ///< pixels: a letter's picture has an empty rim
constexpr unsigned kCharacters = 65536;  ///< of a font
constexpr float kFirstPlaceholder = 16.0F;

struct KnownGlyph {
  const ImFont* font = nullptr;
  const ImFontGlyph* glyph = nullptr;
};

/// The pictures of all letters of an atlas, by the corner where they begin.
class Letters {
public:
  explicit Letters(const ImFontAtlas& atlas) {
    for (const ImFont* font : atlas.Fonts)
      for (const ImFontGlyph& glyph : font->Glyphs)
        if (glyph.Visible != 0 && glyph.U0 <= kPicturesEnd) {
          by_corner_.emplace(key(glyph.U0, glyph.V0), all_.size());
          all_.push_back({font, &glyph});
        }
  }

  /// The letter whose picture, or a part of whose picture, lies between these corners.
  [[nodiscard]] std::optional<KnownGlyph> find(ImVec2 from, ImVec2 to) const {
    if (const auto found = by_corner_.find(key(from.x, from.y)); found != by_corner_.end()) return all_[found->second];
    constexpr float kNothing = 1e-6F;
    const auto within = [&](const KnownGlyph& known) {
      const ImFontGlyph& glyph = *known.glyph;
      return from.x >= glyph.U0 - kNothing && from.y >= glyph.V0 - kNothing && to.x <= glyph.U1 + kNothing &&
             to.y <= glyph.V1 + kNothing;
    };
    const auto found = std::find_if(all_.begin(), all_.end(), within);
    return found == all_.end() ? std::nullopt : std::optional(*found);
  }

private:
  static std::uint64_t key(float u, float v) {
    std::uint32_t first = 0, second = 0;
    std::memcpy(&first, &u, sizeof first);
    std::memcpy(&second, &v, sizeof second);
    return (std::uint64_t{first} << 32U) | second;
  }
  std::vector<KnownGlyph> all_{};
  std::unordered_map<std::uint64_t, std::size_t> by_corner_{};
};

/// Reading an atlas takes longer than reading a picture: it is done again only when its fonts are others.
const Letters& letters_of(const ImFontAtlas& atlas) {
  using Read = std::tuple<const ImFont*, const ImFontGlyph*, int, float>;
  static std::vector<Read> seen;
  static std::optional<Letters> letters;
  std::vector<Read> now;
  for (const ImFont* font : atlas.Fonts)
    now.emplace_back(font, font->Glyphs.Data, font->Glyphs.Size, font->FontSize);
  if (!letters || now != seen) letters.emplace(atlas);
  seen = std::move(now);
  return *letters;
}

/// One letter of the picture.
struct Letter {
  unsigned character = 0;
  const ImFont* font = nullptr;  ///< null for a placeholder
  ImVec2 min{}, max{};           ///< uncut
  ImVec2 before{}, after{};      ///< pixels cut off
  float pen = 0.0F, next_pen = 0.0F, line = 0.0F, scale = 1.0F;
  bool turned = false;
};

/// Four corners that ImGui draws as two triangles, with texture coordinates that span an area.
const ImDrawVert* quad_at(const ImDrawList& list, const ImDrawCmd& part, unsigned at) {
  if (at + 6 > part.ElemCount) return nullptr;
  const ImDrawIdx* index = &list.IdxBuffer[static_cast<int>(part.IdxOffset + at)];
  const unsigned first = index[0];
  if (index[1] != first + 1 || index[2] != first + 2 || index[3] != first || index[4] != first + 2 ||
      index[5] != first + 3)
    return nullptr;
  const ImDrawVert* corners = &list.VtxBuffer[static_cast<int>(part.VtxOffset + first)];
  const bool spans = corners[0].uv.x != corners[2].uv.x && corners[0].uv.y != corners[2].uv.y;
  const bool placeholder = corners[0].uv.x >= kFirstPlaceholder;
  const bool seen = (corners[0].col & IM_COL32_A_MASK) != 0;
  return seen && (spans || placeholder) ? corners : nullptr;
}

void measure_cut(Letter& letter, ImVec2 drawn_min, ImVec2 drawn_max, const ImVec4& clip) {
  letter.before = {std::max(drawn_min.x, clip.x) - letter.min.x, std::max(drawn_min.y, clip.y) - letter.min.y};
  letter.after = {letter.max.x - std::min(drawn_max.x, clip.z), letter.max.y - std::min(drawn_max.y, clip.w)};
}

std::optional<Letter> letter_at(const ImDrawVert* corners, const Letters& letters, const ImVec4& clip) {
  const ImVec2 from = corners[0].uv, to = corners[2].uv;
  Letter letter;
  letter.min = letter.max = corners[0].pos;
  for (int corner = 1; corner < 4; ++corner) {
    letter.min = {std::min(letter.min.x, corners[corner].pos.x), std::min(letter.min.y, corners[corner].pos.y)};
    letter.max = {std::max(letter.max.x, corners[corner].pos.x), std::max(letter.max.y, corners[corner].pos.y)};
  }
  const ImVec2 drawn_min = letter.min, drawn_max = letter.max;
  letter.turned = corners[0].pos.y != corners[1].pos.y;
  if (from.x >= kFirstPlaceholder) {
    letter.character = static_cast<unsigned>(from.x - kFirstPlaceholder) % kCharacters;
    letter.pen = letter.min.x;
    letter.next_pen = letter.max.x;
    letter.line = letter.min.y;
    measure_cut(letter, drawn_min, drawn_max, clip);
    return letter;
  }
  const std::optional<KnownGlyph> known = letters.find(from, to);
  if (!known) return std::nullopt;
  const ImFontGlyph& glyph = *known->glyph;
  letter.character = glyph.Codepoint;
  letter.font = known->font;
  if (!letter.turned) {  // ImGui may have cut it already, texture and all
    const ImVec2 pixels{(drawn_max.x - drawn_min.x) / (to.x - from.x), (drawn_max.y - drawn_min.y) / (to.y - from.y)};
    letter.min = {drawn_min.x - (from.x - glyph.U0) * pixels.x, drawn_min.y - (from.y - glyph.V0) * pixels.y};
    letter.max = {drawn_max.x + (glyph.U1 - to.x) * pixels.x, drawn_max.y + (glyph.V1 - to.y) * pixels.y};
    letter.scale = (letter.max.y - letter.min.y) / (glyph.Y1 - glyph.Y0);
    letter.pen = letter.min.x - glyph.X0 * letter.scale;
    letter.next_pen = letter.pen + glyph.AdvanceX * letter.scale;
    letter.line = letter.min.y - glyph.Y0 * letter.scale;
  }
  measure_cut(letter, drawn_min, drawn_max, clip);
  return letter;
}

/// Spaces between a letter and the one after it in the same text; none where it is another text.
std::optional<int> spaces_between(const Letter& last, const Letter& next) {
  if (last.turned || next.turned) {
    const float reach = 1.5F * std::max(last.max.x - last.min.x, last.max.y - last.min.y);
    const bool near = last.turned && next.turned && std::abs(next.min.x - last.min.x) <= reach &&
                      std::abs(next.min.y - last.min.y) <= reach;
    return near ? std::optional(0) : std::nullopt;
  }
  if (std::abs(last.line - next.line) > kSamePlace) return std::nullopt;
  const float away = next.pen - last.next_pen;
  if (std::abs(away) <= kSamePlace) return 0;
  if (last.font == nullptr || last.font != next.font || away < 0.0F) return std::nullopt;
  const float space = last.font->GetCharAdvance(' ') * last.scale;
  if (!(space > 0.0F)) return std::nullopt;
  const float spaces = std::round(away / space);
  if (!(spaces <= kMostSpaces) || std::abs(away - spaces * space) > kSamePlace) return std::nullopt;
  return static_cast<int>(spaces);
}

void add_letter(PictureText& text, const Letter& letter) {
  append_character(text.text, stood_for(letter.character));
  text.min = {std::min(text.min.x, letter.min.x), std::min(text.min.y, letter.min.y)};
  text.max = {std::max(text.max.x, letter.max.x), std::max(text.max.y, letter.max.y)};
  const auto more = [](float& sum, float pixels) {
    if (pixels > kLeastCut) sum = std::max(sum, pixels);
  };
  more(text.before.x, letter.before.x);
  more(text.before.y, letter.before.y);
  more(text.after.x, letter.after.x);
  more(text.after.y, letter.after.y);
}

}  // namespace

std::vector<PictureText> text_of_picture(const ImDrawData& picture, const ImFontAtlas& atlas) {
  const Letters& letters = letters_of(atlas);
  std::vector<PictureText> texts;
  for (int number = 0; number < picture.CmdListsCount; ++number) {
    const ImDrawList& list = *picture.CmdLists[number];
    std::optional<Letter> last;
    for (const ImDrawCmd& part : list.CmdBuffer) {
      if (part.UserCallback != nullptr || part.TextureId != atlas.TexID) continue;
      for (unsigned at = 0; at + 3 <= part.ElemCount;) {
        const ImDrawVert* corners = quad_at(list, part, at);
        const std::optional<Letter> letter =
            corners != nullptr ? letter_at(corners, letters, part.ClipRect) : std::nullopt;
        at += corners != nullptr ? 6 : 3;
        if (!letter) {
          last.reset();
          continue;
        }
        const std::optional<int> spaces = last ? spaces_between(*last, *letter) : std::nullopt;
        if (spaces)
          texts.back().text.append(static_cast<std::size_t>(*spaces), ' ');
        else
          texts.push_back({.min = letter->min,
                           .max = letter->max,
                           .clip_min = {part.ClipRect.x, part.ClipRect.y},
                           .clip_max = {part.ClipRect.z, part.ClipRect.w},
                           .turned = letter->turned,
                           .list = number});
        add_letter(texts.back(), *letter);
        last = letter;
      }
    }
  }
  return texts;
}

}  // namespace regard
