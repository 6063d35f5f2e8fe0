// SPDX-License-Identifier: Apache-2.0
// All layers × heads as one R8 texture of thumbnails and one picture drawn from it by shaders/atlas.*.
// UI thread with a current GL context only. Redrawn only when something changes.
#pragma once

#include "app/gfx/colour_maps.h"

#include <imgui.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace regard::gfx {

/// One thumbnail: [rows × cols] weights as 8 bits, row-major, stretched to a square tile; 0 × 0 = nothing.
struct ThumbnailPixels {
  std::size_t rows = 0, cols = 0;
  std::span<const std::uint8_t> pixels{};
};

/// How the thumbnails stand in the picture, in pixels: that of (first_layer, first_head) at (inset, inset), the others to its
/// right and below it. The selected row and column lie on bands of their own ground.
struct AtlasLook {
  int width = 1, height = 1;
  float step_x = 1.0F, step_y = 1.0F;  ///< distance between neighbours
  float tile = 1.0F;                   ///< side of a thumbnail
  float inset = 0.0F;                  ///< before the first thumbnail
  std::size_t first_layer = 0, first_head = 0;
  std::size_t layer = 0, head = 0;  ///< selected
  const ColourMap* map = nullptr;
  std::array<float, 3> background{};
  std::array<float, 3> band{};

  friend bool operator==(const AtlasLook&, const AtlasLook&) = default;
};

class ThumbnailAtlas {
public:
  ThumbnailAtlas();
  ~ThumbnailAtlas();
  ThumbnailAtlas(ThumbnailAtlas&&) noexcept;
  ThumbnailAtlas& operator=(ThumbnailAtlas&&) noexcept;

  /// `tiles` is [layers·heads], row-major by layer. Takes them over if `revision` differs from the last one.
  void upload(std::span<const ThumbnailPixels> tiles, std::size_t layers, std::size_t heads, std::uint64_t revision);

  /// Draws the picture off screen if anything has changed. Leaves the window's framebuffer bound and the viewport as it was.
  void render(const AtlasLook& look);
  /// Shows the picture of the last render() in a rectangle of the screen; nothing before the first upload. The atlas must
  /// live until the frame has been rendered.
  void paint(ImDrawList& list, ImVec2 min, ImVec2 max);
  /// Shows one thumbnail of it; nothing where it is not in the picture.
  void paint_head(ImDrawList& list, std::size_t layer, std::size_t head, ImVec2 min, ImVec2 max);

  /// The picture of the last render(): [height, width, 4] bytes, the top row first. For tests.
  [[nodiscard]] std::vector<std::uint8_t> read_pixels() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace regard::gfx
