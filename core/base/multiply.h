// SPDX-License-Identifier: Apache-2.0
// The product of two matrices whose every entry is summed in the same order, whatever the tile it is computed in: scores
// computed for one row and for the whole grid are equal to the last bit. The forward pass is made of it. Pure; any thread.
#pragma once

#include "core/base/aligned.h"
#include "core/base/lanes.h"

#include <cstddef>

namespace regard {

/// A row-major matrix whose rows are padded with zeros to whole vector registers.
struct PaddedMatrix {
  std::size_t rows = 0;
  std::size_t cols = 0;  ///< without the padding
  std::size_t stride =
      0;  ///< ≥ padded(cols); not a whole memory page, whose rows would push each other out of the cache
  AlignedFloats values{};

  /// Changes the size, keeps the memory; the contents become zeros.
  void resize(std::size_t row_count, std::size_t col_count);
  [[nodiscard]] float* row(std::size_t index) { return values.data() + index * stride; }
  [[nodiscard]] const float* row(std::size_t index) const { return values.data() + index * stride; }
};

/// Rows of floats somewhere in memory: row r starts at data + r·stride.
struct Strided {
  const float* data = nullptr;
  std::size_t stride = 0;
  [[nodiscard]] const float* row(std::size_t index) const { return data + index * stride; }
};

/// out[i, c] = Σ_k a[i, k]·b[k, c] for i < rows, k in [0, depth), c in [begin, end), added in the order of k. `begin` and `end`
/// are multiples of kLanes; out has rows of out_stride ≥ end floats.
void multiply(Strided a, std::size_t rows, std::size_t depth, const float* b, std::size_t b_stride, std::size_t begin,
              std::size_t end, float* out, std::size_t out_stride);

/// The columns that the innermost loop takes at once: the width of a panel.
#if defined(__AVX512F__)
inline constexpr std::size_t kPanel = 4 * kLanes;
#else
inline constexpr std::size_t kPanel = 3 * kLanes;
#endif

/// out[i, c] = start[i, c] + Σ_k a[i, k]·panel[k, c] for i < rows, c < kPanel; the sum is made in the order of k, then added.
/// `panel` is [depth, kPanel] without gaps: in this form it is read fastest. `start` may be out itself, or one row for all
/// (stride 0).
void multiply_add_panel(Strided a, std::size_t rows, std::size_t depth, const float* panel, Strided start, float* out,
                        std::size_t out_stride);

/// The columns of a strip of multiply_strips().
inline constexpr std::size_t kStrip = 2 * kLanes;

/// sums[s, i, c] = Σ_k a[i, k]·b[k, s·kStrip + c] for i < rows, s < strips, added in the order of k. For a matrix that comes from
/// memory for few rows of a: b is read once, as it lies, and what comes next is fetched meanwhile. `sums` is
/// [strips, rows, kStrip] without gaps.
void multiply_strips(Strided a, std::size_t rows, std::size_t depth, Strided b, std::size_t strips, float* sums);

/// to[c, r] = from[r, c] for r < rows, c < cols; `to` has rows of kPanel floats, of which those from `rows` on become 0.
void transpose_into_panel(Strided from, std::size_t rows, std::size_t cols, float* to);

}  // namespace regard
