// SPDX-License-Identifier: Apache-2.0
// Attention between groups of tokens (words, or single tokens): one head's tile summed up as a reader sees it. Pure; any thread.
#pragma once

#include "core/trace/score_parts.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <span>
#include <vector>

namespace regard {

/// Tokens seen as one, ascending; never empty. Lists of groups ascend too and do not overlap.
using TokenGroup = std::vector<std::size_t>;

/// Rows ask, columns are looked at.
struct GroupedAttention {
  Matrix scores{};   ///< [rows, cols] mean over the allowed pairs of pieces (over all pairs where none is allowed)
  Matrix weights{};  ///< [rows, cols] summed over the pieces attended to, mean over the pieces that ask
  std::vector<bool> masked{};  ///< [rows·cols] no piece may look at any piece
};
/// Groups of one token each give the trace's own numbers to the last bit. Memory: the result and a few rows of tokens.
[[nodiscard]] GroupedAttention grouped_attention(const Trace& trace, HeadRef head, std::span<const TokenGroup> rows,
                                                 std::span<const TokenGroup> cols);

/// The terms that the scores are sums of, each grouped as the scores are; see score_parts().
[[nodiscard]] std::vector<ScorePart> grouped_score_parts(const Trace& trace, HeadRef head,
                                                         std::span<const TokenGroup> rows,
                                                         std::span<const TokenGroup> cols);

/// The weights alone.
[[nodiscard]] Matrix grouped_weights(const Trace& trace, HeadRef head, std::span<const TokenGroup> rows,
                                     std::span<const TokenGroup> cols);

/// Σ over `cols` of each row's grouped weight, [rows.size()], without holding the tile.
[[nodiscard]] std::vector<double> grouped_mass(const Trace& trace, HeadRef head, std::span<const TokenGroup> rows,
                                               std::span<const TokenGroup> cols);

/// Divides each row by its sum, so that it is 1; a row of zeros stays one.
void renormalise_rows(Matrix& weights);
/// Divides each row by a mass known from elsewhere; rows of mass 0 stay.
void renormalise_rows(Matrix& weights, std::span<const double> mass);

}  // namespace regard
