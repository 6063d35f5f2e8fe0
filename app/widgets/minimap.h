// SPDX-License-Identifier: Apache-2.0
// A little picture of a whole grid in a corner of the part that is shown, with a rectangle around that part. Pressing or
// dragging in it moves the part. Taken before the grid under it is submitted, painted after. Probes "<id>".
#pragma once

#include "app/gfx/colour_maps.h"
#include "core/base/matrix.h"

#include <imgui.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace regard {

namespace gfx {
class HeatMapImage;
}

struct MinimapSpec {
  std::string_view id{};
  ImVec2 min{}, max{};             ///< where it is, pixels
  float cols = 1.0F, rows = 1.0F;  ///< of the whole grid, in units
  float left = 0.0F, top = 0.0F;   ///< the part that is shown
  float width = 1.0F, height = 1.0F;
  const Matrix* values = nullptr;  ///< the whole grid by blocks; NaN is masked
  std::uint64_t revision = 0;      ///< must change whenever values do
  const gfx::ColourMap* map = nullptr;
  float low = 0.0F, high = 1.0F;
  gfx::HeatMapImage* image = nullptr;  ///< null: no cells are drawn
};

/// The corner where it stands: at the upper right of the cells, where causal grids are empty.
struct MinimapPlace {
  ImVec2 min{}, max{};
};
[[nodiscard]] MinimapPlace minimap_place(ImVec2 cells_min, ImVec2 cells_max, float cols, float rows);

/// The unit (x: column, y: row) that should come into the middle, while the mouse is down in it.
[[nodiscard]] std::optional<ImVec2> minimap_pressed(const MinimapSpec& spec);
void paint_minimap(const MinimapSpec& spec);

}  // namespace regard
