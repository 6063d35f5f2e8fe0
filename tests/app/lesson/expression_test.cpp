// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/expression.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

std::string code_of(const std::string& text, bool condition = false) {
  try {
    if (condition)
      (void)parse_lesson_condition(text, 1);
    else
      (void)parse_lesson_expression(text, 1);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(LessonExpression, HasAMeasureAndNamedArguments) {
  const LessonExpression read = parse_lesson_expression(R"(weight head=3.0 query="смотрела" key=Кошка)", 7);
  EXPECT_EQ(read.measure, "weight");
  EXPECT_EQ(read.line, 7U);
  EXPECT_EQ(read.time, LessonTime::now);
  EXPECT_EQ(read.value("head"), "3.0");
  EXPECT_EQ(read.value("query"), "смотрела");
  EXPECT_EQ(read.value("key"), "Кошка");
  EXPECT_EQ(read.argument("keys"), nullptr);
}

TEST(LessonExpression, TakesSeveralWordsAndTheQuotesThatEditorsMake) {
  const LessonExpression read = parse_lesson_expression(R"(mass keys="a" «б в» “c”)", 1);
  ASSERT_NE(read.argument("keys"), nullptr);
  EXPECT_EQ(read.argument("keys")->values, (std::vector<std::string>{"a", "б в", "c"}));
}

TEST(LessonExpression, AsksTheRunBeforeOrTheChange) {
  EXPECT_EQ(parse_lesson_expression("before weight", 1).time, LessonTime::before);
  EXPECT_EQ(parse_lesson_expression("change probability token=\"дом\"", 1).time, LessonTime::change);
}

TEST(LessonExpression, SaysWhatIsWrong) {
  EXPECT_EQ(code_of("wieght head=3.0"), "lesson_measure");
  EXPECT_EQ(code_of("weight haed=3.0"), "lesson_argument");
  EXPECT_EQ(code_of("mass head=3.0"), "lesson_needs");
  EXPECT_EQ(code_of("weight head"), "lesson_needs");
  EXPECT_EQ(code_of("weight key=\"open"), "lesson_syntax");
  EXPECT_EQ(code_of(""), "lesson_syntax");
  EXPECT_EQ(code_of("weight > 0.5"), "lesson_syntax");
  EXPECT_EQ(code_of("weight"), "");
}

TEST(LessonExpression, IsWrittenWithZeroToNineFiguresAndInPercentAlone) {
  for (const char* text : {"weight digits=0", "weight digits=9", "weight as=percent digits=1"})
    EXPECT_EQ(code_of(text), "") << text;
  for (const char* text :
       {"weight digits=10", "weight digits=400", "weight digits=-3", "weight digits=two", "weight as=wat"})
    EXPECT_EQ(code_of(text), "lesson_value") << text;
}

TEST(LessonCondition, ComparesNumbersWordsAndExpressions) {
  const LessonCondition more = parse_lesson_condition("weight head=3.0 > 0.5", 1);
  EXPECT_EQ(more.comparison, LessonComparison::more);
  EXPECT_EQ(std::get<double>(more.right.front()), 0.5);
  const LessonCondition near = parse_lesson_condition("row-sum = 1 ± 0.000001", 1);
  EXPECT_EQ(near.comparison, LessonComparison::equal);
  EXPECT_EQ(near.tolerance, 0.000001);
  const LessonCondition word = parse_lesson_condition("top-key query=\"a\" = \"Кошка\"", 1);
  EXPECT_EQ(std::get<std::string>(word.right.front()), "Кошка");
  const LessonCondition bare = parse_lesson_condition("top-key = Кошка", 1);
  EXPECT_EQ(std::get<std::string>(bare.right.front()), "Кошка");
  const LessonCondition other = parse_lesson_condition("weight head=3.0 >= weight head=3.1", 1);
  EXPECT_EQ(std::get<LessonExpression>(other.right.front()).value("head"), "3.1");
  const LessonCondition within = parse_lesson_condition("entropy between 0.1 0.4", 1);
  EXPECT_EQ(within.right.size(), 2U);
  EXPECT_EQ(std::get<double>(parse_lesson_condition("effect head=1.0 < −0.5", 1).right.front()), -0.5);
}

TEST(LessonCondition, SaysWhatIsWrong) {
  EXPECT_EQ(code_of("weight head=3.0", true), "lesson_syntax");
  EXPECT_EQ(code_of("weight >", true), "lesson_syntax");
  EXPECT_EQ(code_of("weight > 0.5 0.6", true), "lesson_syntax");
  EXPECT_EQ(code_of("weight = 1 ± -1", true), "lesson_syntax");
  EXPECT_EQ(code_of("weight > weight haed=1", true), "lesson_argument");
}

TEST(LessonExpression, IsWrittenAsItWouldBeReadAgain) {
  for (const char* text : {R"(weight head=3.0 query="смотрела" key="Кошка")", R"(mass keys="a" "b \" c")",
                           "before entropy layer=2", "change weight"}) {
    const LessonExpression read = parse_lesson_expression(text, 3);
    EXPECT_EQ(parse_lesson_expression(written(read), 3), read) << written(read);
  }
  for (const char* text : {"weight head=3.0 > 0.5", "row-sum = 1 ± 0.000001", "top-key = \"a\"",
                           "entropy between 0.1 0.4", "weight head=1.0 != weight head=1.1"}) {
    const LessonCondition read = parse_lesson_condition(text, 3);
    EXPECT_EQ(parse_lesson_condition(written(read), 3), read) << written(read);
  }
}

TEST(LessonMeasures, ThatRunTheModelAgainAreSlow) {
  EXPECT_TRUE(is_slow(parse_lesson_expression("effect head=1.0", 1)));
  EXPECT_FALSE(is_slow(parse_lesson_expression("weight", 1)));
}

}  // namespace
}  // namespace regard
