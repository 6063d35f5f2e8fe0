// SPDX-License-Identifier: Apache-2.0
// NumPy's array files: .npy (one array) and .npz (a zip of them). Written stored, read stored or deflated.
// Source: NumPy's "npy format" (NEP 1) and PKWARE's APPNOTE for zip. The parsers are pure, bounded and fuzzed.
#pragma once

#include "core/base/text_file.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// One array as the file holds it: row-major, little-endian.
struct NpyArray {
  enum class Type : std::uint8_t { f32, f64, i32, i64 };
  Type type = Type::f32;
  std::vector<std::size_t> shape{};
  std::vector<std::byte> bytes{};

  [[nodiscard]] std::size_t size() const;  ///< numbers
  /// Every number as float32 (i64 and f64 are rounded).
  [[nodiscard]] std::vector<float> as_f32() const;
  /// Every number of an integer array. Throws Error npz_format for the others.
  [[nodiscard]] std::vector<std::int64_t> as_i64() const;
};

/// An array from the whole bytes of an .npy file, version 1 to 3, little-endian, row-major. `name` is for errors.
/// Throws Error npz_format, file_truncated.
[[nodiscard]] NpyArray parse_npy(std::span<const std::byte> file, const std::string& name);

/// All arrays of an .npz by name (without ".npy"). They may unpack to at most `limit` bytes together.
/// Throws Error zip_format, npz_format, file_truncated, file_too_large.
[[nodiscard]] std::map<std::string, NpyArray, std::less<>> parse_npz(std::span<const std::byte> file,
                                                                     const std::string& name,
                                                                     std::size_t limit = std::size_t{1} << 30);

/// The first bytes of an .npy file, up to where the numbers start.
[[nodiscard]] std::string npy_header(std::span<const std::size_t> shape, NpyArray::Type type = NpyArray::Type::f32);

/// Writes an .npz of float32 and int32 arrays beside its place and moves it there when finish() is called; a writer that is destroyed
/// before that leaves nothing behind. Arrays may be written piece by piece, so none has to be in memory as a whole.
/// Sizes beyond 4 GiB use zip64. Every function throws Error file_unwritable.
class NpzWriter {
public:
  explicit NpzWriter(const std::filesystem::path& path);

  void add(std::string_view name, std::span<const std::size_t> shape, std::span<const float> values);
  /// A list of whole numbers.
  void add(std::string_view name, std::span<const std::int32_t> values);
  /// Starts an array of float32; its numbers follow in row-major order with append(), exactly as many as the shape holds.
  void begin(std::string_view name, std::span<const std::size_t> shape);
  void append(std::span<const float> values);
  void finish();

private:
  struct Entry {
    std::string name{};
    std::uint32_t crc = 0;
    std::size_t size = 0;  ///< bytes of the .npy
    std::size_t offset = 0;
    std::size_t left = 0;  ///< bytes still to come
  };
  void begin_entry(std::string_view name, std::span<const std::size_t> shape, NpyArray::Type type);
  void close_entry();
  void append_bytes(std::string_view bytes);

  NeighbourFile file_;
  std::vector<Entry> entries_{};
};

}  // namespace regard
