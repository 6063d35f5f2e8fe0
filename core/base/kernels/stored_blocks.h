// SPDX-License-Identifier: Apache-2.0
// How each kind of stored numbers becomes float32 in the lanes of registers, the same bits as dequantize() makes (its header tells
// the formulas). A block of kPanel rows is *staged* first: its bytes turned (words.h), scales and minima decoded; then *told*
// number by number to whoever multiplies with it or writes it down.
//
// A kind: kBytes and kNumbers of a block, kWords turned words, kPerWord numbers in a word, kGroup numbers with one scale,
//   stage()   one register's rows of a block
//   bytes()   four small whole numbers, kBits each, in the bytes of a word (what lies above them is ignored)
// q·scale + offset is exact but for the last rounding in all kinds, so it does not matter whether it is fused.
// Part of one level of kernels (lanes.h); pure.
#pragma once

#include "core/base/kernels/coded_blocks.h"
#include "core/base/kernels/multiply.h"
#include "core/base/kernels/packed_inputs.h"
#include "core/base/kernels/words.h"
#include "core/base/mxfp4.h"

namespace regard {
inline namespace REGARD_LEVEL {

/// Word `index` of register `vector` of a staged block.
[[nodiscard]] constexpr std::size_t at_word(std::size_t index, std::size_t vector) {
  return index * kVectors + vector;
}

template <class Kind>
struct Staged {
  alignas(64) WordLanes words[Kind::kWords * kVectors];
  alignas(64) Lanes scale[Kind::kNumbers / Kind::kGroup * kVectors];
  alignas(64) Lanes offset[Kind::kOffset ? Kind::kNumbers / Kind::kGroup * kVectors : 1];
};

// ---- one number in a word, or two: nothing to scale ----

struct PlainKind {
  static constexpr std::size_t kNumbers = 32, kGroup = 32;
  static constexpr bool kScale = false, kOffset = false, kByInput = false;
};

struct F32 : PlainKind {
  static constexpr std::size_t kBytes = 128, kWords = 32, kPerWord = 1;
  template <std::size_t Place>
  REGARD_INLINE static Lanes number(WordLanes word) {
    return std::bit_cast<Lanes>(word);
  }
  REGARD_INLINE static Lanes side_by_side(const Byte* from) {
    Lanes lanes;
    std::memcpy(&lanes, from, sizeof lanes);
    return lanes;
  }
};

struct F16 : PlainKind {
  static constexpr std::size_t kBytes = 64, kWords = 16, kPerWord = 2;
  template <std::size_t Place>
  REGARD_INLINE static Lanes number(WordLanes word) {
    return widened(low_halves(word >> 16 * Place));
  }
  REGARD_INLINE static Lanes side_by_side(const Byte* from) {
    HalfLanes halves;
    std::memcpy(&halves, from, sizeof halves);
    return widened(halves);
  }
};

struct BF16 : PlainKind {
  static constexpr std::size_t kBytes = 64, kWords = 16, kPerWord = 2;
  template <std::size_t Place>
  REGARD_INLINE static Lanes number(WordLanes word) {
    return std::bit_cast<Lanes>(Place == 0 ? word << 16 : word & 0xFFFF0000U);
  }
  REGARD_INLINE static Lanes side_by_side(const Byte* from) {
    HalfLanes halves;
    std::memcpy(&halves, from, sizeof halves);
    return std::bit_cast<Lanes>(__builtin_convertvector(halves, WordLanes) << 16);
  }
};

/// Four in a word.
struct EightBits : PlainKind {
  static constexpr std::size_t kBytes = 32, kWords = 8, kPerWord = 4;
  REGARD_INLINE static WordLanes words_side_by_side(const Byte* from) {
    ByteLanes bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    return __builtin_convertvector(bytes, WordLanes);
  }
};

struct F8_E4M3 : EightBits {  // its four bits of exponent in the place of float32's eight: 2¹²⁰ too small
  template <std::size_t Place>
  REGARD_INLINE static Lanes number(WordLanes word) {
    const WordLanes bits = word >> 8 * Place, magnitude = bits & 0x7FU;
    const WordLanes value = std::bit_cast<WordLanes>(std::bit_cast<Lanes>(magnitude << 20) * 0x1p120F);
    const WordLanes quiet = WordLanes{} + 0x7FC00000U;
    return std::bit_cast<Lanes>((magnitude == 0x7FU ? quiet : value) | (bits & 0x80U) << 24);
  }
  REGARD_INLINE static Lanes side_by_side(const Byte* from) { return number<0>(words_side_by_side(from)); }
};

struct F8_E5M2 : EightBits {  // the upper half of a half
  template <std::size_t Place>
  REGARD_INLINE static Lanes number(WordLanes word) {
    return widened(low_halves((word >> 8 * Place & 0xFFU) << 8));
  }
  REGARD_INLINE static Lanes side_by_side(const Byte* from) { return number<0>(words_side_by_side(from)); }
};

// ---- four small whole numbers in the bytes of a word ----

/// Bits of a number and what is taken away from it.
template <int Bits, int Centre>
struct Small {
  static constexpr int kBits = Bits, kCentre = Centre;
  static constexpr std::size_t kPerWord = 4;
  static constexpr bool kScale = true, kByInput = false;
  static constexpr float value(int bits) { return static_cast<float>((bits & ((1 << Bits) - 1)) - Centre); }

  template <std::size_t Place>
  REGARD_INLINE static Lanes number(WordLanes bytes) {
#if defined(__AVX512F__)
    if constexpr (Bits <= 5) return looked_up<Place>(bytes, [](int bits) { return value(bits); });
#endif
    if constexpr (Centre == 0) {
      const WordLanes shifted = bytes >> 8 * Place;
      return as_float(Bits == 8 && Place == 3 ? shifted : shifted & ((1U << Bits) - 1));
    } else {  // q − 2^(bits−1) is q with its highest bit turned over, read as a signed number
      const WordLanes turned = Bits == 8 ? bytes : bytes ^ (0x01010101U * static_cast<unsigned>(Centre));
      const IntLanes high = std::bit_cast<IntLanes>(turned << (32 - Bits - 8 * static_cast<int>(Place)));
      return __builtin_convertvector(high >> (32 - Bits), Lanes);
    }
  }

#if defined(__AVX512F__)
  /// A table of all values: the processor takes the lowest four or five bits of each lane as the place in it.
  template <std::size_t Place, typename Value>
  REGARD_INLINE static Lanes looked_up(WordLanes bytes, Value value_of) {
    struct Table {
      alignas(64) float low[16]{}, high[16]{};
    };
    static constexpr Table kTable = [](Value of) {
      Table table;
      for (int bits = 0; bits < 16; ++bits) {
        table.low[bits] = of(bits);
        table.high[bits] = of(bits + 16);
      }
      return table;
    }(Value{});
    (void)value_of;
    const __m512i places = std::bit_cast<__m512i>(bytes >> 8 * Place);
    const __m512 low = _mm512_load_ps(kTable.low);
    if constexpr (Bits <= 4) return std::bit_cast<Lanes>(_mm512_permutexvar_ps(places, low));
    return std::bit_cast<Lanes>(_mm512_permutex2var_ps(low, places, _mm512_load_ps(kTable.high)));
  }
#endif
};

/// Kinds of 32 numbers whose sixteen bytes of low halves begin at byte kLow.
template <std::size_t Low>
struct SmallBlock {
  static constexpr std::size_t kNumbers = 32, kGroup = 32, kWords = 5;
  REGARD_INLINE static WordLanes nibbles(const WordLanes* words, std::size_t step, std::size_t vector) {
    return words[at_word(step % 4, vector)] >> (step < 4 ? 0 : 4);
  }
  REGARD_INLINE static void stage_nibbles(RowStarts rows, std::size_t at, Ahead& ahead, WordLanes* words) {
    turn_words<4>(rows, at + Low, ahead, words, kVectors);
    ahead.fetch(Low * kLanes);
  }
  /// Four fifth bits to bit 4 of four bytes.
  REGARD_INLINE static WordLanes with_fifth_bits(const WordLanes* words, std::size_t step, std::size_t vector) {
    const WordLanes four = (words[at_word(4, vector)] >> static_cast<int>(4 * step)) & 15U;
    const WordLanes spread = (four | four << 7 | four << 14 | four << 21) & 0x01010101U;
    return (nibbles(words, step, vector) & 0x0F0F0F0FU) | spread << 4;
  }
};

struct Q4_0 : Small<4, 8>, SmallBlock<2> {  // d, 16 bytes
  static constexpr std::size_t kBytes = 18;
  static constexpr bool kOffset = false;
  REGARD_INLINE static void stage(RowStarts rows, std::size_t at, Ahead& ahead, Staged<Q4_0>& to, std::size_t v) {
    to.scale[v] = halves_at(rows, at);
    stage_nibbles(rows, at, ahead, to.words + v);
  }
  REGARD_INLINE static WordLanes bytes(const WordLanes* words, std::size_t, std::size_t step, std::size_t vector) {
    return nibbles(words, step, vector);
  }
};

/// Four bits are a place in a table.
template <const float (&Values)[16]>
struct Listed : Small<4, 0> {
  template <std::size_t Place>
  REGARD_INLINE static Lanes number(WordLanes bytes) {
#if defined(__AVX512F__)
    return looked_up<Place>(bytes, [](int bits) { return Values[bits & 15]; });
#elif defined(__AVX2__)
    const __m256i places = std::bit_cast<__m256i>(bytes >> 8 * Place);  // their lowest three bits count
    const __m256 low = _mm256_permutevar8x32_ps(_mm256_loadu_ps(Values), places);
    const __m256 high = _mm256_permutevar8x32_ps(_mm256_loadu_ps(Values + 8), places);
    const __m256i fourth = _mm256_slli_epi32(places, 28);  // the highest bit of a lane chooses
    return std::bit_cast<Lanes>(_mm256_blendv_ps(low, high, _mm256_castsi256_ps(fourth)));
#else
    Lanes result;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      result[lane] = Values[bytes[lane] >> 8 * Place & 15U];
    return result;
#endif
  }
};

inline constexpr float kUneven[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

struct IQ4_NL : Listed<kUneven>, SmallBlock<2> {  // d, 16 bytes
  static constexpr std::size_t kBytes = 18;
  static constexpr bool kOffset = false;
  REGARD_INLINE static void stage(RowStarts rows, std::size_t at, Ahead& ahead, Staged<IQ4_NL>& to, std::size_t v) {
    to.scale[v] = halves_at(rows, at);
    stage_nibbles(rows, at, ahead, to.words + v);
  }
  REGARD_INLINE static WordLanes bytes(const WordLanes* words, std::size_t, std::size_t step, std::size_t vector) {
    return nibbles(words, step, vector);
  }
};

struct MXFP4 : Listed<kE2M1>, SmallBlock<1> {  // e, 16 bytes
  static constexpr std::size_t kBytes = 17;
  static constexpr bool kOffset = false;
  REGARD_INLINE static void stage(RowStarts rows, std::size_t at, Ahead& ahead, Staged<MXFP4>& to, std::size_t v) {
    float scale[kLanes];
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      scale[lane] = e8m0(rows[lane][at]);
    to.scale[v] = load(scale);
    stage_nibbles(rows, at, ahead, to.words + v);
  }
  REGARD_INLINE static WordLanes bytes(const WordLanes* words, std::size_t, std::size_t step, std::size_t vector) {
    return nibbles(words, step, vector);
  }
};

struct Q4_1 : Small<4, 0>, SmallBlock<4> {  // d, m, 16 bytes
  static constexpr std::size_t kBytes = 20;
  static constexpr bool kOffset = true;
  REGARD_INLINE static void stage(RowStarts rows, std::size_t at, Ahead& ahead, Staged<Q4_1>& to, std::size_t v) {
    to.scale[v] = halves_at(rows, at);
    to.offset[v] = halves_at(rows, at + 2);
    stage_nibbles(rows, at, ahead, to.words + v);
  }
  REGARD_INLINE static WordLanes bytes(const WordLanes* words, std::size_t, std::size_t step, std::size_t vector) {
    return nibbles(words, step, vector);
  }
};

struct Q5_0 : Small<5, 16>, SmallBlock<6> {  // d, 32 fifth bits, 16 bytes
  static constexpr std::size_t kBytes = 22;
  static constexpr bool kOffset = false;
  REGARD_INLINE static void stage(RowStarts rows, std::size_t at, Ahead& ahead, Staged<Q5_0>& to, std::size_t v) {
    to.scale[v] = halves_at(rows, at);
    to.words[at_word(4, v)] = word_at(rows, at + 2);
    stage_nibbles(rows, at, ahead, to.words + v);
  }
  REGARD_INLINE static WordLanes bytes(const WordLanes* words, std::size_t, std::size_t step, std::size_t vector) {
    return with_fifth_bits(words, step, vector);
  }
};

struct Q5_1 : Small<5, 0>, SmallBlock<8> {  // d, m, 32 fifth bits, 16 bytes
  static constexpr std::size_t kBytes = 24;
  static constexpr bool kOffset = true;
  REGARD_INLINE static void stage(RowStarts rows, std::size_t at, Ahead& ahead, Staged<Q5_1>& to, std::size_t v) {
    to.scale[v] = halves_at(rows, at);
    to.offset[v] = halves_at(rows, at + 2);
    to.words[at_word(4, v)] = word_at(rows, at + 4);
    stage_nibbles(rows, at, ahead, to.words + v);
  }
  REGARD_INLINE static WordLanes bytes(const WordLanes* words, std::size_t, std::size_t step, std::size_t vector) {
    return with_fifth_bits(words, step, vector);
  }
};

struct Q8_0 : Small<8, 128> {  // d, 32 signed bytes
  static constexpr std::size_t kBytes = 34, kNumbers = 32, kGroup = 32, kWords = 8;
  static constexpr bool kOffset = false;
  REGARD_INLINE static void stage(RowStarts rows, std::size_t at, Ahead& ahead, Staged<Q8_0>& to, std::size_t v) {
    to.scale[v] = halves_at(rows, at);
    ahead.fetch(2 * kLanes);
    turn_words<8>(rows, at + 2, ahead, to.words + v, kVectors);
  }
  REGARD_INLINE static WordLanes bytes(const WordLanes* words, std::size_t, std::size_t step, std::size_t vector) {
    return words[at_word(step, vector)];
  }
};

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
