// SPDX-License-Identifier: Apache-2.0
// MXFP4: blocks of 32 numbers of four bits (E2M1: sign, two bits of exponent, one of fraction) with one scale, a power of two of
// eight bits (E8M0). Source: OCP Microscaling Formats (MX) Specification 1.0, sections 5.3.3 and 5.4.1. Part of one level of kernels
// (lanes.h), like coded_blocks.h for everybody else, too; pure; any thread.
#pragma once

#include "core/base/lanes.h"

#include <cstdint>

namespace regard {
inline namespace REGARD_LEVEL {

/// The sixteen numbers that four bits are.
inline constexpr float kE2M1[16] = {0.0F,  0.5F,  1.0F,  1.5F,  2.0F,  3.0F,  4.0F,  6.0F,
                                    -0.0F, -0.5F, -1.0F, -1.5F, -2.0F, -3.0F, -4.0F, -6.0F};

/// 2^(bits − 127); NaN for 255.
REGARD_INLINE float e8m0(std::uint8_t bits) {
  const std::uint32_t pattern = bits == 0 ? 0x00400000U : bits == 255 ? 0x7FC00000U : std::uint32_t{bits} << 23;
  return __builtin_bit_cast(float, pattern);
}

}  // namespace REGARD_LEVEL
}  // namespace regard
