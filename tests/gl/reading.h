// SPDX-License-Identifier: Apache-2.0
// Numbers read back from pixels: a colour map turned around.
#pragma once

#include "app/gfx/colour_maps.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace regard::test {

/// [height, width, 4] bytes, the top row first.
struct Screenshot {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba{};
  [[nodiscard]] gfx::Rgb at(int x, int y) const {
    const std::size_t pixel =
        4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x));
    return {rgba[pixel], rgba[pixel + 1], rgba[pixel + 2]};
  }
};

/// Value of a colour that stands in the map; nothing for any other colour. Exact to half a table step, or a few where
/// neighbouring entries share a colour.
inline std::optional<float> value_of(const gfx::ColourMap& map, gfx::Rgb colour, float low, float high) {
  std::size_t first = gfx::kColourMapSize, last = 0;
  for (std::size_t entry = 0; entry < gfx::kColourMapSize; ++entry)
    if (map.table[entry] == colour) {
      first = std::min(first, entry);
      last = entry;
    }
  if (first == gfx::kColourMapSize) return std::nullopt;
  const float middle = 0.5F * static_cast<float>(first + last);
  return low + (high - low) * middle / static_cast<float>(gfx::kColourMapSize - 1);
}

}  // namespace regard::test
