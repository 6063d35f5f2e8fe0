// SPDX-License-Identifier: Apache-2.0
// A matrix on the GPU and the picture of it: R32F values and an R8 mask, max-pooled levels for zooming out, drawn by
// shaders/heat_map.* into a texture of exactly the pixels that will be shown. UI thread with a current GL context only.
// The picture is redrawn only when the data, the view, the size or the colours change: moving the mouse costs nothing.
#pragma once

#include "app/gfx/colour_maps.h"
#include "core/base/matrix.h"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace regard::gfx {

/// What to draw of the matrix, and how. Colours are linear 0 … 1 rgb as the theme has them.
struct HeatMapLook {
  float left = 0.0F, top = 0.0F;   ///< cell coordinates of the picture's upper left corner
  float cols = 1.0F, rows = 1.0F;  ///< how many cells the picture spans
  int width = 1, height = 1;       ///< pixels
  const ColourMap* map = nullptr;
  float low = 0.0F, high = 1.0F;      ///< values of the first and last colour
  std::array<float, 3> background{};  ///< outside the matrix and in the gaps between cells
  std::array<float, 3> hatch{};       ///< the lines of masked cells

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

  /// The GL texture name of the picture, `look.width` × `look.height`, first row on top; 0 before the first upload.
  /// Restores the framebuffer binding and the viewport it found.
  [[nodiscard]] unsigned render(const HeatMapLook& look);

private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace regard::gfx
