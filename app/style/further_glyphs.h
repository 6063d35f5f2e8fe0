// SPDX-License-Identifier: Apache-2.0
// Glyphs that the atlas gets when they are first drawn: Chinese, Japanese, Korean, Hebrew … UI thread only.
//
// Dear ImGui 1.86 wants every character before the first frame. The fonts know tens of thousands, so those outside the
// usual ranges begin as placeholders: they have their true advance, so text is measured and laid out right, and texture
// coordinates that no picture has. After ImGui::Render() the vertices tell which of them were drawn; only these are
// rasterised, into a page kept free in the atlas, and their corners are set in the same frame. A frame without new
// characters costs one look at each vertex. A character that no font has gets a box with its number: U+FFFD means an
// incomplete character and nothing else.
#pragma once

#include "app/style/glyph_faces.h"

#include <imgui.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace regard {

/// A rectangle of the atlas texture that has changed, pixels.
struct AtlasPatch {
  int x = 0, y = 0;
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba{};  ///< [height, width, 4]
};

struct DrawnGlyphs {
  std::vector<AtlasPatch> patches{};
  bool more = false;  ///< some characters are still missing: another frame is needed
};

/// So many new glyphs a frame at most; the rest comes in the frames after it.
inline constexpr std::size_t kMostNewGlyphs = 400;

/// Keeps room for them in an atlas that is about to be built; for add_placeholders().
[[nodiscard]] int reserve_glyph_page(ImFontAtlas& atlas);

/// Gives every font of a built atlas a placeholder for each further character of the basic plane. `mains`: by font.
void add_placeholders(ImFontAtlas& atlas, int page, std::span<const MainFace> mains,
                      std::shared_ptr<const GlyphFaces> faces);

/// After ImGui::Render() and before the data is drawn: rasterises what is drawn for the first time. The caller copies the
/// patches into the texture. When the page is full it is emptied, and what is on the screen comes back a frame later.
[[nodiscard]] DrawnGlyphs add_drawn_glyphs(const ImFontAtlas& atlas, ImDrawData& data);

}  // namespace regard
