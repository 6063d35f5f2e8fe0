// SPDX-License-Identifier: Apache-2.0
// A matrix on the GPU and the picture of it: R32F values with masked cells marked in them, max-pooled levels for zooming
// out, drawn by shaders/heat_map.frag into a texture of exactly the pixels that will be shown. UI thread with a current GL
// context only. Redrawn only when data, view, size or colours change: moving the mouse costs nothing.
#pragma once

#include "app/gfx/colour_maps.h"
#include "core/base/matrix.h"

#include <imgui.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace regard::gfx {

/// What to draw of the matrix, and how.
struct HeatMapLook {
  float left = 0.0F, top = 0.0F;   ///< cell coordinates of the picture's upper left corner
  float cols = 1.0F, rows = 1.0F;  ///< how many cells the picture spans
  int width = 1, height = 1;       ///< pixels
  const ColourMap* map = nullptr;
  float low = 0.0F, high = 1.0F;      ///< values of the first and last colour
  float hatch_period = 8.0F;          ///< pixels between the lines of masked cells
  std::array<float, 3> background{};  ///< rgb outside the matrix, between cells, under the hatching
  std::array<float, 3> hatch{};       ///< rgb of the lines

  friend bool operator==(const HeatMapLook&, const HeatMapLook&) = default;
};

class HeatMapImage {
public:
  HeatMapImage();
  ~HeatMapImage();
  HeatMapImage(HeatMapImage&&) noexcept;
  HeatMapImage& operator=(HeatMapImage&&) noexcept;

  /// Takes the numbers over if `revision` differs from the last one. NaN cells count as masked; `masked` may be null or
  /// row-major [rows·cols]. At most 16 384 rows and columns.
  void upload(const Matrix& values, const std::vector<bool>* masked, std::uint64_t revision);

  /// Draws the picture off screen if anything has changed. Leaves the window's framebuffer bound and the viewport as it was.
  void render(const HeatMapLook& look);
  /// Shows the picture of the last render() in a rectangle of the screen; nothing before the first upload. The image must
  /// live until the frame has been rendered.
  void paint(ImDrawList& list, ImVec2 min, ImVec2 max);

  /// The picture of the last render(): [height, width, 4] bytes, the top row first. For tests.
  [[nodiscard]] std::vector<std::uint8_t> read_pixels() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace regard::gfx
