// SPDX-License-Identifier: Apache-2.0
// Bytes of several rows of a matrix, turned: lane r of word j is bytes 4j…4j+3 of row r. What the kernels begin with, because
// their lanes are outputs. Part of one level of kernels (lanes.h); pure.
#pragma once

#include "core/base/lanes.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#if defined(__x86_64__)
#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 warns about its own AVX-512 header, which starts some registers undefined on purpose, wherever it is inlined.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#endif

namespace regard {
inline namespace REGARD_LEVEL {

using Byte = unsigned char;
using WordLanes = std::uint32_t __attribute__((vector_size(kLanes * sizeof(std::uint32_t))));
using FourWords = std::uint32_t __attribute__((vector_size(4 * sizeof(std::uint32_t))));
using EightWords = std::uint32_t __attribute__((vector_size(8 * sizeof(std::uint32_t))));
using HalfLanes = std::uint16_t __attribute__((vector_size(kLanes * sizeof(std::uint16_t))));

inline constexpr int kSecondLevelCache = 2;  ///< where what is fetched goes, as __builtin_prefetch() says it

/// What will be needed soon is fetched line by line as it lies, while what is needed now is read row by row: memory is twice as
/// fast that way.
struct Ahead {
  std::uintptr_t line = 0;  ///< not fetched yet
  std::uintptr_t end = 0;   ///< from here on nothing is wanted
  std::uintptr_t due = 0;   ///< up to here it should be there by now

  Ahead() = default;
  Ahead(const Byte* first, const Byte* last)
      : line(reinterpret_cast<std::uintptr_t>(first)), end(reinterpret_cast<std::uintptr_t>(last)), due(line) {}
  REGARD_INLINE void fetch(std::size_t bytes) {
    due += bytes;
    for (const std::uintptr_t stop = due < end ? due : end; line < stop; line += 64)
      __builtin_prefetch(reinterpret_cast<const void*>(line), 0, kSecondLevelCache);
  }
};

/// Where rows of a matrix begin, one for each lane.
using RowStarts = const Byte* const*;

/// Two short registers as a long one.
template <typename Part, std::size_t... Lane>
REGARD_INLINE auto side_by_side(Part left, Part right, std::index_sequence<Lane...>) {
  return __builtin_shufflevector(left, right, Lane...);
}

/// Count·4 bytes of each of kLanes/Count rows, rows `row`, row + Count…
template <std::size_t Count>
REGARD_INLINE WordLanes some_words(RowStarts rows, std::size_t row, std::size_t at) {
  if constexpr (Count == kLanes) {
    WordLanes words;
    std::memcpy(&words, rows[row] + at, sizeof words);
    return words;
  } else {
    using Part = std::conditional_t<Count == 4, FourWords, EightWords>;
    Part parts[kLanes / Count];
    for (std::size_t part = 0; part < kLanes / Count; ++part)
      std::memcpy(&parts[part], rows[row + part * Count] + at, sizeof(Part));
    if constexpr (kLanes / Count == 2) {
      return side_by_side(parts[0], parts[1], std::make_index_sequence<kLanes>());
    } else {
      static_assert(kLanes / Count == 4);
      constexpr auto kEachOfPair = std::make_index_sequence<2 * Count>();
      return side_by_side(side_by_side(parts[0], parts[1], kEachOfPair), side_by_side(parts[2], parts[3], kEachOfPair),
                          std::make_index_sequence<kLanes>());
    }
  }
}

/// Exchanges the quarters of side Half of every square of side 2·Half.
template <std::size_t Half, std::size_t Count, typename Register, std::size_t... Lane>
REGARD_INLINE void exchange(Register (&tile)[Count], std::index_sequence<Lane...>) {
#pragma GCC unroll 16
  for (std::size_t row = 0; row < Count; ++row) {
    if ((row & Half) != 0) continue;
    const Register upper = tile[row], lower = tile[row + Half];
    tile[row] = __builtin_shufflevector(upper, lower, ((Lane & Half) == 0 ? Lane : kLanes + Lane - Half)...);
    tile[row + Half] = __builtin_shufflevector(upper, lower, ((Lane & Half) == 0 ? Lane + Half : kLanes + Lane)...);
  }
}

/// The register-sized piece of memory number `index`.
REGARD_INLINE void* register_at(void* memory, std::size_t index) {
  return static_cast<Byte*>(memory) + index * sizeof(WordLanes);
}

/// Words 0…Count−1 from byte `at` of the rows; word j goes to register j·step from `out` on. Count is 4, 8 or a multiple of 8.
/// As much as is read is fetched ahead.
template <std::size_t Count>
REGARD_INLINE void turn_words(RowStarts rows, std::size_t at, Ahead& ahead, void* out, std::size_t step) {
  // A whole line of the cache of each row at once, where it comes to that: lines of rows a page apart push each other out.
  constexpr std::size_t kSquare = Count % kLanes == 0 ? kLanes : Count < 8 ? Count : 8;
  if constexpr (Count > kSquare) {
    for (std::size_t word = 0; word < Count; word += kSquare)
      turn_words<kSquare>(rows, at + 4 * word, ahead, register_at(out, word * step), step);
  } else if constexpr (kSquare > kLanes) {
    turn_words<kSquare / 2>(rows, at, ahead, out, step);
    turn_words<kSquare / 2>(rows, at + 2 * kSquare, ahead, register_at(out, kSquare / 2 * step), step);
  } else {
    constexpr auto kEachLane = std::make_index_sequence<kLanes>();
    WordLanes tile[kSquare];
#pragma GCC unroll 16
    for (std::size_t row = 0; row < kSquare; ++row)
      tile[row] = some_words<kSquare>(rows, row, at);
    ahead.fetch(4 * kSquare * kLanes);
    if constexpr (kSquare > 8) exchange<8>(tile, kEachLane);
    if constexpr (kSquare > 4) exchange<4>(tile, kEachLane);
    exchange<2>(tile, kEachLane);
    exchange<1>(tile, kEachLane);
#pragma GCC unroll 16
    for (std::size_t row = 0; row < kSquare; ++row)
      std::memcpy(register_at(out, row * step), &tile[row], sizeof tile[row]);
  }
}

/// float32 of half-precision bits.
REGARD_INLINE Lanes widened(HalfLanes halves) {
#if defined(__AVX512F__)
  return std::bit_cast<Lanes>(_mm512_cvtph_ps(std::bit_cast<__m256i>(halves)));
#elif defined(__F16C__)
  return std::bit_cast<Lanes>(_mm256_cvtph_ps(std::bit_cast<__m128i>(halves)));
#else
  const WordLanes bits = __builtin_convertvector(halves, WordLanes);
  const WordLanes magnitude = (bits & 0x7FFFU) << 13;
  const WordLanes scaled = std::bit_cast<WordLanes>(std::bit_cast<Lanes>(magnitude) * 0x1p112F);  // subnormal ones, too
  const WordLanes quiet = (bits & 0x3FFU) != 0 ? WordLanes{} + 0x400000U : WordLanes{};  // NaN, as processors do
  const WordLanes special = magnitude | 0x7F800000U | quiet;
  return std::bit_cast<Lanes>(((bits & 0x7C00U) == 0x7C00U ? special : scaled) | (bits & 0x8000U) << 16);
#endif
}

/// The lower 16 bits of each word.
REGARD_INLINE HalfLanes low_halves(WordLanes words) {
#if defined(__AVX512F__)
  return std::bit_cast<HalfLanes>(_mm512_cvtepi32_epi16(std::bit_cast<__m512i>(words)));
#elif defined(__AVX2__)
  const __m256i low = std::bit_cast<__m256i>(words & 0xFFFFU);
  return std::bit_cast<HalfLanes>(_mm_packus_epi32(_mm256_castsi256_si128(low), _mm256_extracti128_si256(low, 1)));
#else
  return __builtin_convertvector(words, HalfLanes);
#endif
}

/// The half-precision number at byte `at` of each row.
REGARD_INLINE Lanes halves_at(RowStarts rows, std::size_t at) {
  std::uint16_t bits[kLanes];
#pragma GCC unroll 16
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    std::memcpy(&bits[lane], rows[lane] + at, sizeof bits[lane]);
  HalfLanes halves;
  std::memcpy(&halves, bits, sizeof halves);
  return widened(halves);
}

/// The word at byte `at` of each row.
REGARD_INLINE WordLanes word_at(RowStarts rows, std::size_t at) {
  std::uint32_t words[kLanes];
#pragma GCC unroll 16
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    std::memcpy(&words[lane], rows[lane] + at, sizeof words[lane]);
  WordLanes result;
  std::memcpy(&result, words, sizeof result);
  return result;
}

REGARD_INLINE Lanes as_float(WordLanes small) {
  return __builtin_convertvector(std::bit_cast<IntLanes>(small), Lanes);
}

}  // namespace REGARD_LEVEL
}  // namespace regard
