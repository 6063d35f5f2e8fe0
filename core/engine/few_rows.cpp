// SPDX-License-Identifier: Apache-2.0
#include "core/engine/few_rows.h"

#include "core/base/multiply.h"
#include "core/base/parallel.h"
#include "core/base/progress.h"

#include <algorithm>
#include <cassert>

namespace regard {
namespace {

constexpr std::size_t kMostRows = 64;  // with more, arranging the weights by panels first pays
constexpr std::size_t kColumns = 384;  // of a piece: shorter lines are read slowly, longer sums leave the cache
constexpr std::size_t kNumbersForThreads = 65536;  // weights or sums that pay for waking another core

/// The sums of one block of inputs after the other, [blocks, strips, rows, kStrip].
struct BlockSums {
  std::size_t blocks = 0;
  std::size_t strips = 0;
  std::size_t rows = 0;
  AlignedFloats numbers{};

  [[nodiscard]] float* strip(std::size_t block, std::size_t index) {
    return numbers.data() + (block * strips + index) * rows * kStrip;
  }
};

/// Columns of one strip of out: the bias, and on top of it the blocks in their order.
void add_up(BlockSums& sums, std::size_t strip, std::span<const float> bias, const Rows& out) {
  for (std::size_t row = 0; row < sums.rows; ++row)
    for (std::size_t lane = 0; lane < kStrip; lane += kLanes) {
      const std::size_t column = strip * kStrip + lane;
      Lanes total = bias.empty() ? Lanes{} : load(bias.data() + column);
      for (std::size_t block = 0; block < sums.blocks; ++block)
        total += load(sums.strip(block, strip) + row * kStrip + lane);
      store(out.row(row).data() + column, total);
    }
}

}  // namespace

bool are_few_rows(ConstRows x, const Linear& linear) {
  return x.count <= kMostRows && linear.input_stride != 0 && linear.weight.dtype == DType::f32 &&
         linear.weight.rows() % kStrip == 0;
}

void project_few_rows(ConstRows x, const Linear& linear, Rows out, std::size_t depth, const std::stop_token& stop) {
  assert(are_few_rows(x, linear));
  BlockSums sums{(x.width + depth - 1) / depth, out.width / kStrip, x.count};
  sums.numbers.resize(sums.blocks * x.count * out.width);
  const auto* weights = reinterpret_cast<const float*>(linear.weight.data);
  const std::size_t parts = std::max<std::size_t>(out.width / kColumns, 1);
  const std::size_t weights_of_piece = std::min(depth, x.width) * (out.width / parts);
  parallel_for(sums.blocks * parts, kNumbersForThreads / weights_of_piece + 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t piece = begin; piece < end; ++piece) {
      throw_if_stopped(stop);
      const std::size_t block = piece / parts, part = piece % parts;
      const Range inputs{block * depth, std::min(x.width, (block + 1) * depth)};
      const Range strips{sums.strips * part / parts, sums.strips * (part + 1) / parts};
      const float* first_weight = weights + inputs.begin * linear.input_stride + strips.begin * kStrip;
      multiply_strips({x.data + inputs.begin, x.width}, x.count, inputs.size(), {first_weight, linear.input_stride},
                      strips.size(), sums.strip(block, strips.begin));
    }
  });
  const std::size_t sums_of_strip = sums.blocks * x.count * kStrip;
  parallel_for(sums.strips, kNumbersForThreads / sums_of_strip + 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t strip = begin; strip < end; ++strip)
      add_up(sums, strip, linear.bias, out);
  });
}

}  // namespace regard
