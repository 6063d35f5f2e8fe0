// SPDX-License-Identifier: Apache-2.0
// The attention that is hidden in a gated delta layer: with S_t = g_t·S_{t−1}(I − β_t k_t k_tᵀ) + β_t v_t k_tᵀ (Yang et al. 2024,
// https://arxiv.org/abs/2412.06464), o_i = S_i q_i · scale is Σ_{j ≤ i} A[i,j]·v_j with
// A[i,j] = scale·β_j·(Π_{t=j+1…i} g_t)·k_jᵀ(Π_{t=j+1…i} (I − β_t k_t k_tᵀ)) q_i: signed, rows sum to anything. Shared by the run and the
// accessors of a Trace, so that a tile shows to the last bit what the run used. Pure; any thread.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>

namespace regard {

/// One head of one text whose rows begin at `first_row` of a layer's trace.
struct DeltaHead {
  const LayerTrace& layer;
  std::size_t head = 0, head_dim = 0;
  float scale = 1.0F;
  std::size_t first_row = 0;
};

/// A[query, j] for j in [first_key, query], from the last key to the first, into row[j]. O(d) for each.
void hidden_attention_row(const DeltaHead& head, std::size_t query, std::size_t first_key, float* row);

/// Any tile: [queries.size(), keys.size()], 0 behind the diagonal.
[[nodiscard]] Matrix hidden_attention(const Trace& trace, HeadRef head, Range queries, Range keys);

}  // namespace regard
