// SPDX-License-Identifier: Apache-2.0
// Curves over distances, negative ones too, with a band, dots and an upright line at one distance. UI thread only.
#pragma once

#include <imgui.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace regard {

struct DistanceLine {
  std::span<const double> values{};  ///< [distances]; NaN is a gap
  ImVec4 colour{};
  float thickness = 1.0F;  ///< times the usual one
};

struct DistanceChartSpec {
  std::string_view id{};
  ImVec2 size{};
  std::ptrdiff_t first = 0;  ///< distance of entry 0; the others follow one by one
  std::size_t count = 0;
  std::span<const double> low{}, high{};  ///< [distances] the band's ends; empty: there is none
  ImVec4 band{};
  std::span<const DistanceLine> lines{};  ///< later ones lie over earlier ones
  std::span<const double> dots{};         ///< [distances]; NaN: none
  ImVec4 dot{};
  std::optional<double> marked{};       ///< an upright line at this distance
  std::optional<std::size_t> closed{};  ///< no query looks so far or farther: hatched
  std::string_view below{};             ///< what the numbers at the bottom are
};

/// Index of the distance under the mouse. Probe "<id>".
std::optional<std::size_t> distance_chart(const DistanceChartSpec& spec);

}  // namespace regard
