// SPDX-License-Identifier: Apache-2.0
#include "core/engine/few_rows.h"

#include "core/base/aligned.h"
#include "core/base/kernels.h"
#include "core/base/parallel.h"
#include "core/base/progress.h"

#include <algorithm>
#include <cassert>

namespace regard {
namespace {

constexpr std::size_t kColumns = 384;  // of a piece: shorter lines are read slowly, longer sums leave the cache
constexpr std::size_t kNumbersForThreads = 65536;  // weights or sums that pay for waking another core

/// The sums of one block of inputs after the other, [blocks, strips, rows, width].
struct BlockSums {
  std::size_t blocks = 0;
  std::size_t strips = 0;
  std::size_t rows = 0;
  std::size_t width = 0;  ///< of a strip, Kernels::strip
  AlignedFloats numbers{};

  [[nodiscard]] float* strip(std::size_t block, std::size_t index) {
    return numbers.data() + (block * strips + index) * rows * width;
  }
};

}  // namespace

bool are_few_rows(ConstRows x, const Linear& linear) {
  return x.count <= kStripRows && linear.input_stride != 0 && linear.weight.dtype == DType::f32 &&
         linear.weight.rows() % kernels().strip == 0;
}

void project_few_rows(ConstRows x, const Linear& linear, Rows out, const std::stop_token& stop) {
  assert(are_few_rows(x, linear));
  BlockSums sums{(x.width + kWideDepth - 1) / kWideDepth, out.width / kernels().strip, x.count, kernels().strip, {}};
  sums.numbers.resize(sums.blocks * x.count * out.width);
  const auto* weights = reinterpret_cast<const float*>(linear.weight.data);
  const std::size_t parts = std::max<std::size_t>(out.width / kColumns, 1);
  const std::size_t weights_of_piece = std::min(kWideDepth, x.width) * (out.width / parts);
  parallel_for(sums.blocks * parts, kNumbersForThreads / weights_of_piece + 1, [&](std::size_t begin, std::size_t end) {
    thread_local AlignedFloats of_lane;
    for (std::size_t piece = begin; piece < end; ++piece) {
      throw_if_stopped(stop);
      const std::size_t block = piece / parts, part = piece % parts;
      const Range inputs{block * kWideDepth, std::min(x.width, (block + 1) * kWideDepth)};
      const Range strips{sums.strips * part / parts, sums.strips * (part + 1) / parts};
      const float* first_weight = weights + inputs.begin * linear.input_stride + strips.begin * sums.width;
      of_lane.resize(strips.size() * x.count * sums.width);
      kernels().multiply_strips({x.data + inputs.begin, x.width}, x.count, inputs.size(),
                                {first_weight, linear.input_stride}, strips.size(), sums.strip(block, strips.begin),
                                of_lane.data());
    }
  });
  const std::size_t sums_of_strip = sums.blocks * x.count * sums.width;
  parallel_for(sums.strips, kNumbersForThreads / sums_of_strip + 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t strip = begin; strip < end; ++strip) {
      const std::size_t column = strip * sums.width;
      kernels().add_strips(sums.strip(0, strip), sums.blocks, sums.strips * sums.rows * sums.width, sums.rows,
                           linear.bias.empty() ? nullptr : linear.bias.data() + column, out.data + column, out.width);
    }
  });
}

}  // namespace regard
