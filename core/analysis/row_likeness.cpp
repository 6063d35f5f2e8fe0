// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/anomalies.h"
#include "core/analysis/difference.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kMostRows = 64;     // of a longer text so many are compared, evenly spread
constexpr double kLeastInCommon = 0.1;    // of a row's weight; what is left of less says nothing about the row
constexpr std::ptrdiff_t kLeastKeys = 2;  // a row over one key is 1 whatever the head does

/// Keys, or offsets from the query.
struct Places {
  std::ptrdiff_t begin = 0, end = 0;
};

/// The row over some places, divided by its sum there; nothing where little of it lies there.
bool part_of_row(std::span<const float> row, std::ptrdiff_t origin, Places places, std::vector<float>& part) {
  const auto first = row.begin() + (places.begin + origin);
  part.assign(first, first + (places.end - places.begin));
  const double sum = std::accumulate(part.begin(), part.end(), 0.0);
  if (sum < kLeastInCommon) return false;
  for (float& weight : part)
    weight = static_cast<float>(static_cast<double>(weight) / sum);
  return true;
}

/// Mean divergence over pairs of rows.
struct Likeness {
  double sum = 0.0;
  std::size_t pairs = 0;
  [[nodiscard]] double mean() const { return sum / static_cast<double>(std::max<std::size_t>(pairs, 1)); }
};

/// Queries that are compared.
std::vector<std::size_t> compared_rows(std::size_t tokens) {
  std::vector<std::size_t> rows(std::min(tokens, kMostRows));
  for (std::size_t index = 0; index < rows.size(); ++index)
    rows[index] = index * tokens / rows.size();
  return rows;
}

}  // namespace

BlindHead row_likeness(const Trace& trace, HeadRef head, const Matrix& weights) {
  const std::vector<std::size_t> rows = compared_rows(weights.rows);
  Likeness by_key, by_distance;
  std::vector<float> one, other;
  const auto compare = [&](std::size_t first, std::size_t second, bool offsets, Likeness& likeness) {
    // Keys that lie in both windows; the first ones in front of a window have no place among offsets.
    const Range allowed = allowed_keys(trace, head.layer, first).window,
                others = allowed_keys(trace, head.layer, second).window;
    const std::ptrdiff_t origin = offsets ? static_cast<std::ptrdiff_t>(first) : 0;
    const std::ptrdiff_t other_origin = offsets ? static_cast<std::ptrdiff_t>(second) : 0;
    const Places common{std::max(static_cast<std::ptrdiff_t>(allowed.begin) - origin,
                                 static_cast<std::ptrdiff_t>(others.begin) - other_origin),
                        std::min(static_cast<std::ptrdiff_t>(allowed.end) - origin,
                                 static_cast<std::ptrdiff_t>(others.end) - other_origin)};
    if (common.end - common.begin < kLeastKeys) return;
    if (!part_of_row(weights.row(first), origin, common, one)) return;
    if (!part_of_row(weights.row(second), other_origin, common, other)) return;
    likeness.sum += row_movement(one, other);
    ++likeness.pairs;
  };
  for (std::size_t step = 1; step < rows.size(); step *= 2)  // neighbours, and far apart
    for (std::size_t index = 0; index + step < rows.size(); ++index) {
      compare(rows[index], rows[index + step], false, by_key);
      if (!trace.request.cross) compare(rows[index], rows[index + step], true, by_distance);
    }
  const bool distance = by_distance.pairs > 0 && (by_key.pairs == 0 || by_distance.mean() < by_key.mean());
  const Likeness& smaller = distance ? by_distance : by_key;
  return {head, smaller.mean(), distance, smaller.pairs};
}

}  // namespace regard
