// SPDX-License-Identifier: Apache-2.0
// Eight-bit floating-point numbers to float32, exactly. Source: OCP 8-bit Floating Point Specification (OFP8) 1.0. Pure; any thread.
#pragma once

#include "core/base/half.h"

#include <bit>
#include <cstdint>

namespace regard {

/// Four bits of exponent, three of fraction; no infinity; all of them set: NaN.
[[nodiscard]] inline float e4m3(std::uint8_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x80U) << 24, magnitude = bits & 0x7FU;
  if (magnitude == 0x7F) return std::bit_cast<float>(sign | 0x7FC00000U);
  const float value = magnitude < 8 ? static_cast<float>(magnitude) * 0x1p-9F
                                    : std::bit_cast<float>((magnitude << 20) + (std::uint32_t{120} << 23));
  return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(value));
}

/// Five bits of exponent, two of fraction: the upper half of a binary16.
[[nodiscard]] inline float e5m2(std::uint8_t bits) {
  return f16_to_f32(static_cast<std::uint16_t>(bits << 8));
}

}  // namespace regard
