// SPDX-License-Identifier: Apache-2.0
// The attention that is hidden in a layer that keeps a state.
// Gated delta: with S_t = g_t·S_{t−1}(I − β_t k_t k_tᵀ) + β_t v_t k_tᵀ (Yang et al. 2024,
// https://arxiv.org/abs/2412.06464), o_i = S_i q_i · scale is Σ_{j ≤ i} A[i,j]·v_j with
// A[i,j] = scale·β_j·(Π_{t=j+1…i} g_t)·k_jᵀ(Π_{t=j+1…i} (I − β_t k_t k_tᵀ)) q_i: signed, rows sum to anything.
// State space (Dao & Gu 2024, https://arxiv.org/abs/2405.21060; Ali et al. 2024, https://arxiv.org/abs/2403.01590): with
// S_t = exp(A·Δ_t)·S_{t−1} + Δ_t·x_t B_tᵀ, o_i = S_i C_i + D·x_i is Σ_{j ≤ i} A[i,j]·x_j with
// A[i,j] = Δ_j·exp(Σ_{t=j+1…i} A·Δ_t)·(B_j·C_i), and D is added where j = i: what a token hands itself without the state is its own
// weight, too, so that the weights are all that the head puts out. Mamba-1, where a head is a channel of x and each number n of its state
// has a decay of its own (Gu & Dao 2023, https://arxiv.org/abs/2312.00752):
// A[i,j] = Δ_j·Σ_n C_i[n]·exp(A[n]·Σ_{t=j+1…i} Δ_t)·B_j[n]. Shared by the run (which carries Mamba-1's states along instead) and the
// accessors of a Trace, so that a tile shows to the last bit what the run used. Pure; any thread.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <span>

namespace regard {

/// One head of one text whose rows begin at `first_row` of a layer's trace.
struct StateHead {
  const LayerTrace& layer;
  std::size_t head = 0, head_dim = 0;
  std::size_t query_head = 0, key_head = 0;  ///< in the rows of queries and keys
  float scale = 1.0F;
  bool erases = false;                 ///< what a token writes takes the place of what its key read (the delta rule)
  float skip = 0.0F;                   ///< D: is added to a token's own weight
  std::span<const float> log_rates{};  ///< Mamba-1: [head_dim] log −A of each number of the state; else empty
  std::size_t first_row = 0;
};
/// Of a layer that keeps a state; `layer` is what a run of the model recorded of head.layer.
[[nodiscard]] StateHead state_head(const Model& model, const LayerTrace& layer, HeadRef head, std::size_t first_row);

/// A[query, j] for j in [first_key, query], from the last key to the first, into row[j]. O(d) for each. Not of Mamba-1, whose channels
/// hidden_attention() asks in another way.
void hidden_attention_row(const StateHead& head, std::size_t query, std::size_t first_key, float* row);

/// Any tile: [queries.size(), keys.size()], 0 behind the diagonal.
[[nodiscard]] Matrix hidden_attention(const Trace& trace, HeadRef head, Range queries, Range keys);

}  // namespace regard
