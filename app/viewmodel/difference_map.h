// SPDX-License-Identifier: Apache-2.0
// What changed in the grid of a text too long for a cell a pixel: the map of B − A, by blocks of the live text's units. Pure.
#pragma once

#include "app/viewmodel/difference_views.h"
#include "app/viewmodel/grid_map.h"
#include "core/analysis/attention_map.h"

#include <span>

namespace regard {

/// Both texts' whole axes, and which unit of the baseline each of the live units is (kNoPartner: none).
struct DifferenceSource {
  MapSource baseline;
  MapSource live;
  std::span<const std::size_t> row_partner{};  ///< [live.rows.size()]
  std::span<const std::size_t> col_partner{};  ///< [live.cols.size()]
};

/// As attention_map(), with B − A for every number: peaks are the changes farthest from zero, means are over the pairs that can
/// be subtracted (`allowed_pairs`: both units have partners, and not both texts mask the pair). Throws Cancelled.
[[nodiscard]] AttentionMap difference_map(const DifferenceSource& source, Range rows, Range cols, std::size_t block,
                                          const std::stop_token& stop = {},
                                          const std::function<void(float done)>& between = {});

/// As make_pyramid().
[[nodiscard]] MapPyramid make_difference_pyramid(const DifferenceSource& source, const std::stop_token& stop = {},
                                                 const std::function<void(float done)>& between = {});

/// Exact numbers of one pair of units of the live axes, in both texts.
struct ExactDifference {
  bool paired = false;  ///< else the baseline has no such pair
  ExactCell baseline{}, live{};
};

}  // namespace regard
