// SPDX-License-Identifier: Apache-2.0
// 16-bit floating-point numbers to float32, exactly. Pure; any thread.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace regard {

/// IEEE 754 binary16 (1 sign, 5 exponent, 10 fraction bits), subnormals, infinities and NaN included.
[[nodiscard]] float f16_to_f32(std::uint16_t bits);

/// bfloat16: the upper half of a float32.
[[nodiscard]] inline float bf16_to_f32(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

/// Blocks of little-endian numbers; source.size() must be 2·target.size() (any alignment), and they must not overlap.
/// f16 uses the processor's conversion where it has one.
void widen_f16(std::span<const std::byte> source, std::span<float> target);
void widen_bf16(std::span<const std::byte> source, std::span<float> target);

}  // namespace regard
