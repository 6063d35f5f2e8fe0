// SPDX-License-Identifier: Apache-2.0
// Attention of a text too long for a cell a pixel: one head's grid by blocks, with the largest and the mean number of each, so
// that one bright cell stays bright however far one zooms out. Pure; any thread.
#pragma once

#include "core/analysis/groups.h"
#include "core/base/progress.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace regard {

/// Units (tokens or words) are counted from the start of the whole axes. Cell (r, c) stands for the units
/// [rows.begin + r·block, … + block) × [cols.begin + c·block, …), cut at the ends of `rows` and `cols`.
struct AttentionMap {
  Range rows{}, cols{};    ///< units it covers
  std::size_t block = 1;   ///< units a side of a cell
  Matrix score_peak{};     ///< the allowed score farthest from zero; 0 where none is allowed
  Matrix score_mean{};     ///< over the allowed pairs
  Matrix weight_peak{};    ///< the largest weight
  Matrix weight_mean{};    ///< over the allowed pairs
  Matrix allowed_pairs{};  ///< how many pairs of units of the block may look at each other; 0: the cell is masked
};

/// What is to be mapped.
struct MapSource {
  const Trace& trace;
  HeadRef head{};
  std::span<const TokenGroup> rows{};  ///< all units of the axes
  std::span<const TokenGroup> cols{};
  bool renormalised = false;  ///< rows of weights are divided by their sum over all `cols` (some tokens are hidden)
};

/// The part `rows` × `cols` of the map by blocks of `block` units. `between` is called after every few rows, with the part
/// that is done. Memory: the result and some rows of tokens. Throws Cancelled.
[[nodiscard]] AttentionMap attention_map(const MapSource& source, Range rows, Range cols, std::size_t block,
                                         const std::stop_token& stop = {},
                                         const std::function<void(float done)>& between = {});

/// The same part by blocks twice as large, from the map itself: peaks of peaks (those farthest from zero), means weighted by the
/// pairs.
[[nodiscard]] AttentionMap halved(const AttentionMap& map);

}  // namespace regard
