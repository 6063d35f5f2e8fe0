// SPDX-License-Identifier: Apache-2.0
#include "core/format/gguf.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <cstring>

namespace regard {
namespace {

constexpr std::uint32_t kFirstVersion = 2;
constexpr std::uint32_t kLastVersion = 3;
constexpr std::uint64_t kMostKeys = 1 << 16;
constexpr std::uint64_t kMostTensors = 1 << 18;
constexpr std::uint64_t kMostElements = 1 << 24;  // of all lists together; a large vocabulary has half a million
constexpr std::uint64_t kLongestName = 1 << 16;   // bytes of a key or a tensor's name
constexpr std::uint32_t kMostAxes = 4;
constexpr std::uint64_t kLargestAlignment = 1 << 20;
constexpr std::uint64_t kUsualAlignment = 32;

enum class ValueType : std::uint32_t { u8, i8, u16, i16, u32, i32, f32, flag, text, list, u64, i64, f64 };
constexpr std::uint32_t kValueTypes = 13;

struct TensorKind {
  std::uint32_t number;
  StoredType type;
};
constexpr TensorKind kTensorKinds[] = {
    {0, StoredType::f32},      {1, StoredType::f16},     {2, StoredType::q4_0},     {3, StoredType::q4_1},
    {6, StoredType::q5_0},     {7, StoredType::q5_1},    {8, StoredType::q8_0},     {10, StoredType::q2_k},
    {11, StoredType::q3_k},    {12, StoredType::q4_k},   {13, StoredType::q5_k},    {14, StoredType::q6_k},
    {16, StoredType::iq2_xxs}, {17, StoredType::iq2_xs}, {18, StoredType::iq3_xxs}, {19, StoredType::iq1_s},
    {20, StoredType::iq4_nl},  {21, StoredType::iq3_s},  {22, StoredType::iq2_s},   {23, StoredType::iq4_xs},
    {24, StoredType::i8},      {25, StoredType::i16},    {26, StoredType::i32},     {27, StoredType::i64},
    {28, StoredType::f64},     {29, StoredType::iq1_m},  {30, StoredType::bf16},    {34, StoredType::tq1_0},
    {35, StoredType::tq2_0},   {39, StoredType::mxfp4}};

/// Kinds that exist but cannot be read here.
constexpr std::pair<std::uint32_t, std::string_view> kOtherKinds[] = {
    {4, "Q4_2"},      {5, "Q4_3"},      {9, "Q8_1"},      {15, "Q8_K"},
    {31, "Q4_0_4_4"}, {32, "Q4_0_4_8"}, {33, "Q4_0_8_8"}, {40, "NVFP4"}};

std::string names_of_kinds() {
  std::string names;
  for (const TensorKind& kind : kTensorKinds)
    names += (names.empty() ? "" : ", ") + std::string(name_of(kind.type));
  return names;
}

std::string name_of_kind(std::uint32_t number) {
  for (const auto& [other, name] : kOtherKinds)
    if (other == number) return std::string(name);
  return "№ " + std::to_string(number);
}

/// "8F 2C E1 7B"
std::string in_hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    std::array<char, 4> digits{};
    std::snprintf(digits.data(), digits.size(), "%02X", std::to_integer<unsigned>(byte));
    text += (text.empty() ? "" : " ") + std::string(digits.data());
  }
  return text;
}

/// Reads little-endian values one after the other; never past the end.
class Reader {
public:
  Reader(std::span<const std::byte> file, const std::string& name) : file_(file), name_(name) {}

  [[nodiscard]] std::size_t at() const { return at_; }

  std::span<const std::byte> bytes(std::uint64_t count, std::string_view item) {
    if (count > file_.size() - at_)
      throw Error("file_truncated", {.file = name_,
                                     .item = std::string(item),
                                     .expected = std::to_string(count),
                                     .found = std::to_string(file_.size() - at_)});
    const auto result = file_.subspan(at_, static_cast<std::size_t>(count));
    at_ += static_cast<std::size_t>(count);
    return result;
  }
  template <class Number>
  Number number(std::string_view item) {
    Number value{};
    std::memcpy(&value, bytes(sizeof value, item).data(), sizeof value);
    return value;
  }
  std::string_view text(std::string_view item) {
    const auto taken = bytes(number<std::uint64_t>(item), item);
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
  }
  std::uint64_t count(std::string_view item, std::uint64_t most) {
    const auto value = number<std::uint64_t>(item);
    if (value > most) fail(item, "≤ " + std::to_string(most), std::to_string(value));
    return value;
  }
  std::string name(std::string_view item) {
    const std::string_view found = text(item);
    if (found.empty() || found.size() > kLongestName)
      fail(item, "1…" + std::to_string(kLongestName) + " B", std::to_string(found.size()));
    return std::string(found);
  }
  [[noreturn]] void fail(std::string_view item, std::string expected, std::string found) const {
    throw Error("gguf_format",
                {.file = name_, .item = std::string(item), .expected = std::move(expected), .found = std::move(found)});
  }

private:
  std::span<const std::byte> file_;
  const std::string& name_;
  std::size_t at_ = 0;
};

void read_header(Reader& reader, const std::string& name, Gguf& gguf) {
  const auto magic = reader.bytes(4, "GGUF");
  if (std::memcmp(magic.data(), "GGUF", 4) != 0) reader.fail("magic", "GGUF", in_hex(magic));
  gguf.version = reader.number<std::uint32_t>("version");
  if (gguf.version >= kFirstVersion && gguf.version <= kLastVersion) return;
  const std::uint32_t swapped = __builtin_bswap32(gguf.version);
  const bool big_endian = swapped >= 1 && swapped <= kLastVersion;
  throw Error("gguf_version",
              {.file = name,
               .expected = "2, 3 (little-endian)",
               .found = big_endian ? std::to_string(swapped) + " (big-endian)" : std::to_string(gguf.version)});
}

ValueType value_type(Reader& reader, const std::string& key) {
  const auto type = reader.number<std::uint32_t>(key);
  if (type >= kValueTypes) reader.fail(key, "0…12", "№ " + std::to_string(type));
  return static_cast<ValueType>(type);
}

bool read_flag(Reader& reader, const std::string& key) {
  const auto byte = reader.number<std::uint8_t>(key);
  if (byte > 1) reader.fail(key, "0, 1", std::to_string(byte));
  return byte == 1;
}

template <class Number>
void append_numbers(Reader& reader, const std::string& key, std::uint64_t count, auto& out) {
  const auto bytes = reader.bytes(count * sizeof(Number), key);
  out.reserve(static_cast<std::size_t>(count));
  for (std::size_t index = 0; index < count; ++index) {
    Number value{};
    std::memcpy(&value, bytes.data() + index * sizeof value, sizeof value);
    out.push_back(static_cast<typename std::remove_reference_t<decltype(out)>::value_type>(value));
  }
}

GgufArray read_array(Reader& reader, const std::string& key, std::uint64_t& elements_left) {
  using Kind = GgufArray::Kind;
  const ValueType type = value_type(reader, key);
  const std::uint64_t count = reader.count(key, elements_left);
  elements_left -= count;
  GgufArray array;
  switch (type) {
    case ValueType::u8:
      append_numbers<std::uint8_t>(reader, key, count, array.integers);
      break;
    case ValueType::i8:
      append_numbers<std::int8_t>(reader, key, count, array.integers);
      break;
    case ValueType::u16:
      append_numbers<std::uint16_t>(reader, key, count, array.integers);
      break;
    case ValueType::i16:
      append_numbers<std::int16_t>(reader, key, count, array.integers);
      break;
    case ValueType::u32:
      append_numbers<std::uint32_t>(reader, key, count, array.integers);
      break;
    case ValueType::i32:
      append_numbers<std::int32_t>(reader, key, count, array.integers);
      break;
    case ValueType::u64:
      append_numbers<std::uint64_t>(reader, key, count, array.integers);
      break;
    case ValueType::i64:
      append_numbers<std::int64_t>(reader, key, count, array.integers);
      break;
    case ValueType::f32:
      array.kind = Kind::numbers;
      append_numbers<float>(reader, key, count, array.numbers);
      break;
    case ValueType::f64:
      array.kind = Kind::numbers;
      append_numbers<double>(reader, key, count, array.numbers);
      break;
    case ValueType::flag:
      array.kind = Kind::flags;
      for (std::uint64_t index = 0; index < count; ++index)
        array.flags.push_back(read_flag(reader, key));
      break;
    case ValueType::text:
      array.kind = Kind::texts;
      for (std::uint64_t index = 0; index < count; ++index)
        array.texts.push_back(reader.text(key));
      break;
    case ValueType::list:
      reader.fail(key, "[…]", "[[…]]");
  }
  return array;
}

GgufValue read_value(Reader& reader, const std::string& key, std::uint64_t& elements_left) {
  const auto whole = [](auto value) -> GgufValue { return static_cast<std::uint64_t>(value); };
  const auto with_sign = [](auto value) -> GgufValue { return static_cast<std::int64_t>(value); };
  switch (value_type(reader, key)) {
    case ValueType::u8:
      return whole(reader.number<std::uint8_t>(key));
    case ValueType::u16:
      return whole(reader.number<std::uint16_t>(key));
    case ValueType::u32:
      return whole(reader.number<std::uint32_t>(key));
    case ValueType::u64:
      return whole(reader.number<std::uint64_t>(key));
    case ValueType::i8:
      return with_sign(reader.number<std::int8_t>(key));
    case ValueType::i16:
      return with_sign(reader.number<std::int16_t>(key));
    case ValueType::i32:
      return with_sign(reader.number<std::int32_t>(key));
    case ValueType::i64:
      return with_sign(reader.number<std::int64_t>(key));
    case ValueType::f32:
      return static_cast<double>(reader.number<float>(key));
    case ValueType::f64:
      return reader.number<double>(key);
    case ValueType::flag:
      return read_flag(reader, key);
    case ValueType::text:
      return reader.text(key);
    case ValueType::list:
      break;
  }
  return read_array(reader, key, elements_left);
}

StoredType read_kind(Reader& reader, const std::string& tensor, const std::string& file) {
  const auto number = reader.number<std::uint32_t>(tensor);
  for (const TensorKind& kind : kTensorKinds)
    if (kind.number == number) return kind.type;
  throw Error("tensor_dtype",
              {.file = file, .item = tensor, .expected = names_of_kinds(), .found = name_of_kind(number)});
}

/// Offsets are still counted from the start of the data.
StoredTensor read_tensor(Reader& reader, const std::string& file) {
  StoredTensor tensor{.name = reader.name("tensor name")};
  const auto axes = reader.number<std::uint32_t>(tensor.name);
  if (axes < 1 || axes > kMostAxes) reader.fail(tensor.name, "1…4 axes", std::to_string(axes));
  std::uint64_t numbers = 1;
  for (std::uint32_t axis = 0; axis < axes; ++axis) {
    const auto length = reader.number<std::uint64_t>(tensor.name);
    if (length == 0 || __builtin_mul_overflow(numbers, length, &numbers) || numbers > std::uint64_t{1} << 48)
      reader.fail(tensor.name, "1…2⁴⁸", std::to_string(length));
    tensor.shape.insert(tensor.shape.begin(), static_cast<std::size_t>(length));
  }
  tensor.type = read_kind(reader, tensor.name, file);
  const StoredBlock block = block_of(tensor.type);
  if (tensor.shape.back() % block.numbers != 0)
    reader.fail(tensor.name, "n × " + std::to_string(block.numbers), shape_text(tensor.shape));
  tensor.begin = static_cast<std::size_t>(reader.number<std::uint64_t>(tensor.name));
  tensor.end = stored_bytes(tensor.type, static_cast<std::size_t>(numbers));  // the length, until place()
  return tensor;
}

std::uint64_t alignment_of(const Gguf& gguf) {
  const std::uint64_t alignment = gguf.whole("general.alignment").value_or(kUsualAlignment);
  if (!std::has_single_bit(alignment) || alignment > kLargestAlignment)
    gguf.fail("general.alignment", "1, 2, 4 … " + std::to_string(kLargestAlignment), std::to_string(alignment));
  return alignment;
}

void place(StoredTensor& tensor, std::size_t data_begin, std::size_t data_size, std::uint64_t alignment,
           const Gguf& gguf) {
  const std::size_t length = tensor.end;
  if (tensor.begin % alignment != 0)
    gguf.fail(tensor.name, "n × " + std::to_string(alignment), std::to_string(tensor.begin));
  if (tensor.begin > data_size || length > data_size - tensor.begin)
    throw Error("tensor_range", {.file = gguf.file,
                                 .item = tensor.name,
                                 .expected = std::to_string(data_size),
                                 .found = std::to_string(tensor.begin) + "…" +
                                          std::to_string(tensor.begin + std::min(length, ~tensor.begin))});
  tensor.begin += data_begin;
  tensor.end = tensor.begin + length;
}

}  // namespace

Gguf parse_gguf(std::span<const std::byte> file, const std::string& name) {
  Reader reader(file, name);
  Gguf gguf{.file = name};
  read_header(reader, name, gguf);
  const std::uint64_t tensors = reader.count("tensor count", kMostTensors);
  const std::uint64_t keys = reader.count("metadata count", kMostKeys);
  std::uint64_t elements_left = kMostElements;
  for (std::uint64_t index = 0; index < keys; ++index) {
    const std::string key = reader.name("metadata key");
    if (!gguf.metadata.emplace(key, read_value(reader, key, elements_left)).second) reader.fail(key, "× 1", "× 2");
  }
  for (std::uint64_t index = 0; index < tensors; ++index)
    gguf.tensors.push_back(read_tensor(reader, name));
  const std::uint64_t alignment = alignment_of(gguf);
  const std::size_t unaligned = reader.at();
  const std::size_t begin = std::min<std::size_t>((unaligned + alignment - 1) / alignment * alignment, file.size());
  for (StoredTensor& tensor : gguf.tensors)
    place(tensor, begin, file.size() - begin, alignment, gguf);
  check_apart(gguf.tensors, name);
  return gguf;
}

const GgufValue* Gguf::find(std::string_view key) const {
  const auto found = metadata.find(key);
  return found == metadata.end() ? nullptr : &found->second;
}

std::optional<std::uint64_t> Gguf::whole(std::string_view key) const {
  const GgufValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* number = std::get_if<std::uint64_t>(value)) return *number;
  if (const auto* number = std::get_if<std::int64_t>(value); number != nullptr && *number >= 0)
    return static_cast<std::uint64_t>(*number);
  fail(key, "0, 1, 2 …", gguf_excerpt(*value));
}

std::optional<bool> Gguf::flag(std::string_view key) const {
  const GgufValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* flag = std::get_if<bool>(value)) return *flag;
  fail(key, "true / false", gguf_excerpt(*value));
}

std::optional<std::string_view> Gguf::text(std::string_view key) const {
  const GgufValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* text = std::get_if<std::string_view>(value)) return *text;
  fail(key, "\"…\"", gguf_excerpt(*value));
}

const GgufArray& Gguf::array(std::string_view key, GgufArray::Kind kind) const {
  static const GgufArray kEmpty{};
  const GgufValue* value = find(key);
  if (value == nullptr) return kEmpty;
  const auto* array = std::get_if<GgufArray>(value);
  static constexpr std::array<const char*, 4> kExpected = {"[0, …]", "[0.0, …]", "[true, …]", "[\"…\", …]"};
  if (array == nullptr || (array->kind != kind && array->size() > 0))
    fail(key, kExpected[static_cast<std::size_t>(kind)], gguf_excerpt(*value));
  return *array;
}

const StoredTensor* Gguf::tensor(std::string_view name) const {
  const auto found =
      std::lower_bound(tensors.begin(), tensors.end(), name,
                       [](const StoredTensor& tensor, std::string_view wanted) { return tensor.name < wanted; });
  return found != tensors.end() && found->name == name ? &*found : nullptr;
}

void Gguf::fail(std::string_view item, std::string expected, std::string found) const {
  throw Error("gguf_format",
              {.file = file, .item = std::string(item), .expected = std::move(expected), .found = std::move(found)});
}

std::string gguf_excerpt(const GgufValue& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* text = std::get_if<std::string_view>(&value)) return "\"" + std::string(text->substr(0, 60)) + "\"";
  if (const auto* array = std::get_if<GgufArray>(&value)) return "[…] (" + std::to_string(array->size()) + ")";
  char text[32];
  std::snprintf(text, sizeof text, "%g", std::get<double>(value));
  return text;
}

}  // namespace regard
