// SPDX-License-Identifier: Apache-2.0
// Blocks of 256 stored numbers in the lanes of registers, and all kinds by their types; small_blocks.h says what a kind is.
// Part of one level of kernels (lanes.h); pure.
#pragma once

#include "core/base/kernels/coded_blocks.h"
#include "core/base/kernels/small_blocks.h"

namespace regard {
inline namespace REGARD_LEVEL {

// ---- K blocks: 256 numbers, scales of groups ----

/// Six-bit scales and minima of eight groups, packed in 12 bytes; d and m before them (Q4_K, Q5_K).
template <class Kind>
REGARD_INLINE void stage_group_scales(RowStarts rows, std::size_t at, Ahead& ahead, Staged<Kind>& to, std::size_t v) {
  WordLanes head[4];
  turn_words<4>(rows, at, ahead, head, 1);
  const Lanes scale = widened(low_halves(head[0])), minimum = widened(low_halves(head[0] >> 16));
#pragma GCC unroll 4
  for (int group = 0; group < 4; ++group) {
    const WordLanes s = head[1] >> 8 * group, t = head[2] >> 8 * group, low = head[3] >> 8 * group;
    to.scale[at_word(static_cast<std::size_t>(group), v)] = scale * as_float(s & 63U);
    to.offset[at_word(static_cast<std::size_t>(group), v)] = -(minimum * as_float(t & 63U));
    const std::size_t later = static_cast<std::size_t>(group) + 4;
    to.scale[at_word(later, v)] = scale * as_float((low & 15U) | ((s >> 2) & 48U));
    to.offset[at_word(later, v)] = -(minimum * as_float(((low >> 4) & 15U) | ((t >> 2) & 48U)));
  }
}

struct Q4_K : Small<4, 0> {  // d, m, 12 bytes of scales and minima, 128 bytes
  static constexpr std::size_t kBytes = 144, kNumbers = 256, kGroup = 32, kWords = 32;
  static constexpr bool kOffset = true;
  REGARD_INLINE static void stage(RowStarts rows, std::size_t at, Ahead& ahead, Staged<Q4_K>& to, std::size_t v) {
    stage_group_scales(rows, at, ahead, to, v);
    turn_words<32>(rows, at + 16, ahead, to.words + v, kVectors);
  }
  REGARD_INLINE static WordLanes bytes(const WordLanes* words, std::size_t group, std::size_t step,
                                       std::size_t vector) {
    return words[at_word(group / 2 * 8 + step, vector)] >> static_cast<int>(group % 2 * 4);
  }
};

struct Q5_K : Small<5, 0> {  // d, m, 12 bytes of scales and minima, 32 of fifth bits, 128 bytes
  static constexpr std::size_t kBytes = 176, kNumbers = 256, kGroup = 32, kWords = 40;
  static constexpr bool kOffset = true;
  REGARD_INLINE static void stage(RowStarts rows, std::size_t at, Ahead& ahead, Staged<Q5_K>& to, std::size_t v) {
    stage_group_scales(rows, at, ahead, to, v);
    turn_words<40>(rows, at + 16, ahead, to.words + v, kVectors);  // the fifth bits are words 0…7
  }
  REGARD_INLINE static WordLanes bytes(const WordLanes* words, std::size_t group, std::size_t step,
                                       std::size_t vector) {
    const WordLanes low = words[at_word(8 + group / 2 * 8 + step, vector)] >> static_cast<int>(group % 2 * 4);
    const WordLanes high = words[at_word(step, vector)] >> static_cast<int>(group);
    return (low & 0x0F0F0F0FU) | (high & 0x01010101U) << 4;
  }
};

struct Q6_K : Small<6, 32> {  // 128 bytes of low bits, 64 of high bits, 16 signed scales, d
  static constexpr std::size_t kBytes = 210, kNumbers = 256, kGroup = 16, kWords = 48;
  static constexpr bool kOffset = false;
  REGARD_INLINE static void stage(RowStarts rows, std::size_t at, Ahead& ahead, Staged<Q6_K>& to, std::size_t v) {
    WordLanes scales[4];
    turn_words<4>(rows, at + 192, ahead, scales, 1);
    const Lanes scale = halves_at(rows, at + 208);
#pragma GCC unroll 16
    for (std::size_t group = 0; group < 16; ++group)
      to.scale[at_word(group, v)] = scale * signed_byte(scales[group / 4], static_cast<int>(group % 4));
    turn_words<48>(rows, at, ahead, to.words + v, kVectors);
  }
  REGARD_INLINE static Lanes signed_byte(WordLanes words, int place) {
    return __builtin_convertvector(std::bit_cast<IntLanes>(words << (24 - 8 * place)) >> 24, Lanes);
  }
  REGARD_INLINE static WordLanes bytes(const WordLanes* words, std::size_t group, std::size_t step,
                                       std::size_t vector) {
    const std::size_t half = group / 8, quarter = group % 8 / 2, place = group % 2 * 4 + step;
    const WordLanes low =
        words[at_word(half * 16 + quarter % 2 * 8 + place, vector)] >> static_cast<int>(quarter / 2 * 4);
    const WordLanes high = words[at_word(32 + half * 8 + place, vector)] >> static_cast<int>(quarter * 2);
    return (low & 0x0F0F0F0FU) | (high & 0x03030303U) << 4;
  }
};

struct Q2_K : Small<2, 0> {  // 16 bytes (t << 4 | s), 64 bytes of two-bit numbers, d, m
  static constexpr std::size_t kBytes = 84, kNumbers = 256, kGroup = 16, kWords = 16;
  static constexpr bool kOffset = true;
  REGARD_INLINE static void stage(RowStarts rows, std::size_t at, Ahead& ahead, Staged<Q2_K>& to, std::size_t v) {
    WordLanes groups[4];
    turn_words<4>(rows, at, ahead, groups, 1);
    const Lanes scale = halves_at(rows, at + 80), minimum = halves_at(rows, at + 82);
#pragma GCC unroll 16
    for (std::size_t group = 0; group < 16; ++group) {
      const WordLanes both = groups[group / 4] >> static_cast<int>(group % 4 * 8);
      to.scale[at_word(group, v)] = scale * as_float(both & 15U);
      to.offset[at_word(group, v)] = -(minimum * as_float((both >> 4) & 15U));
    }
    turn_words<16>(rows, at + 16, ahead, to.words + v, kVectors);
  }
  REGARD_INLINE static WordLanes bytes(const WordLanes* words, std::size_t group, std::size_t step,
                                       std::size_t vector) {
    return words[at_word(group / 8 * 8 + group % 2 * 4 + step, vector)] >> static_cast<int>(group % 8 / 2 * 2);
  }
};

struct Q3_K : Small<3, 4> {  // 32 bytes of third bits, 64 of two-bit numbers, 12 of scales, d
  static constexpr std::size_t kBytes = 110, kNumbers = 256, kGroup = 16, kWords = 24;
  static constexpr bool kOffset = false;
  REGARD_INLINE static void stage(RowStarts rows, std::size_t at, Ahead& ahead, Staged<Q3_K>& to, std::size_t v) {
    WordLanes packed[4];
    turn_words<4>(rows, at + 92, ahead, packed, 1);  // the last two-bit numbers, then 12 bytes of scales
    const Lanes scale = halves_at(rows, at + 108);
#pragma GCC unroll 16
    for (std::size_t group = 0; group < 16; ++group) {  // low four bits in bytes 0…7, high two in bytes 8…11
      const WordLanes low = packed[1 + group % 8 / 4] >> static_cast<int>(group % 4 * 8 + group / 8 * 4);
      const WordLanes high = packed[3] >> static_cast<int>(group % 4 * 8 + group / 4 * 2);
      const WordLanes six = (low & 15U) | (high & 3U) << 4;
      to.scale[at_word(group, v)] = scale * (as_float(six) - 32.0F);
    }
    turn_words<24>(rows, at, ahead, to.words + v, kVectors);
  }
  REGARD_INLINE static WordLanes bytes(const WordLanes* words, std::size_t group, std::size_t step,
                                       std::size_t vector) {
    const std::size_t place = group % 2 * 4 + step;
    const WordLanes low = words[at_word(8 + group / 8 * 8 + place, vector)] >> static_cast<int>(group % 8 / 2 * 2);
    const WordLanes high = words[at_word(place, vector)] >> static_cast<int>(group / 2);
    return (low & 0x03030303U) | (high & 0x01010101U) << 2;
  }
};

struct IQ4_XS : Listed<kUneven> {  // d, 8 × 2 high bits of scales, 4 bytes of low ones, 128 bytes: 8 × 16 as in IQ4_NL
  static constexpr std::size_t kBytes = 136, kNumbers = 256, kGroup = 32, kWords = 32;
  static constexpr bool kOffset = false;
  REGARD_INLINE static void stage(RowStarts rows, std::size_t at, Ahead& ahead, Staged<IQ4_XS>& to, std::size_t v) {
    const Lanes scale = halves_at(rows, at);
    const WordLanes high = word_at(rows, at) >> 16, low = word_at(rows, at + 4);
#pragma GCC unroll 8
    for (int group = 0; group < 8; ++group) {
      const WordLanes six = (low >> 4 * group & 15U) | (high >> 2 * group & 3U) << 4;
      to.scale[at_word(static_cast<std::size_t>(group), v)] = scale * (as_float(six) - 32.0F);
    }
    turn_words<32>(rows, at + 8, ahead, to.words + v, kVectors);
    ahead.fetch(8 * kLanes);
  }
  REGARD_INLINE static WordLanes bytes(const WordLanes* words, std::size_t group, std::size_t step,
                                       std::size_t vector) {
    return words[at_word(group * 4 + step % 4, vector)] >> (step < 4 ? 0 : 4);
  }
};

struct TQ2_0 : Small<2, 0> {  // 64 bytes of two-bit numbers 0, 1, 2, which are −1, 0, 1; d
  static constexpr std::size_t kBytes = 66, kNumbers = 256, kGroup = 32, kWords = 16;
  static constexpr bool kOffset = true;
  REGARD_INLINE static void stage(RowStarts rows, std::size_t at, Ahead& ahead, Staged<TQ2_0>& to, std::size_t v) {
    const Lanes scale = halves_at(rows, at + 64);
    for (std::size_t group = 0; group < 8; ++group) {
      to.scale[at_word(group, v)] = scale;
      to.offset[at_word(group, v)] = -scale;
    }
    turn_words<16>(rows, at, ahead, to.words + v, kVectors);
    ahead.fetch(2 * kLanes);
  }
  REGARD_INLINE static WordLanes bytes(const WordLanes* words, std::size_t group, std::size_t step,
                                       std::size_t vector) {
    return words[at_word(group / 4 * 8 + step, vector)] >> static_cast<int>(group % 4 * 2);
  }
};

// ---- blocks of 256 that each row decodes by itself ----

template <void (*Decode)(const Byte* block, CodedBlock& out), std::size_t Bytes>
struct Coded : Small<8, 128> {
  static constexpr std::size_t kBytes = Bytes, kNumbers = 256, kGroup = 16, kWords = 64;
  static constexpr bool kOffset = false;
  REGARD_INLINE static void stage(RowStarts rows, std::size_t at, Ahead& ahead, Staged<Coded>& to, std::size_t v) {
    CodedBlock block[kLanes];
    const Byte* numbers[kLanes];
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      Decode(rows[lane] + at, block[lane]);
      numbers[lane] = reinterpret_cast<const Byte*>(block[lane].number);
    }
    ahead.fetch(Bytes * kLanes);
    for (std::size_t group = 0; group < 16; ++group) {
      float scale[kLanes];
      for (std::size_t lane = 0; lane < kLanes; ++lane)
        scale[lane] = block[lane].scale[group];
      to.scale[at_word(group, v)] = load(scale);
    }
    Ahead nothing;
    turn_words<64>(numbers, 0, nothing, to.words + v, kVectors);
  }
  REGARD_INLINE static WordLanes bytes(const WordLanes* words, std::size_t group, std::size_t step,
                                       std::size_t vector) {
    return words[at_word(group * 4 + step, vector)];
  }
};

using IQ2_XXS = Coded<decode_iq2_xxs, 66>;
using IQ2_XS = Coded<decode_iq2_xs, 74>;
using IQ2_S = Coded<decode_iq2_s, 82>;
using IQ3_XXS = Coded<decode_iq3_xxs, 98>;
using IQ3_S = Coded<decode_iq3_s, 110>;
using IQ1_S = Coded<decode_iq1_s, 50>;
using IQ1_M = Coded<decode_iq1_m, 56>;
using TQ1_0 = Coded<decode_tq1_0, 54>;

// ---- all of them ----

template <class Kind>
REGARD_INLINE void stage(RowStarts rows, std::size_t at, Ahead& ahead, Staged<Kind>& to) {
  for (std::size_t vector = 0; vector < kVectors; ++vector) {
    if constexpr (Kind::kScale)
      Kind::stage(rows + vector * kLanes, at, ahead, to, vector);
    else
      turn_words<Kind::kWords>(rows + vector * kLanes, at, ahead, to.words + vector, kVectors);
  }
}

/// take(number in the block, Lanes (&)[kVectors]) for every number of a staged block, in order.
template <class Kind, class Taker>
REGARD_INLINE void tell(const Staged<Kind>& staged, Taker& taker) {
  constexpr std::size_t kSteps = Kind::kGroup / Kind::kPerWord;
#pragma GCC unroll 1
  for (std::size_t group = 0; group < Kind::kNumbers / Kind::kGroup; ++group) {
    Lanes scale[kVectors] = {}, offset[kVectors] = {};
    for (std::size_t v = 0; v < kVectors && Kind::kScale; ++v) {
      scale[v] = staged.scale[at_word(group, v)];
      if (Kind::kOffset) offset[v] = staged.offset[at_word(group, v)];
    }
#pragma GCC unroll 1
    for (std::size_t step = 0; step < kSteps; ++step) {
      WordLanes bytes[kVectors];
#pragma GCC unroll 4
      for (std::size_t v = 0; v < kVectors; ++v) {
        if constexpr (Kind::kScale)
          bytes[v] = Kind::bytes(staged.words, group, step, v);
        else
          bytes[v] = staged.words[at_word(step, v)];
      }
      const auto tell_place = [&]<std::size_t Place>(std::integral_constant<std::size_t, Place>) REGARD_LAMBDA {
        Lanes numbers[kVectors];
#pragma GCC unroll 4
        for (std::size_t v = 0; v < kVectors; ++v) {
          numbers[v] = Kind::template number<Place>(bytes[v]);
          if constexpr (Kind::kScale) numbers[v] *= scale[v];
          if constexpr (Kind::kOffset) numbers[v] += offset[v];
        }
        taker.take(group * Kind::kGroup + step * Kind::kPerWord + Place, numbers);
      };
      [&]<std::size_t... Place>(std::index_sequence<Place...>) REGARD_LAMBDA {
        (tell_place(std::integral_constant<std::size_t, Place>()), ...);
      }
      (std::make_index_sequence<Kind::kPerWord>());
    }
  }
}

}  // namespace REGARD_LEVEL
}  // namespace regard
