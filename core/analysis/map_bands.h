// SPDX-License-Identifier: Apache-2.0
// How exact numbers become an AttentionMap: in bands of whole blocks of rows, several threads at once, some rows and columns of
// exact numbers in memory at a time. For attention_map() and the map of a difference.
#pragma once

#include "core/analysis/attention_map.h"

#include <cmath>

namespace regard {

inline constexpr std::size_t kMapRowsTogether = 128;   ///< units whose exact numbers are held at a time, by each thread
inline constexpr std::size_t kMapColsTogether = 2048;  ///< likewise

/// The units of the first row and column of a part of exact numbers.
struct MapCorner {
  std::size_t row = 0;
  std::size_t col = 0;
};

inline void keep_farther(float& kept, float value) {
  if (std::abs(value) > std::abs(kept)) kept = value;
}

/// Adds a pair of units to the peaks and sums of its cell (sums are in the means' places until pooled_map() ends).
inline void add_pair(AttentionMap& map, std::size_t cell_row, std::size_t cell_col, float score, float weight) {
  keep_farther(map.score_peak(cell_row, cell_col), score);
  keep_farther(map.weight_peak(cell_row, cell_col), weight);
  map.score_mean(cell_row, cell_col) += score;
  map.weight_mean(cell_row, cell_col) += weight;
  map.allowed_pairs(cell_row, cell_col) += 1.0F;
}

/// A map whose cells hold no pair yet.
[[nodiscard]] AttentionMap empty_map(Range rows, Range cols, std::size_t block);
/// Sums in the means' places become means.
void finish_means(AttentionMap& map);

/// `pool_rows(band, map)` adds all pairs of the units of a band's rows; it is called from several threads, each with rows of
/// its own. `between` as in attention_map(). Throws Cancelled.
[[nodiscard]] AttentionMap pooled_map(Range rows, Range cols, std::size_t block,
                                      const std::function<void(Range band, AttentionMap& map)>& pool_rows,
                                      const std::stop_token& stop, const std::function<void(float done)>& between);

}  // namespace regard
