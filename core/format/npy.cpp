// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"
#include "core/format/npz.h"
#include "core/format/stored_tensor.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstring>

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

/// What is behind the header, as many bytes as the shape needs.
std::span<const std::byte> data_of(std::span<const std::byte> file, std::string_view header,
                                   std::span<const std::size_t> shape, std::size_t element, const std::string& name) {
  const auto begin =
      static_cast<std::size_t>(header.data() + header.size() - reinterpret_cast<const char*>(file.data()));
  const std::span<const std::byte> data = file.subspan(begin);
  std::size_t bytes = element;
  bool fits = true;
  for (const std::size_t axis : shape)
    fits = !__builtin_mul_overflow(bytes, axis, &bytes) && fits;
  if (!fits || bytes > data.size())
    throw Error("file_truncated", {.file = name,
                                   .item = "npy",
                                   .expected = fits ? std::to_string(bytes) : "> 2⁶⁴",
                                   .found = std::to_string(data.size())});
  return data.first(bytes);
}

/// NumPy's names of the kinds that a view may have.
struct NpyKind {
  std::string_view name;
  StoredType type;
};
constexpr std::array kNpyKinds{
    NpyKind{"<f2", StoredType::f16},     NpyKind{"<f4", StoredType::f32}, NpyKind{"<f8", StoredType::f64},
    NpyKind{"|b1", StoredType::boolean}, NpyKind{"|i1", StoredType::i8},  NpyKind{"|u1", StoredType::u8},
    NpyKind{"<i2", StoredType::i16},     NpyKind{"<u2", StoredType::u16}, NpyKind{"<i4", StoredType::i32},
    NpyKind{"<u4", StoredType::u32},     NpyKind{"<i8", StoredType::i64}, NpyKind{"<u8", StoredType::u64}};
constexpr std::size_t kCharacterBytes = 4;        // UCS-4
constexpr std::size_t kMostCharacters = 1 << 20;  // of one text

/// Sets type or characters; returns the bytes of an element.
std::size_t read_kind(std::string_view header, const std::string& name, NpyView& view) {
  const std::string_view value = value_of(header, "descr", name);
  const std::size_t end = value.size() > 1 ? value.find('\'', 1) : std::string_view::npos;
  const std::string_view kind = end == std::string_view::npos ? std::string_view() : value.substr(1, end - 1);
  for (const NpyKind& each : kNpyKinds)
    if (kind == each.name) {
      view.type = each.type;
      return block_of(each.type).bytes;
    }
  if (kind.starts_with("<U")) {
    const auto [last, error] = std::from_chars(kind.data() + 2, kind.data() + kind.size(), view.characters);
    if (error == std::errc{} && last == kind.data() + kind.size() && view.characters <= kMostCharacters)
      return view.characters * kCharacterBytes;
  }
  fail(name, "descr", "<f2, <f4, <f8, |b1, |i1, |u1, <i2 … <u8, <U…", value);
}

/// Character `code` as UTF-8; what is none becomes U+FFFD.
void append_character(std::string& text, std::uint32_t code) {
  if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = 0xFFFD;
  const auto put = [&](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      put(0xE0 | code >> 12);
    } else {
      put(0xF0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3F));
    }
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
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
  const std::span<const std::byte> data = data_of(file, header, array.shape, element_size(array.type), name);
  array.bytes.assign(data.begin(), data.end());
  return array;
}

NpyView view_npy(std::span<const std::byte> file, const std::string& name) {
  const std::string_view header = read_header(file, name);
  NpyView view;
  const std::size_t element = read_kind(header, name, view);
  view.shape = read_shape(header, name);
  const std::string_view order = value_of(header, "fortran_order", name);
  view.by_columns = order.starts_with("True");
  if (!view.by_columns && !order.starts_with("False")) fail(name, "fortran_order", "False, True", order);
  view.bytes = data_of(file, header, view.shape, element, name);
  return view;
}

std::size_t NpyView::size() const {
  std::size_t count = 1;
  for (const std::size_t axis : shape)
    count *= axis;
  return count;
}

std::vector<std::string> NpyView::texts() const {
  std::vector<std::string> result(characters == 0 ? 0 : bytes.size() / (characters * kCharacterBytes));
  for (std::size_t at = 0; at < result.size(); ++at)
    for (std::size_t character = 0; character < characters; ++character) {
      std::uint32_t code = 0;
      std::memcpy(&code, bytes.data() + (at * characters + character) * kCharacterBytes, sizeof(code));
      if (code == 0) break;
      append_character(result[at], code);
    }
  return result;
}

std::string npy_header(std::span<const std::size_t> shape, NpyArray::Type type) {
  constexpr std::array<std::string_view, 4> kTypes{"<f4", "<f8", "<i4", "<i8"};
  return npy_header(shape, kTypes[static_cast<std::size_t>(type)]);
}

std::string npy_header(std::span<const std::size_t> shape, std::string_view kind) {
  std::string list;
  for (const std::size_t axis : shape)
    list += std::to_string(axis) + (shape.size() == 1 ? "," : &axis == &shape.back() ? "" : ", ");
  std::string text = "{'descr': '" + std::string(kind) + "', 'fortran_order': False, 'shape': (" + list + "), }";
  constexpr std::size_t kBeforeText = 10;
  text.append((64 - (kBeforeText + text.size() + 1) % 64) % 64, ' ');  // the numbers start at a multiple of 64
  text += '\n';
  assert(text.size() < 65536);
  std::string header(kMagic);
  header += {'\x01', '\x00', static_cast<char>(text.size() & 0xFF), static_cast<char>(text.size() >> 8)};
  return header + text;
}

}  // namespace regard
