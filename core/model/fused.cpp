// SPDX-License-Identifier: Apache-2.0
#include "core/model/fused.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace regard {
namespace {

std::size_t number_size(DType type) {
  assert(type == DType::f32 || type == DType::f16 || type == DType::bf16);
  return type == DType::f32 ? 4 : 2;
}

std::byte* new_buffer(std::size_t bytes, Storage& storage) {
  const std::shared_ptr<std::byte[]> buffer(new std::byte[bytes]);  // aligned for every number
  storage.push_back(buffer);
  return buffer.get();
}

}  // namespace

Linear output_rows(const Linear& fused, std::size_t first, std::size_t count) {
  const std::size_t row_bytes = stored_bytes(fused.weight.dtype, fused.weight.cols());
  Linear rows;
  rows.weight = {fused.weight.dtype, {count, fused.weight.cols()}, fused.weight.data + first * row_bytes};
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

TensorView transposed(const TensorView& matrix, Storage& storage) {
  constexpr std::size_t kTile = 32;  // both sides of a tile stay in the cache
  const std::size_t size = number_size(matrix.dtype);
  const std::size_t rows = matrix.rows();
  const std::size_t cols = matrix.cols();
  std::byte* data = new_buffer(rows * cols * size, storage);
  for (std::size_t first_row = 0; first_row < rows; first_row += kTile)
    for (std::size_t first_col = 0; first_col < cols; first_col += kTile)
      for (std::size_t row = first_row; row < std::min(rows, first_row + kTile); ++row)
        for (std::size_t col = first_col; col < std::min(cols, first_col + kTile); ++col)
          std::memcpy(data + (col * rows + row) * size, matrix.data + (row * cols + col) * size, size);
  return {matrix.dtype, {cols, rows}, data};
}

}  // namespace regard
