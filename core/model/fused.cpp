// SPDX-License-Identifier: Apache-2.0
#include "core/model/fused.h"

#include "core/base/range.h"
#include "core/format/mxfp4.h"

#include <cassert>
#include <cstring>
#include <utility>

namespace regard {
namespace {

template <class Value>
void append(const std::vector<Value>& from, Range rows, std::vector<Value>& to) {
  const auto at = [&](std::size_t index) { return from.begin() + static_cast<std::ptrdiff_t>(index); };
  to.insert(to.end(), at(rows.begin), at(rows.end));
}

void append(const Magnitudes& from, Range rows, Magnitudes& to) {
  append(from.length, rows, to.length);
  append(from.weight, rows, to.weight);
  append(from.between, rows, to.between);
  append(from.change, rows, to.change);
}

/// What adapters add to some rows of outputs: views.
std::vector<LowRank> rows_of_adapters(const std::vector<LowRank>& adapted, Range rows) {
  std::vector<LowRank> result = adapted;
  for (LowRank& each : result) {
    assert(each.b.paired == 0 || (rows.begin % each.b.paired == 0 && rows.size() % each.b.paired == 0));
    each.b.data += stored_bytes(each.b.dtype, rows.begin * each.b.cols());
    each.b.shape[0] = rows.size();
    if (each.magnitudes == nullptr) continue;
    auto some = std::make_shared<Magnitudes>();
    append(*each.magnitudes, rows, *some);
    each.magnitudes = std::move(some);
  }
  return result;
}

std::byte* new_buffer(std::size_t bytes, Storage& storage) {
  const std::shared_ptr<std::byte[]> buffer(new std::byte[bytes]);  // aligned for every number
  storage.push_back(buffer);
  return buffer.get();
}

/// With float32 numbers.
Linear widened(const Linear& linear, Storage& storage) {
  const std::size_t count = linear.weight.rows() * linear.weight.cols();
  std::byte* data = new_buffer(count * sizeof(float), storage);
  copy_as_f32(linear.weight, 0, {reinterpret_cast<float*>(data), count});
  Linear result;
  result.weight = {.dtype = DType::f32, .shape = linear.weight.shape, .data = data};
  result.bias = linear.bias;
  result.adapted = linear.adapted;
  return result;
}

/// Some rows of a matrix whose numbers lie row by row, below each other.
TensorView gathered_rows(const TensorView& matrix, std::span<const Range> blocks, Storage& storage) {
  assert(matrix.paired == 0);
  const std::size_t row_bytes = stored_bytes(matrix.dtype, matrix.cols());
  std::size_t rows = 0;
  for (const Range& block : blocks)
    rows += block.size();
  std::byte* const data = new_buffer(rows * row_bytes, storage);
  std::byte* to = data;
  for (const Range& block : blocks) {
    std::memcpy(to, matrix.data + block.begin * row_bytes, block.size() * row_bytes);
    to += block.size() * row_bytes;
  }
  return {.dtype = matrix.dtype, .shape = {rows, matrix.cols()}, .data = data};
}

/// As float32, each row multiplied by a number.
TensorView scaled_rows(const TensorView& matrix, const std::vector<float>& scale, Storage& storage) {
  const std::size_t width = matrix.cols();
  const auto numbers = std::make_shared<std::vector<float>>(scale.size() * width);
  storage.push_back(numbers);
  for (std::size_t index = 0; index < scale.size(); ++index) {
    const std::span<float> row = std::span(*numbers).subspan(index * width, width);
    copy_as_f32(matrix, index * width, row);
    for (float& number : row)
      number *= scale[index];
  }
  return {.dtype = DType::f32, .shape = matrix.shape, .data = reinterpret_cast<const std::byte*>(numbers->data())};
}

/// As float32, columns in another order.
TensorView gathered_columns(const TensorView& matrix, std::span<const Range> blocks, Storage& storage) {
  const std::size_t rows = matrix.rows(), width = matrix.cols();
  const auto numbers = std::make_shared<std::vector<float>>(rows * width);
  storage.push_back(numbers);
  std::vector<float> whole(width);
  for (std::size_t row = 0; row < rows; ++row) {
    copy_as_f32(matrix, row * width, whole);
    auto to = numbers->begin() + static_cast<std::ptrdiff_t>(row * width);
    for (const Range& block : blocks)
      to = std::copy(whole.begin() + static_cast<std::ptrdiff_t>(block.begin),
                     whole.begin() + static_cast<std::ptrdiff_t>(block.end), to);
  }
  return {.dtype = DType::f32, .shape = matrix.shape, .data = reinterpret_cast<const std::byte*>(numbers->data())};
}

/// The same of numbers that stand by themselves, as they are stored.
TensorView gathered_numbers(const TensorView& matrix, std::span<const Range> blocks, Storage& storage) {
  assert(matrix.paired == 0);
  const std::size_t size = stored_bytes(matrix.dtype, 1), rows = matrix.rows(), width = matrix.cols();
  std::byte* const data = new_buffer(rows * width * size, storage);
  std::byte* to = data;
  for (std::size_t row = 0; row < rows; ++row)
    for (const Range& block : blocks) {
      std::memcpy(to, matrix.data + (row * width + block.begin) * size, block.size() * size);
      to += block.size() * size;
    }
  return {.dtype = matrix.dtype, .shape = matrix.shape, .data = data};
}

}  // namespace

Linear gathered_inputs(const Linear& linear, std::span<const Range> blocks, Storage& storage) {
  assert(linear.input_stride == 0);
  const bool plain = block_of(linear.weight.dtype).numbers == 1 && linear.weight.apart.scale == nullptr;
  Linear result = linear;
  result.weight = (plain ? gathered_numbers : gathered_columns)(linear.weight, blocks, storage);
  for (LowRank& each : result.adapted)
    each.a = gathered_columns(each.a, blocks, storage);
  return result;
}

Linear output_rows(const Linear& fused, std::size_t first, std::size_t count) {
  const std::size_t paired = fused.weight.paired;
  assert(paired == 0 || (first % paired == 0 && count % paired == 0));
  const std::size_t numbers_before = lies_by_input(fused.weight.dtype) ? 0
                                     : fused.input_stride != 0         ? first
                                                                       : first * fused.weight.cols();
  Linear rows;
  rows.input_stride = fused.input_stride;
  rows.weight = {fused.weight.dtype,
                 {count, fused.weight.cols()},
                 fused.weight.data + stored_bytes(fused.weight.dtype, numbers_before),
                 fused.weight.scales,
                 fused.weight.apart,
                 paired};
  rows.weight.apart.first += first;
  if (fused.weight.scales != nullptr) {
    const std::size_t blocks = numbers_before / kMxfp4Numbers;
    rows.weight.data = fused.weight.data + blocks * kMxfp4Halves;
    rows.weight.scales = fused.weight.scales + blocks;
  }
  if (!fused.bias.empty()) {
    const auto begin = fused.bias.begin() + static_cast<std::ptrdiff_t>(first);
    rows.bias.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
  }
  rows.adapted = rows_of_adapters(fused.adapted, {first, first + count});
  return rows;
}

Linear output_part(const Linear& fused, std::size_t heads, std::size_t parts, std::size_t part, Storage& storage,
                   std::size_t count) {
  const std::size_t head_dim = fused.weight.rows() / heads / parts;
  std::vector<Range> blocks;
  for (std::size_t head = 0; head < heads; ++head) {
    const std::size_t first = (head * parts + part) * head_dim;
    blocks.push_back({first, first + count * head_dim});
  }
  return gathered_rows(fused, blocks, storage);
}

Linear scaled_outputs(const Linear& linear, const std::vector<float>& scale, Storage& storage) {
  assert(linear.input_stride == 0 && scale.size() == linear.weight.rows());
  Linear result{.weight = scaled_rows(linear.weight, scale, storage), .bias = linear.bias, .adapted = linear.adapted};
  for (std::size_t output = 0; output < result.bias.size(); ++output)
    result.bias[output] *= scale[output];
  for (LowRank& each : result.adapted)  // DoRA's factor of a row stays what it is: it makes the row so long before this
    each.b = scaled_rows(each.b, scale, storage);
  return result;
}

Linear gathered_rows(const Linear& fused, std::span<const Range> blocks, Storage& storage) {
  assert(fused.input_stride == 0);
  if (fused.weight.apart.scale != nullptr) return gathered_rows(widened(fused, storage), blocks, storage);
  Linear result{.weight = gathered_rows(fused.weight, blocks, storage), .adapted = fused.adapted};
  for (const Range& block : blocks)
    if (!fused.bias.empty()) append(fused.bias, block, result.bias);
  for (LowRank& each : result.adapted) {
    each.b = gathered_rows(each.b, blocks, storage);
    if (each.magnitudes == nullptr) continue;
    auto magnitudes = std::make_shared<Magnitudes>();
    for (const Range& block : blocks)
      append(*each.magnitudes, block, *magnitudes);
    each.magnitudes = std::move(magnitudes);
  }
  return result;
}

Linear stored_by_input(TensorView matrix) {
  assert(block_of(matrix.dtype).numbers == 1);
  Linear result;
  result.input_stride = matrix.cols();
  std::swap(matrix.shape[0], matrix.shape[1]);
  result.weight = std::move(matrix);
  return result;
}

}  // namespace regard
