// SPDX-License-Identifier: Apache-2.0
#include "core/engine/linear.h"

#include "core/base/parallel.h"
#include "core/base/progress.h"
#include "core/engine/eigen.h"
#include "core/format/dequantize.h"

#include <algorithm>
#include <vector>

namespace regard {
namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Stride = Eigen::OuterStride<Eigen::Dynamic>;
using MatrixIn = Eigen::Map<const RowMajor>;
using MatrixOut = Eigen::Map<RowMajor, 0, Stride>;

// Eigen's innermost kernel takes kUnit rows of weights and kTogether rows of x at once, and sums what is left over in another
// order. Only whole units are split off, so a row comes out the same to the last bit whatever stands beside it and however the
// work is shared out: a reused prefix is a fresh run.
constexpr std::size_t kUnit = 48;
constexpr std::size_t kTogether = 4;

constexpr std::size_t kBlockFloats = std::size_t{1}
                                     << 18;       // a block of widened weights: 1 MiB stays in the second-level cache
constexpr std::size_t kRowsPerStop = 48 * kUnit;  // rows of weights between two looks at the stop token
constexpr double kWorkForThreads = 1e7;           // multiply-adds that pay for waking another core
constexpr std::size_t kRowOverhead = 6;           // reading a weight costs about as much as so many multiply-adds
constexpr std::size_t kRowsPerPiece = 192;  // arranging x for Eigen, anew in each piece, costs a fraction of so many

/// Whole rows of a matrix, from `row` on.
void widen_rows(const TensorView& matrix, std::size_t row, std::span<float> target) {
  const std::byte* source = matrix.data + stored_bytes(matrix.dtype, row * matrix.cols());
  dequantize(matrix.dtype, {source, stored_bytes(matrix.dtype, target.size())}, target);
}

/// out columns [begin, end) = x · (rows [begin, end) of the weights)ᵀ + b.
void project_block(ConstRows x, const Linear& linear, const Rows& out, std::size_t begin, std::size_t end,
                   std::vector<float>& widened) {
  const std::size_t count = end - begin;
  const float* weights = nullptr;
  if (linear.weight.dtype == DType::f32) {
    weights = reinterpret_cast<const float*>(linear.weight.data) + begin * x.width;
  } else {
    widened.resize(count * x.width);
    widen_rows(linear.weight, begin, widened);
    weights = widened.data();
  }
  const auto signed_size = [](std::size_t size) { return static_cast<Eigen::Index>(size); };
  const MatrixIn input(x.data, signed_size(x.count), signed_size(x.width));
  const MatrixIn block(weights, signed_size(count), signed_size(x.width));
  MatrixOut result(out.data + begin, signed_size(x.count), signed_size(count), Stride(signed_size(out.width)));
  result.noalias() = input * block.transpose();
  if (!linear.bias.empty())
    result.rowwise() += Eigen::Map<const Eigen::RowVectorXf>(linear.bias.data() + begin, signed_size(count));
}

/// The rows of x followed by rows of zeros, up to a multiple of kTogether.
Matrix with_whole_groups(ConstRows x) {
  Matrix rows((x.count + kTogether - 1) / kTogether * kTogether, x.width);
  std::copy_n(x.data, x.all().size(), rows.values.begin());
  return rows;
}

}  // namespace

void project(ConstRows x, const Linear& linear, Rows out, const std::stop_token& stop) {
  assert(linear.weight.cols() == x.width && linear.weight.rows() == out.width && out.count == x.count);
  assert(linear.bias.empty() || linear.bias.size() == out.width);
  if (x.count == 0) return;
  if (x.count % kTogether != 0) {
    const Matrix input = with_whole_groups(x);
    Matrix output(input.rows, out.width);
    project(all_rows(input), linear, all_rows(output), stop);
    std::copy_n(output.values.begin(), out.all().size(), out.data);
    return;
  }
  const bool widens = linear.weight.dtype != DType::f32;
  const std::size_t block =
      widens ? std::clamp<std::size_t>(kBlockFloats / x.width / kUnit, 1, 20) * kUnit : kRowsPerStop;
  const double work_of_a_row = static_cast<double>(x.count + kRowOverhead) * static_cast<double>(x.width);
  const std::size_t least_rows =
      std::max(static_cast<std::size_t>(kWorkForThreads / 2.0 / work_of_a_row) + 1, std::min(x.count, kRowsPerPiece));
  const std::size_t units = (out.width + kUnit - 1) / kUnit;
  parallel_for(units, (least_rows + kUnit - 1) / kUnit, [&](std::size_t begin, std::size_t end) {
    std::vector<float> widened;
    const std::size_t last = std::min(end * kUnit, out.width);
    for (std::size_t row = begin * kUnit; row < last; row += block) {
      throw_if_stopped(stop);
      project_block(x, linear, out, row, std::min(last, row + block), widened);
    }
  });
}

void copy_row(const TensorView& table, std::size_t row, std::span<float> target) {
  assert(row < table.rows() && target.size() == table.cols());
  widen_rows(table, row, target);
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
  for (std::size_t at = 0; at < out.all().size(); ++at)
    out.data[at] = a.data[at] + b.data[at];
}

}  // namespace regard
