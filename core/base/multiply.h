// SPDX-License-Identifier: Apache-2.0
// The product of two matrices whose every entry is summed in the same order, whatever the tile it is computed in: scores
// computed for one row and for the whole grid are equal to the last bit. Attention is made of it. Pure; any thread.
#pragma once

#include "core/base/aligned.h"
#include "core/base/kernels/product.h"
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

/// out[i, c] = Σ_k a[i, k]·b[k, c] for i < rows, k in [0, depth), c in [begin, end), added in the order of k. `begin` and `end`
/// are multiples of kPadding; out has rows of out_stride ≥ end floats.
void multiply(Strided a, std::size_t rows, std::size_t depth, const float* b, std::size_t b_stride, std::size_t begin,
              std::size_t end, float* out, std::size_t out_stride);

}  // namespace regard
