// SPDX-License-Identifier: Apache-2.0
// Rows of numbers as matrices of Eigen, without a copy. Included by .cpp files alone. Sums depend on where vector registers begin,
// so every array of a learner is an AlignedFloats: equal steps give equal bits.
#pragma once

#include "core/base/eigen.h"

#include <Eigen/Core>

#include <cstddef>

namespace regard::train {

using Dense = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Grid = Eigen::Map<Dense, Eigen::Unaligned, Eigen::OuterStride<>>;
using ConstGrid = Eigen::Map<const Dense, Eigen::Unaligned, Eigen::OuterStride<>>;
using AnyGrid = Eigen::Ref<Dense, Eigen::Unaligned, Eigen::OuterStride<>>;             ///< a Dense or a Grid
using AnyConstGrid = Eigen::Ref<const Dense, Eigen::Unaligned, Eigen::OuterStride<>>;  ///< or a ConstGrid
using Line = Eigen::Map<Eigen::ArrayXf>;
using ConstLine = Eigen::Map<const Eigen::ArrayXf>;

/// Row r begins at data + r·stride.
[[nodiscard]] inline Grid grid(float* data, std::size_t rows, std::size_t cols, std::size_t stride) {
  return {data, static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(cols),
          Eigen::OuterStride<>(static_cast<Eigen::Index>(stride))};
}
[[nodiscard]] inline Grid grid(float* data, std::size_t rows, std::size_t cols) {
  return grid(data, rows, cols, cols);
}
[[nodiscard]] inline ConstGrid grid(const float* data, std::size_t rows, std::size_t cols, std::size_t stride) {
  return {data, static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(cols),
          Eigen::OuterStride<>(static_cast<Eigen::Index>(stride))};
}
[[nodiscard]] inline ConstGrid grid(const float* data, std::size_t rows, std::size_t cols) {
  return grid(data, rows, cols, cols);
}
[[nodiscard]] inline Line line(float* data, std::size_t size) {
  return {data, static_cast<Eigen::Index>(size)};
}
[[nodiscard]] inline ConstLine line(const float* data, std::size_t size) {
  return {data, static_cast<Eigen::Index>(size)};
}

}  // namespace regard::train
