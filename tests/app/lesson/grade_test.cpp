// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/grade.h"

#include "app/session/session.h"
#include "tests/app/viewmodel/handmade.h"
#include "tests/app/viewmodel/run_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

RowTruth row_by_hand(std::vector<double> weights, std::vector<bool> allowed = {}) {
  RowTruth row;
  row.allowed = allowed.empty() ? std::vector<bool>(weights.size(), true) : std::move(allowed);
  row.weights = std::move(weights);
  return row;
}

TEST(MarkedKeys, CaptureMassBesideTheBestAndTheUniformRow) {
  const RowTruth row = row_by_hand({0.1, 0.6, 0.05, 0.25, 0.0}, {true, true, true, true, false});
  const std::size_t best[] = {1, 3};
  const MarksGrade good = grade_marks(row, best);
  EXPECT_DOUBLE_EQ(good.captured, 0.85);
  EXPECT_DOUBLE_EQ(good.best, 0.85);
  EXPECT_DOUBLE_EQ(good.uniform, 0.5) << "two of four that may be looked at";
  EXPECT_EQ(good.best_units, (std::vector<std::size_t>{1, 3}));
  EXPECT_TRUE(good.good);
  const std::size_t poor[] = {0, 2};
  const MarksGrade bad = grade_marks(row, poor);
  EXPECT_DOUBLE_EQ(bad.captured, 0.15);
  EXPECT_FALSE(bad.good);
}

TEST(MarkedKeys, CountEachUnitOnceAndNothingOutside) {
  const RowTruth row = row_by_hand({0.5, 0.5});
  const std::size_t marks[] = {0, 0, 9};
  const MarksGrade grade = grade_marks(row, marks);
  EXPECT_DOUBLE_EQ(grade.captured, 0.5);
  EXPECT_DOUBLE_EQ(grade.best, 0.5) << "one mark, not three";
  EXPECT_FALSE(grade_marks(row, {}).good);
}

TEST(DrawnArrows, AreAsGoodAsTheyAreLikeTheRow) {
  const RowTruth row = row_by_hand({0.7, 0.2, 0.1});
  const double same[] = {7.0, 2.0, 1.0};
  EXPECT_DOUBLE_EQ(grade_arrows(row, same).likeness, 1.0) << "thickness is divided by its sum";
  EXPECT_TRUE(grade_arrows(row, same).good);
  const double turned[] = {1.0, 2.0, 7.0};
  EXPECT_LT(grade_arrows(row, turned).likeness, grade_arrows(row, turned).uniform_likeness);
  EXPECT_FALSE(grade_arrows(row, turned).good);
  EXPECT_EQ(grade_arrows(row, {}).likeness, 0.0);
  EXPECT_FALSE(grade_arrows(row, {}).good);
}

TEST(DrawnArrows, HaveNothingInCommonWithADifferentRow) {
  const double one[] = {1.0, 0.0}, other[] = {0.0, 1.0}, half[] = {0.5, 0.5};
  EXPECT_DOUBLE_EQ(likeness(one, other), 0.0);
  EXPECT_DOUBLE_EQ(likeness(one, one), 1.0);
  // JS(one, half) = ½ ln(4/3) + ½ (½ ln(2/3) + ½ ln 2), by hand.
  const double divergence = 0.5 * std::log(4.0 / 3.0) + 0.25 * std::log(2.0 / 3.0) + 0.25 * std::log(2.0);
  EXPECT_NEAR(likeness(one, half), 1.0 - divergence / std::log(2.0), 1e-12);
  EXPECT_DOUBLE_EQ(likeness(one, half), likeness(half, one));
}

HeadsTruth heads_by_hand(const std::vector<std::vector<double>>& values) {
  HeadsTruth truth;
  for (const std::vector<double>& layer : values) {
    truth.values.emplace_back(layer.begin(), layer.end());
    for (const double value : layer)
      if (!truth.known || value > truth.most) {
        truth.known = true;
        truth.most = value;
        truth.best = {truth.values.size() - 1,
                      static_cast<std::size_t>(std::find(layer.begin(), layer.end(), value) - layer.begin())};
      }
  }
  return truth;
}

TEST(FoundHead, IsRightWithinATieOfTheBest) {
  const HeadsTruth truth = heads_by_hand({{0.10, 0.80}, {0.77, 0.75}});
  EXPECT_TRUE(grade_head(truth, {0, 1}).right);
  EXPECT_TRUE(grade_head(truth, {1, 0}).right) << "0.77 is more than 95 % of 0.80";
  EXPECT_FALSE(grade_head(truth, {1, 1}).right) << "0.75 is less";
  EXPECT_EQ(grade_head(truth, {1, 1}).rank, 2U);
  EXPECT_FALSE(grade_head(truth, {0, 0}).right);
  EXPECT_FALSE(grade_head(truth, {5, 0}).right);
}

TEST(FoundHead, OfNumbersBelowZeroIsTheBestAlone) {
  const HeadsTruth truth = heads_by_hand({{-1.00, -1.02}, {-3.0, -2.0}});
  EXPECT_TRUE(grade_head(truth, {0, 0}).right);
  EXPECT_FALSE(grade_head(truth, {0, 1}).right);
}

LessonQuestion question_of(const std::string& lines) {
  const Lesson lesson = parse_lesson(
      "---\nformat: 1\ntitle: A\n---\n## A\n```state\ntext: a\n```\n```question\nask: ?\n" + lines + "```\n", "l.md");
  EXPECT_TRUE(lesson.mistakes.empty()) << lesson.mistakes.front().error.what();
  return lesson.steps.front().question.value_or(LessonQuestion{});
}

LessonRun run_by_hand() {
  const auto snapshot = testing::handmade_snapshot("the cat saw a dog");
  return {snapshot, testing::session_for(*snapshot, {1, 3}, 3, 2)};
}

TEST(FoundHead, IsMeasuredInEveryHead) {
  const LessonRun run = run_by_hand();
  const HeadsTruth truth =
      truth_of_heads(question_of("kind: find-head\nanswer: weight query=\"saw\" key=\"cat\"\n"), run);
  ASSERT_TRUE(truth.known);
  ASSERT_EQ(truth.values.size(), 2U);
  HeadRef best;
  for (std::size_t layer = 0; layer < 2; ++layer)
    for (std::size_t head = 0; head < 4; ++head) {
      const double weight = testing::plain_weight(*run.snapshot->trace, {layer, head}, 3, 2);
      EXPECT_NEAR(std::get<double>(truth.values[layer][head]), weight, 1e-6);
      if (weight > testing::plain_weight(*run.snapshot->trace, best, 3, 2)) best = {layer, head};
    }
  EXPECT_EQ(truth.best, best);
}

TEST(ChosenOption, IsRightByTheWordTheModelSays) {
  const LessonRun run = run_by_hand();
  const std::string answer = std::get<std::string>(value_of(parse_lesson_expression("top-key", 1), run));
  const OptionsTruth truth =
      truth_of_options(question_of("kind: choice\nanswer: top-key\noption: nobody\noption: " + answer + "\n"), run);
  EXPECT_EQ(truth.right, (std::vector<bool>{false, true}));
  const OptionsTruth none =
      truth_of_options(question_of("kind: choice\nanswer: top-key query=\"bird\"\noption: a\noption: b\n"), run);
  EXPECT_TRUE(std::holds_alternative<Error>(none.answer));
  EXPECT_EQ(none.right, (std::vector<bool>{false, false}));
}

TEST(ChosenOption, IsRightByTheNearestNumberOrByItsCondition) {
  const LessonRun run = run_by_hand();
  EXPECT_EQ(truth_of_options(question_of("kind: choice\nanswer: layers\noption: 1\noption: 3\noption: 8\n"), run).right,
            (std::vector<bool>{true, true, false}))
      << "2 is as far from 1 as from 3";
  EXPECT_EQ(truth_of_options(question_of("kind: choice\nanswer: row-sum\noption: 0,5\noption: 100 %\n"), run).right,
            (std::vector<bool>{false, true}));
  EXPECT_EQ(truth_of_options(
                question_of("kind: choice\noption: many\nwhen: heads > 100\noption: few\nwhen: heads <= 100\n"), run)
                .right,
            (std::vector<bool>{false, true}));
}

TEST(RankedToken, IsTheMostProbableOfTheOptions) {
  const auto model = testing::reading_model(true);
  const auto snapshot = testing::read_text(model, "the king saw the");
  const LessonRun run{snapshot, testing::session_for(*snapshot, {0, 0})};
  const std::vector<Prediction> best = predict(*snapshot->trace, snapshot->trace->tokens() - 1, 5);
  const auto text = [&](std::size_t place) { return model->tokenizer->readable(best[place].id); };
  const OptionsTruth truth = truth_of_options(
      question_of("kind: rank-token\noption: " + text(4) + "\noption: " + text(1) + "\noption: " + text(3) + "\n"),
      run);
  EXPECT_EQ(truth.right, (std::vector<bool>{false, true, false}));
  EXPECT_NEAR(std::get<double>(truth.values[1]), static_cast<double>(best[1].probability), 1e-6);
  EXPECT_EQ(std::get<std::string>(truth.answer), text(0)) << "the most probable of all is told beside";
}

TEST(RowOfAQuestion, IsTheOneThatIsNamedInTheUnitsOfTheViews) {
  const LessonRun run = run_by_hand();
  const RowTruth row = truth_of_row(question_of("kind: mark-keys\nhead: 0.1\nquery: dog\n"), run);
  EXPECT_EQ(row.head, (HeadRef{0, 1}));
  EXPECT_EQ(row.query, 5U);
  ASSERT_EQ(row.weights.size(), 7U);
  EXPECT_EQ(row.labels[2], "cat");
  for (std::size_t key = 0; key < 7; ++key)
    EXPECT_NEAR(row.weights[key], testing::plain_weight(*run.snapshot->trace, {0, 1}, 5, key), 1e-6);
  EXPECT_THROW((void)truth_of_row(question_of("kind: arrows\nquery: bird\n"), run), Error);
}

TEST(MadeSentence, IsJudgedByTheLiveRun) {
  const LessonRun run = run_by_hand();
  const LessonQuestion task = question_of("kind: make-it\nuntil: weight query=\"saw\" key=\"cat\" > 0\n");
  EXPECT_TRUE(judge(*task.until, run).holds);
  const LessonQuestion far = question_of("kind: make-it\nuntil: weight query=\"saw\" key=\"bird\" > 0\n");
  EXPECT_FALSE(judge(*far.until, run).holds);
  EXPECT_NE(judge(*far.until, run).problem(), nullptr) << "the word is not there yet";
}

TEST(MadeSentence, IsAskedByTheWordThatLooksMostWhereNoneIsNamed) {
  const LessonRun run = run_by_hand();
  const LessonQuestion task = question_of("kind: make-it\nuntil: weight head=0.1 key=\"cat\" > 2\n");
  const std::vector<Token>& tokens = run.snapshot->encoding.tokens;
  std::size_t best = 0;
  double most = -1.0;
  for (std::size_t token = 0; token < tokens.size(); ++token) {
    const double weight = testing::plain_weight(*run.snapshot->trace, {0, 1}, token, 2);
    if (tokens[token].special || weight <= most) continue;
    most = weight;
    best = token;
  }
  for (const std::size_t chosen : {std::size_t{1}, std::size_t{4}}) {
    Session looked = run.session;
    looked.query = anchor_of(chosen, run.snapshot->encoding);
    const MadeTruth made = judge_made(*task.until, {run.snapshot, looked});
    EXPECT_NEAR(std::get<double>(made.verdict.left), most, 1e-6) << "whatever is chosen on the screen";
    EXPECT_EQ(made.query, tokens[best].text);
    EXPECT_EQ(made.key, "cat");
    EXPECT_EQ(made.head, (HeadRef{0, 1}));
  }
  const LessonQuestion named = question_of("kind: make-it\nuntil: weight head=0.1 query=\"saw\" key=\"cat\" > 2\n");
  EXPECT_EQ(judge_made(*named.until, run).query, "saw");
}

}  // namespace
}  // namespace regard
