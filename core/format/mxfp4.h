// SPDX-License-Identifier: Apache-2.0
// The two layouts of MXFP4 (core/base/mxfp4.h) that are about, 32 numbers in a block:
//   GGUF         17 bytes: the scale, then 16 bytes whose low halves are numbers 0…15 and whose high halves are 16…31
//   safetensors  16 bytes, numbers 2k and 2k + 1 in byte k, the even one in the low half; the scales lie in a tensor of their own
// The program computes with the first (StoredType::mxfp4). Pure; any thread.
#pragma once

#include <cstddef>
#include <span>

namespace regard {

inline constexpr std::size_t kMxfp4Numbers = 32;  ///< of a block
inline constexpr std::size_t kMxfp4Halves = 16;   ///< bytes of a block without its scale

/// Blocks of a safetensors file as those of GGUF: [scales.size()] blocks each.
void join_mxfp4(std::span<const std::byte> numbers, std::span<const std::byte> scales, std::span<std::byte> blocks);

}  // namespace regard
