// SPDX-License-Identifier: Apache-2.0
// Kinds of numbers in files and in memory. Plain values, any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace regard {

/// From q4_0 on: numbers quantised by blocks (see core/format/dequantize.h).
enum class StoredType : std::uint8_t {
  boolean,
  u8,
  i8,
  f8_e5m2,
  f8_e4m3,
  u16,
  i16,
  f16,
  bf16,
  u32,
  i32,
  f32,
  u64,
  i64,
  f64,
  q4_0,
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
  mxfp4
};
inline constexpr std::size_t kPlainTypes = 15;   ///< the first so many stand number by number
inline constexpr std::size_t kStoredTypes = 27;  ///< all

}  // namespace regard
