// SPDX-License-Identifier: Apache-2.0
// A small chart over layers, the first at the left: dots (one per head), lines, or stacked shares. The place before layer 0
// is the embedding's, so that charts under each other are aligned. Dots that would cover each other stand side by side in
// their layer's strip. Probes "<id>" with the range of the plot: left = 0, cols = places, top = highest value, rows = highest −
// lowest; and "<id>.<layer>.<head>" for each dot while there are not too many.
#pragma once

#include "core/model/model.h"

#include <imgui.h>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace regard {

/// One head's value; its layer says where it stands.
struct LayerDot {
  HeadRef head{};
  float value = 0.0F;
};

enum class LineStyle { solid, dashed };

/// Values of places first, first + 1, …
struct LayerLine {
  std::span<const float> values{};
  std::size_t first = 0;  ///< place: 0 = embedding, 1 = layer 0
  ImVec4 colour{};
  LineStyle style = LineStyle::solid;
};

/// Parts of one place, from the bottom; they add up to 1 or to nothing.
using LayerStack = std::array<float, 3>;

struct LayerChartSpec {
  std::string_view id{};
  ImVec2 size{};
  std::size_t layers = 0;
  std::string_view embedding{};  ///< label of the embedding's place
  float low = 0.0F;
  float high = 1.0F;
  std::span<const LayerDot> dots{};
  std::span<const LayerLine> lines{};
  std::span<const LayerStack> stacks{};  ///< [layers]
  std::array<ImVec4, 3> stack_colours{};
  HeadRef selected{};
  std::span<const HeadRef> compared{};
  std::optional<HeadRef> linked{};      ///< hovered in another view
  std::optional<std::size_t> marked{};  ///< place under the mouse in one of the charts
};

struct LayerChartResult {
  std::optional<std::size_t> dot{};    ///< index of the hovered one
  std::optional<std::size_t> place{};  ///< hovered: 0 = embedding
  bool clicked = false;
};

LayerChartResult layer_chart(const LayerChartSpec& spec);

/// Two or three round numbers within [low, high], `low` itself first if it is 0.
struct Ticks {
  std::array<float, 4> values{};
  std::size_t count = 0;
  int decimals = 0;
};
[[nodiscard]] Ticks round_ticks(float low, float high);

}  // namespace regard
