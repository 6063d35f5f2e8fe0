// SPDX-License-Identifier: Apache-2.0
// Softmax in tiles, with a running maximum and a running sum per row (Milakov and Gimelshein 2018; FlashAttention, Dao et al. 2022,
// https://arxiv.org/abs/2205.14135): the same function, of which no more than one tile of scores is held at a time. In float32, as it is
// done. Pure; any thread.
#pragma once

#include "core/analysis/kinds.h"
#include "core/base/matrix.h"
#include "core/base/range.h"
#include "core/base/row_statistics.h"

#include <cstddef>
#include <vector>

namespace regard {

/// A tile, and what its rows know once it is done.
struct FlashTile {
  Range queries{}, keys{};
  std::vector<RowStatistics> running{};  ///< [queries.size()]: the maximum so far, and the sum of exp(s − maximum)
};

struct FlashRun {
  Matrix scores{};  ///< what it was computed of
  std::vector<FlashTile>
      tiles{};       ///< as they are computed: by rows of tiles, then keys; without those that are closed as a whole
  Matrix weights{};  ///< [queries, keys] exp(s − m)/z with what the rows know in the end
  Matrix outputs{};  ///< [queries, v] Σ_j A[i,j]·v_j, summed tile by tile and rescaled where the maximum grew
};

/// `scores` [queries, keys], divided by the temperature; `values` [keys, v]; `sink`: one more score of every row, kNoSink where there is none.
/// `side` ≥ 1: of a tile.
[[nodiscard]] FlashRun flash_attention(Matrix scores, const Matrix& values, const OpenCells& open, std::size_t side,
                                       float sink);

/// What is known after the first `done` tiles: exp(s − m)/z with the maximum and sum so far; NaN in cells of tiles that are still to come.
[[nodiscard]] Matrix flash_weights_after(const FlashRun& run, const OpenCells& open, std::size_t done);

/// How far a weight of it may be from softmax's, as a share of it: |Â − A| ≤ bound·A. Roundings of float32 add up over the keys of a
/// row and the tiles it goes through: (keys + 4·tiles + 16)·2⁻²⁴.
[[nodiscard]] double flash_bound(std::size_t keys, std::size_t side);

}  // namespace regard
