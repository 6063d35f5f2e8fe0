// SPDX-License-Identifier: Apache-2.0
// A number of every head as a coloured tile, layers from top to bottom, heads from left to right. UI thread only.
#pragma once

#include "app/panels/common/panel.h"
#include "core/model/model.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace regard {

struct HeadTilesSpec {
  std::string_view id{};
  std::size_t layers = 0, heads = 0;
  std::span<const float> values{};      ///< [layers · heads]; NaN: none, and where a layer has fewer heads
  std::span<const HeadRef> outlined{};  ///< what is chosen among them
  const ModelConfig* config = nullptr;  ///< whose heads they are
  float largest = 1.0F;  ///< the size of the strongest colour; below zero in the colour of what is negative
  int (*decimals)(float value) = nullptr;  ///< of a number, where its tile has room for it; null: two
  std::span<const std::uint8_t> pale{};    ///< [layers · heads]: is its number pale? Empty: none is
  float height = 0.0F;                     ///< pixels the tiles may take; 0: as high as they like
};

/// Draws them as wide as the panel. Hovering and clicking a tile hover and select its head in all views, Ctrl-click compares it. The head
/// under the mouse: the panel says more about it. Probes "<id>.<layer>.<head>", and "<id>.outlined.<layer>.<head>", "<id>.shown": frames.
std::optional<HeadRef> draw_head_tiles(PanelContext& context, const HeadTilesSpec& spec);

}  // namespace regard
