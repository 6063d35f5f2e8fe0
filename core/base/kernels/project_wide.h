// SPDX-License-Identifier: Apache-2.0
// x·Wᵀ + b with a W of numbers of 16 or 32 bits. Every output is added up in lanes: lane l takes the products of inputs l,
// l + kLanes, l + 2·kLanes… in their order, then the lanes are added up in theirs; kWideDepth inputs at a time, and these sums on top
// of the bias. So few rows of x are multiplied without turning anything, as fast as memory brings W, and many rows, whose panels are
// arranged lane by lane, come out the same to the last bit. Part of one level of kernels (lanes.h); pure.
#pragma once

#include "core/base/kernels/multiply.h"
#include "core/base/kernels/panel.h"
#include "core/base/kernels/stored_blocks.h"

namespace regard {
inline namespace REGARD_LEVEL {

inline constexpr std::size_t kOutputsAtOnce = 4;
static_assert(kLanes % kOutputsAtOnce == 0);
inline constexpr std::size_t kRowsInLanes = kLanes == 16 ? 4 : 2;  ///< of x, so that sums stay in registers

/// With more rows arranging panels pays; where the rows of W are short, adding up the lanes is most of the work.
[[nodiscard]] constexpr std::size_t few_wide_rows(std::size_t inputs) {
  return inputs < 256 ? 1 : 2 * kRowsInLanes;
}

/// One number more than a lane can have: rows of a panel a power of two apart would push each other out of the cache.
inline constexpr std::size_t kLaneRows = kWideDepth / kLanes + 1;
inline constexpr std::size_t kWidePanel = kLanes * kLaneRows * kPanel;  ///< floats
inline constexpr std::size_t kWideTogether = 4;  ///< panels arranged at once when there are many rows

/// Where input `number` of a block stands in a panel.
[[nodiscard]] constexpr std::size_t wide_place(std::size_t number) {
  return (number % kLanes * kLaneRows + number / kLanes) * kPanel;
}

// ---- a few rows ----

/// Of kLanes numbers that begin at `from`, the first `count`; the others are 0.
template <class Kind>
inline Lanes some_side_by_side(const Byte* from, std::size_t count) {
  alignas(64) Byte copy[kLanes * 4] = {};
  std::memcpy(copy, from, count * (4 / Kind::kPerWord));
  return Kind::side_by_side(copy);
}

/// Lane by lane, `count` products of kOutputsAtOnce outputs with a few rows of x.
template <class Kind, std::size_t Rows>
inline void sum_in_lanes(RowStarts weights, std::size_t at, Strided x, std::size_t count, Ahead& ahead,
                         std::size_t output, Lanes (&sums)[Rows][kLanes]) {
  constexpr std::size_t kSize = 4 / Kind::kPerWord;
  Lanes sum[Rows][kOutputsAtOnce] = {};
  std::size_t input = 0;
  for (; input + kLanes <= count; input += kLanes) {
    Lanes numbers[Rows];
#pragma GCC unroll 4
    for (std::size_t row = 0; row < Rows; ++row)
      numbers[row] = load(x.row(row) + input);
    ahead.fetch(kOutputsAtOnce * kLanes * kSize);
#pragma GCC unroll 4
    for (std::size_t next = 0; next < kOutputsAtOnce; ++next) {
      const Lanes weight = Kind::side_by_side(weights[output + next] + at + input * kSize);
#pragma GCC unroll 4
      for (std::size_t row = 0; row < Rows; ++row)
        sum[row][next] += numbers[row] * weight;
    }
  }
  for (std::size_t next = 0; next < kOutputsAtOnce; ++next)
    for (std::size_t row = 0; row < Rows; ++row) {
      if (input < count)
        sum[row][next] += some_side_by_side<F32>(reinterpret_cast<const Byte*>(x.row(row) + input), count - input) *
                          some_side_by_side<Kind>(weights[output + next] + at + input * kSize, count - input);
      sums[row][output + next] = sum[row][next];
    }
}

/// Lane i of the result is the sum of the lanes of number i, in their order.
inline Lanes sums_of_lanes(Lanes (&numbers)[kLanes]) {
  constexpr auto kEachLane = std::make_index_sequence<kLanes>();
  if constexpr (kLanes > 8) exchange<8>(numbers, kEachLane);
  if constexpr (kLanes > 4) exchange<4>(numbers, kEachLane);
  exchange<2>(numbers, kEachLane);
  exchange<1>(numbers, kEachLane);
  Lanes sum = numbers[0];
  for (std::size_t lane = 1; lane < kLanes; ++lane)
    sum += numbers[lane];
  return sum;
}

/// All inputs for `count` ≤ kLanes outputs from `output` on, whose weights begin at `weights`, and rows from `row` on.
template <class Kind, std::size_t Rows>
inline void project_lanes(const Product& product, RowStarts weights, std::size_t output, std::size_t count,
                          std::size_t row, Ahead& ahead) {
  const float* const x = product.x + row * product.x_stride;
  alignas(64) float totals[Rows][kLanes] = {};
  for (std::size_t at = 0; at < Rows && product.bias != nullptr; ++at)
    std::memcpy(totals[at], product.bias + output, count * sizeof(float));
  for (std::size_t input = 0; input < product.inputs; input += kWideDepth) {
    Lanes sums[Rows][kLanes];
    for (std::size_t next = 0; next < kLanes; next += kOutputsAtOnce)
      sum_in_lanes<Kind, Rows>(weights, input * (4 / Kind::kPerWord), {x + input, product.x_stride},
                               fewer(kWideDepth, product.inputs - input), ahead, next, sums);
    for (std::size_t at = 0; at < Rows; ++at)
      store(totals[at], load(totals[at]) + sums_of_lanes(sums[at]));
  }
  for (std::size_t at = 0; at < Rows; ++at)
    std::memcpy(product.out + (row + at) * product.out_stride + output, totals[at], count * sizeof(float));
}

/// One panel of outputs and few_wide_rows() rows at most, some at a time: the weights stay in the cache meanwhile.
template <class Kind>
inline void project_few_wide(const Product& product, std::size_t output, Ahead& ahead) {
  const PanelRows rows = panel_rows(product, output);
  const std::size_t count = fewer(kPanel, product.outputs - output);
  for (std::size_t first = 0; first < count; first += kLanes) {
    const auto project_rows = [&]<std::size_t Rows>(std::integral_constant<std::size_t, Rows>, std::size_t row) {
      Ahead nothing;
      project_lanes<Kind, Rows>(product, rows.row + first, output + first, fewer(kLanes, count - first), row,
                                row == 0 ? ahead : nothing);
    };
    each_piece<kRowsInLanes>(product.rows, project_rows);
  }
}

// ---- many rows ----

/// Writes numbers into a panel, lane by lane.
struct WideWriter {
  float* panel;
  std::size_t first = 0;  ///< of the block: its place among the inputs
  REGARD_INLINE void take(std::size_t number, const Lanes (&weights)[kVectors]) {
    float* const place = panel + wide_place(first + number);
#pragma GCC unroll 4
    for (std::size_t v = 0; v < kVectors; ++v)
      store(place + v * kLanes, weights[v]);
  }
};

/// Inputs [begin, end) of the outputs from `output` on.
template <class Kind>
inline void arrange_wide(const Product& product, std::size_t output, std::size_t begin, std::size_t end, Ahead& ahead,
                         float* panel) {
  const PanelRows rows = panel_rows(product, output);
  std::size_t input = begin;
  if constexpr (std::is_same_v<Kind, F32>)  // turned, it is the panel
    for (; input + kLanes <= end; input += kLanes)
      for (std::size_t v = 0; v < kVectors; ++v)
        turn_words<kLanes>(rows.row + v * kLanes, 4 * input, ahead, panel + wide_place(input - begin) + v * kLanes,
                           kLaneRows * kVectors);
  WideWriter writer{panel};
  tell_blocks<Kind>(rows, input, end, ahead, [&](std::size_t first) -> WideWriter& {
    writer.first = first - begin;
    return writer;
  });
}

/// sums = the products of one lane, or += them where it is not the first. A function by itself: inlined, its sums leave registers.
template <std::size_t Rows>
[[gnu::noinline]] void add_lane(Strided x, std::size_t depth, const float* panel, bool first, float* sums) {
  if (first)
    piece<Rows, kVectors, Write::set, kLanes>(x, depth, {panel, kPanel}, {}, sums, kPanel);
  else
    piece<Rows, kVectors, Write::add, kLanes>(x, depth, {panel, kPanel}, {sums, kPanel}, sums, kPanel);
}

/// Rows of out, the columns of one panel: x · panel on top of the bias for the first inputs and of what is there for the others.
inline void add_wide_product(const Product& product, std::size_t row, std::size_t rows, std::size_t begin,
                             std::size_t end, const float* panel, std::size_t output) {
  const std::size_t count = fewer(kPanel, product.outputs - output);
  alignas(64) float bias[kPanel] = {};
  if (begin == 0 && product.bias != nullptr) std::memcpy(bias, product.bias + output, count * sizeof(float));
  each_piece<kRows>(rows, [&]<std::size_t Rows>(std::integral_constant<std::size_t, Rows>, std::size_t first) {
    const float* const x = product.x + (row + first) * product.x_stride + begin;
    alignas(64) float sums[Rows * kPanel];
    for (std::size_t lane = 0; lane < fewer(kLanes, end - begin); ++lane)
      add_lane<Rows>({x + lane, product.x_stride}, in_lane(end - begin, lane), panel + lane * kLaneRows * kPanel,
                     lane == 0, sums);
    for (std::size_t at = 0; at < Rows; ++at) {
      float* const target = product.out + (row + first + at) * product.out_stride + output;
      alignas(64) float totals[kPanel] = {};
      std::memcpy(totals, begin == 0 ? bias : target, count * sizeof(float));
      for (std::size_t lane = 0; lane < kPanel; lane += kLanes)
        store(totals + lane, load(totals + lane) + load(sums + at * kPanel + lane));
      std::memcpy(target, totals, count * sizeof(float));
    }
  });
}

}  // namespace REGARD_LEVEL
}  // namespace regard
