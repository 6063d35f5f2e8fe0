// SPDX-License-Identifier: Apache-2.0
// Attention out of features: A[i,j] = φ(q_i)·φ(k_j) / Σ_k φ(q_i)·φ(k_k), whose sums over keys can be kept instead of the keys. With
// φ(x) = elu(x) + 1 (Katharopoulos et al. 2020, https://arxiv.org/abs/2006.16236), or with m positive random features, in whose mean
// φ(q)·φ(k) is exp(q·k·scale) (FAVOR+, Choromanski et al. 2020, https://arxiv.org/abs/2009.14794). In float64. Pure; any thread.
#pragma once

#include "core/analysis/kinds.h"
#include "core/base/matrix.h"
#include "core/trace/random_directions.h"

namespace regard {

/// φ(x) = exp(ωᵀx' − ‖x'‖²/2)/√m with x' = x·√scale, the scale of q·k (1/√d: x·d^(−1/4)). `queries` [queries, d], `keys` [keys, d];
/// sums run over the open keys, the others have 0. -> [queries, keys]
[[nodiscard]] Matrix performer_weights(const Matrix& queries, const Matrix& keys, const Matrix& directions, float scale,
                                       const OpenCells& open);

/// The same with φ(x) = elu(x) + 1.
[[nodiscard]] Matrix linear_weights(const Matrix& queries, const Matrix& keys, const OpenCells& open);

}  // namespace regard
