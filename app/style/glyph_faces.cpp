// SPDX-License-Identifier: Apache-2.0
#include "app/style/glyph_faces.h"

#include "app/style/code_box.h"
#include "app/style/font_files.h"
#include "core/base/error.h"

#include <ft2build.h>

#include <algorithm>
#include <cmath>
#include FT_FREETYPE_H
#include FT_ADVANCES_H

namespace regard {
namespace {

constexpr unsigned kBasicPlane = 0x10000;

// Of the fallback's ideographs, which fill their square, beside Inter's capitals: a little more than Inter's own size.
constexpr float kFallbackShare = 0.875F;
constexpr float kCapitalShare = 0.3F;  // of the line: half the height of a capital letter

/// A character in one of the files.
struct Place {
  std::uint16_t glyph = 0;    ///< 0: the file lacks it
  std::uint16_t advance = 0;  ///< in the file's units
};

}  // namespace

struct GlyphFaces::Files {
  FT_Library freetype = nullptr;
  std::array<FT_Face, kFontFiles.size()> faces{};
  std::array<std::vector<Place>, kFontFiles.size()> places{};  ///< [file][character of the basic plane]

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
    places[file].resize(kBasicPlane);
    FT_UInt glyph = 0;
    for (FT_ULong code = FT_Get_First_Char(faces[file], &glyph); glyph != 0;
         code = FT_Get_Next_Char(faces[file], code, &glyph))
      if (code < kBasicPlane) places[file][code] = place_of(file, glyph);
  }

  [[nodiscard]] Place place_of(std::size_t file, FT_UInt glyph) const {
    FT_Fixed advance = 0;
    if (glyph != 0) FT_Get_Advance(faces[file], glyph, FT_LOAD_NO_SCALE, &advance);
    return {static_cast<std::uint16_t>(glyph), static_cast<std::uint16_t>(std::clamp<FT_Fixed>(advance, 0, 0xFFFF))};
  }

  [[nodiscard]] Place place_in(std::size_t file, unsigned character) const {
    if (character < kBasicPlane) return places[file][character];
    return place_of(file, FT_Get_Char_Index(faces[file], character));
  }

  /// The first file that has the character; kFontFiles.size() where none has.
  [[nodiscard]] std::size_t file_of(MainFace main, unsigned character, Place& place) const {
    for (const std::size_t file : {static_cast<std::size_t>(main), kSignsFont, kFallbackFont}) {
      place = place_in(file, character);
      if (place.glyph != 0) return file;
    }
    return kFontFiles.size();
  }

  /// Pixels of a file's em in a line: what ImGui makes of the others; whole for the fallback, so that squares stay sharp.
  [[nodiscard]] float em_of(std::size_t file, float height) const {
    if (file == kFallbackFont) return std::round(height * kFallbackShare);
    const FT_Face face = faces[file];
    return height * static_cast<float>(face->units_per_EM) / static_cast<float>(face->ascender - face->descender);
  }
};

GlyphFaces::GlyphFaces(const std::filesystem::path& folder) : files_(std::make_unique<Files>()) {
  if (FT_Init_FreeType(&files_->freetype) != 0) throw Error("out_of_memory", {});
  for (std::size_t file = 0; file < kFontFiles.size(); ++file)
    files_->open(file, folder / kFontFiles[file]);
}

GlyphFaces::~GlyphFaces() = default;

bool GlyphFaces::has(MainFace main, unsigned character) const {
  Place place;
  return files_->file_of(main, character, place) < kFontFiles.size();
}

float GlyphFaces::advance(MainFace main, unsigned character, float height) const {
  Place place;
  const std::size_t file = files_->file_of(main, character, place);
  if (file == kFontFiles.size()) return static_cast<float>(code_box_width(character, height) + 2);
  const auto units = static_cast<float>(files_->faces[file]->units_per_EM);
  return files_->em_of(file, height) * static_cast<float>(place.advance) / units;
}

GlyphPicture GlyphFaces::picture(MainFace main, unsigned character, const GlyphLine& line) const {
  Place place;
  const std::size_t file = files_->file_of(main, character, place);
  if (file == kFontFiles.size()) {
    CodeBox box = code_box(character, line.height);
    const float middle = line.baseline - kCapitalShare * line.height;
    const int top = static_cast<int>(std::round(middle - 0.5F * static_cast<float>(box.height)));
    return {.left = 1, .top = top, .width = box.width, .height = box.height, .alpha = std::move(box.alpha)};
  }
  const FT_Face face = files_->faces[file];
  const auto size = static_cast<FT_F26Dot6>(std::lround(files_->em_of(file, line.height) * 64.0F));
  FT_Set_Char_Size(face, size, size, 72, 72);
  if (FT_Load_Glyph(face, place.glyph, FT_LOAD_RENDER | FT_LOAD_TARGET_LIGHT | FT_LOAD_NO_BITMAP) != 0) return {};
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

}  // namespace regard
