// SPDX-License-Identifier: Apache-2.0
#include "core/base/multiply.h"

#include "core/base/kernels.h"

#include <cassert>

namespace regard {

void PaddedMatrix::resize(std::size_t row_count, std::size_t col_count) {
  constexpr std::size_t kPage = 1024;  // floats
  rows = row_count;
  cols = col_count;
  stride = padded(col_count);
  if (stride % kPage == 0) stride += kPadding;
  values.assign(rows * stride, 0.0F);
}

void multiply(Strided a, std::size_t rows, std::size_t depth, const float* b, std::size_t b_stride, std::size_t begin,
              std::size_t end, float* out, std::size_t out_stride) {
  assert(begin % kPadding == 0 && end % kPadding == 0);
  kernels().multiply(a, rows, depth, b, b_stride, begin, end, out, out_stride);
}

}  // namespace regard
