// SPDX-License-Identifier: Apache-2.0
#include "core/base/multiply.h"

#include <cassert>

namespace regard {
namespace {

// Size of the piece of `out` that stays in registers: 24 accumulators of AVX-512's 32 registers, 12 of 16 elsewhere.
#if defined(__AVX512F__)
constexpr std::size_t kRows = 6;
constexpr std::size_t kVectors = 4;
#else
constexpr std::size_t kRows = 4;
constexpr std::size_t kVectors = 3;
#endif

/// One piece of `out`, Rows × Vectors·kLanes.
template <std::size_t Rows, std::size_t Vectors>
void piece(Strided a, std::size_t depth, const float* b, std::size_t b_stride, float* out, std::size_t out_stride) {
  Lanes sum[Rows][Vectors] = {};
  for (std::size_t k = 0; k < depth; ++k, b += b_stride) {
    Lanes columns[Vectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v)
      columns[v] = load(b + v * kLanes);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) {
      const Lanes factor = broadcast(a.row(r)[k]);
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Vectors; ++v)
        sum[r][v] += factor * columns[v];
    }
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v)
      store(out + r * out_stride + v * kLanes, sum[r][v]);
  }
}

/// All rows of a strip of Vectors·kLanes columns.
template <std::size_t Vectors>
void strip(Strided a, std::size_t rows, std::size_t depth, const float* b, std::size_t b_stride, float* out,
           std::size_t out_stride) {
  std::size_t row = 0;
  for (; row + kRows <= rows; row += kRows)
    piece<kRows, Vectors>({a.row(row), a.stride}, depth, b, b_stride, out + row * out_stride, out_stride);
  for (; row < rows; ++row)
    piece<1, Vectors>({a.row(row), a.stride}, depth, b, b_stride, out + row * out_stride, out_stride);
}

}  // namespace

void PaddedMatrix::resize(std::size_t row_count, std::size_t col_count) {
  rows = row_count;
  cols = col_count;
  stride = padded(col_count);
  values.assign(rows * stride, 0.0F);
}

void multiply(Strided a, std::size_t rows, std::size_t depth, const float* b, std::size_t b_stride, std::size_t begin,
              std::size_t end, float* out, std::size_t out_stride) {
  assert(begin % kLanes == 0 && end % kLanes == 0);
  std::size_t column = begin;
  for (; column + kVectors * kLanes <= end; column += kVectors * kLanes)
    strip<kVectors>(a, rows, depth, b + column, b_stride, out + column, out_stride);
  for (; column + 2 * kLanes <= end; column += 2 * kLanes)
    strip<2>(a, rows, depth, b + column, b_stride, out + column, out_stride);
  for (; column < end; column += kLanes)
    strip<1>(a, rows, depth, b + column, b_stride, out + column, out_stride);
}

}  // namespace regard
