// SPDX-License-Identifier: Apache-2.0
#include "core/base/half.h"

#include <cassert>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace regard {

static_assert(std::endian::native == std::endian::little, "weights are stored little-endian");

float f16_to_f32(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1FU;
  const std::uint32_t fraction = bits & 0x3FFU;
  if (exponent == 0x1F)  // infinity, or NaN made quiet as processors do
    return std::bit_cast<float>(sign | 0x7F800000U | (fraction << 13) | (fraction != 0 ? 0x400000U : 0U));
  if (exponent == 0) {  // zero or subnormal: fraction · 2⁻²⁴, exact in float32
    const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
  }
  return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (fraction << 13));
}

namespace {

std::uint16_t load16(const std::byte* source) {
  std::uint16_t bits = 0;
  std::memcpy(&bits, source, sizeof bits);
  return bits;
}

#if defined(__x86_64__)
/// Eight at a time; returns how many numbers were converted.
__attribute__((target("avx,f16c"))) std::size_t widen_f16_by_eight(const std::byte* source, std::span<float> target) {
  std::size_t done = 0;
  for (; done + 8 <= target.size(); done += 8) {
    const __m128i halves = _mm_loadu_si128(reinterpret_cast<const __m128i*>(source + 2 * done));
    _mm256_storeu_ps(target.data() + done, _mm256_cvtph_ps(halves));
  }
  return done;
}
// Every processor with AVX2 has F16C, for which clang 14 cannot ask by name.
const bool kHasF16C = __builtin_cpu_supports("avx2") != 0;
#endif

}  // namespace

void widen_f16(std::span<const std::byte> source, std::span<float> target) {
  assert(source.size() == 2 * target.size());
  std::size_t done = 0;
#if defined(__x86_64__)
  if (kHasF16C) done = widen_f16_by_eight(source.data(), target);
#endif
  for (; done < target.size(); ++done)
    target[done] = f16_to_f32(load16(source.data() + 2 * done));
}

void widen_bf16(std::span<const std::byte> source, std::span<float> target) {
  assert(source.size() == 2 * target.size());
  for (std::size_t at = 0; at < target.size(); ++at)
    target[at] = bf16_to_f32(load16(source.data() + 2 * at));
}

}  // namespace regard
