// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/typed_number.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

namespace regard {
namespace {

TEST(TypedNumber, a_decimal_comma_is_a_decimal_point) {
  EXPECT_EQ(typed_number("0,5"), 0.5);
  EXPECT_EQ(typed_number("0.5"), 0.5);
  EXPECT_EQ(typed_number(",5"), 0.5);
  EXPECT_EQ(typed_number("5,"), 5.0);
  EXPECT_EQ(typed_number("-1,25"), -1.25);
  EXPECT_EQ(typed_number("−1,25"), -1.25) << "a true minus, as the program writes it";
  EXPECT_EQ(typed_number("+2"), 2.0);
  EXPECT_EQ(typed_number("1,5e-3"), 0.0015);
  EXPECT_EQ(typed_number("1,234"), 1.234) << "one separator alone is the decimal one";
  EXPECT_EQ(typed_number("٫5"), 0.5);
  EXPECT_EQ(typed_number("０．５"), 0.5);
}

TEST(TypedNumber, groups_of_three_are_joined_in_either_custom) {
  EXPECT_EQ(typed_number("1,234.5"), 1234.5);
  EXPECT_EQ(typed_number("1.234,5"), 1234.5);
  EXPECT_EQ(typed_number("1 234,5"), 1234.5);
  EXPECT_EQ(typed_number("1\u00A0234\u00A0567,5"), 1234567.5);
  EXPECT_EQ(typed_number("12\u202F345"), 12345.0);
  EXPECT_EQ(typed_number("1'234.5"), 1234.5);
  EXPECT_EQ(typed_number("1,234,567"), 1234567.0);
  EXPECT_EQ(typed_number("1.234.567"), 1234567.0);
  EXPECT_EQ(typed_number(" 110 % "), 110.0);
}

TEST(TypedNumber, what_is_no_number_is_not_read_as_another_one) {
  for (const char* text : {"",   " ",    ",",   ".",  "-",  "1,2,3", "1.2.3", "1,23.4,5", "12,34.5", "1 2", "abc",
                           "1a", "0x10", "--1", "1e", "e5", "1e999", "nan",   "inf",      "1,5,",    "½"})
    EXPECT_EQ(typed_number(text), std::nullopt) << text;
}

TEST(TypedNumber, whole_numbers_keep_every_digit) {
  EXPECT_EQ(typed_whole_number("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(typed_whole_number("18446744073709551616"), std::nullopt);
  EXPECT_EQ(typed_whole_number("9007199254740993"), 9007199254740993U);
  EXPECT_EQ(typed_whole_number("1,234"), 1234U);
  EXPECT_EQ(typed_whole_number("1.234"), 1234U);
  EXPECT_EQ(typed_whole_number("1 234 567"), 1234567U);
  EXPECT_EQ(typed_whole_number("1,5"), 2U);
  EXPECT_EQ(typed_whole_number("0,4"), 0U);
  EXPECT_EQ(typed_whole_number("110 %"), 110U);
  EXPECT_EQ(typed_whole_number("110,0 %"), 110U);
  EXPECT_EQ(typed_whole_number("1e3"), 1000U);
  EXPECT_EQ(typed_whole_number("-1"), std::nullopt);
  EXPECT_EQ(typed_whole_number("x"), std::nullopt);
}

TEST(TypedNumber, only_what_numbers_are_made_of_can_be_typed) {
  for (const char32_t character : U"0123456789.,-+eE% \u00A0−'")
    if (character != 0) {
      EXPECT_TRUE(belongs_to_number(character)) << static_cast<unsigned>(character);
    }
  for (const char32_t character : U"abxyz*/\n\t\"я")
    if (character != 0) {
      EXPECT_FALSE(belongs_to_number(character)) << static_cast<unsigned>(character);
    }
}

}  // namespace
}  // namespace regard
