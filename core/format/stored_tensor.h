// SPDX-License-Identifier: Apache-2.0
// A tensor as a weight file holds it: what kind of numbers, which shape, which bytes. Plain values, any thread.
#pragma once

#include "core/base/stored_type.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// The smallest piece of a tensor that can be read alone.
struct StoredBlock {
  std::size_t numbers = 1;
  std::size_t bytes = 0;
};
[[nodiscard]] StoredBlock block_of(StoredType type);
[[nodiscard]] std::string_view name_of(StoredType type);  ///< "F32", "BF16", "Q4_K"…
/// Bytes of so many numbers, a multiple of block_of(type).numbers.
[[nodiscard]] inline std::size_t stored_bytes(StoredType type, std::size_t numbers) {
  const StoredBlock block = block_of(type);
  return numbers / block.numbers * block.bytes;
}

/// One tensor of a file; its bytes are file[begin, end), row-major, little-endian, inside the file and nobody else's.
struct StoredTensor {
  std::string name{};
  StoredType type = StoredType::f32;
  std::vector<std::size_t> shape{};  ///< [] for a single number; an axis may be 0; blocks lie along the last axis
  std::size_t begin = 0;             ///< from the start of the file
  std::size_t end = 0;
  std::size_t file = 0;  ///< which file, where a model is split into several
};

/// Sorts the tensors by name, after making sure that no two share bytes or a name.
/// Throws Error: tensor_overlap, tensor_duplicate.
void check_apart(std::vector<StoredTensor>& tensors, const std::string& file);

/// "[512, 64]", for errors.
[[nodiscard]] std::string shape_text(std::span<const std::size_t> shape);

}  // namespace regard
