// SPDX-License-Identifier: Apache-2.0
#include "core/base/multiply.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace regard {
namespace {

// Size of the piece of `out` that stays in registers: 24 accumulators of AVX-512's 32 registers, 12 of 16 elsewhere.
constexpr std::size_t kVectors = kPanel / kLanes;
#if defined(__AVX512F__)
constexpr std::size_t kRows = 6;
#else
constexpr std::size_t kRows = 4;
#endif
constexpr std::size_t kPage = 1024;  // floats

enum class Write { set, add };

/// One piece of `out`, Rows × Vectors·kLanes.
template <std::size_t Rows, std::size_t Vectors, Write Kind>
void piece(Strided a, std::size_t depth, const float* b, std::size_t b_stride, float* out, std::size_t out_stride) {
  Lanes sum[Rows][Vectors] = {};
  for (std::size_t k = 0; k < depth; ++k, b += b_stride) {
    Lanes columns[Vectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v)
      columns[v] = load(b + v * kLanes);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) {
      const float factor = a.row(r)[k];
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Vectors; ++v)
        sum[r][v] += factor * columns[v];
    }
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
      float* target = out + r * out_stride + v * kLanes;
      store(target, Kind == Write::add ? load(target) + sum[r][v] : sum[r][v]);
    }
  }
}

/// All rows of a strip of Vectors·kLanes columns; what is left after whole pieces is one smaller piece.
template <std::size_t Vectors, Write Kind>
void strip(Strided a, std::size_t rows, std::size_t depth, const float* b, std::size_t b_stride, float* out,
           std::size_t out_stride) {
  std::size_t row = 0;
  for (; row + kRows <= rows; row += kRows)
    piece<kRows, Vectors, Kind>({a.row(row), a.stride}, depth, b, b_stride, out + row * out_stride, out_stride);
  const auto rest = [&]<std::size_t... Fewer>(std::index_sequence<Fewer...>) {
    const Strided last{a.row(row), a.stride};
    float* target = out + row * out_stride;
    ((rows - row == Fewer + 1 ? piece<Fewer + 1, Vectors, Kind>(last, depth, b, b_stride, target, out_stride) : void()),
     ...);
  };
  rest(std::make_index_sequence<kRows - 1>());
}

/// A kLanes × kLanes tile is turned by exchanging its quarters of side Half = kLanes/2, then those of each quarter, and so on.
template <std::size_t Half, std::size_t... Lane>
void exchange(Lanes (&tile)[kLanes], std::index_sequence<Lane...>) {
#pragma GCC unroll 16
  for (std::size_t row = 0; row < kLanes; ++row) {
    if ((row & Half) != 0) continue;
    const Lanes upper = tile[row], lower = tile[row + Half];
    tile[row] = __builtin_shufflevector(upper, lower, ((Lane & Half) == 0 ? Lane : kLanes + Lane - Half)...);
    tile[row + Half] = __builtin_shufflevector(upper, lower, ((Lane & Half) == 0 ? Lane + Half : kLanes + Lane)...);
  }
}

void turn_tile(Strided from, float* to, std::size_t to_stride) {
  Lanes tile[kLanes];
#pragma GCC unroll 16
  for (std::size_t row = 0; row < kLanes; ++row)
    tile[row] = load(from.row(row));
  constexpr auto kEachLane = std::make_index_sequence<kLanes>();
  if constexpr (kLanes > 8) exchange<8>(tile, kEachLane);
  if constexpr (kLanes > 4) exchange<4>(tile, kEachLane);
  exchange<2>(tile, kEachLane);
  exchange<1>(tile, kEachLane);
#pragma GCC unroll 16
  for (std::size_t row = 0; row < kLanes; ++row)
    store(to + row * to_stride, tile[row]);
}

}  // namespace

void PaddedMatrix::resize(std::size_t row_count, std::size_t col_count) {
  rows = row_count;
  cols = col_count;
  stride = padded(col_count);
  if (stride % kPage == 0) stride += kLanes;
  values.assign(rows * stride, 0.0F);
}

void multiply(Strided a, std::size_t rows, std::size_t depth, const float* b, std::size_t b_stride, std::size_t begin,
              std::size_t end, float* out, std::size_t out_stride) {
  assert(begin % kLanes == 0 && end % kLanes == 0);
  std::size_t column = begin;
  for (; column + kPanel <= end; column += kPanel)
    strip<kVectors, Write::set>(a, rows, depth, b + column, b_stride, out + column, out_stride);
  for (; column + 2 * kLanes <= end; column += 2 * kLanes)
    strip<2, Write::set>(a, rows, depth, b + column, b_stride, out + column, out_stride);
  for (; column < end; column += kLanes)
    strip<1, Write::set>(a, rows, depth, b + column, b_stride, out + column, out_stride);
}

void multiply_add_panel(Strided a, std::size_t rows, std::size_t depth, const float* panel, float* out,
                        std::size_t out_stride) {
  strip<kVectors, Write::add>(a, rows, depth, panel, kPanel, out, out_stride);
}

void transpose_into_panel(Strided from, std::size_t rows, std::size_t cols, float* to) {
  assert(rows <= kPanel);
  const std::size_t whole_rows = rows / kLanes * kLanes, whole_cols = cols / kLanes * kLanes;
  for (std::size_t row = 0; row < whole_rows; row += kLanes)
    for (std::size_t col = 0; col < whole_cols; col += kLanes)
      turn_tile({from.row(row) + col, from.stride}, to + col * kPanel + row, kPanel);
  for (std::size_t col = 0; col < cols; ++col) {
    float* target = to + col * kPanel;
    for (std::size_t row = col < whole_cols ? whole_rows : 0; row < rows; ++row)
      target[row] = from.row(row)[col];
    std::fill(target + rows, target + kPanel, 0.0F);
  }
}

}  // namespace regard
