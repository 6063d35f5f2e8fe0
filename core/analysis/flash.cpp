// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/flash.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace regard {
namespace {

constexpr float kNoScoreYet = -std::numeric_limits<float>::infinity();

/// exp(s − m); 0 before any score was seen.
float exp_above(float score, float maximum) {
  return score == kNoScoreYet ? 0.0F : std::exp(score - maximum);
}

bool any_open(const OpenCells& open, Range queries, Range keys) {
  for (std::size_t query = queries.begin; query < queries.end; ++query)
    for (std::size_t key = keys.begin; key < keys.end; ++key)
      if (open(query, key)) return true;
  return false;
}

/// One row goes through one tile: its maximum grows, what it has summed is rescaled, and the tile's keys are added.
void pass_tile(const Matrix& scores, const Matrix& values, const OpenCells& open, std::size_t query, Range keys,
               RowStatistics& running, std::span<float> output) {
  const float before = running.maximum;
  for (std::size_t key = keys.begin; key < keys.end; ++key)
    if (open(query, key)) running.maximum = std::max(running.maximum, scores(query, key));
  const float rescaled = exp_above(before, running.maximum);
  running.sum *= rescaled;
  for (float& value : output)
    value *= rescaled;
  for (std::size_t key = keys.begin; key < keys.end; ++key) {
    if (!open(query, key)) continue;
    const float share = exp_above(scores(query, key), running.maximum);
    running.sum += share;
    for (std::size_t dimension = 0; dimension < output.size(); ++dimension)
      output[dimension] += share * values(key, dimension);
  }
}

}  // namespace

FlashRun flash_attention(Matrix given, const Matrix& values, const OpenCells& open, std::size_t side, float sink) {
  FlashRun run{.scores = std::move(given), .outputs = Matrix(open.queries, values.cols)};
  const Matrix& scores = run.scores;
  for (std::size_t first = 0; first < scores.rows; first += side) {
    const Range queries{first, std::min(first + side, scores.rows)};
    std::vector<RowStatistics> running(queries.size(), RowStatistics{sink, sink == kNoScoreYet ? 0.0F : 1.0F});
    for (std::size_t key = 0; key < scores.cols; key += side) {
      const Range keys{key, std::min(key + side, scores.cols)};
      if (!any_open(open, queries, keys)) continue;
      for (std::size_t row = 0; row < queries.size(); ++row)
        pass_tile(scores, values, open, queries.begin + row, keys, running[row], run.outputs.row(queries.begin + row));
      run.tiles.push_back({queries, keys, running});
    }
    for (std::size_t row = 0; row < queries.size(); ++row)
      for (float& value : run.outputs.row(queries.begin + row))
        value = running[row].sum > 0.0F ? value / running[row].sum : 0.0F;
  }
  run.weights = flash_weights_after(run, open, run.tiles.size());
  return run;
}

Matrix flash_weights_after(const FlashRun& run, const OpenCells& open, std::size_t done) {
  const Matrix& scores = run.scores;
  const bool whole = done >= run.tiles.size();
  Matrix weights(scores.rows, scores.cols, whole ? 0.0F : std::numeric_limits<float>::quiet_NaN());
  for (std::size_t tile = std::min(done, run.tiles.size()); tile-- > 0;) {
    const FlashTile& here = run.tiles[tile];
    std::size_t last = tile;  // of the row of tiles: what its rows know by now
    while (last + 1 < std::min(done, run.tiles.size()) && run.tiles[last + 1].queries == here.queries)
      ++last;
    for (std::size_t query = here.queries.begin; query < here.queries.end; ++query) {
      const RowStatistics& known = run.tiles[last].running[query - here.queries.begin];
      for (std::size_t key = here.keys.begin; key < here.keys.end; ++key)
        weights(query, key) = open(query, key) ? exp_above(scores(query, key), known.maximum) / known.sum : 0.0F;
    }
  }
  return weights;
}

double flash_bound(std::size_t keys, std::size_t side) {
  const std::size_t tiles = (keys + side - 1) / side;
  return static_cast<double>(keys + 4 * tiles + 16) * std::ldexp(1.0, -24);
}

}  // namespace regard
