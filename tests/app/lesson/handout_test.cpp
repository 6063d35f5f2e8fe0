// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/handout.h"

#include "app/export/figure.h"
#include "app/lesson/step_figure.h"
#include "app/session/session.h"
#include "app/style/locale.h"
#include "tests/app/export/assets_chosen.h"
#include "tests/app/viewmodel/handmade.h"
#include "tests/app/viewmodel/vision.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace regard {
namespace {

Prose prose_of(const std::string& text) {
  LessonNotes notes;
  return parse_prose(text, 1, notes);
}

Figure picture(double width, double height) {
  Figure figure{width, height, {255, 255, 255}, "p", {}};
  figure.add(FigureBox{0, 0, width, height, {{1, 2, 3}}});
  return figure;
}

HandoutLesson lesson_on_paper() {
  HandoutLesson lesson;
  lesson.title = "A lesson";
  lesson.spoken = Language::en;
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

TEST_F(Handout, AnswersATaskWithTheNumberThatItIsGradedBy) {
  const auto snapshot = testing::handmade_snapshot("the cat saw a dog");
  const Lesson lesson = parse_lesson(
      "---\nformat: 1\ntitle: A\nmodel: m\n---\n## One\n```state\npanel: question\ntext: the cat saw a dog\nhead: 1.3\n"
      "query: the\n```\n```question\nkind: make-it\nask: ?\nuntil: weight key=\"cat\" > 2\nexample: the cat saw a "
      "dog\n```\n## Two\n",
      "l.md");
  const HandoutLesson paper = gather_handout(lesson, [&](const Session&) { return snapshot; });
  double most = 0.0;
  std::size_t asks = 0;
  for (std::size_t query = 1; query < 6; ++query)  // all but the specials
    if (const double weight = testing::plain_weight(*snapshot->trace, {1, 3}, query, 2); weight > most) {
      most = weight;
      asks = query;
    }
  ASSERT_NE(asks, 1U) << "the token of the state is not the one that looks most";
  char text[16];
  std::snprintf(text, sizeof text, "%.2f", most);
  ASSERT_EQ(paper.steps[0].question.front().answer.size(), 1U);
  EXPECT_TRUE(paper.steps[0].question.front().answer.front().ends_with(std::string(" — ") + text))
      << paper.steps[0].question.front().answer.front() << " is not " << text;
  const std::string asking = label_of(snapshot->encoding.tokens[asks]);
  ASSERT_EQ(paper.steps[0].figures.size(), 1U);
  const std::string svg = figure_as_svg(paper.steps[0].figures.front());
  EXPECT_NE(svg.find(">" + asking), std::string::npos) << "the picture shows who asks";
}

TEST_F(Handout, HasThePicturesOfAllItsTexts) {
  const auto snapshot = testing::handmade_snapshot("the cat saw a dog");
  const Lesson lesson = parse_lesson(
      "---\nformat: 1\ntitle: A\nmodel: m\n---\n![no](view:weights)\n\n{weight}\n\n## One\n```state\npanel: "
      "sentence\ntext: the cat "
      "saw a dog\n```\n> - ![in a list](view:weights)\n\n```simplified\n![simple](view:arcs)\n```\n",
      "l.md");
  const HandoutLesson paper = gather_handout(lesson, [&](const Session&) { return snapshot; });
  EXPECT_EQ(paper.steps[0].views.size(), 2U);
  EXPECT_EQ(plain_text(paper.introduction), "no —") << "no model has read anything yet";
  const std::string html = handout_as_html({&paper, 1});
  EXPECT_NE(html.find("<figcaption>in a list"), std::string::npos);
  EXPECT_NE(html.find("<figcaption>simple"), std::string::npos);
}

TEST_F(Handout, DrawsThePictureInPlaceOfAMatrixOfItsPatches) {
  const auto snapshot = testing::vision_snapshot();
  Session session = testing::session_for(*snapshot, {1, 2}, 0, 5);
  for (const ExportView view : {ExportView::weights, ExportView::arcs}) {
    const Figure figure = figure_of_step(view, {snapshot, session});
    std::size_t patches = 0;
    for (const FigureShape& shape : figure.shapes) {
      if (std::holds_alternative<FigureImage>(shape)) ++patches;
      if (const auto* text = std::get_if<FigureText>(&shape)) {
        EXPECT_GE(text->size, 11.0) << text->text;
      }
    }
    EXPECT_EQ(patches, 12U);
    EXPECT_LE(figure.width, 480.0) << "so that it is not made smaller on a page";
    char weight[16];
    std::snprintf(weight, sizeof weight, "[CLS] %.2f", testing::plain_weight(*snapshot->trace, {1, 2}, 0, 0));
    const std::string svg = figure_as_svg(figure);
    for (const std::string& part : {std::string(weight), std::string(">r2<"), std::string(">c3<")})
      EXPECT_NE(svg.find(part), std::string::npos) << part;
  }
}

TEST_F(Handout, SpeaksTheLanguageOfEachLesson) {
  HandoutLesson russian = lesson_on_paper(), english = lesson_on_paper();
  russian.spoken = Language::ru;
  english.spoken = Language::en;
  const std::vector<HandoutLesson> both{russian, english};
  const std::string html = handout_as_html(both);
  EXPECT_LT(html.find("Моё предсказание"), html.find("My prediction"));
  EXPECT_NE(html.find("My prediction"), std::string::npos);
  EXPECT_NE(html.find("lang=\"ru\""), std::string::npos);
  const std::vector<Figure> pages = handout_pages(both);
  EXPECT_TRUE(std::any_of(pages.begin(), pages.end(), [](const Figure& page) { return says(page, "предсказание"); }));
  EXPECT_TRUE(std::any_of(pages.begin(), pages.end(), [](const Figure& page) { return says(page, "prediction"); }));
  EXPECT_EQ(language(), Language::en);
}

TEST_F(Handout, DrawsABarBesideEveryPageOfAQuote) {
  HandoutLesson lesson;
  lesson.title = "Long";
  HandoutStep step;
  step.title = "One";
  std::string text;
  for (int paragraph = 0; paragraph < 80; ++paragraph)
    text += "> words\n>\n";
  step.prose = prose_of(text);
  lesson.steps = {step};
  const std::vector<Figure> pages = handout_pages({&lesson, 1});
  ASSERT_GE(pages.size(), 2U);
  for (const Figure& page : pages) {
    double lowest = 0.0, bar_end = 0.0;
    for (const FigureShape& shape : page.shapes) {
      if (const auto* word = std::get_if<FigureText>(&shape); word != nullptr && word->text == "words")
        lowest = std::max(lowest, word->y);
      if (const auto* box = std::get_if<FigureBox>(&shape); box != nullptr && box->width == 3)
        bar_end = std::max(bar_end, box->y + box->height);
    }
    EXPECT_GE(bar_end, lowest);
  }
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
