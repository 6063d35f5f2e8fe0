// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/handout.h"

#include "app/style/locale.h"
#include "tests/app/export/assets_chosen.h"
#include "tests/app/viewmodel/handmade.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace regard {
namespace {

Prose prose_of(const std::string& text) {
  std::vector<LessonMistake> mistakes;
  return parse_prose(text, 1, mistakes);
}

Figure picture(double width, double height) {
  Figure figure{width, height, {255, 255, 255}, "p", {}};
  figure.add(FigureBox{0, 0, width, height, {{1, 2, 3}}});
  return figure;
}

HandoutLesson lesson_on_paper() {
  HandoutLesson lesson;
  lesson.title = "A lesson";
  lesson.introduction = prose_of("Hello.\n");
  HandoutStep first;
  first.title = "First";
  first.prose = prose_of(
      "Words **and** more of them, until the line is full and goes on below, as lines do.\n\n| wide column of a table "
      "| "
      "another very wide column of the same table | a third one, wider than the two before it together "
      "|\n|---|---|---|\n"
      "| 1 | 2 | 3 |\n\n1. one\n2. two\n   - inner\n\n> quoted\n\n```\ncode\n```\n");
  first.figures = {picture(2000, 500)};
  first.simplified = prose_of("Simplified.\n");
  HandoutStep asks;
  asks.title = "Asks";
  asks.figures = {picture(300, 3000)};
  HandoutQuestion question;
  question.ask = prose_of("Who?\n");
  question.options = {"cat", "dog"};
  question.row = {"the", "cat", "saw"};
  question.answer = {"thecat"};
  asks.question = {question};
  lesson.steps = {first, asks};
  return lesson;
}

std::vector<FigureText> texts_of(const Figure& page) {
  std::vector<FigureText> texts;
  for (const FigureShape& shape : page.shapes)
    if (const auto* text = std::get_if<FigureText>(&shape)) texts.push_back(*text);
  return texts;
}

bool says(const Figure& page, const std::string& word) {
  const std::vector<FigureText> texts = texts_of(page);
  return std::any_of(texts.begin(), texts.end(), [&](const FigureText& text) { return text.text == word; });
}

class Handout : public ::testing::Test {
protected:
  void SetUp() override {
    load_locale(std::string(REGARD_ASSETS_DIR) + "/locale");
    set_language(Language::en);
  }
};

TEST_F(Handout, StaysWithinItsPages) {
  const HandoutLesson lesson = lesson_on_paper();
  const std::vector<Figure> pages = handout_pages({&lesson, 1});
  ASSERT_GE(pages.size(), 2U);
  for (const Figure& page : pages) {
    for (const FigureText& text : texts_of(page)) {
      const double width = figure_text_width(text.text, text.font, text.size);
      const double left = text.align == FigureAlign::right ? text.x - width : text.x;
      EXPECT_GE(left, 40.0) << text.text;
      EXPECT_LE(left + width, page.width - 40.0) << text.text;
      EXPECT_LE(text.y, page.height - 20.0) << text.text;
    }
    for (const FigureShape& shape : page.shapes)
      if (const auto* box = std::get_if<FigureBox>(&shape)) {
        EXPECT_LE(box->x + box->width, page.width - 40.0);
        EXPECT_LE(box->y + box->height, page.height - 40.0);
      }
  }
}

TEST_F(Handout, HasAnswersAndTheirPicturesOnPagesOfTheirOwn) {
  const HandoutLesson lesson = lesson_on_paper();
  const std::vector<Figure> pages = handout_pages({&lesson, 1});
  const auto answers =
      std::find_if(pages.begin(), pages.end(), [](const Figure& page) { return says(page, "Answers:"); });
  ASSERT_NE(answers, pages.end());
  EXPECT_TRUE(says(*answers, "thecat"));
  for (auto page = pages.begin(); page != answers; ++page) {
    EXPECT_FALSE(says(*page, "thecat"));
    const auto tall = std::count_if(page->shapes.begin(), page->shapes.end(), [](const FigureShape& shape) {
      const auto* box = std::get_if<FigureBox>(&shape);
      return box != nullptr && box->height > 400.0;
    });
    EXPECT_EQ(tall, 0) << "the picture that gives the answer away";
  }
  EXPECT_FALSE(says(*answers, "prediction"));
}

TEST_F(Handout, IsOneHtmlPageWithTheSameWords) {
  const HandoutLesson lesson = lesson_on_paper();
  const std::string html = handout_as_html({&lesson, 1});
  for (const char* part : {"<h1>A lesson</h1>", "<strong>and</strong>", "<td>2</td>", "<li><p>one</p>", "<pre>code",
                           "Simplified.", "<li>cat</li>", "<span>saw</span>", "<li>thecat</li>"})
    EXPECT_NE(html.find(part), std::string::npos) << part;
  EXPECT_LT(html.find("My prediction"), html.find("Answers: A lesson"));
  EXPECT_EQ(html.find("<svg"), html.rfind("<svg", html.find("Answers: A lesson"))) << "one picture before the answers";
}

TEST_F(Handout, WritesSignsOfHtmlAsTheyAre) {
  HandoutLesson lesson;
  lesson.title = "a < b & c";
  EXPECT_NE(handout_as_html({&lesson, 1}).find("<h1>a &lt; b &amp; c</h1>"), std::string::npos);
}

TEST_F(Handout, TakesItsNumbersAndAnswersFromTheRun) {
  const Lesson lesson = parse_lesson(
      "---\nformat: 1\ntitle: A\nmodel: m\n---\n## One\n```state\npanel: weights\ntext: the cat saw a dog\nhead: 1.3\n"
      "query: saw\n```\nIt is {weight key=\"cat\" digits=4}.\n\n## Two\n```question\nkind: mark-keys\nkeys: 2\nask: "
      "?\n```\n",
      "l.md");
  const auto snapshot = testing::handmade_snapshot("the cat saw a dog");
  const HandoutLesson paper = gather_handout(lesson, [&](const Session&) { return snapshot; });
  EXPECT_TRUE(paper.mistakes.empty());
  ASSERT_EQ(paper.steps.size(), 2U);
  const double weight = testing::plain_weight(*snapshot->trace, {1, 3}, 3, 2);
  char text[32];
  std::snprintf(text, sizeof text, "It is %.4f.", weight);
  EXPECT_EQ(plain_text(paper.steps[0].prose), text);
  EXPECT_EQ(paper.steps[0].figures.size(), 1U);
  ASSERT_EQ(paper.steps[1].question.size(), 1U);
  EXPECT_EQ(paper.steps[1].question[0].row.size(), 7U);
  EXPECT_EQ(paper.steps[1].question[0].query, "saw");
  EXPECT_EQ(paper.steps[1].question[0].answer.size(), 3U) << "two words and what they hold together";
}

TEST_F(Handout, LeavesOutAStepThatCannotBeRunAndSaysSo) {
  const Lesson lesson = parse_lesson(
      "---\nformat: 1\ntitle: A\nmodel: m\n---\n## One\n```state\ntext: a\n```\nWords {weight}.\n", "l.md");
  auto failed = std::make_shared<Snapshot>();
  failed->error = Error("file_missing", {.file = "m"});
  const HandoutLesson paper = gather_handout(lesson, [&](const Session&) { return failed; });
  ASSERT_FALSE(paper.mistakes.empty());
  EXPECT_EQ(paper.mistakes.front().error.code(), "file_missing");
  EXPECT_EQ(plain_text(paper.steps[0].prose), "Words —.");
}

}  // namespace
}  // namespace regard
