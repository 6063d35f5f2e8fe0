// SPDX-License-Identifier: Apache-2.0
// Causal softmax attention of every head of every sequence, as whole T×T grids: sequences are short, and the way back needs the
// weights.
#include "core/base/progress.h"
#include "core/train/grid.h"
#include "core/train/parts.h"
#include "core/train/products.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace regard::train {
namespace {

/// Where the numbers of one head of one sequence lie.
struct HeadPlace {
  std::size_t heads = 0;    ///< of [N, D]
  std::size_t queries = 0;  ///< of [N, 3·D]; keys lie D behind, values 2·D
  std::size_t weights = 0;  ///< of [B·H, T, T]
};

HeadPlace place_of(const Shape& shape, std::size_t sequence, std::size_t head) {
  const std::size_t tokens = shape.context, width = shape.width, within = head * shape.head_dim();
  return {sequence * tokens * width + within, sequence * tokens * 3 * width + within,
          (sequence * shape.heads + head) * tokens * tokens};
}

std::size_t first_key(const Shape& shape, std::size_t query) {
  return shape.window == 0 || query < shape.window ? 0 : query + 1 - shape.window;
}

/// Scores of the keys a query sees → weights, in place; 0 elsewhere.
void soften(const Shape& shape, float slope, Grid& weights) {
  const float scale = 1.0F / std::sqrt(static_cast<float>(shape.head_dim()));
  for (std::size_t query = 0; query < shape.context; ++query) {
    float* const row = weights.data() + query * shape.context;
    const std::size_t first = first_key(shape, query);
    Line seen = line(row + first, query + 1 - first);
    seen *= scale;
    if (slope > 0.0F)
      for (std::size_t key = first; key < query; ++key)
        row[key] -= slope * static_cast<float>(query - key);
    seen = (seen - seen.maxCoeff()).exp();
    seen /= seen.sum();
    std::fill(row, row + first, 0.0F);
    std::fill(row + query + 1, row + shape.context, 0.0F);
  }
}

}  // namespace

void attend(const Pass& pass, LayerState& layer) {
  const Shape& shape = pass.shape;
  const std::size_t tokens = shape.context, d = shape.head_dim(), width = shape.width;
  for (std::size_t sequence = 0; sequence < pass.sequences; ++sequence) {
    throw_if_stopped(pass.stop);
    for (std::size_t head = 0; head < shape.heads; ++head) {
      const HeadPlace at = place_of(shape, sequence, head);
      const HeadGrids of = head_grids(layer.query_key_value.data() + at.queries, tokens, d, width);
      Grid weights = grid(layer.weights.data() + at.weights, tokens, tokens);
      product_of_rows(of.q, of.k, weights);
      soften(shape, pass.slopes.empty() ? 0.0F : pass.slopes[head], weights);
      product(weights, of.v, grid(layer.heads.data() + at.heads, tokens, d, width));
    }
  }
}

void attend_back(Pass& pass, const LayerState& layer) {
  const Shape& shape = pass.shape;
  const std::size_t tokens = shape.context, d = shape.head_dim(), width = shape.width;
  const Grid d_scores = grid(pass.d_weights.data(), tokens, tokens);
  for (std::size_t sequence = 0; sequence < pass.sequences; ++sequence) {
    throw_if_stopped(pass.stop);
    for (std::size_t head = 0; head < shape.heads; ++head) {
      const HeadPlace at = place_of(shape, sequence, head);
      attend_back(head_grids(layer.query_key_value.data() + at.queries, tokens, d, width),
                  grid(layer.weights.data() + at.weights, tokens, tokens),
                  grid(std::as_const(pass.d_heads).data() + at.heads, tokens, d, width), nullptr, d_scores,
                  pass.d_query_key_value.data() + at.queries, width);
    }
  }
}

void turn(const Pass& pass, AlignedFloats& query_key_value, float direction) {
  if (pass.cosine.empty()) return;
  const Shape& shape = pass.shape;
  const std::size_t half = shape.head_dim() / 2;
  const std::size_t parts = 2 * shape.heads;  // queries of all heads, then keys
  for (std::size_t row = 0; row < pass.rows(); ++row) {
    const std::size_t place = row % shape.context;
    const ConstLine cosine = line(pass.cosine.row(place).data(), half);
    const ConstLine sine = line(pass.sine.row(place).data(), half);
    for (std::size_t part = 0; part < parts; ++part) {
      float* const at = query_key_value.data() + row * 3 * shape.width + part * shape.head_dim();
      for (std::size_t pair = 0; pair < half; ++pair) {
        const auto index = static_cast<Eigen::Index>(pair);
        const float x = at[pair], y = at[pair + half], turned = direction * sine[index];
        at[pair] = x * cosine[index] - y * turned;
        at[pair + half] = y * cosine[index] + x * turned;
      }
    }
  }
}

}  // namespace regard::train
