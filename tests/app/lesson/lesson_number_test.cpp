// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/lesson_number.h"

#include "app/lesson/lesson.h"

#include <gtest/gtest.h>

#include <string>

namespace regard {
namespace {

TEST(LessonNumber, HasAPointOrACommaAndAnySignOfAMinus) {
  EXPECT_EQ(lesson_number("0.5"), 0.5);
  EXPECT_EQ(lesson_number("0,5"), 0.5);
  EXPECT_EQ(lesson_number("-0.5"), -0.5);
  EXPECT_EQ(lesson_number("−0,5"), -0.5);
  EXPECT_EQ(lesson_number("+3"), 3.0);
  EXPECT_EQ(lesson_number("1e-5"), 1e-5);
  EXPECT_EQ(lesson_number("007"), 7.0);
}

TEST(LessonNumber, IsNoneWithTwoSignsOrWithMoreThanANumber) {
  for (const char* text : {"", "-", "−", "−-5", "--5", "-−5", "+-5", "- 5", "1.", ".5", "1,2,3", "1e", "5 %", "inf",
                           "nan", "-inf", "0x10", "1e999", "five"})
    EXPECT_FALSE(lesson_number(text)) << text;
  EXPECT_FALSE(lesson_number(std::string(100'000, '9'))) << "more digits than a double tells apart";
}

TEST(LessonNumber, LeavesWhatStandsBehindIt) {
  const std::optional<LeadingNumber> share = leading_number("70 %");
  ASSERT_TRUE(share);
  EXPECT_EQ(share->value, 70.0);
  EXPECT_EQ(share->rest, " %");
  EXPECT_EQ(leading_number("3, or 4")->rest, ", or 4");
  EXPECT_EQ(leading_number("2e and more")->rest, "e and more");
}

TEST(LessonNumber, AHundredThousandMinusSignsAreAMistakeLikeAnyOther) {
  std::string signs;
  for (int sign = 0; sign < 100'000; ++sign)
    signs += "−";
  EXPECT_FALSE(lesson_number(signs));
  const Lesson lesson = parse_lesson(
      "---\nformat: 1\ntitle: A\n---\n## One\n```state\ntext: a\n```\n```check\nweight = 1 ± " + signs + "\n```\n",
      "l.md");
  ASSERT_EQ(lesson.mistakes.size(), 1U);
  EXPECT_EQ(lesson.mistakes.front().line, 10U);
  EXPECT_LT(std::string(lesson.mistakes.front().error.what()).size(), 1000U) << "a sentence that can be read";
}

}  // namespace
}  // namespace regard
