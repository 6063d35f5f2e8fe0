// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/difference_map.h"

#include "core/analysis/map_bands.h"

#include <algorithm>

namespace regard {
namespace {

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

/// Adds a part of the changes to their blocks.
void pool(const GroupedAttention& live, const GroupedAttention& baseline, const Partners& rows, const Partners& cols,
          MapCorner corner, AttentionMap& map) {
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
      add_pair(map, cell_row, cell_col, live.scores(row, col) - baseline.scores(from_row, from_col),
               live.weights(row, col) - baseline.weights(from_row, from_col));
    }
  }
}

/// One band of whole blocks of rows.
void map_rows(const DifferenceSource& source, Range rows, const std::stop_token& stop, AttentionMap& map) {
  for (std::size_t row = rows.begin; row < rows.end; row += kMapRowsTogether) {
    const std::size_t count = std::min(kMapRowsTogether, rows.end - row);
    const auto asking = source.live.rows.subspan(row, count);
    const Partners from_rows = partners_of(source.row_partner.subspan(row, count), source.baseline.rows);
    if (from_rows.groups.empty()) continue;
    const std::vector<double> mass = mass_of(source.live, asking);
    const std::vector<double> baseline_mass = mass_of(source.baseline, from_rows.groups);
    for (std::size_t col = map.cols.begin; col < map.cols.end; col += kMapColsTogether) {
      throw_if_stopped(stop);
      const std::size_t wide = std::min(kMapColsTogether, map.cols.end - col);
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
  const auto pool_rows = [&](Range band, AttentionMap& map) { map_rows(source, band, stop, map); };
  return pooled_map(rows, cols, block, pool_rows, stop, between);
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
