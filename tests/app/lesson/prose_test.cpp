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
  LessonNotes notes;
  Read result;
  result.prose = parse_prose(text, line, notes);
  result.mistakes = std::move(notes.mistakes);
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

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t time = 0; time < times; ++time)
    all += text;
  return all;
}

std::size_t spans_in(const std::vector<ProseBlock>& blocks) {
  std::size_t count = 0;
  for (const ProseBlock& block : blocks)
    count += block.spans.size() + spans_in(block.blocks);
  return count;
}

TEST(LessonProse, CountsItsNumbersAmongItsParts) {
  const Read few = read(repeated("{weight}\n", 10'000));
  EXPECT_TRUE(few.mistakes.empty());
  EXPECT_EQ(few.prose.blocks.front().spans.back().line, 10'000U);
  const Read many = read(repeated("{weight} ", 100'000));
  ASSERT_EQ(many.mistakes.size(), 1U);
  EXPECT_EQ(many.mistakes.front().error.code(), "lesson_markup");
  EXPECT_LE(spans_in(many.prose.blocks), 100'000U);
}

TEST(LessonProse, KeepsTheFirstMistakesOfManyAndSaysOnceThatThereIsTooMuch) {
  LessonNotes notes;
  (void)parse_prose(repeated("{nothing}\n", 10'000), 1, notes);
  ASSERT_EQ(notes.mistakes.size(), max_lesson_mistakes);
  EXPECT_EQ(notes.mistakes.front().line, 1U);
  EXPECT_EQ(notes.mistakes.back().line, max_lesson_mistakes);
  LessonNotes all;
  for (int text = 0; text < 5; ++text)
    (void)parse_prose(repeated("*a*b", 30'000), 1, all);
  ASSERT_EQ(all.mistakes.size(), 1U) << "the parts of all texts of a file count together";
  EXPECT_EQ(all.mistakes.front().error.code(), "lesson_markup");
}

TEST(LessonProse, DoesNotKeepALongLinkForEachOfItsWords) {
  const std::string many = repeated("a{weight}", 5'000);
  const Read long_link = read("[" + many + "](<show: key=" + repeated("k", 2'000) + ">)\n");
  ASSERT_EQ(long_link.mistakes.size(), 1U);
  EXPECT_EQ(long_link.mistakes.front().error.code(), "lesson_link");
  EXPECT_LT(std::string(long_link.mistakes.front().error.what()).size(), 600U);
  const Read many_keys = read("[" + many + "](<show: " + repeated("a=b ", 200) + ">)\n");
  std::size_t arguments = 0;
  for (const ProseSpan& span : many_keys.prose.blocks.front().spans)
    arguments += span.show.size();
  EXPECT_LE(arguments, 100'000U);
  EXPECT_FALSE(many_keys.mistakes.empty());
}

std::string kinds_of(const std::vector<ProseBlock>& blocks) {
  std::string kinds;
  for (const ProseBlock& block : blocks) {
    kinds += block.kind == ProseKind::picture     ? "picture:" + block.view
             : block.kind == ProseKind::quote     ? "quote"
             : block.kind == ProseKind::list      ? "list"
             : block.kind == ProseKind::item      ? "item"
             : block.kind == ProseKind::paragraph ? "text"
                                                  : "other";
    if (!block.blocks.empty()) kinds += "(" + kinds_of(block.blocks) + ")";
    kinds += " ";
  }
  if (!kinds.empty()) kinds.pop_back();
  return kinds;
}

TEST(LessonProse, KeepsBlocksWithinBlocks) {
  EXPECT_EQ(kinds_of(read("> said\n>\n> 1. one\n>\n>    > deeper\n> 2. two\n>\n> > again\n").prose.blocks),
            "quote(text list(item(text quote(text)) item(text)) quote(text))");
}

TEST(LessonProse, GivesEveryPictureAPlaceOfItsOwnWhereverItStands) {
  const Read within = read("Before ![one](view:weights) between\n![two](view:arcs) after.\n");
  EXPECT_TRUE(within.mistakes.empty());
  EXPECT_EQ(kinds_of(within.prose.blocks), "text picture:weights text picture:arcs text");
  EXPECT_EQ(within.prose.blocks[1].spans.front().text, "one");
  EXPECT_EQ(within.prose.blocks[3].line, 2U);
  EXPECT_EQ(plain_text(within.prose), "Before one between two after.");
  EXPECT_EQ(kinds_of(read("- ![one](view:weights)\n- text ![two](view:arcs)\n").prose.blocks),
            "list(item(picture:weights) item(text picture:arcs))");
  EXPECT_EQ(kinds_of(read("> ![one](view:weights)\n").prose.blocks), "quote(picture:weights)");
  const Read nested = read("![a ![b](view:arcs) c](view:weights)\n");
  EXPECT_EQ(kinds_of(nested.prose.blocks), "picture:weights");
  const Read cell = read("| a | b |\n|---|---|\n| ![p](view:weights) | c |\n", 5);
  ASSERT_EQ(cell.mistakes.size(), 1U);
  EXPECT_EQ(cell.mistakes.front().error.code(), "lesson_picture");
  EXPECT_EQ(cell.mistakes.front().line, 7U);
}

TEST(LessonProse, HasNoHalfOfACharacter) {
  EXPECT_EQ(plain_text(read("&#xD800; &#x41;\n").prose), "&#xD800; A");
}

TEST(LessonProse, ThatIsNestedDeeplyKeepsItsWords) {
  const Read got = read(std::string(500, '>') + " deep\n");
  EXPECT_EQ(plain_text(got.prose), "deep");
}

}  // namespace
}  // namespace regard
