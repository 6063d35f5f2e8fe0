// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/grid_map.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kFewestCells = 64;  // a coarser level would not be seen
constexpr std::size_t kBorder = 64;       // cells between two borders of regions

Matrix shown(const Matrix& values, const AttentionMap& map) {
  Matrix result = values;
  for (std::size_t cell = 0; cell < result.values.size(); ++cell)
    if (map.allowed_pairs.values[cell] == 0.0F) result.values[cell] = std::numeric_limits<float>::quiet_NaN();
  return result;
}

/// [first, first + count) and half of it on both sides, on multiples of `step`, inside [0, total).
Range widened(float first, float count, std::size_t step, std::size_t total) {
  const auto whole_steps = [&](float at) {
    return static_cast<std::size_t>(std::max(0.0F, at) / static_cast<float>(step)) * step;
  };
  const std::size_t begin = whole_steps(first - 0.5F * count);
  const std::size_t end = whole_steps(first + 1.5F * count) + step;
  return {std::min(begin, total), std::min(end, total)};
}

bool holds(Range units, float first, float count, std::size_t total) {
  const float end = std::min(first + count, static_cast<float>(total));
  return static_cast<float>(units.begin) <= first && end <= static_cast<float>(units.end) + 0.01F;
}

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool holds_text(std::string_view label, std::string_view wanted) {
  return std::search(label.begin(), label.end(), wanted.begin(), wanted.end(),
                     [](char a, char b) { return lower(a) == lower(b); }) != label.end();
}

}  // namespace

std::size_t block_of_whole(std::size_t units) {
  return std::bit_ceil(std::max<std::size_t>(1, (units + most_map_cells - 1) / most_map_cells));
}

std::size_t block_for(float units_per_pixel) {
  return std::bit_ceil(static_cast<std::size_t>(std::ceil(std::max(1.0F, units_per_pixel - 0.001F))));
}

MapPyramid make_pyramid(const MapSource& source, const std::stop_token& stop,
                        const std::function<void(float)>& between) {
  const std::size_t block = block_of_whole(std::max(source.rows.size(), source.cols.size()));
  return pyramid_of(attention_map(source, {0, source.rows.size()}, {0, source.cols.size()}, block, stop, between));
}

MapPyramid pyramid_of(AttentionMap finest) {
  MapPyramid pyramid;
  pyramid.levels.push_back(std::move(finest));
  pyramid.score_limit = largest_shown(shown_scores(pyramid.levels.front(), MapPooling::peak));
  pyramid.weight_limit = largest_shown(shown_weights(pyramid.levels.front(), MapPooling::peak));
  while (std::max(pyramid.levels.back().allowed_pairs.rows, pyramid.levels.back().allowed_pairs.cols) >
         2 * kFewestCells)
    pyramid.levels.push_back(halved(pyramid.levels.back()));
  return pyramid;
}

const AttentionMap& level_for(const MapPyramid& pyramid, float units_per_pixel) {
  const std::size_t block = block_for(units_per_pixel);
  for (const AttentionMap& level : pyramid.levels)
    if (level.block >= block) return level;
  return pyramid.levels.back();
}

MapRegion region_for(const MapView& view, std::size_t rows, std::size_t cols) {
  const std::size_t block = block_for(view.units_per_pixel);
  return {widened(view.top, view.rows, kBorder * block, rows), widened(view.left, view.cols, kBorder * block, cols),
          block};
}

bool serves(const AttentionMap& map, const MapView& view, std::size_t rows, std::size_t cols) {
  return map.block <= block_for(view.units_per_pixel) && holds(map.rows, view.top, view.rows, rows) &&
         holds(map.cols, view.left, view.cols, cols);
}

Matrix shown_scores(const AttentionMap& map, MapPooling pooling) {
  return shown(pooling == MapPooling::peak ? map.score_peak : map.score_mean, map);
}

Matrix shown_weights(const AttentionMap& map, MapPooling pooling) {
  return shown(pooling == MapPooling::peak ? map.weight_peak : map.weight_mean, map);
}

float largest_shown(const Matrix& values) {
  float largest = 0.0F;
  for (const float value : values.values)
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  return largest > 0.0F ? largest : 1.0F;
}

ExactCell exact_cell(const MapSource& source, std::size_t row, std::size_t col) {
  const auto asking = source.rows.subspan(row, 1);
  const GroupedAttention one = grouped_attention(source.trace, source.head, asking, source.cols.subspan(col, 1));
  ExactCell cell{one.scores(0, 0), one.weights(0, 0), one.masked[0]};
  if (!source.renormalised) return cell;
  const double mass = grouped_mass(source.trace, source.head, asking, source.cols).front();
  if (mass > 0.0) cell.weight = static_cast<float>(cell.weight / mass);
  return cell;
}

MapView centred(MapView view, float row, float col, std::size_t rows, std::size_t cols) {
  const auto inside = [](float first, float count, std::size_t total) {
    return std::clamp(first, 0.0F, std::max(0.0F, static_cast<float>(total) - count));
  };
  view.left = inside(col - 0.5F * view.cols, view.cols, cols);
  view.top = inside(row - 0.5F * view.rows, view.rows, rows);
  return view;
}

std::vector<std::size_t> find_units(const Axis& axis, std::string_view wanted) {
  if (wanted.empty()) return {};
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
  if (error == std::errc() && end == wanted.data() + wanted.size() && number < axis.size()) return {number};
  std::vector<std::size_t> found;
  for (std::size_t unit = 0; unit < axis.size(); ++unit)
    if (holds_text(axis.units[unit].label, wanted)) found.push_back(unit);
  return found;
}

std::size_t next_of(const std::vector<std::size_t>& found, std::size_t from, int step) {
  if (step > 0) {
    const auto after = std::upper_bound(found.begin(), found.end(), from);
    return after == found.end() ? found.front() : *after;
  }
  const auto here = std::lower_bound(found.begin(), found.end(), from);
  return here == found.begin() ? found.back() : *std::prev(here);
}

}  // namespace regard
