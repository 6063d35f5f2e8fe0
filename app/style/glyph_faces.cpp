// SPDX-License-Identifier: Apache-2.0
#include "app/style/glyph_faces.h"

#include "app/style/code_box.h"
#include "app/style/drawn_text.h"
#include "app/style/font_files.h"
#include "core/base/error.h"

#include <ft2build.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include FT_FREETYPE_H
#include FT_ADVANCES_H

namespace regard {
namespace {

constexpr unsigned kBasicPlane = 0x10000;
constexpr std::size_t kMainFiles = 4;  // text, headings, numbers, slanted text

// Of the fallback's ideographs, which fill their square, beside Inter's capitals: a little more than Inter's own size.
constexpr float kFallbackShare = 0.875F;
constexpr float kCapitalShare = 0.3F;  // of the line: half the height of a capital letter

/// A glyph of one of the files.
struct FacePlace {
  std::uint8_t file = 0;
  std::uint16_t glyph = 0;    ///< 0: there is none
  std::uint16_t advance = 0;  ///< in the file's units
};

}  // namespace

struct GlyphFaces::Files {
  FT_Library freetype = nullptr;
  std::array<FT_Face, kFontFiles.size()> faces{};
  /// [character of the basic plane], for each of the main files …
  std::array<std::vector<FacePlace>, kMainFiles> main{};
  std::vector<FacePlace> further{};  ///< … and what all others together have

  Files() = default;
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  ~Files() {
    for (FT_Face face : faces)
      if (face != nullptr) FT_Done_Face(face);
    if (freetype != nullptr) FT_Done_FreeType(freetype);
  }

  void open(std::size_t file, const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) throw Error("file_missing", {.file = path.string()});
    if (FT_New_Face(freetype, path.c_str(), 0, &faces[file]) != 0)
      throw Error("file_unreadable", {.file = path.string(), .found = "this is no font"});
  }

  /// What the file has of the basic plane, but not where another file comes first.
  void list(std::size_t file, std::vector<FacePlace>& places) {
    places.resize(kBasicPlane);
    FT_UInt glyph = 0;
    for (FT_ULong code = FT_Get_First_Char(faces[file], &glyph); glyph != 0;
         code = FT_Get_Next_Char(faces[file], code, &glyph)) {
      if (code >= kBasicPlane) continue;
      FacePlace& place = places[code];
      if (place.glyph == 0 || comes_first(file, place.file, static_cast<unsigned>(code))) place = place_of(file, glyph);
    }
  }

  static bool comes_first(std::size_t file, std::size_t other, unsigned character) {
    const std::span<const std::size_t> order = fonts_for(character);
    return std::find(order.begin(), order.end(), file) < std::find(order.begin(), order.end(), other);
  }

  [[nodiscard]] FacePlace place_of(std::size_t file, FT_UInt glyph) const {
    FT_Fixed advance = 0;
    if (glyph != 0) FT_Get_Advance(faces[file], glyph, FT_LOAD_NO_SCALE, &advance);
    return {static_cast<std::uint8_t>(file), static_cast<std::uint16_t>(glyph),
            static_cast<std::uint16_t>(std::clamp<FT_Fixed>(advance, 0, 0xFFFF))};
  }

  /// In the first file that has the character; glyph 0 where none has.
  [[nodiscard]] FacePlace find(MainFace wanted, unsigned character) const {
    const auto file = static_cast<std::size_t>(wanted);
    if (character < kBasicPlane) {
      const FacePlace& place = main[file][character];
      return place.glyph != 0 ? place : further[character];
    }
    if (const FT_UInt glyph = FT_Get_Char_Index(faces[file], character); glyph != 0) return place_of(file, glyph);
    for (const std::size_t other : fonts_for(character))
      if (const FT_UInt glyph = FT_Get_Char_Index(faces[other], character); glyph != 0) return place_of(other, glyph);
    return {};
  }

  /// Pixels of a file's em in a line: what ImGui makes of the others; whole for the fallback, so that squares stay sharp.
  /// The scripts' fonts are as large as Inter; their own lines are higher than ours.
  [[nodiscard]] float em_of(std::size_t file, float height) const {
    if (file == kFallbackFont) return std::round(height * kFallbackShare);
    const FT_Face face = faces[file >= kFirstScriptFont ? kTextFont : file];
    return height * static_cast<float>(face->units_per_EM) / static_cast<float>(face->ascender - face->descender);
  }

  /// Pixels of a length in a file's units.
  [[nodiscard]] float pixels_of(std::size_t file, int units, float height) const {
    return em_of(file, height) * static_cast<float>(units) / static_cast<float>(faces[file]->units_per_EM);
  }

  [[nodiscard]] GlyphPicture rendered(std::size_t file, unsigned glyph, const GlyphLine& line) const {
    const FT_Face face = faces[file];
    const auto size = static_cast<FT_F26Dot6>(std::lround(em_of(file, line.height) * 64.0F));
    FT_Set_Char_Size(face, size, size, 72, 72);
    if (FT_Load_Glyph(face, glyph, FT_LOAD_RENDER | FT_LOAD_TARGET_LIGHT | FT_LOAD_NO_BITMAP) != 0) return {};
    const FT_GlyphSlot slot = face->glyph;
    GlyphPicture picture{.left = slot->bitmap_left,
                         .top = static_cast<int>(std::round(line.baseline)) - slot->bitmap_top,
                         .width = static_cast<int>(slot->bitmap.width),
                         .height = static_cast<int>(slot->bitmap.rows)};
    for (int row = 0; row < picture.height; ++row) {
      const unsigned char* from = slot->bitmap.buffer + static_cast<std::ptrdiff_t>(row) * slot->bitmap.pitch;
      picture.alpha.insert(picture.alpha.end(), from, from + picture.width);
    }
    return picture;
  }
};

GlyphFaces::GlyphFaces(const std::filesystem::path& folder) : files_(std::make_unique<Files>()) {
  if (FT_Init_FreeType(&files_->freetype) != 0) throw Error("out_of_memory", {});
  for (std::size_t file = 0; file < kFontFiles.size(); ++file) {
    files_->open(file, folder / kFontFiles[file]);
    files_->list(file, file < kMainFiles ? files_->main[file] : files_->further);
  }
}

GlyphFaces::~GlyphFaces() = default;

bool GlyphFaces::has(MainFace main, unsigned character) const {
  return shaped_glyph(character) != nullptr || files_->find(main, character).glyph != 0;
}

float GlyphFaces::advance(MainFace main, unsigned character, float height) const {
  if (const ShapedGlyph* shaped = shaped_glyph(character))
    return files_->pixels_of(shaped->font, shaped->glyph.advance, height);
  const FacePlace place = files_->find(main, character);
  if (place.glyph == 0) return static_cast<float>(code_box_width(character, height) + 2);
  return files_->pixels_of(place.file, place.advance, height);
}

GlyphPicture GlyphFaces::picture(MainFace main, unsigned character, const GlyphLine& line) const {
  if (const ShapedGlyph* shaped = shaped_glyph(character)) {
    GlyphPicture picture = files_->rendered(shaped->font, shaped->glyph.glyph, line);
    picture.left += static_cast<int>(std::lround(files_->pixels_of(shaped->font, shaped->glyph.right, line.height)));
    picture.top -= static_cast<int>(std::lround(files_->pixels_of(shaped->font, shaped->glyph.up, line.height)));
    return picture;
  }
  const FacePlace place = files_->find(main, character);
  if (place.glyph != 0) return files_->rendered(place.file, place.glyph, line);
  CodeBox box = code_box(character, line.height);
  const float middle = line.baseline - kCapitalShare * line.height;
  const int top = static_cast<int>(std::round(middle - 0.5F * static_cast<float>(box.height)));
  return {.left = 1, .top = top, .width = box.width, .height = box.height, .alpha = std::move(box.alpha)};
}

}  // namespace regard
