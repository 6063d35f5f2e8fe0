// SPDX-License-Identifier: Apache-2.0
// Row-major float32 matrices as plain values; analyses see their rows as vectors of Eigen (eigen.h) inside .cpp files.
#pragma once

#include <cassert>
#include <cstddef>
#include <span>
#include <vector>

namespace regard {

/// Row-major [rows × cols] float32, owning. A default-constructed Matrix is empty (0 × 0).
struct Matrix {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<float> values{};

  Matrix() = default;
  Matrix(std::size_t row_count, std::size_t col_count, float fill = 0.0F)
      : rows(row_count), cols(col_count), values(row_count * col_count, fill) {}

  [[nodiscard]] bool empty() const { return values.empty(); }
  [[nodiscard]] float& operator()(std::size_t row, std::size_t col) {
    assert(row < rows && col < cols);
    return values[row * cols + col];
  }
  [[nodiscard]] float operator()(std::size_t row, std::size_t col) const {
    assert(row < rows && col < cols);
    return values[row * cols + col];
  }
  [[nodiscard]] std::span<float> row(std::size_t index) { return {values.data() + index * cols, cols}; }
  [[nodiscard]] std::span<const float> row(std::size_t index) const { return {values.data() + index * cols, cols}; }

  friend bool operator==(const Matrix&, const Matrix&) = default;
};

}  // namespace regard
