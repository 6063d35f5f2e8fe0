// SPDX-License-Identifier: Apache-2.0
// Products with parameters, forward and back, and one head's attention on its way back. Included by .cpp files of core/train alone.
#pragma once

#include "core/train/grid.h"
#include "core/train/parameters.h"

#include <cmath>

namespace regard::train {

/// A parameter, or the gradient of one.
[[nodiscard]] inline ConstGrid matrix(const AlignedFloats& of, const Slot& slot) {
  return grid(of.data() + slot.first, slot.rows, slot.cols);
}
[[nodiscard]] inline Grid matrix(AlignedFloats& of, const Slot& slot) {
  return grid(of.data() + slot.first, slot.rows, slot.cols);
}

/// y = x·Wᵀ
inline void project(ConstGrid x, ConstGrid w, Grid y) {
  y.noalias() = x * w.transpose();
}

/// dW = dyᵀ·x, dx = dy·W
inline void project_back(ConstGrid d_y, ConstGrid x, ConstGrid w, Grid d_w, Grid d_x) {
  d_w.noalias() = d_y.transpose() * x;
  d_x.noalias() = d_y * w;
}

/// Queries, keys and values of one head of one sequence, [T, d] each: keys lie `width` numbers behind the queries, values twice that.
struct HeadGrids {
  ConstGrid q, k, v;
};
[[nodiscard]] inline HeadGrids head_grids(const float* queries, std::size_t tokens, std::size_t d, std::size_t width) {
  return {grid(queries, tokens, d, 3 * width), grid(queries + width, tokens, d, 3 * width),
          grid(queries + 2 * width, tokens, d, 3 * width)};
}

/// o = A·v, A = softmax(s), s = q·kᵀ/√d: dv = Aᵀ·do, dA = do·vᵀ + told, ds = A·(dA − Σ_j A·dA), dq = ds·k/√d, dk = dsᵀ·q/√d.
/// `told`: what the loss itself asks of the weights, [T, T], or null. `d_queries` lies as the queries do; `d_scores` [T, T] is overwritten.
inline void attend_back(const HeadGrids& of, ConstGrid weights, ConstGrid d_out, const float* told, Grid d_scores,
                        float* d_queries, std::size_t width) {
  const auto tokens = static_cast<std::size_t>(of.q.rows()), d = static_cast<std::size_t>(of.q.cols());
  const float scale = 1.0F / std::sqrt(static_cast<float>(d));
  grid(d_queries + 2 * width, tokens, d, 3 * width).noalias() = weights.transpose() * d_out;
  d_scores.noalias() = d_out * of.v.transpose();
  if (told != nullptr) d_scores += grid(told, tokens, tokens);
  for (std::size_t query = 0; query < tokens; ++query) {
    const ConstLine a = line(weights.data() + query * tokens, tokens);
    Line g = line(d_scores.data() + query * tokens, tokens);
    const float along = (a * g).sum();
    g = a * (g - along) * scale;
  }
  grid(d_queries, tokens, d, 3 * width).noalias() = d_scores * of.k;
  grid(d_queries + width, tokens, d, 3 * width).noalias() = d_scores.transpose() * of.q;
}

}  // namespace regard::train
