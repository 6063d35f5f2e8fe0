// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/attention_map.h"

#include "core/analysis/map_bands.h"

#include <algorithm>
#include <cassert>

namespace regard {
namespace {

/// The last token that any of these rows may look at, plus one: columns after it are masked.
std::size_t reach_end(const MapSource& source, std::span<const TokenGroup> rows) {
  std::size_t end = 0;
  for (const TokenGroup& group : rows)
    for (const std::size_t query : group)
      end = std::max(end, allowed_keys(source.trace, source.head.layer, query).span().end);
  return end;
}

/// The columns of `cols` that begin before a token.
Range columns_before(const MapSource& source, Range cols, std::size_t token) {
  const auto first = source.cols.begin();
  const auto end = std::partition_point(first + static_cast<std::ptrdiff_t>(cols.begin),
                                        first + static_cast<std::ptrdiff_t>(cols.end),
                                        [token](const TokenGroup& group) { return group.front() < token; });
  return {cols.begin, static_cast<std::size_t>(end - first)};
}

/// Adds a part of exact numbers to their blocks.
void pool(const GroupedAttention& attention, MapCorner corner, const std::vector<double>& mass, AttentionMap& map) {
  for (std::size_t row = 0; row < attention.weights.rows; ++row) {
    const std::size_t cell_row = (corner.row + row - map.rows.begin) / map.block;
    const double row_mass = mass.empty() ? 1.0 : mass[row];
    const float factor = row_mass > 0.0 ? static_cast<float>(1.0 / row_mass) : 1.0F;
    const std::span<const float> scores = attention.scores.row(row), weights = attention.weights.row(row);
    for (std::size_t col = 0; col < weights.size(); ++col) {
      if (attention.masked[row * weights.size() + col]) continue;
      const std::size_t cell_col = (corner.col + col - map.cols.begin) / map.block;
      add_pair(map, cell_row, cell_col, scores[col], weights[col] * factor);
    }
  }
}

/// One band of whole blocks of rows.
void map_rows(const MapSource& source, Range rows, const std::stop_token& stop, AttentionMap& map) {
  for (std::size_t row = rows.begin; row < rows.end; row += kMapRowsTogether) {
    const auto asking = source.rows.subspan(row, std::min(kMapRowsTogether, rows.end - row));
    std::vector<double> mass;
    if (source.renormalised) mass = grouped_mass(source.trace, source.head, asking, source.cols);
    const Range seen = columns_before(source, map.cols, reach_end(source, asking));
    for (std::size_t col = seen.begin; col < seen.end; col += kMapColsTogether) {
      throw_if_stopped(stop);
      const auto asked = source.cols.subspan(col, std::min(kMapColsTogether, seen.end - col));
      pool(grouped_attention(source.trace, source.head, asking, asked), {row, col}, mass, map);
    }
  }
}

}  // namespace

AttentionMap attention_map(const MapSource& source, Range rows, Range cols, std::size_t block,
                           const std::stop_token& stop, const std::function<void(float)>& between) {
  assert(block > 0 && rows.end <= source.rows.size() && cols.end <= source.cols.size());
  const auto pool_rows = [&](Range band, AttentionMap& map) { map_rows(source, band, stop, map); };
  return pooled_map(rows, cols, block, pool_rows, stop, between);
}

AttentionMap halved(const AttentionMap& map) {
  AttentionMap half = empty_map(map.rows, map.cols, 2 * map.block);
  for (std::size_t row = 0; row < map.allowed_pairs.rows; ++row)
    for (std::size_t col = 0; col < map.allowed_pairs.cols; ++col) {
      const std::size_t to_row = row / 2, to_col = col / 2;
      const float pairs = map.allowed_pairs(row, col);
      keep_farther(half.score_peak(to_row, to_col), map.score_peak(row, col));
      keep_farther(half.weight_peak(to_row, to_col), map.weight_peak(row, col));
      half.score_mean(to_row, to_col) += pairs * map.score_mean(row, col);
      half.weight_mean(to_row, to_col) += pairs * map.weight_mean(row, col);
      half.allowed_pairs(to_row, to_col) += pairs;
    }
  finish_means(half);
  return half;
}

}  // namespace regard
