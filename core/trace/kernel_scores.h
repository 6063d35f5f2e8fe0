// SPDX-License-Identifier: Apache-2.0
// Scores that kinds of attention make of queries and keys themselves, in place of q·k·scale. Attention out of features is a softmax, too:
// φ(q_i)·φ(k_j) / Σ_k φ(q_i)·φ(k_k) is softmax of ln φ(q_i)·φ(k_j) over the same keys, so that a run, its row statistics and its tiles need
// nothing else. Pure; any thread.
#pragma once

#include "core/base/multiply.h"
#include "core/trace/kind_of_attention.h"

#include <cstddef>

namespace regard {

/// What they depend on besides queries and keys.
struct KernelRule {
  KindOfAttention kind{};    ///< has_scores_of_its_own()
  float scale = 1.0F;        ///< of the head's q·k
  float temperature = 1.0F;  ///< what the softmax will divide by; 1 for linear
};

/// Scores of `count` rows of queries against columns [begin, end) of transposed keys [d, T] (multiples of kPadding); every number is the
/// same whatever tile it is in.
/// cosine: τ·q·k / (‖q‖·‖k‖), 0 for a row without length. linear: ln φ(q)·φ(k) with φ(x) = elu(x) + 1. performer: T·ln φ(q)·φ(k) with
/// φ(x) = exp(ωᵀx' − ‖x'‖²/2)/√m, x' = x·√(scale/T) and orthogonal_gaussian(m, d, 0) for ω; T is the temperature. Near q·k·scale on average.
void kernel_scores(const KernelRule& rule, Strided queries, std::size_t count, const PaddedMatrix& transposed_keys,
                   std::size_t begin, std::size_t end, float* out, std::size_t out_stride);

}  // namespace regard
