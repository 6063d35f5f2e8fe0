// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/difference_map.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

constexpr std::size_t kRowsTogether = 128;   // units whose exact numbers are held at a time, by each thread
constexpr std::size_t kColsTogether = 2048;  // likewise
constexpr std::size_t kRowsBetween = 512;    // units between two looks at the stop token

std::size_t cells(Range units, std::size_t block) {
  return (units.size() + block - 1) / block;
}

/// The baseline's units that are partners of some live ones, as grouped_attention() wants them, and where each of them went.
struct Partners {
  std::vector<TokenGroup> groups{};
  std::vector<std::size_t> place{};  ///< [live units] index into `groups`, or kNoPartner
};

Partners partners_of(std::span<const std::size_t> partner, std::span<const TokenGroup> all) {
  std::vector<std::size_t> units;
  for (const std::size_t unit : partner)
    if (unit != kNoPartner) units.push_back(unit);
  std::sort(units.begin(), units.end());
  Partners partners;
  for (const std::size_t unit : units)
    partners.groups.push_back(all[unit]);
  partners.place.reserve(partner.size());
  for (const std::size_t unit : partner)
    partners.place.push_back(
        unit == kNoPartner
            ? kNoPartner
            : static_cast<std::size_t>(std::lower_bound(units.begin(), units.end(), unit) - units.begin()));
  return partners;
}

/// A part of one text's grid, its weights as the views show them.
GroupedAttention part_of(const MapSource& source, std::span<const TokenGroup> rows, std::span<const TokenGroup> cols,
                         const std::vector<double>& mass) {
  GroupedAttention part = grouped_attention(source.trace, source.head, rows, cols);
  if (source.renormalised) renormalise_rows(part.weights, mass);
  return part;
}

std::vector<double> mass_of(const MapSource& source, std::span<const TokenGroup> rows) {
  return source.renormalised ? grouped_mass(source.trace, source.head, rows, source.cols) : std::vector<double>{};
}

void keep_farther(float& kept, float value) {
  if (std::abs(value) > std::abs(kept)) kept = value;
}

struct Corner {
  std::size_t row = 0, col = 0;
};

/// Adds the changes to the peaks and sums of their blocks.
void pool(const GroupedAttention& live, const GroupedAttention& baseline, const Partners& rows, const Partners& cols,
          Corner corner, AttentionMap& map) {
  for (std::size_t row = 0; row < live.weights.rows; ++row) {
    const std::size_t from_row = rows.place[row];
    if (from_row == kNoPartner) continue;
    const std::size_t cell_row = (corner.row + row - map.rows.begin) / map.block;
    for (std::size_t col = 0; col < live.weights.cols; ++col) {
      const std::size_t from_col = cols.place[col];
      if (from_col == kNoPartner) continue;
      if (live.masked[row * live.weights.cols + col] && baseline.masked[from_row * baseline.weights.cols + from_col])
        continue;
      const std::size_t cell_col = (corner.col + col - map.cols.begin) / map.block;
      const float score = live.scores(row, col) - baseline.scores(from_row, from_col);
      const float weight = live.weights(row, col) - baseline.weights(from_row, from_col);
      keep_farther(map.score_peak(cell_row, cell_col), score);
      keep_farther(map.weight_peak(cell_row, cell_col), weight);
      map.score_mean(cell_row, cell_col) += score;
      map.weight_mean(cell_row, cell_col) += weight;
      map.allowed_pairs(cell_row, cell_col) += 1.0F;
    }
  }
}

/// One band of whole blocks of rows.
void map_rows(const DifferenceSource& source, Range rows, const std::stop_token& stop, AttentionMap& map) {
  for (std::size_t row = rows.begin; row < rows.end; row += kRowsTogether) {
    const std::size_t count = std::min(kRowsTogether, rows.end - row);
    const auto asking = source.live.rows.subspan(row, count);
    const Partners from_rows = partners_of(source.row_partner.subspan(row, count), source.baseline.rows);
    if (from_rows.groups.empty()) continue;
    const std::vector<double> mass = mass_of(source.live, asking);
    const std::vector<double> baseline_mass = mass_of(source.baseline, from_rows.groups);
    for (std::size_t col = map.cols.begin; col < map.cols.end; col += kColsTogether) {
      throw_if_stopped(stop);
      const std::size_t wide = std::min(kColsTogether, map.cols.end - col);
      const Partners from_cols = partners_of(source.col_partner.subspan(col, wide), source.baseline.cols);
      if (from_cols.groups.empty()) continue;
      pool(part_of(source.live, asking, source.live.cols.subspan(col, wide), mass),
           part_of(source.baseline, from_rows.groups, from_cols.groups, baseline_mass), from_rows, from_cols,
           {row, col}, map);
    }
  }
}

}  // namespace

AttentionMap difference_map(const DifferenceSource& source, Range rows, Range cols, std::size_t block,
                            const std::stop_token& stop, const std::function<void(float)>& between) {
  AttentionMap map{rows, cols, block, {}, {}, {}, {}, {}};
  for (Matrix* matrix : {&map.score_peak, &map.score_mean, &map.weight_peak, &map.weight_mean, &map.allowed_pairs})
    *matrix = Matrix(cells(rows, block), cells(cols, block));
  const std::size_t bands = cells(rows, block);
  const std::size_t bands_at_once = std::max<std::size_t>(1, kRowsBetween / block);
  for (std::size_t first = 0; first < bands; first += bands_at_once) {
    throw_if_stopped(stop);
    const std::size_t count = std::min(bands_at_once, bands - first);
    parallel_for(count, std::max<std::size_t>(1, kRowsTogether / block), [&](std::size_t begin, std::size_t end) {
      map_rows(source, {rows.begin + (first + begin) * block, std::min(rows.end, rows.begin + (first + end) * block)},
               stop, map);
    });
    if (between) between(static_cast<float>(first + count) / static_cast<float>(bands));
  }
  for (std::size_t cell = 0; cell < map.allowed_pairs.values.size(); ++cell) {
    const float pairs = std::max(1.0F, map.allowed_pairs.values[cell]);
    map.score_mean.values[cell] /= pairs;
    map.weight_mean.values[cell] /= pairs;
  }
  return map;
}

MapPyramid make_difference_pyramid(const DifferenceSource& source, const std::stop_token& stop,
                                   const std::function<void(float)>& between) {
  const std::size_t rows = source.live.rows.size(), cols = source.live.cols.size();
  MapPyramid pyramid =
      pyramid_of(difference_map(source, {0, rows}, {0, cols}, block_of_whole(std::max(rows, cols)), stop, between));
  pyramid.score_limit = std::max(pyramid.score_limit, least_score_scale);
  pyramid.weight_limit = std::max(pyramid.weight_limit, least_weight_scale);
  return pyramid;
}

}  // namespace regard
