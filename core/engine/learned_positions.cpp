// SPDX-License-Identifier: Apache-2.0
// Learned positions (Devlin et al. 2018, Radford et al. 2019; RoBERTa's leave padding out).
#include "core/engine/embedding.h"
#include "core/engine/linear.h"

#include <algorithm>

namespace regard {
namespace {

/// Tokens before `token` that take no place of their own.
std::size_t unplaced_before(const Pass& pass, std::size_t token, std::int32_t unplaced_id) {
  const std::vector<std::int32_t>& ids = pass.trace.request.ids;
  return static_cast<std::size_t>(
      std::count(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(token), unplaced_id));
}

}  // namespace

void add_learned_positions(const Pass& pass, const LearnedPositions& positions, Rows rows) {
  const TensorView& table = pass.weights().position_embedding;
  const std::vector<float> places = pass.places();
  std::size_t unplaced = unplaced_before(pass, pass.rows.begin, positions.unplaced_id);
  for (std::size_t row = 0; row < rows.count; ++row) {
    if (pass.trace.request.ids[pass.rows.begin + row] == positions.unplaced_id) {
      add_row(table, positions.offset - 1, rows.row(row));  // the one in front of the first token's
      ++unplaced;
      continue;
    }
    const float place = std::max(places[row] - static_cast<float>(unplaced), 0.0F);
    add_row(table, positions.offset + static_cast<std::size_t>(place), rows.row(row));
  }
}

}  // namespace regard
