// SPDX-License-Identifier: Apache-2.0
// The product of two float32 matrices whose every entry is summed in the same order, whatever the tile it is computed in.
// Part of one level of kernels (lanes.h); pure.
#pragma once

#include "core/base/kernels/product.h"
#include "core/base/kernels/words.h"

#include <utility>

namespace regard {
inline namespace REGARD_LEVEL {

#if defined(__AVX512F__)
inline constexpr std::size_t kVectors = 4;
#else
inline constexpr std::size_t kVectors = 3;
#endif
/// The columns that the innermost loop takes at once: the width of a panel, kVectors registers.
inline constexpr std::size_t kPanel = kVectors * kLanes;

/// The columns of a strip of multiply_strips().
inline constexpr std::size_t kStrip = 2 * kLanes;

[[nodiscard]] constexpr std::size_t fewer(std::size_t a, std::size_t b) {
  return a < b ? a : b;
}

// Size of the piece of `out` that stays in registers: 24 accumulators of AVX-512's 32 registers, 12 of 16 elsewhere.
#if defined(__AVX512F__)
inline constexpr std::size_t kRows = 6;
#else
inline constexpr std::size_t kRows = 4;
#endif
inline constexpr std::size_t kCacheLine = 16;  // floats

// Rows of b of which multiply_strips() holds a strip in registers.
#if defined(__AVX512F__)
inline constexpr std::size_t kDeep = 8;
#else
inline constexpr std::size_t kDeep = 4;
#endif

enum class Write { set, add };

/// One piece of `out`, Rows × Vectors·kLanes; `start` is what the sums are added to, with Write::add. Of the columns of a every
/// Step-th counts.
template <std::size_t Rows, std::size_t Vectors, Write Kind, std::size_t Step = 1>
inline void piece(Strided a, std::size_t depth, Strided b, Strided start, float* out, std::size_t out_stride) {
  Lanes sum[Rows][Vectors] = {};
  for (std::size_t k = 0; k < depth; ++k, b.data += b.stride) {
    Lanes columns[Vectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v)
      columns[v] = load(b.data + v * kLanes);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) {
      const float factor = a.row(r)[k * Step];
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

/// write(Rows, row) for pieces of Most rows; what is left after whole ones is one smaller piece.
template <std::size_t Most, typename Write>
inline void each_piece(std::size_t rows, const Write& write) {
  std::size_t row = 0;
  for (; row + Most <= rows; row += Most)
    write(std::integral_constant<std::size_t, Most>(), row);
  const auto rest = [&]<std::size_t... Fewer>(std::index_sequence<Fewer...>) {
    const std::size_t left = rows - row;
    ((left == Fewer + 1 ? write(std::integral_constant<std::size_t, Fewer + 1>(), row) : void()), ...);
  };
  rest(std::make_index_sequence<Most - 1>());
}

/// All rows of a strip of Vectors·kLanes columns.
template <std::size_t Vectors, Write Kind>
inline void strip(Strided a, std::size_t rows, std::size_t depth, Strided b, Strided start, float* out,
                  std::size_t out_stride) {
  each_piece<kRows>(rows, [&]<std::size_t Rows>(std::integral_constant<std::size_t, Rows>, std::size_t row) {
    piece<Rows, Vectors, Kind>({a.row(row), a.stride}, depth, b, {start.row(row), start.stride}, out + row * out_stride,
                               out_stride);
  });
}

/// sums = factors · the first Deep rows of a strip of b, or += where they are not the first. factors [rows, Deep], sums
/// [rows, kStrip].
template <std::size_t Deep>
inline void add_to_strip(const float* factors, std::size_t rows, Strided b, bool first, float* sums) {
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

/// out[i, c] = Σ_k a[i, k]·b[k, c] for i < rows, k in [0, depth), c in [begin, end), added in the order of k. `begin` and `end`
/// are multiples of kLanes; out has rows of out_stride ≥ end floats.
inline void multiply(Strided a, std::size_t rows, std::size_t depth, const float* b, std::size_t b_stride,
                     std::size_t begin, std::size_t end, float* out, std::size_t out_stride) {
  std::size_t column = begin;
  for (; column + kPanel <= end; column += kPanel)
    strip<kVectors, Write::set>(a, rows, depth, {b + column, b_stride}, {}, out + column, out_stride);
  for (; column + 2 * kLanes <= end; column += 2 * kLanes)
    strip<2, Write::set>(a, rows, depth, {b + column, b_stride}, {}, out + column, out_stride);
  for (; column < end; column += kLanes)
    strip<1, Write::set>(a, rows, depth, {b + column, b_stride}, {}, out + column, out_stride);
}

/// out[i, c] = start[i, c] + Σ_k a[i, k]·panel[k, c] for i < rows, c < kPanel; the sum is made in the order of k, then added.
/// `panel` is [depth, kPanel] without gaps: in this form it is read fastest. `start` may be out itself, or one row for all
/// (stride 0).
inline void multiply_add_panel(Strided a, std::size_t rows, std::size_t depth, const float* panel, Strided start,
                               float* out, std::size_t out_stride) {
  strip<kVectors, Write::add>(a, rows, depth, {panel, kPanel}, start, out, out_stride);
}

/// sums[s, i, c] = Σ_k a[i, k·kLanes]·b[k, s·kStrip + c] for i < rows ≤ kStripRows, s < strips, added in the order of k. For a matrix
/// that comes from memory for few rows of a: b is read once, as it lies, and what comes next is fetched meanwhile. `sums` is
/// [strips, rows, kStrip] without gaps.
inline void multiply_lane(Strided a, std::size_t rows, std::size_t depth, Strided b, std::size_t strips, float* sums) {
  alignas(64) float factors[kStripRows * kDeep];  // of a's next columns: its rows lie far apart
  std::size_t k = 0;
  const auto add_rows = [&]<std::size_t Deep>(std::integral_constant<std::size_t, Deep>) {
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t next = 0; next < Deep; ++next)
        factors[row * Deep + next] = a.row(row)[(k + next) * kLanes];
    const std::size_t known = fewer(2 * Deep, depth - k);
    for (std::size_t strip = 0; strip < strips; ++strip) {
      const Strided here{b.row(k) + strip * kStrip, b.stride};
      for (std::size_t next = Deep; next < known; ++next)
        for (std::size_t line = 0; line < kStrip; line += kCacheLine)
          __builtin_prefetch(here.row(next) + line, 0, kSecondLevelCache);
      add_to_strip<Deep>(factors, rows, here, k == 0, sums + strip * rows * kStrip);
    }
    k += Deep;
  };
  while (k + kDeep <= depth)
    add_rows(std::integral_constant<std::size_t, kDeep>());
  while (k < depth)
    add_rows(std::integral_constant<std::size_t, 1>());
}

/// Of `count` things every kLanes-th, from number `lane` on.
[[nodiscard]] constexpr std::size_t in_lane(std::size_t count, std::size_t lane) {
  return (count + kLanes - 1 - lane) / kLanes;
}

/// sums[s, i, c] = Σ_k a[i, k]·b[k, s·kStrip + c] for depth ≤ kWideDepth, added up as project_wide.h says. `sums` and `of_lane`, which
/// is used meanwhile, are [strips, rows, kStrip].
inline void multiply_strips(Strided a, std::size_t rows, std::size_t depth, Strided b, std::size_t strips, float* sums,
                            float* of_lane) {
  const std::size_t count = strips * rows * kStrip;
  for (std::size_t lane = 0; lane < fewer(kLanes, depth); ++lane) {
    multiply_lane({a.data + lane, a.stride}, rows, in_lane(depth, lane), {b.row(lane), b.stride * kLanes}, strips,
                  lane == 0 ? sums : of_lane);
    for (std::size_t at = 0; at < count && lane > 0; at += kLanes)
      store(sums + at, load(sums + at) + load(of_lane + at));
  }
}

/// One strip of out: the bias (or null), and on top of it the sums of blocks of inputs in their order. Block b of the strip,
/// [rows, kStrip], begins at sums + b·block_stride.
inline void add_strips(const float* sums, std::size_t blocks, std::size_t block_stride, std::size_t rows,
                       const float* bias, float* out, std::size_t out_stride) {
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t lane = 0; lane < kStrip; lane += kLanes) {
      Lanes total = bias == nullptr ? Lanes{} : load(bias + lane);
      for (std::size_t block = 0; block < blocks; ++block)
        total += load(sums + block * block_stride + row * kStrip + lane);
      store(out + row * out_stride + lane, total);
    }
}

}  // namespace REGARD_LEVEL
}  // namespace regard
