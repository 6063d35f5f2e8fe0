// SPDX-License-Identifier: Apache-2.0
#include "core/model/fused.h"

#include <cassert>
#include <cstring>
#include <utility>

namespace regard {
namespace {

std::byte* new_buffer(std::size_t bytes, Storage& storage) {
  const std::shared_ptr<std::byte[]> buffer(new std::byte[bytes]);  // aligned for every number
  storage.push_back(buffer);
  return buffer.get();
}

}  // namespace

Linear output_rows(const Linear& fused, std::size_t first, std::size_t count) {
  const std::size_t numbers_before = fused.input_stride != 0 ? first : first * fused.weight.cols();
  Linear rows;
  rows.input_stride = fused.input_stride;
  rows.weight = {fused.weight.dtype,
                 {count, fused.weight.cols()},
                 fused.weight.data + stored_bytes(fused.weight.dtype, numbers_before)};
  if (!fused.bias.empty()) {
    const auto begin = fused.bias.begin() + static_cast<std::ptrdiff_t>(first);
    rows.bias.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
  }
  return rows;
}

Linear output_part(const Linear& fused, std::size_t heads, std::size_t parts, std::size_t part, Storage& storage) {
  const std::size_t width = fused.weight.rows() / heads / parts;
  const std::size_t block_bytes = width * stored_bytes(fused.weight.dtype, fused.weight.cols());
  std::byte* data = new_buffer(heads * block_bytes, storage);
  Linear result;
  result.weight = {fused.weight.dtype, {heads * width, fused.weight.cols()}, data};
  for (std::size_t head = 0; head < heads; ++head) {
    const std::size_t block = head * parts + part;
    std::memcpy(data + head * block_bytes, fused.weight.data + block * block_bytes, block_bytes);
    if (fused.bias.empty()) continue;
    const auto begin = fused.bias.begin() + static_cast<std::ptrdiff_t>(block * width);
    result.bias.insert(result.bias.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
  }
  return result;
}

Linear gathered_rows(const Linear& fused, std::span<const Range> blocks, Storage& storage) {
  assert(fused.input_stride == 0);
  const std::size_t row_bytes = stored_bytes(fused.weight.dtype, fused.weight.cols());
  std::size_t rows = 0;
  for (const Range& block : blocks)
    rows += block.size();
  std::byte* data = new_buffer(rows * row_bytes, storage);
  Linear result;
  result.weight = {fused.weight.dtype, {rows, fused.weight.cols()}, data};
  for (const Range& block : blocks) {
    std::memcpy(data, fused.weight.data + block.begin * row_bytes, block.size() * row_bytes);
    data += block.size() * row_bytes;
    if (fused.bias.empty()) continue;
    const auto begin = fused.bias.begin();
    result.bias.insert(result.bias.end(), begin + static_cast<std::ptrdiff_t>(block.begin),
                       begin + static_cast<std::ptrdiff_t>(block.end));
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
