// SPDX-License-Identifier: Apache-2.0
// Kinds of numbers in files and in memory. Plain values, any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace regard {

/// From q4_0 on: numbers quantised by blocks (see core/format/dequantize.h). From gptq_4 on: matrices that lie by inputs, with their
/// scales apart (core/base/kernels/packed_inputs.h); in a file these are several tensors of whole numbers.
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
  iq4_xs,
  iq2_xxs,
  iq2_xs,
  iq2_s,
  iq3_xxs,
  iq3_s,
  iq1_s,
  iq1_m,
  tq1_0,
  tq2_0,
  mxfp4,
  gptq_4,
  gptq_8,
  awq_4
};
inline constexpr std::size_t kPlainTypes = 15;   ///< the first so many stand number by number
inline constexpr std::size_t kBlockTypes = 22;   ///< then so many by blocks of one row
inline constexpr std::size_t kStoredTypes = 40;  ///< all

/// A matrix whose rows do not lie together.
[[nodiscard]] constexpr bool lies_by_input(StoredType type) {
  return type >= StoredType::gptq_4;
}

}  // namespace regard
