// SPDX-License-Identifier: Apache-2.0
// Products with parameters, forward and back, and one head's attention on its way back. Included by .cpp files of core/train alone.
#pragma once

#include "core/train/grid.h"
#include "core/train/parameters.h"

namespace regard::train {

/// A parameter, or the gradient of one.
[[nodiscard]] inline ConstGrid matrix(const AlignedFloats& of, const Slot& slot) {
  return grid(of.data() + slot.first, slot.rows, slot.cols);
}
[[nodiscard]] inline Grid matrix(AlignedFloats& of, const Slot& slot) {
  return grid(of.data() + slot.first, slot.rows, slot.cols);
}

/// out = a·b, out = a·bᵀ, out = aᵀ·b, and what adds them to out: every product of core/train is one of these, for Eigen's takes seconds to
/// compile wherever one stands. out is neither a nor b.
void product(const AnyConstGrid& a, const AnyConstGrid& b, AnyGrid out);
void product_of_rows(const AnyConstGrid& a, const AnyConstGrid& b, AnyGrid out);
void product_of_columns(const AnyConstGrid& a, const AnyConstGrid& b, AnyGrid out);
void add_product(const AnyConstGrid& a, const AnyConstGrid& b, AnyGrid out);
void add_product_of_rows(const AnyConstGrid& a, const AnyConstGrid& b, AnyGrid out);
void add_product_of_columns(const AnyConstGrid& a, const AnyConstGrid& b, AnyGrid out);

/// y = x·Wᵀ
inline void project(ConstGrid x, ConstGrid w, Grid y) {
  product_of_rows(x, w, y);
}

/// dW = dyᵀ·x, dx = dy·W
inline void project_back(ConstGrid d_y, ConstGrid x, ConstGrid w, Grid d_w, Grid d_x) {
  product_of_columns(d_y, x, d_w);
  product(d_y, w, d_x);
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
void attend_back(const HeadGrids& of, ConstGrid weights, ConstGrid d_out, const float* told, Grid d_scores,
                 float* d_queries, std::size_t width);

}  // namespace regard::train
