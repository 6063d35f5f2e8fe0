// SPDX-License-Identifier: Apache-2.0
#include "core/engine/linear.h"

#include "core/base/aligned.h"
#include "core/base/kernels.h"
#include "core/base/parallel.h"
#include "core/base/progress.h"
#include "core/engine/few_rows.h"
#include "core/engine/low_rank.h"
#include "core/format/mxfp4.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace regard {
namespace {

constexpr double kLinearWorkForThreads = 1e6;  // multiply-adds that pay for handing a piece to another core
constexpr double kStopWork = 1e9;              // multiply-adds between two looks at the stop token: some milliseconds
constexpr std::size_t kPanelsJoined = 8;       // of MXFP4 whose scales lie apart: they stay in the cache
constexpr std::size_t kPiecesPerThread = 2;    // wide ones: x is read once for each
constexpr std::size_t kRowOverhead = 5;  // reading and arranging a weight costs about as much as so many multiply-adds

/// Blocks of MXFP4 whose scales lie apart, from number `first` on, with their scales; until the next call on this thread.
std::span<const std::byte> joined_blocks(const TensorView& matrix, std::size_t first, std::size_t count) {
  thread_local std::vector<std::byte> blocks;
  const std::size_t begin = first / kMxfp4Numbers, number = count / kMxfp4Numbers;
  blocks.resize(stored_bytes(matrix.dtype, count));
  join_mxfp4({matrix.data + begin * kMxfp4Halves, number * kMxfp4Halves}, {matrix.scales + begin, number}, blocks);
  return blocks;
}

/// `bias` in the order of the file.
Product product_of(ConstRows x, const Linear& linear, std::span<const float> bias, const Rows& out) {
  return {.x = x.data,
          .x_stride = x.width,
          .rows = x.count,
          .inputs = x.width,
          .outputs = out.width,
          .type = linear.weight.dtype,
          .weights = linear.weight.data,
          .row_bytes = lies_by_input(linear.weight.dtype) ? 0 : stored_bytes(linear.weight.dtype, x.width),
          .input_stride = linear.input_stride,
          .apart = linear.weight.apart,
          .bias = bias.empty() ? nullptr : bias.data(),
          .out = out.data,
          .out_stride = out.width};
}

/// Outputs [first, last) of the product, whose weights are in another place.
Product some_outputs(Product product, std::size_t first, std::size_t last, const std::byte* weights) {
  product.weights = weights;
  product.outputs = last - first;
  product.out += first;
  if (product.bias != nullptr) product.bias += first;
  return product;
}

/// x·Wᵀ + b, with W and b as they lie in the file.
void project_as_stored(ConstRows x, const Linear& linear, std::span<const float> bias, Rows out,
                       const std::stop_token& stop) {
  assert(linear.weight.cols() == x.width && linear.weight.rows() == out.width && out.count == x.count);
  assert(linear.bias.empty() || linear.bias.size() == out.width);
  assert(x.width % block_of(linear.weight.dtype).numbers == 0);
  if (are_few_rows(x, linear)) return project_few_rows(x, linear, out, stop);
  const Kernels& kernel = kernels();
  const Product product = product_of(x, linear, bias, out);
  const double work_of_a_panel =
      static_cast<double>(x.count + kRowOverhead) * static_cast<double>(x.width * kernel.panel);
  const std::size_t grain = static_cast<std::size_t>(kLinearWorkForThreads / work_of_a_panel) + 1;
  // A stop is heard between panels: what is computed at once takes less than a few milliseconds.
  const bool joins = linear.weight.scales != nullptr;
  const std::size_t at_once = std::clamp<std::size_t>(static_cast<std::size_t>(kStopWork / work_of_a_panel), 1,
                                                      joins ? kPanelsJoined : out.width);
  const auto project_panels = [&](std::size_t begin, std::size_t end) {
    thread_local AlignedFloats scratch;
    if (scratch.size() < kernel.scratch) scratch.resize(kernel.scratch);
    for (std::size_t panel = begin; panel < end; panel += at_once) {
      throw_if_stopped(stop);
      const std::size_t last = std::min({out.width, end * kernel.panel, (panel + at_once) * kernel.panel});
      const std::size_t output = panel * kernel.panel;
      if (!joins) {
        kernel.project(product, output, last, scratch.data());
        continue;
      }
      const auto blocks = joined_blocks(linear.weight, output * x.width, (last - output) * x.width);
      kernel.project(some_outputs(product, output, last, blocks.data()), 0, last - output, scratch.data());
    }
  };
  parallel_for((out.width + kernel.panel - 1) / kernel.panel, grain, project_panels, kPiecesPerThread);
}

/// The same where the rows of W lie in pairs, and are not moved for that: a few outputs are.
void project_paired(ConstRows x, const Linear& linear, Rows out, const std::stop_token& stop) {
  std::vector<float> bias(linear.bias.size());
  for (std::size_t output = 0; output < bias.size(); ++output)
    bias[linear.weight.stored_row(output)] = linear.bias[output];
  project_as_stored(x, linear, bias, out, stop);
  for_rows(out.count, out.width, [&](std::size_t index) {
    thread_local std::vector<float> stored;
    const std::span<float> row = out.row(index);
    stored.assign(row.begin(), row.end());
    for (std::size_t output = 0; output < row.size(); ++output)
      row[output] = stored[linear.weight.stored_row(output)];
  });
}

}  // namespace

void project(ConstRows x, const Linear& linear, Rows out, const std::stop_token& stop) {
  if (x.count == 0) return;
  if (linear.weight.paired != 0)
    project_paired(x, linear, out, stop);
  else
    project_as_stored(x, linear, linear.bias, out, stop);
  if (!linear.adapted.empty()) add_adapters(x, linear, out, stop);
}

void copy_row(const TensorView& table, std::size_t row, std::span<float> target) {
  assert(row < table.rows() && target.size() == table.cols());
  copy_as_f32(table, row * table.cols(), target);
}

void add_row(const TensorView& table, std::size_t row, std::span<float> target) {
  thread_local std::vector<float> widened;
  widened.resize(target.size());
  copy_row(table, row, widened);
  for (std::size_t column = 0; column < target.size(); ++column)
    target[column] += widened[column];
}

void add(ConstRows a, ConstRows b, Rows out) {
  assert(a.all().size() == b.all().size() && a.all().size() == out.all().size());
  for_rows(out.count, out.width, [&](std::size_t row) {
    const std::span<const float> left = a.row(row), right = b.row(row);
    std::transform(left.begin(), left.end(), right.begin(), out.row(row).begin(), std::plus<>());
  });
}

}  // namespace regard
