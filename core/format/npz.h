// SPDX-License-Identifier: Apache-2.0
// NumPy's array files: .npy (one array) and .npz (a zip of them). Written stored, read stored or deflated.
// Source: NumPy's "npy format" (NEP 1) and PKWARE's APPNOTE for zip. The parsers are pure, bounded and fuzzed.
#pragma once

#include "core/base/stored_type.h"
#include "core/base/text_file.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
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

/// An array where it lies in a file: of more kinds, and in either order.
struct NpyView {
  std::optional<StoredType> type{};  ///< none: the array holds texts
  std::size_t characters = 0;        ///< of a text: so many places of four bytes (UCS-4), those behind its end 0
  std::vector<std::size_t> shape{};
  bool by_columns = false;  ///< the first axis runs fastest (fortran_order)
  std::span<const std::byte> bytes{};

  [[nodiscard]] std::size_t size() const;  ///< numbers or texts
  /// The texts of an array that holds them, in the order of the file, as UTF-8.
  [[nodiscard]] std::vector<std::string> texts() const;
};

/// Likewise without copying a number: float16 and whole numbers of every size, boolean, texts ('<U'), too. Throws the same.
[[nodiscard]] NpyView view_npy(std::span<const std::byte> file, const std::string& name);

/// All arrays of an .npz by name (without ".npy"). They may unpack to at most `limit` bytes together.
/// Throws Error zip_format, npz_format, file_truncated, file_too_large.
[[nodiscard]] std::map<std::string, NpyArray, std::less<>> parse_npz(std::span<const std::byte> file,
                                                                     const std::string& name,
                                                                     std::size_t limit = std::size_t{1} << 30);

/// The first bytes of an .npy file, up to where the numbers start.
[[nodiscard]] std::string npy_header(std::span<const std::size_t> shape, NpyArray::Type type = NpyArray::Type::f32);
/// The same by what NumPy calls the kind: "<U5".
[[nodiscard]] std::string npy_header(std::span<const std::size_t> shape, std::string_view kind);

/// Writes an .npz of float32, int32 and text arrays beside its place and moves it there when finish() is called; a writer that is destroyed
/// before that leaves nothing behind. Arrays may be written piece by piece, so none has to be in memory as a whole.
/// Sizes beyond 4 GiB use zip64. Every function throws Error file_unwritable.
class NpzWriter {
public:
  explicit NpzWriter(const std::filesystem::path& path);

  void add(std::string_view name, std::span<const std::size_t> shape, std::span<const float> values);
  /// A list of whole numbers.
  void add(std::string_view name, std::span<const std::int32_t> values);
  /// A list of texts in UTF-8, or one alone, of shape ().
  void add(std::string_view name, std::span<const std::string> texts);
  void add_text(std::string_view name, const std::string& text);
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
  void begin_entry(std::string_view name, const std::string& header, std::size_t bytes);
  void add_texts(std::string_view name, std::span<const std::size_t> shape, std::span<const std::string> texts);
  void close_entry();
  void append_bytes(std::string_view bytes);

  NeighbourFile file_;
  std::vector<Entry> entries_{};
};

}  // namespace regard
