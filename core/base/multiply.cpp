// SPDX-License-Identifier: Apache-2.0
#include "core/base/multiply.h"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

namespace regard {
namespace {

// Size of the piece of `out` that stays in registers: 24 accumulators of AVX-512's 32 registers, 12 of 16 elsewhere.
constexpr std::size_t kVectors = kPanel / kLanes;
#if defined(__AVX512F__)
constexpr std::size_t kRows = 6;
#else
constexpr std::size_t kRows = 4;
#endif
constexpr std::size_t kPage = 1024;     // floats
constexpr std::size_t kCacheLine = 16;  // floats

// Rows of b of which multiply_strips() holds a strip in registers.
#if defined(__AVX512F__)
constexpr std::size_t kDeep = 8;
#else
constexpr std::size_t kDeep = 4;
#endif

enum class Write { set, add };

/// One piece of `out`, Rows × Vectors·kLanes; `start` is what the sums are added to, with Write::add.
template <std::size_t Rows, std::size_t Vectors, Write Kind>
void piece(Strided a, std::size_t depth, Strided b, Strided start, float* out, std::size_t out_stride) {
  Lanes sum[Rows][Vectors] = {};
  for (std::size_t k = 0; k < depth; ++k, b.data += b.stride) {
    Lanes columns[Vectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v)
      columns[v] = load(b.data + v * kLanes);
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
      store(target, Kind == Write::add ? load(start.row(r) + v * kLanes) + sum[r][v] : sum[r][v]);
    }
  }
}

/// All rows of a strip of Vectors·kLanes columns; what is left after whole pieces is one smaller piece.
template <std::size_t Vectors, Write Kind>
void strip(Strided a, std::size_t rows, std::size_t depth, Strided b, Strided start, float* out,
           std::size_t out_stride) {
  std::size_t row = 0;
  const auto next_piece = [&]<std::size_t Rows>(std::integral_constant<std::size_t, Rows>) {
    piece<Rows, Vectors, Kind>({a.row(row), a.stride}, depth, b, {start.row(row), start.stride}, out + row * out_stride,
                               out_stride);
    row += Rows;
  };
  while (row + kRows <= rows)
    next_piece(std::integral_constant<std::size_t, kRows>());
  const auto rest = [&]<std::size_t... Fewer>(std::index_sequence<Fewer...>) {
    const std::size_t left = rows - row;
    ((left == Fewer + 1 ? next_piece(std::integral_constant<std::size_t, Fewer + 1>()) : void()), ...);
  };
  rest(std::make_index_sequence<kRows - 1>());
}

/// sums = factors · the first Deep rows of a strip of b, or += where they are not the first. factors [rows, Deep], sums
/// [rows, kStrip].
template <std::size_t Deep>
void add_to_strip(const float* factors, std::size_t rows, Strided b, bool first, float* sums) {
  Lanes left[Deep], right[Deep];
#pragma GCC unroll 8
  for (std::size_t k = 0; k < Deep; ++k) {
    left[k] = load(b.row(k));
    right[k] = load(b.row(k) + kLanes);
  }
  for (std::size_t row = 0; row < rows; ++row, factors += Deep, sums += kStrip) {
    Lanes left_sum = first ? Lanes{} : load(sums), right_sum = first ? Lanes{} : load(sums + kLanes);
#pragma GCC unroll 8
    for (std::size_t k = 0; k < Deep; ++k) {
      left_sum += factors[k] * left[k];
      right_sum += factors[k] * right[k];
    }
    store(sums, left_sum);
    store(sums + kLanes, right_sum);
  }
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
    strip<kVectors, Write::set>(a, rows, depth, {b + column, b_stride}, {}, out + column, out_stride);
  for (; column + 2 * kLanes <= end; column += 2 * kLanes)
    strip<2, Write::set>(a, rows, depth, {b + column, b_stride}, {}, out + column, out_stride);
  for (; column < end; column += kLanes)
    strip<1, Write::set>(a, rows, depth, {b + column, b_stride}, {}, out + column, out_stride);
}

void multiply_add_panel(Strided a, std::size_t rows, std::size_t depth, const float* panel, Strided start, float* out,
                        std::size_t out_stride) {
  strip<kVectors, Write::add>(a, rows, depth, {panel, kPanel}, start, out, out_stride);
}

void multiply_strips(Strided a, std::size_t rows, std::size_t depth, Strided b, std::size_t strips, float* sums) {
  constexpr int kSecondLevelCache = 2;
  std::vector<float> factors(rows * kDeep);  // of a's next columns: its rows lie far apart
  std::size_t k = 0;
  const auto add_rows = [&]<std::size_t Deep>(std::integral_constant<std::size_t, Deep>) {
    for (std::size_t row = 0; row < rows; ++row)
      std::copy_n(a.row(row) + k, Deep, factors.data() + row * Deep);
    const std::size_t known = std::min(2 * Deep, depth - k);
    for (std::size_t strip = 0; strip < strips; ++strip) {
      const Strided here{b.row(k) + strip * kStrip, b.stride};
      for (std::size_t next = Deep; next < known; ++next)
        for (std::size_t line = 0; line < kStrip; line += kCacheLine)
          __builtin_prefetch(here.row(next) + line, 0, kSecondLevelCache);
      add_to_strip<Deep>(factors.data(), rows, here, k == 0, sums + strip * rows * kStrip);
    }
    k += Deep;
  };
  while (k + kDeep <= depth)
    add_rows(std::integral_constant<std::size_t, kDeep>());
  while (k < depth)
    add_rows(std::integral_constant<std::size_t, 1>());
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
