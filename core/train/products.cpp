// SPDX-License-Identifier: Apache-2.0
#include "core/train/products.h"

#include <cmath>

namespace regard::train {

void product(const AnyConstGrid& a, const AnyConstGrid& b, AnyGrid out) {
  out.noalias() = a * b;
}

void product_of_rows(const AnyConstGrid& a, const AnyConstGrid& b, AnyGrid out) {
  out.noalias() = a * b.transpose();
}

void product_of_columns(const AnyConstGrid& a, const AnyConstGrid& b, AnyGrid out) {
  out.noalias() = a.transpose() * b;
}

void add_product(const AnyConstGrid& a, const AnyConstGrid& b, AnyGrid out) {
  out.noalias() += a * b;
}

void add_product_of_rows(const AnyConstGrid& a, const AnyConstGrid& b, AnyGrid out) {
  out.noalias() += a * b.transpose();
}

void add_product_of_columns(const AnyConstGrid& a, const AnyConstGrid& b, AnyGrid out) {
  out.noalias() += a.transpose() * b;
}

void attend_back(const HeadGrids& of, ConstGrid weights, ConstGrid d_out, const float* told, Grid d_scores,
                 float* d_queries, std::size_t width) {
  const auto tokens = static_cast<std::size_t>(of.q.rows()), d = static_cast<std::size_t>(of.q.cols());
  const float scale = 1.0F / std::sqrt(static_cast<float>(d));
  product_of_columns(weights, d_out, grid(d_queries + 2 * width, tokens, d, 3 * width));
  product_of_rows(d_out, of.v, d_scores);
  if (told != nullptr) d_scores += grid(told, tokens, tokens);
  for (std::size_t query = 0; query < tokens; ++query) {
    const ConstLine a = line(weights.data() + query * tokens, tokens);
    Line g = line(d_scores.data() + query * tokens, tokens);
    const float along = (a * g).sum();
    g = a * (g - along) * scale;
  }
  product(d_scores, of.k, grid(d_queries, tokens, d, 3 * width));
  product_of_columns(d_scores, of.q, grid(d_queries + width, tokens, d, 3 * width));
}

}  // namespace regard::train
