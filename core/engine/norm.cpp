// SPDX-License-Identifier: Apache-2.0
#include "core/engine/norm.h"

#include "core/engine/eigen.h"

#include <cmath>

namespace regard {
namespace {

using RowIn = Eigen::Map<const Eigen::ArrayXf>;
using RowOut = Eigen::Map<Eigen::ArrayXf>;

RowIn in(std::span<const float> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}
RowOut out_of(std::span<float> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

}  // namespace

void layer_norm(ConstRows x, const Norm& norm, float epsilon, Rows out) {
  assert(norm.scale.size() == x.width && norm.shift.size() == x.width);
  for (std::size_t row = 0; row < x.count; ++row) {
    const RowIn values = in(x.row(row));
    const float mean = values.mean();
    const float variance = (values - mean).square().mean();
    out_of(out.row(row)) = (values - mean) * (1.0F / std::sqrt(variance + epsilon)) * in(norm.scale) + in(norm.shift);
  }
}

void rms_norm(ConstRows x, const Norm& norm, float epsilon, Rows out) {
  assert(norm.scale.size() == x.width);
  for (std::size_t row = 0; row < x.count; ++row) {
    const RowIn values = in(x.row(row));
    const float mean_square = values.square().mean();
    out_of(out.row(row)) = values * (1.0F / std::sqrt(mean_square + epsilon)) * in(norm.scale);
  }
}

}  // namespace regard
