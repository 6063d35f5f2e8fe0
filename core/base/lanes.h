// SPDX-License-Identifier: Apache-2.0
// As many float32 numbers as one vector register holds, and the few functions of them that the engine needs.
// Works with any GCC or clang: on other processors the compiler splits the vectors. Pure; any thread.
//
// The size of a register depends on the instructions a file is compiled for: its *level*, a namespace of its own, so that the
// kernels of several levels stand in one program (kernels.h) and no function of one is taken for that of another.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
#define REGARD_LEVEL avx512
#elif defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
#define REGARD_LEVEL avx2
#else
#define REGARD_LEVEL portable
#endif
#define REGARD_INLINE inline __attribute__((always_inline))
#define REGARD_LAMBDA __attribute__((always_inline))

namespace regard {

/// Rows of numbers are made longer to a multiple of so many, whatever the level: no register of any is longer.
inline constexpr std::size_t kPadding = 16;
[[nodiscard]] constexpr std::size_t padded(std::size_t count) {
  return (count + kPadding - 1) / kPadding * kPadding;
}

}  // namespace regard

namespace regard {
inline namespace REGARD_LEVEL {

namespace level {
inline constexpr std::size_t portable = 4, avx2 = 8, avx512 = 16;
}
inline constexpr std::size_t kLanes = level::REGARD_LEVEL;

using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));
using IntLanes = std::int32_t __attribute__((vector_size(kLanes * sizeof(std::int32_t))));

/// From kLanes floats, of any alignment.
[[nodiscard]] inline Lanes load(const float* source) {
  Lanes lanes;
  std::memcpy(&lanes, source, sizeof lanes);
  return lanes;
}

inline void store(float* target, Lanes lanes) {
  std::memcpy(target, &lanes, sizeof lanes);
}

[[nodiscard]] inline Lanes broadcast(float value) {
  return Lanes{} + value;
}

[[nodiscard]] inline Lanes larger(Lanes a, Lanes b) {
  return a > b ? a : b;
}
[[nodiscard]] inline Lanes smaller(Lanes a, Lanes b) {
  return a < b ? a : b;
}

/// Sum and maximum over the lanes.
[[nodiscard]] inline double sum_of(Lanes lanes) {
  double sum = 0.0;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    sum += static_cast<double>(lanes[lane]);
  return sum;
}
[[nodiscard]] inline float maximum_of(Lanes lanes) {
  float maximum = lanes[0];
  for (std::size_t lane = 1; lane < kLanes; ++lane)
    maximum = lanes[lane] > maximum ? lanes[lane] : maximum;
  return maximum;
}

/// eˣ to about one unit in the last place; 0 below −87.3 (also for −∞), e⁸⁸ above 88, NaN for NaN.
/// x = n·ln 2 + r with |r| ≤ ln 2 / 2; Taylor's series of eʳ to r⁷ (the rest is below 6·10⁻⁹); times 2ⁿ by the exponent bits.
[[nodiscard]] inline Lanes exponential(Lanes x) {
  constexpr float kRoundToInteger = 0x1.8p23F;  // adding and taking away rounds to the nearest integer
  constexpr float kLn2High = 0x1.62e400p-1F;    // few bits, so that n times it is exact
  constexpr float kLn2Low = 0x1.7f7d1cp-20F;    // ln 2 minus the above
  constexpr float kLowest = -87.3F;
  const IntLanes too_low = x < broadcast(kLowest);
  const Lanes clamped = smaller(larger(x, broadcast(kLowest)), broadcast(88.0F));
  const Lanes whole = (clamped * 1.44269504F + kRoundToInteger) - kRoundToInteger;
  const Lanes rest = (clamped - whole * kLn2High) - whole * kLn2Low;
  Lanes series = broadcast(1.0F / 5040.0F);
  series = series * rest + 1.0F / 720.0F;
  series = series * rest + 1.0F / 120.0F;
  series = series * rest + 1.0F / 24.0F;
  series = series * rest + 1.0F / 6.0F;
  series = series * rest + 0.5F;
  series = series * rest + 1.0F;
  series = series * rest + 1.0F;
  const IntLanes power = (__builtin_convertvector(whole, IntLanes) + 127) << 23;
  const Lanes result = too_low ? Lanes{} : series * std::bit_cast<Lanes>(power);
  return x == x ? result : x;  // NOLINT: only NaN is not equal to itself
}

/// tanh x = (1 − e^(−2|x|))/(1 + e^(−2|x|)) with the sign of x; error below 2·10⁻⁷.
[[nodiscard]] inline Lanes hyperbolic_tangent(Lanes x) {
  const Lanes magnitude = x < Lanes{} ? -x : x;
  const Lanes fading = exponential(-2.0F * magnitude);
  const Lanes result = (1.0F - fading) / (1.0F + fading);
  return x < Lanes{} ? -result : result;
}

}  // namespace REGARD_LEVEL
}  // namespace regard
