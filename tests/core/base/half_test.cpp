// SPDX-License-Identifier: Apache-2.0
#include "core/base/half.h"

#include <gtest/gtest.h>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace regard {
namespace {

std::uint32_t bits_of(float value) {
  return std::bit_cast<std::uint32_t>(value);
}

std::vector<std::byte> all_16_bit_numbers() {
  std::vector<std::byte> bytes(2 * 65536);
  for (unsigned bits = 0; bits < 65536; ++bits) {
    bytes[2 * bits] = static_cast<std::byte>(bits & 0xFF);
    bytes[2 * bits + 1] = static_cast<std::byte>(bits >> 8);
  }
  return bytes;
}

TEST(F16, matches_the_definition_for_every_finite_number) {
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const int exponent = static_cast<int>(bits >> 10 & 31);
    const int fraction = static_cast<int>(bits & 1023);
    if (exponent == 31) continue;
    const double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    const auto expected = static_cast<float>(bits >> 15 != 0 ? -magnitude : magnitude);
    EXPECT_EQ(bits_of(f16_to_f32(static_cast<std::uint16_t>(bits))), bits_of(expected)) << bits;
  }
}

TEST(F16, keeps_infinities_and_nan) {
  EXPECT_EQ(f16_to_f32(0x7C00), std::numeric_limits<float>::infinity());
  EXPECT_EQ(f16_to_f32(0xFC00), -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(f16_to_f32(0x7C01)));
  EXPECT_TRUE(std::isnan(f16_to_f32(0xFFFF)));
}

TEST(F16, gives_the_same_bits_in_blocks_as_one_by_one) {
  const auto bytes = all_16_bit_numbers();
  std::vector<float> wide(65536);
  widen_f16(bytes, wide);
  for (unsigned bits = 0; bits < 65536; ++bits)
    ASSERT_EQ(bits_of(wide[bits]), bits_of(f16_to_f32(static_cast<std::uint16_t>(bits)))) << bits;
}

TEST(F16, widens_blocks_of_any_length_from_any_address_and_not_a_number_more) {
  const auto bytes = all_16_bit_numbers();
  for (std::size_t count = 0; count < 20; ++count) {
    std::vector<std::byte> shifted(2 * count + 1);
    if (count > 0) std::memcpy(shifted.data() + 1, bytes.data() + 2 * 0x3C00, 2 * count);
    std::vector<float> wide(count + 1, -7.0F);
    widen_f16({shifted.data() + 1, 2 * count}, {wide.data(), count});
    for (std::size_t at = 0; at < count; ++at)
      EXPECT_EQ(wide[at], 1.0F + static_cast<float>(at) * 0x1p-10F);
    EXPECT_EQ(wide[count], -7.0F);
  }
}

TEST(BF16, is_the_upper_half_of_a_float) {
  const auto bytes = all_16_bit_numbers();
  std::vector<float> wide(65536);
  widen_bf16(bytes, wide);
  for (unsigned bits = 0; bits < 65536; ++bits)
    ASSERT_EQ(bits_of(wide[bits]), bits << 16);
  EXPECT_EQ(bf16_to_f32(0x4049), 3.140625F);
}

}  // namespace
}  // namespace regard
