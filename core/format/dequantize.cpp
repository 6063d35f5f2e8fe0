// SPDX-License-Identifier: Apache-2.0
#include "core/format/dequantize.h"

#include "core/base/float8.h"
#include "core/base/half.h"
#include "core/base/kernels/coded_blocks.h"
#include "core/base/mxfp4.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <cstring>

namespace regard {
namespace {

constexpr std::size_t kSmall = 32;   // numbers of the simple kinds' blocks
constexpr std::size_t kLarge = 256;  // numbers of a K block

unsigned byte_at(const std::byte* block, std::size_t at) {
  return std::to_integer<unsigned>(block[at]);
}

int signed_at(const std::byte* block, std::size_t at) {
  return static_cast<std::int8_t>(byte_at(block, at));
}

float half_at(const std::byte* block, std::size_t at) {
  return f16_to_f32(static_cast<std::uint16_t>(byte_at(block, at) | byte_at(block, at + 1) << 8));
}

float as_float(unsigned value) {
  return static_cast<float>(static_cast<int>(value));
}

/// One of 32 four-bit numbers: the low halves of sixteen bytes, then the high ones.
unsigned nibble(const std::byte* bytes, std::size_t index) {
  const unsigned byte = byte_at(bytes, index % 16);
  return index < 16 ? byte & 15U : byte >> 4;
}

unsigned bit(const std::byte* bytes, std::size_t index) {
  return byte_at(bytes, index / 8) >> (index % 8) & 1U;
}

void q4_0(const std::byte* block, float* out) {  // d, 16 bytes
  const float scale = half_at(block, 0);
  for (std::size_t index = 0; index < kSmall; ++index)
    out[index] = scale * (as_float(nibble(block + 2, index)) - 8.0F);
}

void q4_1(const std::byte* block, float* out) {  // d, m, 16 bytes
  const float scale = half_at(block, 0);
  const float minimum = half_at(block, 2);
  for (std::size_t index = 0; index < kSmall; ++index)
    out[index] = scale * as_float(nibble(block + 4, index)) + minimum;
}

void q5_0(const std::byte* block, float* out) {  // d, 32 fifth bits, 16 bytes
  const float scale = half_at(block, 0);
  for (std::size_t index = 0; index < kSmall; ++index)
    out[index] = scale * (as_float(nibble(block + 6, index) | bit(block + 2, index) << 4) - 16.0F);
}

void q5_1(const std::byte* block, float* out) {  // d, m, 32 fifth bits, 16 bytes
  const float scale = half_at(block, 0);
  const float minimum = half_at(block, 2);
  for (std::size_t index = 0; index < kSmall; ++index)
    out[index] = scale * as_float(nibble(block + 8, index) | bit(block + 4, index) << 4) + minimum;
}

void q8_0(const std::byte* block, float* out) {  // d, 32 signed bytes
  const float scale = half_at(block, 0);
  for (std::size_t index = 0; index < kSmall; ++index)
    out[index] = scale * static_cast<float>(signed_at(block, 2 + index));
}

/// What four bits mean in IQ4_NL and IQ4_XS.
constexpr std::array<float, 16> kTable = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

void iq4_nl(const std::byte* block, float* out) {  // d, 16 bytes of places in the table
  const float scale = half_at(block, 0);
  for (std::size_t index = 0; index < kSmall; ++index)
    out[index] = scale * kTable[nibble(block + 2, index)];
}

void mxfp4(const std::byte* block, float* out) {  // a scale, 16 bytes of places in the table
  const float scale = e8m0(std::to_integer<std::uint8_t>(block[0]));
  for (std::size_t index = 0; index < kSmall; ++index)
    out[index] = scale * kE2M1[nibble(block + 1, index)];
}

void q2_k(const std::byte* block, float* out) {  // 16 bytes (t << 4 | s), 64 bytes of two-bit numbers, d, m
  const float scale = half_at(block, 80);
  const float minimum = half_at(block, 82);
  for (std::size_t index = 0; index < kLarge; ++index) {
    const unsigned group = byte_at(block, index / 16);
    const unsigned number = byte_at(block + 16, index / 128 * 32 + index % 32) >> (index % 128 / 32 * 2) & 3U;
    out[index] = scale * as_float(group & 15U) * as_float(number) - minimum * as_float(group >> 4);
  }
}

/// Six-bit scale of one of 16 groups: low four bits in bytes 0…7 (low halves, then high), high two in bytes 8…11.
int q3_scale(const std::byte* scales, std::size_t group) {
  const unsigned low = nibble(scales, group < 8 ? group : group + 8) & 15U;
  const unsigned high = byte_at(scales, 8 + group % 4) >> (group / 4 * 2) & 3U;
  return static_cast<int>(low | high << 4) - 32;
}

void q3_k(const std::byte* block, float* out) {  // 32 bytes of third bits, 64 of two-bit numbers, 12 of scales, d
  const float scale = half_at(block, 108);
  for (std::size_t index = 0; index < kLarge; ++index) {
    const unsigned low = byte_at(block + 32, index / 128 * 32 + index % 32) >> (index % 128 / 32 * 2) & 3U;
    const unsigned high = byte_at(block, index % 32) >> (index / 32) & 1U;
    const float group = static_cast<float>(q3_scale(block + 96, index / 16));
    out[index] = scale * group * (as_float(low | high << 2) - 4.0F);
  }
}

struct GroupScale {
  float scale;
  float minimum;
};

/// Six-bit scale and minimum of one of 8 groups, packed in 12 bytes (Q4_K, Q5_K).
GroupScale group_scale(const std::byte* packed, std::size_t group) {
  if (group < 4) return {as_float(byte_at(packed, group) & 63U), as_float(byte_at(packed, group + 4) & 63U)};
  const unsigned low = byte_at(packed, group + 4);
  return {as_float((low & 15U) | byte_at(packed, group - 4) >> 6 << 4),
          as_float(low >> 4 | byte_at(packed, group) >> 6 << 4)};
}

/// Four low bits of number `index`: groups of 32 alternate between low and high halves of 32 bytes.
unsigned k_nibble(const std::byte* bytes, std::size_t index) {
  const unsigned byte = byte_at(bytes, index / 64 * 32 + index % 32);
  return index % 64 < 32 ? byte & 15U : byte >> 4;
}

void q4_k(const std::byte* block, float* out) {  // d, m, 12 bytes of scales and minima, 128 bytes
  const float scale = half_at(block, 0);
  const float minimum = half_at(block, 2);
  for (std::size_t begin = 0; begin < kLarge; begin += 32) {
    const GroupScale group = group_scale(block + 4, begin / 32);
    for (std::size_t index = begin; index < begin + 32; ++index)
      out[index] = scale * group.scale * as_float(k_nibble(block + 16, index)) - minimum * group.minimum;
  }
}

void q5_k(const std::byte* block, float* out) {  // d, m, 12 bytes of scales and minima, 32 of fifth bits, 128 bytes
  const float scale = half_at(block, 0);
  const float minimum = half_at(block, 2);
  for (std::size_t begin = 0; begin < kLarge; begin += 32) {
    const GroupScale group = group_scale(block + 4, begin / 32);
    for (std::size_t index = begin; index < begin + 32; ++index) {
      const unsigned high = byte_at(block + 16, index % 32) >> (index / 32) & 1U;
      const unsigned number = k_nibble(block + 48, index) | high << 4;
      out[index] = scale * group.scale * as_float(number) - minimum * group.minimum;
    }
  }
}

void q6_k(const std::byte* block, float* out) {  // 128 bytes of low bits, 64 of high bits, 16 signed scales, d
  const float scale = half_at(block, 208);
  for (std::size_t index = 0; index < kLarge; ++index) {
    const std::size_t half = index / 128;
    const std::size_t quarter = index % 128 / 32;
    const unsigned low = byte_at(block, half * 64 + index % 64) >> (quarter < 2 ? 0 : 4) & 15U;
    const unsigned high = byte_at(block + 128, half * 32 + index % 32) >> (quarter * 2) & 3U;
    out[index] = scale * static_cast<float>(signed_at(block, 192 + index / 16)) * (as_float(low | high << 4) - 32.0F);
  }
}

void iq4_xs(const std::byte* block, float* out) {  // d, 8 × 2 high bits of scales, 4 bytes of low ones, 128 bytes
  const float scale = half_at(block, 0);
  const unsigned high = byte_at(block, 2) | byte_at(block, 3) << 8;
  for (std::size_t index = 0; index < kLarge; ++index) {
    const std::size_t group = index / 32;
    const unsigned low = byte_at(block, 4 + group / 2) >> (group % 2 * 4) & 15U;
    const float small = as_float(low | (high >> 2 * group & 3U) << 4) - 32.0F;
    out[index] = scale * small * kTable[nibble(block + 8 + 16 * group, index % 32)];
  }
}

void tq2_0(const std::byte* block, float* out) {  // 64 bytes of two-bit numbers, d
  const float scale = half_at(block, 64);
  for (std::size_t index = 0; index < kLarge; ++index) {
    const unsigned number = byte_at(block, index / 128 * 32 + index % 32) >> (index % 128 / 32 * 2) & 3U;
    out[index] = scale * (as_float(number) - 1.0F);
  }
}

template <void (*Decode)(const unsigned char* block, CodedBlock& out)>
void coded(const std::byte* block, float* out) {
  CodedBlock decoded;
  Decode(reinterpret_cast<const unsigned char*>(block), decoded);
  for (std::size_t index = 0; index < kLarge; ++index)
    out[index] = decoded.scale[index / 16] * static_cast<float>(decoded.number[index]);
}

void by_blocks(StoredType type, void (*read)(const std::byte*, float*), std::span<const std::byte> source,
               std::span<float> target) {
  const StoredBlock block = block_of(type);
  assert(target.size() % block.numbers == 0);
  for (std::size_t index = 0; index < target.size() / block.numbers; ++index)
    read(source.data() + index * block.bytes, target.data() + index * block.numbers);
}

using BlockReader = void (*)(const std::byte*, float*);
constexpr std::array<BlockReader, kBlockTypes> kReaders = {q4_0,
                                                           q4_1,
                                                           q5_0,
                                                           q5_1,
                                                           q8_0,
                                                           q2_k,
                                                           q3_k,
                                                           q4_k,
                                                           q5_k,
                                                           q6_k,
                                                           iq4_nl,
                                                           iq4_xs,
                                                           coded<decode_iq2_xxs>,
                                                           coded<decode_iq2_xs>,
                                                           coded<decode_iq2_s>,
                                                           coded<decode_iq3_xxs>,
                                                           coded<decode_iq3_s>,
                                                           coded<decode_iq1_s>,
                                                           coded<decode_iq1_m>,
                                                           coded<decode_tq1_0>,
                                                           tq2_0,
                                                           mxfp4};

}  // namespace

bool is_float_kind(StoredType type) {
  return type == StoredType::f32 || type == StoredType::f16 || type == StoredType::bf16 ||
         type == StoredType::f8_e4m3 || type == StoredType::f8_e5m2 ||
         (static_cast<std::size_t>(type) >= kPlainTypes && static_cast<std::size_t>(type) < kPlainTypes + kBlockTypes);
}

void dequantize(StoredType type, std::span<const std::byte> source, std::span<float> target) {
  assert(is_float_kind(type) && source.size() == stored_bytes(type, target.size()));
  if (type == StoredType::f32) {
    if (!target.empty()) std::memcpy(target.data(), source.data(), source.size());
  } else if (type == StoredType::f16) {
    widen_f16(source, target);
  } else if (type == StoredType::bf16) {
    widen_bf16(source, target);
  } else if (type == StoredType::f8_e4m3) {
    std::transform(source.begin(), source.end(), target.begin(),
                   [](std::byte bits) { return e4m3(std::to_integer<std::uint8_t>(bits)); });
  } else if (type == StoredType::f8_e5m2) {
    std::transform(source.begin(), source.end(), target.begin(),
                   [](std::byte bits) { return e5m2(std::to_integer<std::uint8_t>(bits)); });
  } else {
    by_blocks(type, kReaders[static_cast<std::size_t>(type) - kPlainTypes], source, target);
  }
}

}  // namespace regard
