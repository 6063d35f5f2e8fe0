// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"
#include "core/format/npz.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstring>
#include <optional>

namespace regard {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kMostNpyAxes = 32;

[[noreturn]] void fail(const std::string& name, std::string item, std::string expected, std::string_view found) {
  throw Error("npz_format", {.file = name,
                             .item = std::move(item),
                             .expected = std::move(expected),
                             .found = std::string(found.substr(0, 60))});
}

/// What stands after 'key': in the header, a Python dictionary literal that NumPy writes in one line.
std::string_view value_of(std::string_view header, std::string_view key, const std::string& name) {
  const std::string quoted = "'" + std::string(key) + "'";
  const std::size_t at = header.find(quoted);
  if (at == std::string_view::npos) fail(name, std::string(key), "'" + std::string(key) + "': …", header);
  std::string_view value = header.substr(at + quoted.size());
  value.remove_prefix(std::min(value.find_first_not_of(" :"), value.size()));
  return value;
}

NpyArray::Type read_type(std::string_view header, const std::string& name) {
  const std::string_view value = value_of(header, "descr", name);
  if (value.starts_with("'<f4'")) return NpyArray::Type::f32;
  if (value.starts_with("'<f8'")) return NpyArray::Type::f64;
  if (value.starts_with("'<i4'")) return NpyArray::Type::i32;
  if (value.starts_with("'<i8'")) return NpyArray::Type::i64;
  fail(name, "descr", "<f4, <f8, <i4, <i8", value);
}

std::vector<std::size_t> read_shape(std::string_view header, const std::string& name) {
  std::string_view value = value_of(header, "shape", name);
  const std::size_t close = value.find(')');
  if (!value.starts_with('(') || close == std::string_view::npos) fail(name, "shape", "(n, …)", value);
  std::string_view list = value.substr(1, close - 1);
  std::vector<std::size_t> shape;
  while (true) {
    list.remove_prefix(std::min(list.find_first_not_of(" ,"), list.size()));
    if (list.empty()) return shape;
    std::size_t axis = 0;
    const auto [end, error] = std::from_chars(list.data(), list.data() + list.size(), axis);
    if (error != std::errc{} || shape.size() == kMostNpyAxes) fail(name, "shape", "(n, …)", value);
    shape.push_back(axis);
    list.remove_prefix(static_cast<std::size_t>(end - list.data()));
  }
}

std::size_t element_size(NpyArray::Type type) {
  return type == NpyArray::Type::f32 || type == NpyArray::Type::i32 ? 4 : 8;
}

/// Bytes that an array takes; none if no memory could hold them.
std::optional<std::size_t> bytes_of(const NpyArray& array) {
  std::size_t bytes = element_size(array.type);
  for (const std::size_t axis : array.shape)
    if (__builtin_mul_overflow(bytes, axis, &bytes)) return std::nullopt;
  return bytes;
}

std::string_view read_header(std::span<const std::byte> file, const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (!text.starts_with(kMagic)) fail(name, "npy", "\\x93NUMPY", text.substr(0, 6));
  const auto byte = [&](std::size_t at) -> std::size_t { return static_cast<unsigned char>(text[at]); };
  const bool short_length = text.size() > 6 && byte(6) == 1;
  const std::size_t begin = short_length ? 10 : 12;
  if (text.size() < begin)
    throw Error("file_truncated",
                {.file = name, .item = "npy", .expected = std::to_string(begin), .found = std::to_string(text.size())});
  if (byte(6) < 1 || byte(6) > 3) fail(name, "npy", "1…3", std::to_string(byte(6)));
  std::size_t length = byte(8) | byte(9) << 8;
  if (!short_length) length |= byte(10) << 16 | byte(11) << 24;
  if (length > text.size() - begin)
    throw Error("file_truncated", {.file = name,
                                   .item = "npy",
                                   .expected = std::to_string(begin + length),
                                   .found = std::to_string(text.size())});
  return text.substr(begin, length);
}

template <class From, class To>
std::vector<To> converted(std::span<const std::byte> bytes) {
  std::vector<To> result(bytes.size() / sizeof(From));
  for (std::size_t at = 0; at < result.size(); ++at) {
    From value{};
    std::memcpy(&value, bytes.data() + at * sizeof(From), sizeof(From));
    result[at] = static_cast<To>(value);
  }
  return result;
}

}  // namespace

std::size_t NpyArray::size() const {
  return bytes.size() / element_size(type);
}

std::vector<float> NpyArray::as_f32() const {
  switch (type) {
    case Type::f64:
      return converted<double, float>(bytes);
    case Type::i32:
      return converted<std::int32_t, float>(bytes);
    case Type::i64:
      return converted<std::int64_t, float>(bytes);
    case Type::f32:
      break;
  }
  return converted<float, float>(bytes);
}

std::vector<std::int64_t> NpyArray::as_i64() const {
  if (type == Type::i32) return converted<std::int32_t, std::int64_t>(bytes);
  if (type == Type::i64) return converted<std::int64_t, std::int64_t>(bytes);
  fail("npy", "descr", "<i4, <i8", type == Type::f32 ? "<f4" : "<f8");
}

NpyArray parse_npy(std::span<const std::byte> file, const std::string& name) {
  const std::string_view header = read_header(file, name);
  NpyArray array{.type = read_type(header, name), .shape = read_shape(header, name)};
  if (!value_of(header, "fortran_order", name).starts_with("False")) fail(name, "fortran_order", "False", "True");
  const auto begin =
      static_cast<std::size_t>(header.data() + header.size() - reinterpret_cast<const char*>(file.data()));
  const std::span<const std::byte> data = file.subspan(begin);
  const auto bytes = bytes_of(array);
  if (!bytes || *bytes > data.size())
    throw Error("file_truncated", {.file = name,
                                   .item = "npy",
                                   .expected = bytes ? std::to_string(*bytes) : "> 2⁶⁴",
                                   .found = std::to_string(data.size())});
  array.bytes.assign(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(*bytes));
  return array;
}

std::string npy_header(std::span<const std::size_t> shape, NpyArray::Type type) {
  constexpr std::array<const char*, 4> kTypes{"<f4", "<f8", "<i4", "<i8"};
  std::string list;
  for (const std::size_t axis : shape)
    list += std::to_string(axis) + (shape.size() == 1 ? "," : &axis == &shape.back() ? "" : ", ");
  std::string text = "{'descr': '" + std::string(kTypes[static_cast<std::size_t>(type)]) +
                     "', 'fortran_order': False, 'shape': (" + list + "), }";
  constexpr std::size_t kBeforeText = 10;
  text.append((64 - (kBeforeText + text.size() + 1) % 64) % 64, ' ');  // the numbers start at a multiple of 64
  text += '\n';
  assert(text.size() < 65536);
  std::string header(kMagic);
  header += {'\x01', '\x00', static_cast<char>(text.size() & 0xFF), static_cast<char>(text.size() >> 8)};
  return header + text;
}

}  // namespace regard
