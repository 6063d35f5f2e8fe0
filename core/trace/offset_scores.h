// SPDX-License-Identifier: Apache-2.0
// What offsets add to the scores of a head where they have queries and keys of their own (DeBERTa). The run and the accessors of a
// Trace call the same functions, so that a tile shows to the last bit what the run used. Pure; any thread.
#pragma once

#include "core/base/multiply.h"
#include "core/model/layer_plan.h"

#include <cstddef>
#include <vector>

namespace regard {

/// The offsets of one head. Borrows the config.
struct HeadOffsets {
  const Disentangled* table = nullptr;   ///< null: its offsets have no part in the scores
  std::size_t first_column = 0;          ///< of the head in the tables
  std::vector<std::ptrdiff_t> places{};  ///< [T] where each token stands; empty: where it is in the text

  /// The row of the tables for a query and a key of the text.
  [[nodiscard]] std::size_t row(std::size_t query, std::size_t key) const;
};

/// A rectangle of scores: some queries [count, d] against columns [begin, end) of transposed keys [d, K], multiples of kPadding.
struct ScoreTile {
  Strided queries{};
  std::size_t count = 0;
  const PaddedMatrix* transposed_keys = nullptr;
  std::size_t begin = 0, end = 0;
  std::size_t first_query = 0, first_key = 0;  ///< of the first row and of column 0: where they stand in the text
};

/// out[i, j] += scale · q_i·keys_r, of the row r of i and j. No more than what is asked for is touched; padding is left alone.
void add_content_to_position(const HeadOffsets& offsets, const ScoreTile& tile, float scale, float* out,
                             std::size_t out_stride);

/// out[i, j] += scale · k_j·queries_r, likewise.
void add_position_to_content(const HeadOffsets& offsets, const ScoreTile& tile, float scale, float* out,
                             std::size_t out_stride);

}  // namespace regard
