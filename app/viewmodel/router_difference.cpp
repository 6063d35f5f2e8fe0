// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/router_difference.h"

#include "app/viewmodel/baseline.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/difference_views.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace regard {
namespace {

/// A's row of a layer for the partner of B's token.
void take_row(RouterDifference& difference, const RouterView& live, const Snapshot& snapshot, std::size_t row) {
  const Trace& trace = *snapshot.comparison->baseline->trace;
  const std::size_t layer = live.layer_of(row), cols = live.columns.size();
  const std::optional<std::size_t> token = baseline_token(snapshot, TextSide::encoder, live.token_of(row));
  if (!token || layer >= trace.layers.size()) return;
  const Matrix& router = trace.layers[layer].router;
  for (std::size_t col = 0; col < cols; ++col)
    if (live.columns[col] < router.cols) difference.before(row, col) = router(*token, live.columns[col]);
  for (const ChosenExpert& each : chosen_experts(trace, layer, *token))
    if (const std::size_t col = live.column_of(each.expert); col < cols)
      difference.chosen_before[row * cols + col] = true;
}

void take_loads(RouterDifference& difference, const ExpertLoads& loads) {
  for (std::size_t layer = 0; layer < std::min(loads.layers.size(), difference.before.rows); ++layer)
    for (std::size_t expert = 0; expert < std::min(loads.layers[layer].tokens.size(), difference.before.cols); ++expert)
      difference.before(layer, expert) = loads.layers[layer].share(expert);
}

}  // namespace

RouterDifference make_router_difference(const RouterView& live, const Snapshot& snapshot, const ExpertLoads* loads) {
  const std::size_t rows = live.rows.size(), cols = live.columns.size();
  RouterDifference difference;
  difference.before = difference.changes = Matrix(rows, cols, std::numeric_limits<float>::quiet_NaN());
  if (live.of.map == RouterMap::load) {
    if (loads != nullptr) take_loads(difference, *loads);
  } else {
    difference.chosen_before.assign(rows * cols, false);
    for (std::size_t row = 0; row < rows; ++row)
      take_row(difference, live, snapshot, row);
  }
  difference.limit = least_weight_scale;
  for (std::size_t cell = 0; cell < rows * cols; ++cell) {
    const float change = live.values.values[cell] - difference.before.values[cell];
    difference.changes.values[cell] = change;
    if (std::isfinite(change)) difference.limit = std::max(difference.limit, std::abs(change));
  }
  return difference;
}

}  // namespace regard
