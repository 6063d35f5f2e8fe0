// SPDX-License-Identifier: Apache-2.0
// Blocks of 256 numbers that name points of a grid (IQ1, IQ2, IQ3) or pack five numbers of three values in a byte (TQ1_0), decoded
// to small whole numbers with a scale for each 16: number·scale is what was stored. One definition for all levels of kernels and for
// dequantize(). Part of one level of kernels (lanes.h); pure.
#pragma once

#include "core/base/grids.h"
#include "core/base/half.h"
#include "core/base/lanes.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace regard {
inline namespace REGARD_LEVEL {

struct CodedBlock {
  alignas(64) std::int8_t number[256];
  float scale[16];

  REGARD_INLINE void put(std::size_t eight, std::uint64_t point) {
    std::memcpy(number + 8 * eight, &point, sizeof point);
  }
};

template <typename Number>
REGARD_INLINE Number whole_at(const unsigned char* block, std::size_t at) {
  Number number;
  std::memcpy(&number, block + at, sizeof number);
  return number;
}

REGARD_INLINE float coded_half(const unsigned char* block, std::size_t at) {
  return f16_to_f32(whole_at<std::uint16_t>(block, at));
}

/// Bit j of eight, in byte j: 0 or 1.
REGARD_INLINE std::uint64_t spread_bits(unsigned eight) {
  const std::uint64_t each = (eight * 0x0101010101010101U) & 0x8040201008040201U;
  return (each + 0x7F7F7F7F7F7F7F7FU) >> 7 & 0x0101010101010101U;
}

/// Numbers 1…127, those negative whose bit is set.
REGARD_INLINE std::uint64_t with_signs(std::uint64_t point, unsigned signs) {
  const std::uint64_t ones = spread_bits(signs);
  return (point ^ ones * 0xFF) + ones;
}

/// Eight signs of which seven are stored: an even number of them is negative.
REGARD_INLINE unsigned even_signs(unsigned seven) {
  return seven | static_cast<unsigned>(__builtin_parity(seven)) << 7;
}

/// Points of −1, 0, 1, moved by ±1/8, in eighths.
REGARD_INLINE std::uint64_t moved_by_eighth(std::uint64_t point, bool down) {
  const std::uint64_t low = 0x7F7F7F7F7F7F7F7FU, high = ~low;
  const std::uint64_t eighths = point << 3 & 0xF8F8F8F8F8F8F8F8U;
  const std::uint64_t step = down ? ~std::uint64_t{0} : 0x0101010101010101U;
  return ((eighths & low) + (step & low)) ^ ((eighths ^ step) & high);  // byte by byte
}

REGARD_INLINE void decode_iq2_xxs(const unsigned char* block, CodedBlock& out) {  // d; 8 × (4 places, 4 × 7 signs, s)
  const float scale = coded_half(block, 0);
  for (std::size_t group = 0; group < 8; ++group) {
    const unsigned char* places = block + 2 + 8 * group;
    const auto packed = whole_at<std::uint32_t>(places, 4);
    out.scale[2 * group] = out.scale[2 * group + 1] = scale * (0.5F + static_cast<float>(packed >> 28)) * 0.25F;
    for (std::size_t eight = 0; eight < 4; ++eight)
      out.put(4 * group + eight, with_signs(kGrid2Xxs.point[places[eight]], even_signs(packed >> 7 * eight & 127U)));
  }
}

/// Four-bit scales of sixteen groups, low halves first: d·(s + ½)/4.
REGARD_INLINE void decode_scales_of_iq2(const unsigned char* scales, float scale, CodedBlock& out) {
  for (std::size_t group = 0; group < 16; ++group)
    out.scale[group] = scale * (0.5F + static_cast<float>(scales[group / 2] >> 4 * (group % 2) & 15)) * 0.25F;
}

REGARD_INLINE void decode_iq2_xs(const unsigned char* block,
                                 CodedBlock& out) {  // d; 32 × (place of 9 bits, 7 signs); 8 s
  decode_scales_of_iq2(block + 66, coded_half(block, 0), out);
  for (std::size_t eight = 0; eight < 32; ++eight) {
    const auto packed = whole_at<std::uint16_t>(block, 2 + 2 * eight);
    out.put(eight, with_signs(kGrid2Xs.point[packed & 511U], even_signs(packed >> 9U)));
  }
}

REGARD_INLINE void decode_iq2_s(const unsigned char* block,
                                CodedBlock& out) {  // d; 32 places; 32 × 8 signs; 8 high bits; 8 s
  decode_scales_of_iq2(block + 74, coded_half(block, 0), out);
  for (std::size_t eight = 0; eight < 32; ++eight) {
    const unsigned high = block[66 + eight / 4] >> 2 * (eight % 4) & 3U;
    out.put(eight, with_signs(kGrid2S.point[block[2 + eight] | high << 8], block[34 + eight]));
  }
}

/// Two points of four numbers.
REGARD_INLINE std::uint64_t pair_of(std::uint32_t first, std::uint32_t second) {
  return first | std::uint64_t{second} << 32;
}

REGARD_INLINE void decode_iq3_xxs(const unsigned char* block, CodedBlock& out) {  // d; 64 places; 8 × (4 × 7 signs, s)
  const float scale = coded_half(block, 0);
  for (std::size_t group = 0; group < 8; ++group) {
    const auto packed = whole_at<std::uint32_t>(block, 66 + 4 * group);
    out.scale[2 * group] = out.scale[2 * group + 1] = scale * (0.5F + static_cast<float>(packed >> 28)) * 0.5F;
    for (std::size_t eight = 0; eight < 4; ++eight) {
      const unsigned char* places = block + 2 + 8 * group + 2 * eight;
      out.put(4 * group + eight, with_signs(pair_of(kGrid3Xxs.point[places[0]], kGrid3Xxs.point[places[1]]),
                                            even_signs(packed >> 7 * eight & 127U)));
    }
  }
}

REGARD_INLINE void decode_iq3_s(const unsigned char* block,
                                CodedBlock& out) {  // d; 64 places; 8 ninth bits; 32 × 8 signs; 4 s
  const float scale = coded_half(block, 0);
  for (std::size_t group = 0; group < 8; ++group) {
    const int small = block[106 + group / 2] >> 4 * (group % 2) & 15;
    out.scale[2 * group] = out.scale[2 * group + 1] = scale * static_cast<float>(1 + 2 * small);
    const unsigned ninth = block[66 + group];
    for (std::size_t eight = 0; eight < 4; ++eight) {
      const unsigned char* places = block + 2 + 8 * group + 2 * eight;
      const unsigned first = places[0] | (ninth >> 2 * eight & 1U) << 8;
      const unsigned second = places[1] | (ninth >> (2 * eight + 1) & 1U) << 8;
      out.put(4 * group + eight,
              with_signs(pair_of(kGrid3S.point[first], kGrid3S.point[second]), block[74 + 4 * group + eight]));
    }
  }
}

REGARD_INLINE void decode_iq1_s(const unsigned char* block,
                                CodedBlock& out) {  // d; 32 places; 8 × (4 × 3 high bits, s, step)
  const float scale = coded_half(block, 0) * 0.125F;
  for (std::size_t group = 0; group < 8; ++group) {
    const unsigned packed = whole_at<std::uint16_t>(block, 34 + 2 * group);
    out.scale[2 * group] = out.scale[2 * group + 1] = scale * static_cast<float>(2 * (packed >> 12 & 7U) + 1);
    for (std::size_t eight = 0; eight < 4; ++eight) {
      const unsigned place = block[2 + 4 * group + eight] | (packed >> 3 * eight & 7U) << 8;
      out.put(4 * group + eight, moved_by_eighth(kGrid1S.point[place], (packed & 0x8000U) != 0));
    }
  }
}

REGARD_INLINE void decode_iq1_m(const unsigned char* block,
                                CodedBlock& out) {  // 32 places; 32 × (3 high bits, step); 4 × (4 s, ¼ d)
  unsigned packed[4], half = 0;
  for (std::size_t part = 0; part < 4; ++part) {
    packed[part] = whole_at<std::uint16_t>(block, 48 + 2 * part);
    half |= packed[part] >> 12 << 4 * part;
  }
  const float scale = f16_to_f32(static_cast<std::uint16_t>(half)) * 0.125F;
  for (std::size_t group = 0; group < 16; ++group)
    out.scale[group] = scale * static_cast<float>(2 * (packed[group / 4] >> 3 * (group % 4) & 7U) + 1);
  for (std::size_t eight = 0; eight < 32; ++eight) {
    const unsigned high = block[32 + eight / 2] >> 4 * (eight % 2) & 15U;
    out.put(eight, moved_by_eighth(kGrid1S.point[block[eight] | (high & 7U) << 8], (high & 8U) != 0));
  }
}

using SixteenBytes = std::uint8_t __attribute__((vector_size(16)));
using SixteenWholes = std::uint16_t __attribute__((vector_size(32)));

/// The numbers of at most 16 bytes, the first of all bytes before the second ones, `step` apart. Each byte has four or five: it is a
/// fraction byte/256 in base 3, with digits −1, 0, 1.
template <std::size_t Bytes>
REGARD_INLINE void put_ternary_digits(const unsigned char* bytes, std::size_t digits, std::int8_t* out,
                                      std::size_t step) {
  SixteenBytes fractions{};
  std::memcpy(&fractions, bytes, Bytes);
  for (std::size_t digit = 0; digit < digits; ++digit, out += step) {
    const SixteenWholes tripled = __builtin_convertvector(fractions, SixteenWholes) * 3;
    const SixteenBytes numbers = __builtin_convertvector(tripled >> 8, SixteenBytes) - 1;
    std::memcpy(out, &numbers, Bytes);
    fractions = __builtin_convertvector(tripled & 255, SixteenBytes);
  }
}

REGARD_INLINE void decode_tq1_0(const unsigned char* block,
                                CodedBlock& out) {  // 32 and 16 bytes of five numbers, 4 of four; d
  const float scale = coded_half(block, 52);
  for (float& each : out.scale)
    each = scale;
  put_ternary_digits<16>(block, 5, out.number, 32);
  put_ternary_digits<16>(block + 16, 5, out.number + 16, 32);
  put_ternary_digits<16>(block + 32, 5, out.number + 160, 16);
  put_ternary_digits<4>(block + 48, 4, out.number + 240, 4);
}

}  // namespace REGARD_LEVEL
}  // namespace regard
