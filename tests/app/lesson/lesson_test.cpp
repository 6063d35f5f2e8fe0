// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/lesson.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

const std::string kHead = "---\nformat: 1\ntitle: A lesson\nmodel: council\nminutes: 6\n---\n";
const std::string kState = "```state\ntext: a b\nhead: 0.0\n```\n";

Lesson parse(const std::string& body) {
  return parse_lesson(kHead + body, "l.md");
}

std::vector<std::string> codes(const Lesson& lesson) {
  std::vector<std::string> list;
  for (const LessonMistake& mistake : lesson.mistakes)
    list.push_back(mistake.error.code() + "@" + std::to_string(mistake.line));
  return list;
}
using Codes = std::vector<std::string>;

TEST(LessonFile, HasAHeadAnIntroductionAndSteps) {
  const Lesson lesson =
      parse("\nHello **there**.\n\n## One\n\n" + kState +
            "\nFirst.\n\n```check\nweight head=0.0 > 0.5\n\n# said aside\nrow-sum = 1 ± 0.000001\n```\n\nMore.\n\n"
            "```simplified\nNot *all*.\n```\n\n## Two ##\n\nSecond.\n");
  EXPECT_EQ(codes(lesson), Codes{});
  EXPECT_EQ(lesson.title, "A lesson");
  EXPECT_EQ(lesson.model, "council");
  EXPECT_EQ(lesson.minutes, 6U);
  EXPECT_EQ(plain_text(lesson.introduction), "Hello there.");
  ASSERT_EQ(lesson.steps.size(), 2U);
  const LessonStep& one = lesson.steps[0];
  EXPECT_EQ(one.title, "One");
  EXPECT_EQ(one.line, 10U);
  EXPECT_EQ(plain_text(one.prose), "First. More.");
  EXPECT_EQ(one.prose.blocks[1].line, 26U);
  ASSERT_TRUE(one.state.given());
  EXPECT_EQ(one.state.find("head")->value, "0.0");
  EXPECT_EQ(one.state.find("head")->line, 14U);
  ASSERT_EQ(one.checks.size(), 2U);
  EXPECT_EQ(one.checks[1].line, 23U);
  EXPECT_EQ(plain_text(one.simplified), "Not all.");
  EXPECT_EQ(lesson.steps[1].title, "Two");
  EXPECT_FALSE(lesson.steps[1].state.given());
}

TEST(LessonFile, GoesOnBehindABlockThatIsNotClosed) {
  const Lesson lesson = parse("## One\n```state\ntext: a b\n\nProse.\n\n## Two\n" + kState + "Second.\n");
  EXPECT_EQ(codes(lesson), (Codes{"lesson_no_state@7", "lesson_open@8"}));
  ASSERT_EQ(lesson.steps.size(), 2U);
  EXPECT_TRUE(lesson.steps[1].state.given());
  EXPECT_EQ(plain_text(lesson.steps[1].prose), "Second.");
}

TEST(LessonFile, KeepsOrdinaryCodeAndItsSigns) {
  const Lesson lesson = parse("## One\n" + kState + "```\n## no step\n```\n\n<!-- aside\n## nor here\n-->\n\nEnd.\n");
  EXPECT_EQ(codes(lesson), Codes{});
  ASSERT_EQ(lesson.steps.size(), 1U);
  EXPECT_EQ(lesson.steps[0].prose.blocks[0].kind, ProseKind::code);
  EXPECT_EQ(plain_text(lesson.steps[0].prose), "## no step\n End.");
}

TEST(LessonFile, TellsOfCodeThatNeverEnds) {
  const Lesson lesson = parse("## One\n" + kState + "```\nprint(1)\n\n## Two\n");
  EXPECT_EQ(codes(lesson), Codes{"lesson_open@12"});
  EXPECT_EQ(lesson.steps.size(), 2U);
}

TEST(LessonFile, TakesCodeUnderANameForABlockThatIsMisspelt) {
  const Lesson lesson = parse("## One\n" + kState + "```checks\nrow-sum = 1\n```\n");
  EXPECT_EQ(codes(lesson), Codes{"lesson_value@12"});
  EXPECT_EQ(lesson.mistakes[0].error.details().found, "checks");
  EXPECT_EQ(plain_text(lesson.steps[0].prose), "row-sum = 1\n");
}

TEST(LessonFile, SimplifiesOnceInAStep) {
  const Lesson lesson = parse("## One\n" + kState + "```simplified\nOnce.\n```\n```simplified\nTwice.\n```\n");
  EXPECT_EQ(codes(lesson), Codes{"lesson_twice@15"});
  EXPECT_EQ(plain_text(lesson.steps[0].simplified), "Once.");
}

TEST(LessonFile, NamesTheLineOfEveryMistakeAndKeepsTheRest) {
  const Lesson lesson = parse(
      "## One\n```state\ntext: a b\ncolour: red\nno colon here\ntext: again\n```\n```check\nwieght > 1\nweight > "
      "0\n```\n"
      "```state\nhead: 1.0\n```\n");
  EXPECT_EQ(codes(lesson),
            (Codes{"lesson_key@10", "lesson_line@11", "lesson_twice@12", "lesson_measure@15", "lesson_twice@18"}));
  ASSERT_EQ(lesson.steps.size(), 1U);
  EXPECT_EQ(lesson.steps[0].state.find("text")->value, "a b");
  EXPECT_EQ(lesson.steps[0].checks.size(), 1U);
}

TEST(LessonFile, NeedsAHeadAndSteps) {
  EXPECT_EQ(codes(parse_lesson("# A title\n\n## One\n" + kState, "l.md")), Codes{"lesson_no_head@1"});
  EXPECT_EQ(codes(parse_lesson("", "l.md")), (Codes{"lesson_no_head@1", "lesson_no_steps@1"}));
  EXPECT_EQ(codes(parse_lesson("---\ntitle: x\nformat: 2\n---\n## A\n" + kState, "l.md")), Codes{"lesson_format@3"});
  EXPECT_EQ(codes(parse_lesson("---\nsize: x\n---\n## A\n" + kState, "l.md")),
            (Codes{"lesson_missing@1", "lesson_missing@1", "lesson_key@2"}));
  EXPECT_EQ(codes(parse(kState + "## One\n" + kState)), Codes{"lesson_outside@7"});
}

TEST(LessonFile, ThatIsNoTextOrTooLargeIsRefusedWithASentence) {
  EXPECT_EQ(codes(parse_lesson(std::string("---\0", 4), "l.md")), Codes{"lesson_binary@1"});
  EXPECT_EQ(codes(parse_lesson("---\n\xFF\n", "l.md")), Codes{"lesson_utf8@1"});
  EXPECT_EQ(codes(parse_lesson(std::string(max_lesson_bytes + 1, 'a'), "l.md")), Codes{"file_too_large@1"});
  EXPECT_EQ(codes(load_lesson("/nowhere/l.md")), Codes{"file_missing@0"});
}

TEST(LessonFile, MayEndItsLinesAsWindowsDoesAndBeginWithAMark) {
  std::string text = "\xEF\xBB\xBF" + kHead + "## One\n" + kState + "Word.\n";
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2))
    text.replace(at, 1, "\r\n");
  const Lesson lesson = parse_lesson(text, "l.md");
  EXPECT_EQ(codes(lesson), Codes{});
  EXPECT_EQ(lesson.steps.front().state.find("text")->value, "a b");
}

TEST(LessonFile, AsksQuestionsOfSixKinds) {
  const auto question = [](const std::string& lines) {
    Lesson lesson = parse("## One\n" + kState + "```question\n" + lines + "```\n");
    EXPECT_EQ(codes(lesson), Codes{}) << lines;
    return lesson.steps.front().question.value_or(LessonQuestion{});
  };
  const LessonQuestion choice = question(
      "kind: choice\nask: Who?\n  Really, *who*?\nanswer: top-key head=0.0\noption: a\noption: b\nnudge: Look.\nafter: "
      "So.\n");
  EXPECT_EQ(plain_text(choice.ask), "Who? Really, who?");
  EXPECT_EQ(choice.options.size(), 2U);
  EXPECT_EQ(choice.answer->measure, "top-key");
  const LessonQuestion when =
      question("kind: choice\nask: ?\noption: more\nwhen: weight > 0.5\noption: less\nwhen: weight <= 0.5\n");
  EXPECT_TRUE(when.options[1].when);
  EXPECT_EQ(question("kind: mark-keys\nask: ?\nhead: 0.0\nquery: a\nkeys: 2\n").keys, 2U);
  EXPECT_EQ(question("kind: arrows\nask: ?\n").kind, QuestionKind::arrows);
  EXPECT_EQ(question("kind: rank-token\nask: ?\noption: a\noption: b\nat: b\n").at, "b");
  EXPECT_EQ(question("kind: find-head\nask: ?\nanswer: measure name=induction\n").answer->measure, "measure");
  const LessonQuestion task = question("kind: make-it\nask: ?\nuntil: weight key=\"a\" > 0.5\nexample: a a\n");
  EXPECT_TRUE(task.until);
  EXPECT_EQ(task.example, "a a");
}

TEST(LessonFile, LeavesOutAQuestionThatCannotBeAsked) {
  const auto mistakes = [](const std::string& lines) {
    const Lesson lesson = parse("## One\n" + kState + "```question\n" + lines + "```\n");
    EXPECT_FALSE(lesson.steps.front().question) << lines;
    return codes(lesson);
  };
  EXPECT_EQ(mistakes("ask: ?\n"), Codes{"lesson_missing@12"});
  EXPECT_EQ(mistakes("kind: guess\nask: ?\n"), Codes{"lesson_value@13"});
  EXPECT_EQ(mistakes("kind: choice\nask: ?\noption: a\noption: b\n"), Codes{"lesson_missing@12"});
  EXPECT_EQ(mistakes("kind: choice\nask: ?\nanswer: top-key\noption: a\n"), Codes{"lesson_missing@12"});
  EXPECT_EQ(mistakes("kind: make-it\nask: ?\n"), Codes{"lesson_missing@12"});
  EXPECT_EQ(mistakes("kind: make-it\nask: ?\nuntil: weight\n"), (Codes{"lesson_missing@12", "lesson_syntax@15"}));
  EXPECT_EQ(mistakes("kind: find-head\nask: ?\nanswer: weight head=1.0\n"), Codes{"lesson_value@15"});
  EXPECT_EQ(mistakes("kind: find-head\nask: ?\nanswer: top-token\n"), Codes{"lesson_value@15"});
  EXPECT_EQ(mistakes("kind: mark-keys\nask: ?\nkeys: 99\n"), Codes{"lesson_value@15"});
  EXPECT_EQ(mistakes("kind: arrows\nask: ?\noption: a\n"), Codes{"lesson_key@15"});
  EXPECT_EQ(mistakes("kind: choice\nask: ?\nwhen: weight > 1\noption: a\noption: b\n"),
            (Codes{"lesson_missing@12", "lesson_line@15"}));
}

TEST(LessonFile, ChecksTheStepsThatLinksLeadTo) {
  EXPECT_EQ(codes(parse("[a](step:1) [b](step:2)\n\n## One\n" + kState)), Codes{"lesson_link@7"});
}

}  // namespace
}  // namespace regard
