// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/prose.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

struct Read {
  Prose prose{};
  std::vector<LessonMistake> mistakes{};
};
Read read(const std::string& text, std::size_t line = 1) {
  Read result;
  result.prose = parse_prose(text, line, result.mistakes);
  return result;
}

TEST(LessonProse, HasParagraphsWithSpansThatLookAlike) {
  const Read got = read("One **two *three*** `four`\nand five.\n\nSix.\n", 10);
  ASSERT_EQ(got.prose.blocks.size(), 2U);
  const std::vector<ProseSpan>& spans = got.prose.blocks[0].spans;
  ASSERT_EQ(spans.size(), 6U);
  EXPECT_EQ(spans[0].text, "One ");
  EXPECT_TRUE(spans[1].strong && !spans[1].emphasis);
  EXPECT_TRUE(spans[2].strong && spans[2].emphasis);
  EXPECT_TRUE(spans[4].code);
  EXPECT_EQ(spans[5].text, " and five.");
  EXPECT_EQ(got.prose.blocks[0].line, 10U);
  EXPECT_EQ(got.prose.blocks[1].line, 13U);
  EXPECT_TRUE(got.mistakes.empty());
}

TEST(LessonProse, PutsNumbersOfTheLiveModelWhereBracesStand) {
  const Read got = read("Weight\nof {weight head=3.0\nkey=\"Кошка\"}: \\{ is a brace, `{weight}` is code.\n", 5);
  ASSERT_TRUE(got.mistakes.empty());
  const std::vector<ProseSpan>& spans = got.prose.blocks.front().spans;
  ASSERT_EQ(spans.size(), 5U);
  EXPECT_EQ(spans[0].text, "Weight of ");
  ASSERT_TRUE(spans[1].number);
  EXPECT_EQ(spans[1].number->value("key"), "Кошка");
  EXPECT_EQ(spans[1].number->line, 6U);
  EXPECT_EQ(spans[2].text, ": { is a brace, ");
  EXPECT_EQ(spans[3].text, "{weight}");
  EXPECT_FALSE(spans[3].number);
}

TEST(LessonProse, NamesTheLineOfABrokenNumberAndKeepsItAsText) {
  const Read got = read("Fine.\n\nA {wieght head=3.0} and {open\n", 20);
  ASSERT_EQ(got.mistakes.size(), 2U);
  EXPECT_EQ(got.mistakes[0].line, 22U);
  EXPECT_EQ(got.mistakes[0].error.code(), "lesson_measure");
  EXPECT_EQ(got.mistakes[1].error.code(), "lesson_brace");
  EXPECT_EQ(plain_text(got.prose), "Fine. A {wieght head=3.0} and {open");
}

TEST(LessonProse, KnowsWhereLinksLead) {
  const Read got = read(
      "[a](term:head) [b](show:next) [c](<show: panel=question key=\"птицу\">) [d](step:4) [e](lesson:02-qkv) "
      "[f](https://example.org) [g](nowhere) [h](step:0)\n");
  std::vector<ProseSpan> links;
  for (const ProseSpan& span : got.prose.blocks.front().spans)
    if (span.text != " ") links.push_back(span);
  ASSERT_EQ(links.size(), 8U);
  EXPECT_EQ(links[0].link, ProseLink::term);
  EXPECT_EQ(links[0].target, "head");
  EXPECT_EQ(links[1].link, ProseLink::show);
  EXPECT_EQ(links[1].target, "next");
  ASSERT_EQ(links[2].show.size(), 2U);
  EXPECT_EQ(links[2].show[1].values.front(), "птицу");
  EXPECT_EQ(links[3].target, "4");
  EXPECT_EQ(links[4].target, "02-qkv");
  EXPECT_EQ(links[5].link, ProseLink::web);
  EXPECT_EQ(links[6].link, ProseLink::none);
  EXPECT_EQ(links[7].link, ProseLink::none);
  EXPECT_EQ(got.mistakes.size(), 2U);
}

TEST(LessonProse, HasListsTablesQuotesCodeAndPictures) {
  const Read got = read(
      "3. three\n4. four\n   - inner\n\n> said\n\n```\ncode {weight}\n```\n\n| a | b |\n|---|---|\n| 1 | **2** |\n\n"
      "![the weights](view:weights)\n\n---\n");
  ASSERT_EQ(got.prose.blocks.size(), 6U);
  const ProseBlock& list = got.prose.blocks[0];
  ASSERT_EQ(list.blocks.size(), 2U);
  EXPECT_EQ(list.blocks[1].number, 4U);
  ASSERT_EQ(list.blocks[1].blocks.size(), 2U);
  EXPECT_EQ(list.blocks[1].blocks[0].spans.front().text, "four");
  EXPECT_EQ(list.blocks[1].blocks[1].kind, ProseKind::list);
  EXPECT_EQ(got.prose.blocks[1].kind, ProseKind::quote);
  EXPECT_EQ(got.prose.blocks[2].kind, ProseKind::code);
  EXPECT_EQ(got.prose.blocks[2].spans.front().text, "code {weight}\n");
  const ProseBlock& table = got.prose.blocks[3];
  ASSERT_EQ(table.blocks.size(), 2U);
  EXPECT_TRUE(table.blocks[0].head);
  EXPECT_TRUE(table.blocks[1].blocks[1].spans.front().strong);
  EXPECT_EQ(got.prose.blocks[4].kind, ProseKind::picture);
  EXPECT_EQ(got.prose.blocks[4].view, "weights");
  EXPECT_EQ(got.prose.blocks[4].spans.front().text, "the weights");
  EXPECT_EQ(got.prose.blocks[5].kind, ProseKind::rule);
}

TEST(LessonProse, ShowsTagsAsTheyAreWritten) {
  EXPECT_EQ(plain_text(read("<b>bold</b> &lt; &#8212; &amp; a < b\n").prose), "<b>bold</b> < — & a < b");
}

TEST(LessonProse, EndsWithASentenceWhereThereIsTooMuchOfIt) {
  std::string table = "|";
  for (int column = 0; column < 2000; ++column)
    table += "a|";
  table += "\n|";
  for (int column = 0; column < 2000; ++column)
    table += "---|";
  table += "\n";
  for (int row = 0; row < 2000; ++row)
    table += "|a|\n";
  const Read got = read(table);
  ASSERT_EQ(got.mistakes.size(), 1U);
  EXPECT_EQ(got.mistakes.front().error.code(), "lesson_markup");
}

TEST(LessonProse, ThatIsNestedDeeplyKeepsItsWords) {
  const Read got = read(std::string(500, '>') + " deep\n");
  EXPECT_EQ(plain_text(got.prose), "deep");
}

}  // namespace
}  // namespace regard
