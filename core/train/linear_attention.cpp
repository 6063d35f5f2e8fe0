// SPDX-License-Identifier: Apache-2.0
// Causal linear attention of every head of every sequence (Katharopoulos et al. 2020, https://arxiv.org/abs/2006.16236), as whole T×T grids
// like those of softmax: what it would save begins at longer sequences, and views want its rows.
#include "core/base/progress.h"
#include "core/train/grid.h"
#include "core/train/parts.h"
#include "core/train/products.h"

#include <algorithm>
#include <cmath>

namespace regard::train {
namespace {

/// Where the numbers of one head of one sequence lie.
struct LinearPlace {
  std::size_t heads = 0;     ///< of [N, D]
  std::size_t queries = 0;   ///< of [N, 3·D]; keys lie D behind, values 2·D
  std::size_t features = 0;  ///< of [N, 2·D]; keys' lie D behind
  std::size_t weights = 0;   ///< of [B·H, T, T]
  std::size_t sums = 0;      ///< of [B·H, T]
};

LinearPlace linear_place(const Shape& shape, std::size_t sequence, std::size_t head) {
  const std::size_t tokens = shape.context, width = shape.width, within = head * shape.head_dim();
  const std::size_t index = sequence * shape.heads + head, row = sequence * tokens * width;
  return {row + within, 3 * row + within, 2 * row + within, index * tokens * tokens, index * tokens};
}

std::size_t first_seen(const Shape& shape, std::size_t query) {
  return shape.window == 0 || query < shape.window ? 0 : query + 1 - shape.window;
}

/// φ of queries and keys, which lie in the first 2·D of 3·D numbers of a row.
void make_features(const Pass& pass, LayerState& layer) {
  const std::size_t width = 2 * pass.shape.width;
  for (std::size_t row = 0; row < pass.rows(); ++row) {
    const float* const from = layer.query_key_value.data() + row * 3 * pass.shape.width;
    float* const to = layer.features.data() + row * width;
    for (std::size_t at = 0; at < width; ++at)
      to[at] = from[at] > 0.0F ? from[at] + 1.0F : std::exp(from[at]);
  }
}

/// Products → weights, in place, 0 where a query may not look; the sums of rows.
void divide_rows(const Shape& shape, Grid& weights, float* sums) {
  for (std::size_t query = 0; query < shape.context; ++query) {
    float* const row = weights.data() + query * shape.context;
    const std::size_t first = first_seen(shape, query);
    Line seen = line(row + first, query + 1 - first);
    sums[query] = seen.sum();
    seen /= sums[query];
    std::fill(row, row + first, 0.0F);
    std::fill(row + query + 1, row + shape.context, 0.0F);
  }
}

}  // namespace

void attend_linearly(const Pass& pass, LayerState& layer) {
  const Shape& shape = pass.shape;
  const std::size_t tokens = shape.context, d = shape.head_dim(), width = shape.width;
  make_features(pass, layer);
  for (std::size_t sequence = 0; sequence < pass.sequences; ++sequence) {
    throw_if_stopped(pass.stop);
    for (std::size_t head = 0; head < shape.heads; ++head) {
      const LinearPlace at = linear_place(shape, sequence, head);
      const float* const features = layer.features.data() + at.features;
      const ConstGrid asking = grid(features, tokens, d, 2 * width);
      const ConstGrid asked = grid(features + width, tokens, d, 2 * width);
      const ConstGrid v =
          grid(std::as_const(layer.query_key_value).data() + at.queries + 2 * width, tokens, d, 3 * width);
      Grid weights = grid(layer.weights.data() + at.weights, tokens, tokens);
      product_of_rows(asking, asked, weights);
      divide_rows(shape, weights, layer.sums.data() + at.sums);
      product(weights, v, grid(layer.heads.data() + at.heads, tokens, d, width));
    }
  }
}

// o = A·v, A = n/Σn, n = φ(q)·φ(k)ᵀ: dv = Aᵀ·do, dA = do·vᵀ, dn = (dA − Σ_j A·dA)/Σn where a query looks, dφ(q) = dn·φ(k),
// dφ(k) = dnᵀ·φ(q), and φ′(x) = min(φ(x), 1).
void attend_linearly_back(Pass& pass, const LayerState& layer) {
  const Shape& shape = pass.shape;
  const std::size_t tokens = shape.context, d = shape.head_dim(), width = shape.width;
  Grid d_products = grid(pass.d_weights.data(), tokens, tokens);
  for (std::size_t sequence = 0; sequence < pass.sequences; ++sequence) {
    throw_if_stopped(pass.stop);
    for (std::size_t head = 0; head < shape.heads; ++head) {
      const LinearPlace at = linear_place(shape, sequence, head);
      const float* const features = layer.features.data() + at.features;
      const ConstGrid asking = grid(features, tokens, d, 2 * width);
      const ConstGrid asked = grid(features + width, tokens, d, 2 * width);
      const ConstGrid v = grid(layer.query_key_value.data() + at.queries + 2 * width, tokens, d, 3 * width);
      const ConstGrid d_out = grid(std::as_const(pass.d_heads).data() + at.heads, tokens, d, width);
      const ConstGrid weights = grid(layer.weights.data() + at.weights, tokens, tokens);
      product_of_columns(weights, d_out,
                         grid(pass.d_query_key_value.data() + at.queries + 2 * width, tokens, d, 3 * width));
      product_of_rows(d_out, v, d_products);
      for (std::size_t query = 0; query < tokens; ++query) {
        const std::size_t first = first_seen(shape, query);
        float* const row = d_products.data() + query * tokens;
        const ConstLine a = line(weights.data() + query * tokens, tokens);
        const float along = (a * line(row, tokens)).sum();
        Line seen = line(row + first, query + 1 - first);
        seen = (seen - along) / layer.sums[at.sums + query];
        std::fill(row, row + first, 0.0F);
        std::fill(row + query + 1, row + tokens, 0.0F);
      }
      float* const d_features = pass.d_features.data() + at.features;
      product(d_products, asked, grid(d_features, tokens, d, 2 * width));
      product_of_columns(d_products, asking, grid(d_features + width, tokens, d, 2 * width));
    }
  }
  for (std::size_t row = 0; row < pass.rows(); ++row)
    for (std::size_t at = 0; at < 2 * width; ++at)
      pass.d_query_key_value[row * 3 * width + at] =
          pass.d_features[row * 2 * width + at] * std::min(layer.features[row * 2 * width + at], 1.0F);
}

}  // namespace regard::train
