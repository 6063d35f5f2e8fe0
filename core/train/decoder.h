// SPDX-License-Identifier: Apache-2.0
// A small decoder forward, with everything kept that its gradients need, and back again: gradients are written by hand, after the
// chain rule. On the calling thread alone; equal arguments give equal bits.
#pragma once

#include "core/base/aligned.h"
#include "core/base/matrix.h"
#include "core/train/parameters.h"
#include "core/train/shape.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace regard::train {

/// What a norm found in its rows, N rows of D.
struct NormState {
  AlignedFloats unit{};     ///< [N, D] x̂ = (x − mean)/σ, or x/rms
  AlignedFloats inverse{};  ///< [N] 1/σ, 1/rms
  AlignedFloats read{};     ///< [N, D] scale·x̂ + shift
};

struct LayerState {
  NormState attention_norm{};
  AlignedFloats query_key_value{};  ///< [N, 3·D], queries and keys after position encoding; heads lie side by side
  AlignedFloats weights{};          ///< [B·H, T, T] of attention, 0 where a query may not look
  AlignedFloats features{};         ///< [N, 2·D] φ of queries and of keys, of linear attention
  AlignedFloats sums{};             ///< [B·H, T] what its rows are divided by
  AlignedFloats heads{};            ///< [N, D] Σ_j A[i,j]·v_j
  NormState feed_forward_norm{};
  AlignedFloats inner{};   ///< [N, F] up·x
  AlignedFloats active{};  ///< [N, F] gelu of it
};

/// The memory of a pass over B sequences of T tokens, N = B·T rows; made once.
struct Pass {
  Shape shape{};
  Layout layout{};
  std::size_t sequences = 0;    ///< B
  std::stop_token stop{};       ///< asked for between parts of a pass, which then throws Cancelled
  Matrix cosine{}, sine{};      ///< [T, d/2] of rotary positions
  std::vector<float> slopes{};  ///< [H] of ALiBi
  AlignedFloats stream{};       ///< [N, D]
  std::vector<LayerState> layers{};
  NormState final_norm{};
  AlignedFloats logits{};  ///< [N, V]; backward() reads the loss's gradient there
  // Gradients on their way back.
  AlignedFloats d_stream{}, d_read{}, d_heads{};  ///< [N, D]
  AlignedFloats d_query_key_value{};              ///< [N, 3·D]
  AlignedFloats d_inner{};                        ///< [N, F]
  AlignedFloats d_weights{};                      ///< [T, T]
  AlignedFloats d_features{};                     ///< [N, 2·D]

  [[nodiscard]] std::size_t rows() const { return sequences * shape.context; }
};
/// `shape` is checked.
[[nodiscard]] Pass make_pass(const Shape& shape, std::size_t sequences);

/// ids [B, T] → pass.logits. `parameters` [layout.size].
void forward(Pass& pass, const AlignedFloats& parameters, std::span<const std::int32_t> ids);

/// ∂L/∂parameters [layout.size] from ∂L/∂logits in pass.logits, after forward() with the same arguments.
void backward(Pass& pass, const AlignedFloats& parameters, std::span<const std::int32_t> ids, AlignedFloats& gradient);

}  // namespace regard::train
