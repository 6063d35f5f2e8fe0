// SPDX-License-Identifier: Apache-2.0
#include "core/engine/linear.h"

#include "core/base/multiply.h"
#include "core/base/parallel.h"
#include "core/base/progress.h"
#include "core/engine/few_rows.h"
#include "core/format/dequantize.h"

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

namespace regard {
namespace {

// Weights are arranged by panels of kPanel outputs and kDepth inputs, a few of them at once, and multiplied with blocks of rows
// of x, so that both stay in the second-level cache. Every number of the result is added up in the order of the inputs, so a
// row comes out the same to the last bit whatever stands beside it and however the work is shared out: a reused prefix is a
// fresh run.
constexpr std::size_t kDepth = 256;          // a multiple of every block of quantised numbers
constexpr std::size_t kTogether = 8;         // panels
constexpr std::size_t kRowBlock = 96;        // rows of x
constexpr double kWorkForThreads = 1e7;      // multiply-adds that pay for waking another core
constexpr std::size_t kPiecesPerThread = 2;  // wide ones: x is read once for each
constexpr std::size_t kRowOverhead = 12;  // reading and arranging a weight costs about as much as so many multiply-adds

/// `target.size()` numbers of a stored matrix, from number `first` on.
void widen(const TensorView& matrix, std::size_t first, std::span<float> target) {
  const std::byte* source = matrix.data + stored_bytes(matrix.dtype, first);
  dequantize(matrix.dtype, {source, stored_bytes(matrix.dtype, target.size())}, target);
}

struct PanelScratch {
  AlignedFloats panels{};   ///< [kTogether, kDepth, kPanel]
  AlignedFloats widened{};  ///< [kPanel, kDepth], or a row of all panels
  AlignedFloats outputs{};  ///< [kRowBlock, kPanel], for a panel that has fewer outputs
};

/// `numbers` cut into panels: their input `row`.
void copy_to_panels(const float* numbers, std::size_t count, std::size_t row, std::span<float> panels) {
  float* to = panels.data() + row * kPanel;
  for (std::size_t column = 0; column < count; column += kPanel, to += kDepth * kPanel)
    for (std::size_t at = 0; at < kPanel; at += kLanes)
      store(to + at, load(numbers + column + at));
}

/// For a matrix that lies the other way round.
void pack_by_input(const Linear& linear, Range outputs, Range inputs, PanelScratch& scratch) {
  constexpr std::size_t kLinesAhead = 4, kCacheLine = 16;  // floats
  const auto first_at = [&](std::size_t input) { return input * linear.input_stride + outputs.begin; };
  if (linear.weight.dtype == DType::f32 && outputs.size() % kPanel == 0) {
    const auto* weights = reinterpret_cast<const float*>(linear.weight.data);
    for (std::size_t input = inputs.begin; input < inputs.end; ++input) {
      for (std::size_t at = 0; at < outputs.size(); at += kCacheLine)
        __builtin_prefetch(weights + first_at(input + kLinesAhead) + at);
      copy_to_panels(weights + first_at(input), outputs.size(), input - inputs.begin, scratch.panels);
    }
    return;
  }
  scratch.widened.assign(kTogether * kPanel, 0.0F);
  for (std::size_t input = inputs.begin; input < inputs.end; ++input) {
    widen(linear.weight, first_at(input), {scratch.widened.data(), outputs.size()});
    copy_to_panels(scratch.widened.data(), outputs.size(), input - inputs.begin, scratch.panels);
  }
}

/// The panels of weights of outputs [outputs.begin, outputs.end) for the inputs, as multiply_add_panel() wants them, one after
/// the other in scratch.panels; kDepth·kPanel floats each.
void pack_panels(const Linear& linear, Range outputs, Range inputs, PanelScratch& scratch) {
  scratch.panels.resize(kTogether * kDepth * kPanel);
  if (linear.input_stride != 0) return pack_by_input(linear, outputs, inputs, scratch);
  const TensorView& weight = linear.weight;
  float* panel = scratch.panels.data();
  for (std::size_t output = outputs.begin; output < outputs.end; output += kPanel, panel += kDepth * kPanel) {
    const std::size_t count = std::min(kPanel, outputs.end - output);
    if (weight.dtype == DType::f32) {
      const auto* numbers = reinterpret_cast<const float*>(weight.data) + output * weight.cols() + inputs.begin;
      transpose_into_panel({numbers, weight.cols()}, count, inputs.size(), panel);
      continue;
    }
    scratch.widened.resize(kPanel * kDepth);
    for (std::size_t row = 0; row < count; ++row)
      widen(weight, (output + row) * weight.cols() + inputs.begin,
            {scratch.widened.data() + row * kDepth, inputs.size()});
    transpose_into_panel({scratch.widened.data(), kDepth}, count, inputs.size(), panel);
  }
}

/// Rows `rows` of out, `count` columns from `output` on: x · panel, on top of the bias for the first inputs and of what is there
/// for the others.
void add_product(ConstRows x, Range rows, Range inputs, const float* panel, const float* bias, const Rows& out,
                 std::size_t output, std::size_t count, AlignedFloats& outputs) {
  const Strided left{x.row(rows.begin).data() + inputs.begin, x.width};
  float* target = out.row(rows.begin).data() + output;
  const bool first = inputs.begin == 0;
  const Strided start = first ? Strided{bias, 0} : Strided{target, out.width};
  if (count == kPanel) return multiply_add_panel(left, rows.size(), inputs.size(), panel, start, target, out.width);
  outputs.resize(kRowBlock * kPanel);
  for (std::size_t row = 0; row < rows.size(); ++row)
    std::copy_n(start.row(row), count, outputs.data() + row * kPanel);
  multiply_add_panel(left, rows.size(), inputs.size(), panel, {outputs.data(), kPanel}, outputs.data(), kPanel);
  for (std::size_t row = 0; row < rows.size(); ++row)
    std::copy_n(outputs.data() + row * kPanel, count, target + row * out.width);
}

/// Columns [columns.begin, columns.end) of out, at most kTogether panels.
void project_columns(ConstRows x, const Linear& linear, const Rows& out, Range columns, PanelScratch& scratch) {
  static constexpr std::array<float, kPanel> kNoBias{};
  const auto bias_at = [&](std::size_t output) {
    return linear.bias.empty() ? kNoBias.data() : linear.bias.data() + output;
  };
  const auto width_at = [&](std::size_t output) { return std::min(kPanel, columns.end - output); };
  const auto panel_at = [&](std::size_t output) {
    return scratch.panels.data() + (output - columns.begin) * kDepth;  // kPanel outputs take kPanel·kDepth
  };
  for (std::size_t input = 0; input < x.width; input += kDepth) {
    const Range inputs{input, std::min(x.width, input + kDepth)};
    pack_panels(linear, columns, inputs, scratch);
    for (std::size_t row = 0; row < x.count; row += kRowBlock) {
      const Range rows{row, std::min(x.count, row + kRowBlock)};
      for (std::size_t output = columns.begin; output < columns.end; output += kPanel)
        add_product(x, rows, inputs, panel_at(output), bias_at(output), out, output, width_at(output), scratch.outputs);
    }
  }
}

}  // namespace

void project(ConstRows x, const Linear& linear, Rows out, const std::stop_token& stop) {
  assert(linear.weight.cols() == x.width && linear.weight.rows() == out.width && out.count == x.count);
  assert(linear.bias.empty() || linear.bias.size() == out.width);
  if (x.count == 0) return;
  if (are_few_rows(x, linear)) return project_few_rows(x, linear, out, kDepth, stop);
  const double work_of_a_panel = static_cast<double>(x.count + kRowOverhead) * static_cast<double>(x.width * kPanel);
  const std::size_t grain = static_cast<std::size_t>(kWorkForThreads / 2.0 / work_of_a_panel) + 1;
  // Few rows: panel by panel, so that the file is read as it lies. Many: several panels, so that x is read less often.
  const std::size_t together = linear.input_stride == 0 && x.count <= kRowBlock ? 1 : kTogether;
  const auto project_panels = [&](std::size_t begin, std::size_t end) {
    thread_local PanelScratch scratch;
    for (std::size_t panel = begin; panel < end; panel += together) {
      throw_if_stopped(stop);
      const Range columns{panel * kPanel, std::min({out.width, end * kPanel, (panel + together) * kPanel})};
      project_columns(x, linear, out, columns, scratch);
    }
  };
  parallel_for((out.width + kPanel - 1) / kPanel, grain, project_panels, kPiecesPerThread);
}

void copy_row(const TensorView& table, std::size_t row, std::span<float> target) {
  assert(row < table.rows() && target.size() == table.cols());
  widen(table, row * table.cols(), target);
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
