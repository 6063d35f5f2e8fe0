// SPDX-License-Identifier: Apache-2.0
// Quantised blocks against answers by hand and against tests/reference/dequantize.py, which knows only the published layout.
#include "core/format/dequantize.h"
#include "core/base/half.h"
#include "core/base/random.h"
#include "core/base/sha256.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iostream>

namespace regard {
namespace {

std::vector<float> numbers_of(StoredType type, const std::string& bytes) {
  const StoredBlock block = block_of(type);
  std::vector<float> numbers(bytes.size() / block.bytes * block.numbers);
  dequantize(type, {reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()}, numbers);
  return numbers;
}

const std::string kOne("\x00\x3C", 2);   // 1.0 in float16
const std::string kHalf("\x00\x38", 2);  // 0.5

TEST(Dequantize, gives_the_answers_worked_out_by_hand_for_blocks_of_32) {
  const std::string nibbles = "\x10\x2F" + std::string(14, '\x88');  // number 0 is 0, 16 is 1; 1 is 15, 17 is 2; else 8
  const auto q4_0 = numbers_of(StoredType::q4_0, kHalf + nibbles);
  EXPECT_EQ(q4_0[0], -4.0F);
  EXPECT_EQ(q4_0[16], -3.5F);
  EXPECT_EQ(q4_0[1], 3.5F);
  EXPECT_EQ(q4_0[17], -3.0F);
  EXPECT_EQ(q4_0[31], 0.0F);
  const auto q4_1 = numbers_of(StoredType::q4_1, kHalf + kOne + nibbles);
  EXPECT_EQ(q4_1[0], 1.0F);
  EXPECT_EQ(q4_1[1], 8.5F);
  const std::string fifth("\x01\x00\x02\x00", 4);  // of numbers 0 and 17
  const auto q5_0 = numbers_of(StoredType::q5_0, kOne + fifth + nibbles);
  EXPECT_EQ(q5_0[0], 0.0F);
  EXPECT_EQ(q5_0[1], -1.0F);
  EXPECT_EQ(q5_0[16], -15.0F);
  EXPECT_EQ(q5_0[17], 2.0F);
  const auto q5_1 = numbers_of(StoredType::q5_1, kOne + kHalf + fifth + nibbles);
  EXPECT_EQ(q5_1[0], 16.5F);
  EXPECT_EQ(q5_1[16], 1.5F);
  const auto q8_0 = numbers_of(StoredType::q8_0, kHalf + "\x80\x7F" + std::string(30, '\xFF'));
  EXPECT_EQ(q8_0[0], -64.0F);
  EXPECT_EQ(q8_0[1], 63.5F);
  EXPECT_EQ(q8_0[31], -0.5F);
  const auto iq4 = numbers_of(StoredType::iq4_nl, kOne + nibbles);
  EXPECT_EQ(iq4[0], -127.0F);
  EXPECT_EQ(iq4[1], 113.0F);
  EXPECT_EQ(iq4[16], -104.0F);
  EXPECT_EQ(iq4[17], -83.0F);
  const auto mxfp4 = numbers_of(StoredType::mxfp4, "\x80" + nibbles);  // scale 2
  EXPECT_EQ(mxfp4[0], 0.0F);
  EXPECT_EQ(mxfp4[1], -12.0F);
  EXPECT_EQ(mxfp4[16], 1.0F);
  EXPECT_EQ(mxfp4[17], 2.0F);
}

TEST(Dequantize, gives_the_answers_worked_out_by_hand_for_a_block_of_256) {
  // Q6_K: low bits 5 everywhere, high bits 2: 37 − 32 = 5; scales 1 … 16, the last −2.
  std::string block(128, '\x55');
  block += std::string(64, '\xAA');
  for (int group = 1; group < 16; ++group)
    block += static_cast<char>(group);
  block += static_cast<char>(-2);
  const auto numbers = numbers_of(StoredType::q6_k, block + kHalf);
  EXPECT_EQ(numbers[0], 2.5F);
  EXPECT_EQ(numbers[16], 5.0F);
  EXPECT_EQ(numbers[239], 37.5F);
  EXPECT_EQ(numbers[255], -5.0F);
}

TEST(Dequantize, passes_half_and_full_precision_through) {
  EXPECT_EQ(numbers_of(StoredType::f16, kOne + kHalf), (std::vector<float>{1.0F, 0.5F}));
  EXPECT_EQ(numbers_of(StoredType::bf16, std::string("\x80\x3F\x00\xC0", 4)), (std::vector<float>{1.0F, -2.0F}));
  EXPECT_EQ(numbers_of(StoredType::f32, std::string("\x00\x00\x80\x3F", 4)), std::vector<float>{1.0F});
  EXPECT_TRUE(is_float_kind(StoredType::q3_k));
  EXPECT_FALSE(is_float_kind(StoredType::i32) || is_float_kind(StoredType::f64));
}

/// Random blocks whose float16 fields are small numbers, so that no result is infinite.
std::string random_blocks(StoredType type, std::size_t count, std::initializer_list<std::size_t> halves) {
  Random random(17);
  std::string bytes;
  for (std::size_t index = 0; index < count; ++index) {
    std::string block(block_of(type).bytes, '\0');
    for (char& byte : block)
      byte = static_cast<char>(random.below(256));
    for (const std::size_t at : halves)
      block[at + 1] = static_cast<char>((static_cast<unsigned char>(block[at + 1]) & 0x83U) | 0x28U);
    if (type == StoredType::mxfp4) block[0] = static_cast<char>(120 + random.below(12));  // 2^−7 … 2^4
    bytes += block;
  }
  return bytes;
}

/// What ggml's own functions make of the same blocks, as SHA-256 of the float32 numbers (0 without its sign): 1024 blocks of bytes of
/// a linear congruential generator, which name every point of the grids.
struct Golden {
  StoredType type;
  std::size_t half;  ///< where d stands
  const char* hash;
};

std::string golden_blocks(const Golden& golden) {
  constexpr std::size_t kBlocks = 1024;
  std::uint64_t state = 17;
  std::string bytes;
  for (std::size_t index = 0; index < kBlocks; ++index) {
    std::string block(block_of(golden.type).bytes, '\0');
    for (char& byte : block) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      byte = static_cast<char>(state >> 56U);
    }
    const auto set = [&](std::size_t at, unsigned kept, unsigned added) {
      block[at] = static_cast<char>((static_cast<unsigned char>(block[at]) & kept) + added);
    };
    if (golden.type == StoredType::mxfp4)
      set(0, 7, 120);
    else if (golden.type == StoredType::iq1_m)
      set(55, 0x0F, 0x20);
    else
      set(golden.half + 1, 0x83, 0x28);
    bytes += block;
  }
  return bytes;
}

TEST(Dequantize, makes_the_numbers_of_ggml_of_every_point_of_its_grids) {
  for (const Golden& golden : {
           Golden{StoredType::iq4_nl, 0, "67e9896fdcbf66d28d93e69dfa7533a49ad7cc8657ac5e9dc168334ab6d4a607"},
           Golden{StoredType::iq4_xs, 0, "606f2ef71212a2bb124b66a57f2bc7b2a86186fc612b901ad2f658f688685343"},
           Golden{StoredType::iq2_xxs, 0, "ab7a484d379351670c2942c2a13611b2993a2e9210d21a04a93766a3e92607b4"},
           Golden{StoredType::iq2_xs, 0, "cbb777c9befcac4587d7c856f22d8fd1900d8a5dbe0f7007b99a24d65a55c177"},
           Golden{StoredType::iq2_s, 0, "6090e2e797836b3ff5276802a741f52195269eb5537d866ef2537521c44391b4"},
           Golden{StoredType::iq3_xxs, 0, "6ba2879d4a967b873397c756085a4a137b89c8955ead2fe6d94691b77b97bac6"},
           Golden{StoredType::iq3_s, 0, "8afdb6573ef1bb7cb764bd1015c4a3bf5b8aae31c2f2618c2b0772af19d7e523"},
           Golden{StoredType::iq1_s, 0, "1b2ca44a50c2e1658264fa8f90101aec4136df62f673707e176d4f233a37db1e"},
           Golden{StoredType::iq1_m, 0, "c8b38075d0c752913748b10da9301f6f56d020fbac9ba176c014a77e0fbdfa12"},
           Golden{StoredType::tq1_0, 52, "6eea00f3eaefe1f31707414e856dfef2c12ce0e412554a50f052ab6e9598f6b5"},
           Golden{StoredType::tq2_0, 64, "6109a33c22dbe3753a898eff13d6f5b34a44d1f1ee51dc14f27c5420c2cd84ca"},
           Golden{StoredType::mxfp4, 0, "f26d6c286c89ee74a00d21da4ea2217a685a86a8db45c37adfb02cfe9b162a6f"},
       }) {
    std::vector<float> numbers = numbers_of(golden.type, golden_blocks(golden));
    for (float& number : numbers)
      number += 0.0F;
    Sha256 hash;
    hash.add({reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float)});
    EXPECT_EQ(hash.finish(), golden.hash) << name_of(golden.type);
  }
}

TEST(Dequantize, reads_eight_bit_numbers) {
  const auto e4m3 = numbers_of(StoredType::f8_e4m3, std::string("\x00\x01\x07\x08\x38\x3C\x7E\xFE\xB8", 9));
  EXPECT_EQ(e4m3, (std::vector<float>{0.0F, 0x1p-9F, 0x7p-9F, 0x1p-6F, 1.0F, 1.5F, 448.0F, -448.0F, -1.0F}));
  EXPECT_TRUE(std::isnan(numbers_of(StoredType::f8_e4m3, "\xFF").front()));
  const auto e5m2 = numbers_of(StoredType::f8_e5m2, std::string("\x00\x01\x04\x3C\x3E\x7B\xFB\x7C", 8));
  EXPECT_EQ(e5m2, (std::vector<float>{0.0F, 0x1p-16F, 0x1p-14F, 1.0F, 1.5F, 57344.0F, -57344.0F, INFINITY}));
  EXPECT_FALSE(is_float_kind(StoredType::gptq_4) || is_float_kind(StoredType::awq_4));
}

struct Case {
  StoredType type;
  std::initializer_list<std::size_t> halves;
};

TEST(Dequantize, agrees_with_an_independent_reading_of_random_blocks) {
  if (std::system(REGARD_PYTHON " -c 'import numpy' > /dev/null 2>&1") != 0) GTEST_SKIP() << "python3-numpy is absent";
  const testing::TemporaryFolder folder;
  for (const Case& each :
       {Case{StoredType::q4_0, {0}}, Case{StoredType::q4_1, {0, 2}}, Case{StoredType::q5_0, {0}},
        Case{StoredType::q5_1, {0, 2}}, Case{StoredType::q8_0, {0}}, Case{StoredType::q2_k, {80, 82}},
        Case{StoredType::q3_k, {108}}, Case{StoredType::q4_k, {0, 2}}, Case{StoredType::q5_k, {0, 2}},
        Case{StoredType::q6_k, {208}}, Case{StoredType::iq4_nl, {0}}, Case{StoredType::mxfp4, {}}}) {
    const std::string name(name_of(each.type));
    const std::string blocks = random_blocks(each.type, 40, each.halves);
    testing::write(folder / "blocks", blocks);
    const std::string command = std::string(REGARD_PYTHON) + " " + REGARD_TESTS_DIR + "/reference/dequantize.py " +
                                name + " " + (folder / "blocks").string() + " " + (folder / "floats").string();
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    const std::string expected = testing::read(folder / "floats");
    const std::vector<float> ours = numbers_of(each.type, blocks);
    ASSERT_EQ(expected.size(), ours.size() * sizeof(float)) << name;
    double worst = 0.0;
    double largest = 0.0;
    for (std::size_t index = 0; index < ours.size(); ++index) {
      float theirs = 0.0F;
      std::memcpy(&theirs, expected.data() + index * sizeof theirs, sizeof theirs);
      worst = std::max(worst, std::abs(static_cast<double>(ours[index]) - static_cast<double>(theirs)));
      largest = std::max(largest, std::abs(static_cast<double>(theirs)));
    }
    std::cout << name << ": worst difference " << worst << " of numbers up to " << largest << "\n";
    EXPECT_LE(worst, 1e-6 * largest) << name;
    EXPECT_GT(largest, 0.1) << name;
  }
}

}  // namespace
}  // namespace regard
