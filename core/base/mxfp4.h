// SPDX-License-Identifier: Apache-2.0
// MXFP4: 32 numbers of four bits (E2M1: a sign, two bits of exponent, one of mantissa) that share one scale of eight bits (E8M0: a
// power of two). OCP Microscaling Formats (MX) Specification 1.0, §5.3.3 and §5.4.1. Two layouts of a block are about:
//   GGUF         17 bytes: the scale, then 16 bytes whose low halves are numbers 0…15 and whose high halves are 16…31
//   safetensors  16 bytes, numbers 2k and 2k + 1 in byte k, the even one in the low half; the scales lie in a tensor of their own
// The program computes with the first. Pure; any thread.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace regard {

inline constexpr std::size_t kMxfp4Numbers = 32;  ///< of a block
inline constexpr std::size_t kMxfp4Halves = 16;   ///< bytes of a block without its scale

/// What four bits mean.
inline constexpr std::array<float, 16> kE2M1 = {0.0F,  0.5F,  1.0F,  1.5F,  2.0F,  3.0F,  4.0F,  6.0F,
                                                -0.0F, -0.5F, -1.0F, -1.5F, -2.0F, -3.0F, -4.0F, -6.0F};

/// 2^(bits − 127); 255 is no number.
[[nodiscard]] constexpr float e8m0(unsigned bits) {
  const std::uint32_t smallest = 0x00400000U, no_number = 0x7FC00000U;
  return std::bit_cast<float>(bits == 0 ? smallest : bits == 255 ? no_number : bits << 23);
}

/// Blocks of a safetensors file as those of GGUF: [scales.size()] blocks each.
void join_mxfp4(std::span<const std::byte> numbers, std::span<const std::byte> scales, std::span<std::byte> blocks);

}  // namespace regard
