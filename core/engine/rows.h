// SPDX-License-Identifier: Apache-2.0
// Whole consecutive rows of a matrix, borrowed: what one pass reads or writes. The rest of the matrix is left alone, which is
// how the rows of an unchanged prefix are kept.
#pragma once

#include "core/base/matrix.h"
#include "core/base/parallel.h"
#include "core/trace/trace.h"

#include <cassert>
#include <cstddef>
#include <span>

namespace regard {

/// Writable [count × width], consecutive in memory.
struct Rows {
  float* data = nullptr;
  std::size_t count = 0;
  std::size_t width = 0;
  [[nodiscard]] std::span<float> row(std::size_t index) const { return {data + index * width, width}; }
  [[nodiscard]] std::span<float> all() const { return {data, count * width}; }
};

/// Readable [count × width].
struct ConstRows {
  const float* data = nullptr;
  std::size_t count = 0;
  std::size_t width = 0;

  ConstRows() = default;
  ConstRows(const float* first, std::size_t row_count, std::size_t row_width)
      : data(first), count(row_count), width(row_width) {}
  ConstRows(const Rows& rows)
      : data(rows.data), count(rows.count), width(rows.width) {}  // NOLINT: meant to be implicit

  [[nodiscard]] std::span<const float> row(std::size_t index) const { return {data + index * width, width}; }
  [[nodiscard]] std::span<const float> all() const { return {data, count * width}; }
};

[[nodiscard]] inline Rows rows_of(Matrix& matrix, Range range) {
  assert(range.end <= matrix.rows);
  return {matrix.values.data() + range.begin * matrix.cols, range.size(), matrix.cols};
}

[[nodiscard]] inline ConstRows rows_of(const Matrix& matrix, Range range) {
  assert(range.end <= matrix.rows);
  return {matrix.values.data() + range.begin * matrix.cols, range.size(), matrix.cols};
}

[[nodiscard]] inline Rows all_rows(Matrix& matrix) {
  return rows_of(matrix, {0, matrix.rows});
}
[[nodiscard]] inline ConstRows all_rows(const Matrix& matrix) {
  return rows_of(matrix, {0, matrix.rows});
}

/// body(row) for every row, on all cores where there are enough numbers to pay for it. Rows must not depend on each other.
template <typename Body>
void for_rows(std::size_t count, std::size_t width, const Body& body) {
  constexpr std::size_t kNumbersForThreads = 1 << 16;
  parallel_for(count, kNumbersForThreads / width + 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row)
      body(row);
  });
}

/// The heads of every row as rows of their own: [count · width/head_dim × head_dim].
[[nodiscard]] inline Rows split_heads(Rows rows, std::size_t head_dim) {
  return {rows.data, rows.count * (rows.width / head_dim), head_dim};
}

}  // namespace regard
