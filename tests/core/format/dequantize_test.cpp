// SPDX-License-Identifier: Apache-2.0
// Quantised blocks against answers by hand and against tests/reference/dequantize.py, which knows only the published layout.
#include "core/format/dequantize.h"
#include "core/base/half.h"
#include "core/base/random.h"
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
