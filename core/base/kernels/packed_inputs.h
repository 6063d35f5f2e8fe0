// SPDX-License-Identifier: Apache-2.0
// Matrices of 4 or 8 bits that a file keeps by inputs, with their scales and zeros apart: (number − zero)·scale, as GPTQ and AWQ
// write them. What the lanes need, one input of many outputs, stands side by side there, so nothing is turned and nothing staged.
// Part of one level of kernels (lanes.h); pure.
#pragma once

#include "core/base/kernels/multiply.h"
#include "core/base/kernels/product.h"
#include "core/base/kernels/words.h"

namespace regard {
inline namespace REGARD_LEVEL {

static_assert(kPanel <= kScaleRoom);

using ByteLanes = std::uint8_t __attribute__((vector_size(kLanes)));

/// Of kPanel outputs. `scale` and `zero` have room for a whole panel behind the last output.
struct PanelScales {
  Lanes scale[kVectors];
  Lanes zero[kVectors];

  REGARD_INLINE void read(const ScalesApart& apart, std::size_t group, std::size_t output) {
    const std::size_t at = group * apart.stride + apart.first + output;
#pragma GCC unroll 4
    for (std::size_t v = 0; v < kVectors; ++v) {
      scale[v] = load(apart.scale + at + v * kLanes);
      if (apart.zero == nullptr) continue;
      ByteLanes bytes;
      std::memcpy(&bytes, apart.zero + at + v * kLanes, sizeof bytes);
      zero[v] = __builtin_convertvector(__builtin_convertvector(bytes, IntLanes), Lanes);
    }
  }
};

/// What every kind has that lies by inputs.
struct ByInput {
  static constexpr bool kScale = true, kByInput = true;
  static constexpr std::size_t kNumbers = 8, kBytes = 0;  // no row of an output lies together
};

/// int32 [inputs/(32/Bits), outputs]: a word is so many inputs of one output, the first in the lowest bits.
template <int Bits>
struct Gptq : ByInput {
  static constexpr std::size_t kTogether = 32 / Bits;
  struct Words {
    WordLanes of[kVectors];
    REGARD_INLINE void read(const Product& product, std::size_t input, std::size_t output, std::size_t count) {
      const auto* weights = static_cast<const Byte*>(product.weights);
      const std::size_t stride = 4 * product.apart.stride;
      const Byte* from = weights + input / kTogether * stride + 4 * (product.apart.first + output);
      alignas(64) Byte copy[4 * kPanel];
      if (count < kPanel) {
        std::memset(copy, 0, sizeof copy);
        std::memcpy(copy, from, 4 * count);
        from = copy;
      }
      std::memcpy(of, from, sizeof of);
    }
    REGARD_INLINE Lanes number(std::size_t place, std::size_t v) const {
      return as_float((of[v] >> static_cast<int>(place * Bits)) & ((1U << Bits) - 1));
    }
  };
};

/// int32 [inputs, outputs/8]: a word is one input of eight outputs, which stand in it in the order 0, 2, 4, 6, 1, 3, 5, 7.
struct Awq : ByInput {
  static constexpr std::size_t kTogether = 1;
  static constexpr std::size_t kInputsAhead = 16;  ///< fetched before they are read: rows lie far apart
  struct Words {
    WordLanes of[kVectors];
    REGARD_INLINE void read(const Product& product, std::size_t input, std::size_t output, std::size_t) {
      const auto* weights = static_cast<const Byte*>(product.weights);
      const std::size_t in_row = product.apart.stride / 8, first = product.apart.first + output;
      const Byte* row = weights + input * in_row * 4;
      __builtin_prefetch(row + kInputsAhead * in_row * 4 + first / 2);
      if (first % 8 == 0)
        read_eights(row, first / 8, in_row);
      else
        read_each(row, first, in_row);
    }
    static REGARD_INLINE std::uint32_t word(const Byte* row, std::size_t index, std::size_t in_row) {
      std::uint32_t word = 0;  // behind the last one comes anything
      std::memcpy(&word, row + 4 * fewer(index, in_row - 1), sizeof word);
      return word;
    }
    REGARD_INLINE void read_eights(const Byte* row, std::size_t first, std::size_t in_row) {
      constexpr EightWords kShifts = {0, 16, 4, 20, 8, 24, 12, 28};
      EightWords eights[(kPanel + 7) / 8];
      for (std::size_t index = 0; index < (kPanel + 7) / 8; ++index)
        eights[index] = (EightWords{} + word(row, first + index, in_row)) >> kShifts;
      std::memcpy(of, eights, sizeof of);
    }
    REGARD_INLINE void read_each(const Byte* row, std::size_t first, std::size_t in_row) {
      constexpr std::uint32_t kShifts[8] = {0, 16, 4, 20, 8, 24, 12, 28};
      for (std::size_t at = 0; at < kPanel; ++at)
        of[at / kLanes][at % kLanes] = word(row, (first + at) / 8, in_row) >> kShifts[(first + at) % 8];
    }
    REGARD_INLINE Lanes number(std::size_t, std::size_t v) const { return as_float(of[v] & 15U); }
  };
};

/// Inputs [begin, end), told to the taker of input `begin`.
template <class Kind, class Taker>
REGARD_INLINE void tell_by_input(const Product& product, std::size_t output, std::size_t begin, std::size_t end,
                                 Taker& taker) {
  const std::size_t count = fewer(kPanel, product.outputs - output);
  const ScalesApart& apart = product.apart;
  std::size_t group = ~std::size_t{0};
  PanelScales scales{};
  for (std::size_t input = begin; input < end; input += Kind::kTogether) {
    typename Kind::Words words;
    words.read(product, input, output, count);
    for (std::size_t place = 0; place < Kind::kTogether; ++place) {
      const std::size_t at = input + place;
      const std::size_t own = apart.group_of == nullptr ? at / apart.group : apart.group_of[at];
      if (own != group) scales.read(apart, group = own, output);
      Lanes numbers[kVectors];
#pragma GCC unroll 4
      for (std::size_t v = 0; v < kVectors; ++v)
        numbers[v] = (words.number(place, v) - scales.zero[v]) * scales.scale[v];
      taker.take(at - begin, numbers);
    }
  }
}

}  // namespace REGARD_LEVEL
}  // namespace regard
