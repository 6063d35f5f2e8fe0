// SPDX-License-Identifier: Apache-2.0
// Curves over a count, with a line across and a place that is marked. UI thread only.
#pragma once

#include <imgui.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace regard {

struct CurveLine {
  std::span<const float> values{};  ///< at CurveChartSpec::places
  ImVec4 colour{};
  float thickness = 1.0F;  ///< of a usual line
  bool points = false;     ///< a dot at each place
};

struct CurveChartSpec {
  std::string_view id{};
  ImVec2 size{};
  std::span<const std::size_t> places{};  ///< ascending; the axis begins at 0
  bool from_zero = true;                  ///< curves begin at (0, 0) where no place does
  float first = 0.0F, step = 1.0F;        ///< what the axis calls place p: first + step·p
  float low = 0.0F, high = 1.0F;          ///< what is beyond is cut off
  std::span<const CurveLine> lines{};     ///< the last one on top
  std::optional<float> across{};          ///< a dashed line at this value
  std::optional<std::size_t> marked{};    ///< a count that an upright line stands at
  std::string below{};                    ///< what the places count
};

/// Index of the place under the mouse. Probes "<id>", "<id>.marked".
std::optional<std::size_t> curve_chart(const CurveChartSpec& spec);

}  // namespace regard
