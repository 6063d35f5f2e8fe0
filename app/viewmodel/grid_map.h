// SPDX-License-Identifier: Apache-2.0
// The grid of a long text as a map: which part of it to compute how finely for what is visible, where a point of the little
// map lies, where a text that is looked for stands. Pure functions, no ImGui.
#pragma once

#include "app/viewmodel/views.h"
#include "core/analysis/attention_map.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace regard {

/// What can be seen of a map, in units of the whole axes.
struct MapView {
  float left = 0.0F, top = 0.0F;
  float cols = 0.0F, rows = 0.0F;
  float units_per_pixel = 1.0F;
};

/// The map of a whole head has at most so many cells a side at its finest.
inline constexpr std::size_t most_map_cells = 1024;
/// The smallest power of two by which an axis of so many units has at most most_map_cells.
[[nodiscard]] std::size_t block_of_whole(std::size_t units);
/// The smallest power of two whose cells are at least a pixel: none of them is passed over when they are drawn.
[[nodiscard]] std::size_t block_for(float units_per_pixel);

/// All levels of the map of a whole head, each by blocks twice as large as the one before.
struct MapPyramid {
  std::vector<AttentionMap> levels{};
  float score_limit = 1.0F;   ///< largest |score|
  float weight_limit = 1.0F;  ///< largest weight
};
[[nodiscard]] MapPyramid make_pyramid(const MapSource& source, const std::stop_token& stop = {},
                                      const std::function<void(float done)>& between = {});
/// All coarser levels and the limits, from the finest.
[[nodiscard]] MapPyramid pyramid_of(AttentionMap finest);
/// The level whose cells are at least a pixel, else the coarsest.
[[nodiscard]] const AttentionMap& level_for(const MapPyramid& pyramid, float units_per_pixel);

/// A part of the grid by blocks.
struct MapRegion {
  Range rows{}, cols{};
  std::size_t block = 1;
  friend bool operator==(const MapRegion&, const MapRegion&) = default;
};
/// What to compute for this view: what is visible and half as much on every side, on borders that seldom change.
[[nodiscard]] MapRegion region_for(const MapView& view, std::size_t rows, std::size_t cols);
/// Does the map hold all that is visible, as finely as it can be drawn?
[[nodiscard]] bool serves(const AttentionMap& map, const MapView& view, std::size_t rows, std::size_t cols);

/// The numbers to draw: masked cells are NaN.
enum class MapPooling { peak, mean };
[[nodiscard]] Matrix shown_scores(const AttentionMap& map, MapPooling pooling);
[[nodiscard]] Matrix shown_weights(const AttentionMap& map, MapPooling pooling);
/// The largest of them, 1 where there is none.
[[nodiscard]] float largest_shown(const Matrix& values);

/// Exact numbers of one pair of units of the whole axes, whatever is drawn.
struct ExactCell {
  float score = 0.0F;
  float weight = 0.0F;
  bool masked = false;
};
[[nodiscard]] ExactCell exact_cell(const MapSource& source, std::size_t row, std::size_t col);

/// The view, moved so that a point is in its middle, inside the axes.
[[nodiscard]] MapView centred(MapView view, float row, float col, std::size_t rows, std::size_t cols);

/// The units that a search means: the unit of that number if it is one, else every unit whose label holds the text (letters
/// of ASCII in either case). Ascending.
[[nodiscard]] std::vector<std::size_t> find_units(const Axis& axis, std::string_view wanted);
/// The next of some ascending places after (step 1) or before (step −1) a unit, round the end. `found` is not empty.
[[nodiscard]] std::size_t next_of(const std::vector<std::size_t>& found, std::size_t from, int step);

}  // namespace regard
