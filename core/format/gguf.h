// SPDX-License-Identifier: Apache-2.0
// The GGUF file format, versions 2 and 3: typed metadata, a list of tensors, their data. Pure parser over bytes: every count,
// length and offset is checked before it is used, nothing is copied that the file does not hold; fuzzed; any thread.
// Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
#pragma once

#include "core/format/stored_tensor.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace regard {

/// A list in the metadata: all numbers, all flags or all texts (lists of lists are refused).
struct GgufArray {
  enum class Kind : std::uint8_t { integers, numbers, flags, texts };
  Kind kind = Kind::integers;
  std::vector<std::int64_t> integers{};
  std::vector<float> numbers{};  ///< from float32, or float64 rounded
  std::vector<bool> flags{};
  std::vector<std::string_view> texts{};
  [[nodiscard]] std::size_t size() const { return integers.size() + numbers.size() + flags.size() + texts.size(); }
};

/// Whole numbers of every width become std::uint64_t or std::int64_t, fractions double.
using GgufValue = std::variant<std::uint64_t, std::int64_t, double, bool, std::string_view, GgufArray>;

/// Borrows the bytes it was read from.
struct Gguf {
  std::string file{};  ///< its name, for errors
  std::uint32_t version = 0;
  std::map<std::string, GgufValue, std::less<>> metadata{};
  std::vector<StoredTensor> tensors{};  ///< sorted by name; shapes row-major, the file's order of axes reversed

  /// nullptr where there is no such key.
  [[nodiscard]] const GgufValue* find(std::string_view key) const;
  /// Values of one kind; the first three give nothing where the key is absent, the list is then empty. A value of another
  /// kind is Error gguf_format.
  [[nodiscard]] std::optional<std::uint64_t> whole(std::string_view key) const;  ///< ≥ 0
  [[nodiscard]] std::optional<bool> flag(std::string_view key) const;
  [[nodiscard]] std::optional<std::string_view> text(std::string_view key) const;
  [[nodiscard]] const GgufArray& array(std::string_view key, GgufArray::Kind kind) const;
  [[nodiscard]] const StoredTensor* tensor(std::string_view name) const;  ///< nullptr where there is none

  [[noreturn]] void fail(std::string_view item, std::string expected, std::string found) const;  ///< gguf_format
};

/// From the whole bytes of a file. Throws Error: file_truncated, gguf_format, gguf_version, tensor_dtype (a kind of numbers that
/// cannot be read here, named), tensor_range, tensor_overlap, tensor_duplicate.
[[nodiscard]] Gguf parse_gguf(std::span<const std::byte> file, const std::string& name);

/// How a value reads in an error.
[[nodiscard]] std::string gguf_excerpt(const GgufValue& value);

}  // namespace regard
