// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/attention_map.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace regard {
namespace {

constexpr std::size_t kRowsTogether = 128;   // units whose exact numbers are held at a time, by each thread
constexpr std::size_t kColsTogether = 2048;  // likewise
constexpr std::size_t kRowsBetween = 512;    // units between two looks at the stop token

std::size_t cells(Range units, std::size_t block) {
  return (units.size() + block - 1) / block;
}

AttentionMap empty_map(Range rows, Range cols, std::size_t block) {
  AttentionMap map{rows, cols, block, {}, {}, {}, {}, {}};
  for (Matrix* matrix : {&map.score_peak, &map.score_mean, &map.weight_peak, &map.weight_mean, &map.allowed_pairs})
    *matrix = Matrix(cells(rows, block), cells(cols, block));
  return map;
}

void keep_farther(float& kept, float value) {
  if (std::abs(value) > std::abs(kept)) kept = value;
}

/// The last token that any of these rows may look at, plus one: columns after it are masked.
std::size_t reach_end(const MapSource& source, std::span<const TokenGroup> rows) {
  std::size_t end = 0;
  for (const TokenGroup& group : rows)
    end = std::max(end, allowed_keys(source.trace, source.head.layer, group.back()).end);
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

/// The units of the first row and column of exact numbers.
struct Corner {
  std::size_t row = 0;
  std::size_t col = 0;
};

/// Adds exact numbers to the peaks and sums of their blocks (sums are in the means' places until finish_means()).
void pool(const GroupedAttention& attention, Corner corner, const std::vector<double>& mass, AttentionMap& map) {
  for (std::size_t row = 0; row < attention.weights.rows; ++row) {
    const std::size_t cell_row = (corner.row + row - map.rows.begin) / map.block;
    const double row_mass = mass.empty() ? 1.0 : mass[row];
    const float factor = row_mass > 0.0 ? static_cast<float>(1.0 / row_mass) : 1.0F;
    const std::span<const float> scores = attention.scores.row(row), weights = attention.weights.row(row);
    for (std::size_t col = 0; col < weights.size(); ++col) {
      if (attention.masked[row * weights.size() + col]) continue;
      const std::size_t cell_col = (corner.col + col - map.cols.begin) / map.block;
      const float weight = weights[col] * factor;
      keep_farther(map.score_peak(cell_row, cell_col), scores[col]);
      float& peak = map.weight_peak(cell_row, cell_col);
      peak = std::max(peak, weight);
      map.score_mean(cell_row, cell_col) += scores[col];
      map.weight_mean(cell_row, cell_col) += weight;
      map.allowed_pairs(cell_row, cell_col) += 1.0F;
    }
  }
}

/// One band of whole blocks of rows.
void map_rows(const MapSource& source, Range rows, const std::stop_token& stop, AttentionMap& map) {
  for (std::size_t row = rows.begin; row < rows.end; row += kRowsTogether) {
    const auto asking = source.rows.subspan(row, std::min(kRowsTogether, rows.end - row));
    std::vector<double> mass;
    if (source.renormalised) mass = grouped_mass(source.trace, source.head, asking, source.cols);
    const Range seen = columns_before(source, map.cols, reach_end(source, asking));
    for (std::size_t col = seen.begin; col < seen.end; col += kColsTogether) {
      throw_if_stopped(stop);
      const auto asked = source.cols.subspan(col, std::min(kColsTogether, seen.end - col));
      pool(grouped_attention(source.trace, source.head, asking, asked), {row, col}, mass, map);
    }
  }
}

void finish_means(AttentionMap& map) {
  for (std::size_t cell = 0; cell < map.allowed_pairs.values.size(); ++cell) {
    const float pairs = std::max(1.0F, map.allowed_pairs.values[cell]);
    map.score_mean.values[cell] /= pairs;
    map.weight_mean.values[cell] /= pairs;
  }
}

}  // namespace

AttentionMap attention_map(const MapSource& source, Range rows, Range cols, std::size_t block,
                           const std::stop_token& stop, const std::function<void(float)>& between) {
  assert(block > 0 && rows.end <= source.rows.size() && cols.end <= source.cols.size());
  AttentionMap map = empty_map(rows, cols, block);
  const std::size_t bands_at_once = std::max<std::size_t>(1, kRowsBetween / block);
  const std::size_t bands = cells(rows, block);
  for (std::size_t first = 0; first < bands; first += bands_at_once) {
    throw_if_stopped(stop);
    const std::size_t count = std::min(bands_at_once, bands - first);
    parallel_for(count, std::max<std::size_t>(1, kRowsTogether / block), [&](std::size_t begin, std::size_t end) {
      map_rows(source, {rows.begin + (first + begin) * block, std::min(rows.end, rows.begin + (first + end) * block)},
               stop, map);
    });
    if (between) between(static_cast<float>(first + count) / static_cast<float>(bands));
  }
  finish_means(map);
  return map;
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
