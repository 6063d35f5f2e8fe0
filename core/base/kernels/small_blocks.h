// SPDX-License-Identifier: Apache-2.0
// How each kind of stored numbers becomes float32 in the lanes of registers, the same bits as dequantize() makes (its header tells
// the formulas). A block of kPanel rows is *staged* first: its bytes turned (words.h), scales and minima decoded; then *told*
// number by number to whoever multiplies with it or writes it down.
//
// A kind: kBytes and kNumbers of a block, kWords turned words, kPerWord numbers in a word, kGroup numbers with one scale,
//   stage()   one register's rows of a block
//   bytes()   four small whole numbers, kBits each, in the bytes of a word (what lies above them is ignored)
// q·scale + offset is exact but for the last rounding in all kinds, so it does not matter whether it is fused.
// Here: numbers that stand alone, and blocks of 32; stored_blocks.h has the others and all of them together.
// Part of one level of kernels (lanes.h); pure.
#pragma once

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

/// Numbers of 16 or 32 bits are not turned where they need not be: project_wide.h.
struct WideKind : PlainKind {};

struct F32 : WideKind {
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

struct F16 : WideKind {
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

struct BF16 : WideKind {
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

}  // namespace REGARD_LEVEL
}  // namespace regard
