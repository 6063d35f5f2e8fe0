// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/map_bands.h"

#include "core/base/parallel.h"

#include <algorithm>

namespace regard {
namespace {

constexpr std::size_t kRowsBetween = 512;  // units between two looks at the stop token

std::size_t cells(Range units, std::size_t block) {
  return (units.size() + block - 1) / block;
}

}  // namespace

AttentionMap empty_map(Range rows, Range cols, std::size_t block) {
  AttentionMap map{rows, cols, block, {}, {}, {}, {}, {}};
  for (Matrix* matrix : {&map.score_peak, &map.score_mean, &map.weight_peak, &map.weight_mean, &map.allowed_pairs})
    *matrix = Matrix(cells(rows, block), cells(cols, block));
  return map;
}

void finish_means(AttentionMap& map) {
  for (std::size_t cell = 0; cell < map.allowed_pairs.values.size(); ++cell) {
    const float pairs = std::max(1.0F, map.allowed_pairs.values[cell]);
    map.score_mean.values[cell] /= pairs;
    map.weight_mean.values[cell] /= pairs;
  }
}

AttentionMap pooled_map(Range rows, Range cols, std::size_t block,
                        const std::function<void(Range, AttentionMap&)>& pool_rows, const std::stop_token& stop,
                        const std::function<void(float)>& between) {
  AttentionMap map = empty_map(rows, cols, block);
  const std::size_t bands = cells(rows, block);
  const std::size_t bands_at_once = std::max<std::size_t>(1, kRowsBetween / block);
  for (std::size_t first = 0; first < bands; first += bands_at_once) {
    throw_if_stopped(stop);
    const std::size_t count = std::min(bands_at_once, bands - first);
    parallel_for(count, std::max<std::size_t>(1, kMapRowsTogether / block), [&](std::size_t begin, std::size_t end) {
      pool_rows({rows.begin + (first + begin) * block, std::min(rows.end, rows.begin + (first + end) * block)}, map);
    });
    if (between) between(static_cast<float>(first + count) / static_cast<float>(bands));
  }
  finish_means(map);
  return map;
}

}  // namespace regard
