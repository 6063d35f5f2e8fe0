// SPDX-License-Identifier: Apache-2.0
// The safetensors file format: 8 bytes of header length, a JSON header, the data of the tensors.
// Pure parsers over bytes, every number checked before it is used; fuzzed; any thread.
// Source: https://github.com/huggingface/safetensors, section "Format".
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// Kinds of numbers a file may hold, in the order of their names in kStoredTypeNames.
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
  f64
};

[[nodiscard]] std::size_t element_size(StoredType type);  ///< bytes
[[nodiscard]] std::string_view name_of(StoredType type);  ///< as the header writes it: "F32", "BF16"…

/// One tensor of a file; its bytes are file[begin, end), row-major, little-endian, inside the file and nobody else's.
struct StoredTensor {
  std::string name{};
  StoredType type = StoredType::f32;
  std::vector<std::size_t> shape{};  ///< [] for a single number; an axis may be 0
  std::size_t begin = 0;             ///< from the start of the file
  std::size_t end = 0;
};

/// The largest header the format allows.
inline constexpr std::size_t kSafetensorsHeaderLimit = 100'000'000;  // bytes

/// All tensors of a file, sorted by name, from its whole bytes (`name` names it in errors). Throws Error:
/// file_truncated, safetensors_header, safetensors_duplicate, safetensors_overlap, tensor_range, tensor_size, json_syntax.
[[nodiscard]] std::vector<StoredTensor> parse_safetensors(std::span<const std::byte> file, const std::string& name);

/// model.safetensors.index.json: tensor name → name of the file beside the index that holds it. File names with a folder
/// in them are refused. Throws Error: json_*, safetensors_shard.
[[nodiscard]] std::map<std::string, std::string, std::less<>> parse_safetensors_index(std::string_view json,
                                                                                      const std::string& name);

/// "[512, 64]", for errors.
[[nodiscard]] std::string shape_text(std::span<const std::size_t> shape);

}  // namespace regard
