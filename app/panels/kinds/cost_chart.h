// SPDX-License-Identifier: Apache-2.0
// Curves over the length of a text, both axes logarithmic, with an upright line at one length. UI thread only.
#pragma once

#include <imgui.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace regard {

struct CostLine {
  std::vector<double> values{};  ///< [lengths]; what is not above 0 has no place
  double here = 0.0;             ///< at the text's own length: a dot
  ImVec4 colour{};
};

struct CostChartSpec {
  std::string_view id{};
  ImVec2 size{};
  std::span<const std::size_t> lengths{};  ///< ascending, two at least
  std::span<const CostLine> lines{};
  std::size_t here = 0;  ///< the text's own length
  bool bytes = false;    ///< the numbers at the left are bytes, else counts
};

/// Index of the length under the mouse. Probe "<id>".
std::optional<std::size_t> cost_chart(const CostChartSpec& spec);

}  // namespace regard
