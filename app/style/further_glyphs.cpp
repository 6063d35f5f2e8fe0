// SPDX-License-Identifier: Apache-2.0
#include "app/style/further_glyphs.h"

#include "app/style/bmp_text.h"
#include "app/style/code_box.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace regard {
namespace {

// As many pixels as a window of usual size shows, so that what is visible at once fits whatever the text size is.
constexpr int kPageWidth = 2040, kPageHeight = 640;
constexpr int kFramesBetweenClears = 10;

// A placeholder's texture coordinate: kFirstMark + font · 2^16 + character, exact in a float; pictures end at 1.
constexpr unsigned kCharacters = 0x10000;
constexpr float kFirstMark = 16.0F;

struct Shelf {
  int top = 0, height = 0, used = 0;
};

struct Place {
  std::size_t font = 0;
  unsigned character = 0;
};

/// Where the further glyphs of the atlas built last stand.
struct Page {
  const ImFontAtlas* atlas = nullptr;
  std::shared_ptr<const GlyphFaces> faces{};
  std::vector<MainFace> mains{};  ///< [font]
  int left = 0, top = 0, width = 0, height = 0;
  std::vector<Shelf> shelves{};
  std::vector<Place> filled{};
  int cleared_at = -kFramesBetweenClears;  ///< ImGui's frame
  bool full = false;
};
Page page;

float mark_of(const Place& place) {
  return kFirstMark + static_cast<float>(place.font * kCharacters + place.character);
}

bool is_mark(float coordinate) {
  return coordinate >= kFirstMark;
}

Place place_of(float mark) {
  const auto number = static_cast<std::size_t>(mark - kFirstMark);
  return {.font = number / kCharacters, .character = static_cast<unsigned>(number % kCharacters)};
}

ImFontGlyph& glyph_at(const Place& place) {
  ImFont& font = *page.atlas->Fonts[static_cast<int>(place.font)];
  return font.Glyphs[font.IndexLookup[static_cast<int>(place.character)]];
}

/// The characters that may stand for others (app/style/bmp_text.h), later if not yet.
bool is_private_use(unsigned character) {
  return character >= 0xE000 && character < 0xF900;
}

/// No character, or one that ImGui itself treats as no sign.
bool is_no_sign(unsigned character) {
  return character == '\t' || character == '\n' || character == '\r' || (character >= 0xD800 && character < 0xE000) ||
         character >= 0xFFFE;
}

/// What is drawn for a character: line ends in a field are seen.
unsigned shown_for(unsigned character) {
  const unsigned number = stood_for(character);
  return number == '\n' ? U'↵' : number == '\r' ? U'␍' : number;
}

float advance_of(const Place& place, float height) {
  const unsigned shown = shown_for(place.character);
  if (is_private_use(shown)) return static_cast<float>(code_box_width(0x10FFFF, height) + 2);
  return page.faces->advance(page.mains[place.font], shown, height);
}

/// A square as high as the line, so that its corners tell where the pen was, at an angle too.
void make_placeholder(ImFontGlyph& glyph, const Place& place, float height) {
  const float blank = (static_cast<float>(page.top) + 0.5F) * page.atlas->TexUvScale.y;
  glyph.Visible = 1;
  glyph.X0 = glyph.Y0 = 0.0F;
  glyph.X1 = glyph.Y1 = height;
  glyph.U0 = glyph.U1 = mark_of(place);
  glyph.V0 = glyph.V1 = blank;
}

void add_placeholders(std::size_t font_index) {
  ImFont& font = *page.atlas->Fonts[static_cast<int>(font_index)];
  for (unsigned character = 1; character < kCharacters; ++character) {
    if (is_no_sign(character) || font.FindGlyphNoFallback(static_cast<ImWchar>(character)) != nullptr) continue;
    const Place place{.font = font_index, .character = character};
    font.Glyphs.push_back({});
    ImFontGlyph& glyph = font.Glyphs.back();
    glyph.Codepoint = character;
    glyph.AdvanceX = advance_of(place, font.FontSize);
    make_placeholder(glyph, place, font.FontSize);
  }
  font.BuildLookupTable();
}

/// A private character is as wide as what it stands for from now on.
void set_advance(unsigned stand_in) {
  if (ImGui::GetCurrentContext() == nullptr || ImGui::GetIO().Fonts != page.atlas) return;
  const std::size_t fonts = std::min(page.mains.size(), static_cast<std::size_t>(page.atlas->Fonts.Size));
  for (std::size_t index = 0; index < fonts; ++index) {
    ImFont& font = *page.atlas->Fonts[static_cast<int>(index)];
    if (font.FindGlyphNoFallback(static_cast<ImWchar>(stand_in)) == nullptr) continue;
    const Place place{.font = index, .character = stand_in};
    glyph_at(place).AdvanceX = font.IndexAdvanceX[static_cast<int>(stand_in)] = advance_of(place, font.FontSize);
  }
}

/// Everything is a placeholder again; the pixels stay until others are put there.
void clear_page(int frame) {
  for (const Place& place : page.filled)
    make_placeholder(glyph_at(place), place, page.atlas->Fonts[static_cast<int>(place.font)]->FontSize);
  page.filled.clear();
  page.shelves.clear();
  page.full = false;
  page.cleared_at = frame;
}

/// A free corner for so many pixels. False when there is none.
bool find_room(int width, int height, int& x, int& y) {
  const int rounded = (height + 3) / 4 * 4;
  for (Shelf& shelf : page.shelves) {
    if (shelf.height != rounded || shelf.used + width > page.width) continue;
    x = page.left + std::exchange(shelf.used, shelf.used + width);
    y = shelf.top;
    return true;
  }
  const int top = page.shelves.empty() ? page.top + 1 : page.shelves.back().top + page.shelves.back().height;
  if (top + rounded > page.top + page.height || width > page.width) return false;
  page.shelves.push_back({.top = top, .height = rounded, .used = width});
  x = page.left;
  y = top;
  return true;
}

GlyphPicture picture_of(const Place& place, const ImFont& font) {
  const GlyphLine line{.height = font.FontSize, .baseline = std::round(font.Ascent)};
  return page.faces->picture(page.mains[place.font], shown_for(place.character), line);
}

/// White of the glyph's strength, with an empty column and row after it: neighbours must not shine in.
AtlasPatch patch_of(const GlyphPicture& picture, int x, int y) {
  AtlasPatch patch{.x = x, .y = y, .width = picture.width + 1, .height = picture.height + 1};
  const auto across = static_cast<std::size_t>(patch.width), inked = static_cast<std::size_t>(picture.width);
  patch.rgba.assign(across * static_cast<std::size_t>(patch.height) * 4, 0xFF);
  for (std::size_t pixel = 0; pixel * 4 < patch.rgba.size(); ++pixel) {
    const std::size_t row = pixel / across, column = pixel % across;
    const bool inside = row < static_cast<std::size_t>(picture.height) && column < inked;
    patch.rgba[pixel * 4 + 3] = inside ? picture.alpha[row * inked + column] : std::uint8_t{0};
  }
  return patch;
}

/// Puts the glyph's picture into the page. False when there is no room.
bool fill(const Place& place, std::vector<AtlasPatch>& patches) {
  const ImFont& font = *page.atlas->Fonts[static_cast<int>(place.font)];
  const GlyphPicture picture = picture_of(place, font);
  int x = 0, y = 0;
  if (!find_room(picture.width + 1, picture.height + 1, x, y)) return false;
  const ImVec2 texel = page.atlas->TexUvScale;
  ImFontGlyph& glyph = glyph_at(place);
  glyph.Visible = picture.alpha.empty() ? 0 : 1;
  glyph.X0 = static_cast<float>(picture.left);
  glyph.Y0 = static_cast<float>(picture.top);
  glyph.X1 = glyph.X0 + static_cast<float>(picture.width);
  glyph.Y1 = glyph.Y0 + static_cast<float>(picture.height);
  glyph.U0 = static_cast<float>(x) * texel.x;
  glyph.V0 = static_cast<float>(y) * texel.y;
  glyph.U1 = static_cast<float>(x + picture.width) * texel.x;
  glyph.V1 = static_cast<float>(y + picture.height) * texel.y;
  patches.push_back(patch_of(picture, x, y));
  page.filled.push_back(place);
  return true;
}

/// Four vertices drawn for the placeholder become those of the glyph. Where the square was cut at an edge they are a
/// little off, for this one frame.
void set_corners(ImDrawVert* corners, const ImFontGlyph& glyph, float height) {
  const ImVec2 origin = corners[0].pos, right = corners[1].pos, down = corners[3].pos;
  const auto at = [&](float x, float y) {
    const float across = x / height, along = y / height;
    return ImVec2(origin.x + (right.x - origin.x) * across + (down.x - origin.x) * along,
                  origin.y + (right.y - origin.y) * across + (down.y - origin.y) * along);
  };
  const ImVec2 positions[4] = {at(glyph.X0, glyph.Y0), at(glyph.X1, glyph.Y0), at(glyph.X1, glyph.Y1),
                               at(glyph.X0, glyph.Y1)};
  const ImVec2 coordinates[4] = {
      {glyph.U0, glyph.V0}, {glyph.U1, glyph.V0}, {glyph.U1, glyph.V1}, {glyph.U0, glyph.V1}};
  for (int corner = 0; corner < 4; ++corner) {
    corners[corner].pos = positions[corner];
    corners[corner].uv = coordinates[corner];
  }
}

void fill_list(ImVector<ImDrawVert>& vertices, DrawnGlyphs& result) {
  for (int index = 0; index + 3 < vertices.Size; ++index) {
    const float mark = vertices[index].uv.x;
    if (!is_mark(mark)) continue;
    const Place place = place_of(mark);
    if (place.font >= page.mains.size()) continue;
    const ImFontGlyph& glyph = glyph_at(place);
    if (is_mark(glyph.U0)) {
      result.more = true;  // the glyph's own corners come with the next frame in any case
      if (page.full || result.patches.size() >= kMostNewGlyphs) continue;
      page.full = !fill(place, result.patches);
      if (page.full) continue;
    }
    set_corners(&vertices[index], glyph, page.atlas->Fonts[static_cast<int>(place.font)]->FontSize);
    index += 3;
  }
}

}  // namespace

int reserve_glyph_page(ImFontAtlas& atlas) {
  atlas.Flags |= ImFontAtlasFlags_NoPowerOfTwoHeight;
  return atlas.AddCustomRectRegular(kPageWidth, kPageHeight);
}

void add_placeholders(ImFontAtlas& atlas, int page_id, std::span<const MainFace> mains,
                      std::shared_ptr<const GlyphFaces> faces) {
  const ImFontAtlasCustomRect& room = *atlas.GetCustomRectByIndex(page_id);
  page = {.atlas = &atlas,
          .faces = std::move(faces),
          .mains = {mains.begin(), mains.end()},
          .left = room.X,
          .top = room.Y,
          .width = room.Width,
          .height = room.Height};
  for (std::size_t font = 0; font < mains.size(); ++font)
    add_placeholders(font);
  when_stand_in_is_new(set_advance);
}

DrawnGlyphs add_drawn_glyphs(const ImFontAtlas& atlas, ImDrawData& data) {
  DrawnGlyphs result;
  if (page.atlas != &atlas) return result;
  for (int list = 0; list < data.CmdListsCount; ++list)
    fill_list(data.CmdLists[list]->VtxBuffer, result);
  if (!page.full) return result;
  const int frame = ImGui::GetFrameCount();
  if (frame - page.cleared_at >= kFramesBetweenClears)
    clear_page(frame);
  else
    result.more = !result.patches.empty();  // there is more on the screen than fits: do not draw for ever
  return result;
}

}  // namespace regard
