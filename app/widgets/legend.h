// SPDX-License-Identifier: Apache-2.0
// A horizontal gradient bar with its lowest, middle (0 for diverging maps) and highest number and a marker at the current value.
// Takes the full width given and legend_height().
#pragma once

#include "app/gfx/colour_maps.h"

#include <optional>
#include <string_view>

namespace regard {

struct HeatMapSpec;  // app/widgets/heat_map.h

struct LegendSpec {
  std::string_view id{};  ///< "legend.weights"
  float width = 0.0F;     ///< pixels; 0 = what is left of the line
  const gfx::ColourMap* map = nullptr;
  float low = 0.0F;
  float high = 1.0F;
  std::optional<float> current{};  ///< the hovered or selected cell's value
};

void legend(const LegendSpec& spec);
/// Of a heat map's colours, no wider than one needs; `current`: the value under the mouse.
void heat_map_legend(std::string_view id, const HeatMapSpec& map, std::optional<float> current);
[[nodiscard]] float legend_height();

}  // namespace regard
