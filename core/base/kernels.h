// SPDX-License-Identifier: Apache-2.0
// The inner loops of the engine, compiled once for each level of instructions that processors have (folder kernels/), and which of
// them this process uses: the best that the processor has, chosen when the program starts. Any thread.
#pragma once

#include "core/base/kernels/product.h"
#include "core/base/range.h"
#include "core/base/row_statistics.h"

#include <cstddef>
#include <span>
#include <string_view>

namespace regard {

/// One level.
struct Kernels {
  std::string_view name{};  ///< "avx512", "avx2", "portable"
  std::size_t panel = 0;    ///< outputs that project() takes at once
  std::size_t scratch = 0;  ///< floats that project() needs
  std::size_t strip = 0;    ///< columns of a strip

  /// Outputs [first, last) of the product: `first` is a multiple of `panel`, and so is `last`, unless it is the end.
  void (*project)(const Product& product, std::size_t first, std::size_t last, float* scratch) = nullptr;
  /// See kernels/multiply.h.
  void (*multiply)(Strided a, std::size_t rows, std::size_t depth, const float* b, std::size_t b_stride,
                   std::size_t begin, std::size_t end, float* out, std::size_t out_stride) = nullptr;
  void (*multiply_strips)(Strided a, std::size_t rows, std::size_t depth, Strided b, std::size_t strips, float* sums,
                          float* of_lane) = nullptr;
  void (*add_strips)(const float* sums, std::size_t blocks, std::size_t block_stride, std::size_t rows,
                     const float* bias, float* out, std::size_t out_stride) = nullptr;
  /// See kernels/curves.h.
  void (*scale_scores)(float* scores, std::size_t begin, std::size_t end, float scale, float cap) = nullptr;
  RowStatistics (*softmax_row)(float* scores, std::size_t length, Range allowed, float temperature,
                               float sink) = nullptr;
  void (*weights_row)(float* scores, std::size_t length, Range allowed, float temperature,
                      RowStatistics statistics) = nullptr;
  /// target[i] = f(target[i])·factors[i] for i < count; `factors` may be null, or be `target` itself.
  using Curve = void (*)(float* target, const float* factors, std::size_t count);
  Curve gelu = nullptr, gelu_tanh = nullptr, relu = nullptr, silu = nullptr, quick_gelu = nullptr;
};

/// Those that this processor can run, the best first; never empty.
[[nodiscard]] std::span<const Kernels* const> usable_kernels();

/// Those that this process uses: the best, or the one that the environment variable REGARD_KERNELS names.
[[nodiscard]] const Kernels& kernels();

}  // namespace regard
