// SPDX-License-Identifier: Apache-2.0
#include "core/capture/array.h"

#include "core/format/dequantize.h"

#include <cstdint>
#include <cstring>
#include <utility>

namespace regard {
namespace {

/// A number of a whole or wide kind.
template <class From, class To>
void convert(const std::byte* from, std::size_t step, std::span<To> target) {
  for (std::size_t at = 0; at < target.size(); ++at) {
    From value{};
    std::memcpy(&value, from + at * step, sizeof(From));
    target[at] = static_cast<To>(value);
  }
}

/// visit(From{}) with the type of the numbers; false for kinds that are no plain numbers of C++.
template <class Visit>
bool with_plain_type(StoredType type, const Visit& visit) {
  switch (type) {
    case StoredType::boolean:
    case StoredType::u8:
      return visit(std::uint8_t{}), true;
    case StoredType::i8:
      return visit(std::int8_t{}), true;
    case StoredType::u16:
      return visit(std::uint16_t{}), true;
    case StoredType::i16:
      return visit(std::int16_t{}), true;
    case StoredType::u32:
      return visit(std::uint32_t{}), true;
    case StoredType::i32:
      return visit(std::int32_t{}), true;
    case StoredType::u64:
      return visit(std::uint64_t{}), true;
    case StoredType::i64:
      return visit(std::int64_t{}), true;
    case StoredType::f32:
      return visit(float{}), true;
    case StoredType::f64:
      return visit(double{}), true;
    default:
      return false;
  }
}

/// Where the numbers of an array stand among its bytes, in row-major order.
std::vector<std::size_t> places_of(const CapturedArray& array) {
  std::vector<std::size_t> places(array.size());
  std::vector<std::size_t> at(array.axes(), 0);
  std::size_t place = 0;
  for (std::size_t& each : places) {
    each = place;
    for (std::size_t axis = array.axes(); axis-- > 0;) {
      place += array.strides[axis];
      if (++at[axis] < array.shape[axis]) break;
      place -= array.strides[axis] * array.shape[axis];
      at[axis] = 0;
    }
  }
  return places;
}

}  // namespace

std::size_t CapturedArray::size() const {
  std::size_t count = 1;
  for (const std::size_t axis : shape)
    count *= axis;
  return count;
}

std::vector<std::size_t> usual_strides(std::span<const std::size_t> shape, bool by_columns) {
  std::vector<std::size_t> strides(shape.size());
  std::size_t step = 1;
  for (std::size_t count = 0; count < shape.size(); ++count) {
    const std::size_t axis = by_columns ? count : shape.size() - 1 - count;
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}

bool is_number_kind(StoredType type) {
  return with_plain_type(type, [](auto) {}) || type == StoredType::f16 || type == StoredType::bf16;
}

void read_numbers(const CapturedArray& array, std::size_t first, std::size_t stride, std::span<float> target) {
  const std::size_t size = block_of(array.type).bytes;
  const std::byte* from = array.bytes.data() + first * size;
  if (target.empty() || with_plain_type(array.type, [&](auto kind) {
        using From = decltype(kind);
        if constexpr (std::is_same_v<From, float>)
          if (stride == 1) return static_cast<void>(std::memcpy(target.data(), from, target.size_bytes()));
        convert<From>(from, stride * size, target);
      }))
    return;
  if (stride == 1) return dequantize(array.type, {from, target.size() * size}, target);
  for (std::size_t at = 0; at < target.size(); ++at)
    dequantize(array.type, {from + at * stride * size, size}, target.subspan(at, 1));
}

std::vector<float> all_numbers(const CapturedArray& array) {
  std::vector<float> numbers(array.size());
  const std::vector<std::size_t> places = places_of(array);
  for (std::size_t at = 0; at < numbers.size(); ++at)
    read_numbers(array, places[at], 1, std::span(numbers).subspan(at, 1));
  return numbers;
}

std::vector<std::int64_t> all_whole_numbers(const CapturedArray& array) {
  if (array.type == StoredType::f32 || array.type == StoredType::f64) return {};
  std::vector<std::int64_t> numbers(array.size());
  const std::vector<std::size_t> places = places_of(array);
  const std::size_t size = block_of(array.type).bytes;
  const bool whole = with_plain_type(array.type, [&](auto kind) {
    for (std::size_t at = 0; at < numbers.size(); ++at)
      convert<decltype(kind)>(array.bytes.data() + places[at] * size, size, std::span(numbers).subspan(at, 1));
  });
  return whole ? numbers : std::vector<std::int64_t>{};
}

CapturedArray part_of(const CapturedArray& array, std::size_t place) {
  CapturedArray part{.name = array.name, .type = array.type, .bytes = array.bytes};
  part.shape.assign(array.shape.begin() + 1, array.shape.end());
  part.strides.assign(array.strides.begin() + 1, array.strides.end());
  part.bytes = array.bytes.subspan(place * array.strides.front() * block_of(array.type).bytes);
  return part;
}

CapturedArray without_batch(CapturedArray array, std::size_t axes) {
  if (array.axes() <= axes || array.shape.front() != 1) return array;
  return part_of(array, 0);
}

CapturedArray exchanged(CapturedArray array, std::size_t one, std::size_t other) {
  std::swap(array.shape[one], array.shape[other]);
  std::swap(array.strides[one], array.strides[other]);
  return array;
}

void HeadArray::read(std::size_t head, std::size_t row, Range columns, std::span<float> target) const {
  const std::vector<std::size_t>& strides = array.strides;
  read_numbers(array, head * strides[0] + row * strides[1] + columns.begin * strides[2], strides[2],
               target.first(columns.size()));
}

}  // namespace regard
