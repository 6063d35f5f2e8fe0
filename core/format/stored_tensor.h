// SPDX-License-Identifier: Apache-2.0
// A tensor as a weight file holds it: what kind of numbers, which shape, which bytes. Plain values, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// Kinds of numbers a file may hold. From q4_0 on: numbers quantised by blocks (see core/format/dequantize.h).
enum class StoredType : std::uint8_t {
  boolean,
  u8,
  i8,
  f8_e5m2,
  f8_e4m3,
  u16,
  i16,
  f16,
  bf16,
  u32,
  i32,
  f32,
  u64,
  i64,
  f64,
  q4_0,
  q4_1,
  q5_0,
  q5_1,
  q8_0,
  q2_k,
  q3_k,
  q4_k,
  q5_k,
  q6_k,
  iq4_nl
};
inline constexpr std::size_t kPlainTypes = 15;   ///< the first so many stand number by number
inline constexpr std::size_t kStoredTypes = 26;  ///< all

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
