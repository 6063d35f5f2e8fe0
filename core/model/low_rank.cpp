// SPDX-License-Identifier: Apache-2.0
// Single rows of a matrix with what adapters add to them.
#include "core/model/weights.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace regard {
namespace {

/// `row` is that of W which makes one output, and becomes the one of the adapted matrix.
void adapt_row(const Linear& linear, std::size_t output, std::span<float> row) {
  float own = 1.0F;
  for (const LowRank& each : linear.adapted)
    own += stretch_of(each, output) - 1.0F;
  if (own != 1.0F)
    for (float& weight : row)
      weight *= own;
  for (const LowRank& each : linear.adapted) {
    if (each.factor() == 0.0F) continue;
    const float factor = each.factor() * stretch_of(each, output);
    std::vector<float> b(each.a.rows()), a(row.size());
    copy_as_f32(each.b, output * b.size(), b);
    for (std::size_t rank = 0; rank < b.size(); ++rank) {
      copy_as_f32(each.a, rank * a.size(), a);
      for (std::size_t input = 0; input < row.size(); ++input)
        row[input] += factor * b[rank] * a[input];
    }
  }
}

}  // namespace

float stretch_of(const LowRank& low_rank, std::size_t output) {
  if (low_rank.magnitudes == nullptr) return 1.0F;
  const Magnitudes& of = *low_rank.magnitudes;
  const auto s = static_cast<double>(low_rank.factor());
  const double square = of.weight[output] + 2.0 * s * of.between[output] + s * s * of.change[output];
  return static_cast<float>(static_cast<double>(of.length[output]) / std::sqrt(std::max(square, 0.0)));
}

void copy_own_weights_of(const Linear& linear, std::size_t output, std::span<float> target) {
  assert(output < linear.weight.rows() && target.size() == linear.weight.cols());
  if (linear.input_stride == 0) return copy_as_f32(linear.weight, output * target.size(), target);
  TensorView columns = linear.weight;  // they lie in rows that hold more than this matrix
  columns.shape = {target.size(), linear.input_stride};
  for (std::size_t input = 0; input < target.size(); ++input)
    copy_as_f32(columns, input * linear.input_stride + output, target.subspan(input, 1));
}

void copy_weights_of(const Linear& linear, std::size_t output, std::span<float> target) {
  copy_own_weights_of(linear, output, target);
  adapt_row(linear, output, target);
}

}  // namespace regard
