// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/measure.h"

#include "app/session/session.h"
#include "core/analysis/effect.h"
#include "core/analysis/head_measures.h"
#include "tests/app/viewmodel/handmade.h"
#include "tests/app/viewmodel/run_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace regard {
namespace {

using testing::handmade_snapshot;
using testing::plain_score;
using testing::plain_weight;
using testing::read_beside;
using testing::read_text;
using testing::reading_model;
using testing::session_for;

// tokens: [CLS] the cat saw a dog [SEP]
LessonRun run_of(const testing::HandmadeOptions& options = {}) {
  const auto snapshot = handmade_snapshot("the cat saw a dog", options);
  return {snapshot, session_for(*snapshot, {1, 3}, 3, 2)};
}

LessonValue value(const std::string& text, const LessonRun& run) {
  return value_of(parse_lesson_expression(text, 1), run);
}
double number(const std::string& text, const LessonRun& run) {
  const LessonValue got = value(text, run);
  if (const Error* error = std::get_if<Error>(&got)) ADD_FAILURE() << text << ": " << error->what();
  return std::holds_alternative<double>(got) ? std::get<double>(got) : NAN;
}
std::string word(const std::string& text, const LessonRun& run) {
  const LessonValue got = value(text, run);
  return std::holds_alternative<std::string>(got) ? std::get<std::string>(got) : "";
}
std::string code(const std::string& text, const LessonRun& run) {
  const LessonValue got = value(text, run);
  return std::holds_alternative<Error>(got) ? std::get<Error>(got).code() : "";
}

TEST(LessonMeasure, GivesTheNumbersOfTheTrace) {
  const LessonRun run = run_of();
  const Trace& trace = *run.snapshot->trace;
  EXPECT_NEAR(number("weight head=0.2 query=\"saw\" key=\"dog\"", run), plain_weight(trace, {0, 2}, 3, 5), 1e-6);
  EXPECT_GT(std::abs(plain_weight(trace, {0, 2}, 3, 5) - plain_weight(trace, {0, 2}, 5, 3)), 1e-3)
      << "the transposed number would be told apart";
  EXPECT_NEAR(number("score head=0.2 query=\"saw\" key=\"dog\"", run), plain_score(trace, {0, 2}, 3, 5), 1e-5);
  EXPECT_NEAR(number("dot head=0.2 query=\"saw\" key=\"dog\"", run), plain_score(trace, {0, 2}, 3, 5) * std::sqrt(5.0),
              1e-4);
  EXPECT_NEAR(number("weight", run), plain_weight(trace, {1, 3}, 3, 2), 1e-6) << "the session's head, query and key";
  EXPECT_NEAR(number("row-sum", run), 1.0, 1e-6);
  EXPECT_NEAR(number("mass keys=\"cat\" \"dog\" \"cat\"", run),
              plain_weight(trace, {1, 3}, 3, 2) + plain_weight(trace, {1, 3}, 3, 5), 1e-6);
  EXPECT_EQ(number("allowed", run), 7.0);
}

TEST(LessonMeasure, RanksTheKeysOfARow) {
  const LessonRun run = run_of();
  std::vector<double> row;
  for (std::size_t key = 0; key < 7; ++key)
    row.push_back(plain_weight(*run.snapshot->trace, {1, 3}, 3, key));
  std::vector<std::size_t> order(row.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return row[a] > row[b]; });
  const auto label = [&](std::size_t place) { return run.snapshot->encoding.tokens[order[place]].text; };
  EXPECT_EQ(word("top-key", run), label(0));
  EXPECT_EQ(word("top-key n=3", run), label(2));
  EXPECT_EQ(number("rank key=\"#" + std::to_string(order[2]) + "\"", run), 3.0);
  EXPECT_NEAR(number("max-weight", run), row[order[0]], 1e-6);
  EXPECT_EQ(code("top-key n=8", run), "lesson_value");
}

TEST(LessonMeasure, TakesAWordsFirstTokenOrAllOfIt) {
  const LessonRun run = run_of({.piece = 2});  // [CLS] th e ca t sa w a do g [SEP]
  const Trace& trace = *run.snapshot->trace;
  EXPECT_NEAR(number("weight query=\"saw\" key=\"cat\"", run), plain_weight(trace, {1, 3}, 5, 3), 1e-6);
  EXPECT_NEAR(number("mass query=\"saw\" keys=\"cat\"", run),
              plain_weight(trace, {1, 3}, 5, 3) + plain_weight(trace, {1, 3}, 5, 4), 1e-6);
  Session by_words = run.session;
  by_words.word_level = true;
  const LessonRun of_words{run.snapshot, by_words};
  double mean = 0.0;
  for (const std::size_t query : {5U, 6U})
    for (const std::size_t key : {3U, 4U})
      mean += 0.5 * plain_weight(trace, {1, 3}, query, key);
  EXPECT_NEAR(number("weight query=\"saw\" key=\"cat\"", of_words), mean, 1e-6);
  EXPECT_NEAR(number("row-sum query=\"saw\"", of_words), 1.0, 1e-6);
}

TEST(LessonMeasure, LeavesOutSpecialsWhereTheViewDoes) {
  const LessonRun run = run_of();
  const Trace& trace = *run.snapshot->trace;
  const double specials = plain_weight(trace, {1, 3}, 3, 0) + plain_weight(trace, {1, 3}, 3, 6);
  const double whole = number("weight key=\"dog\"", run);
  Session without = run.session;
  without.hide_special = true;
  const LessonRun left{run.snapshot, without};
  EXPECT_NEAR(number("weight key=\"dog\"", left), whole / (1.0 - specials), 1e-5);
  EXPECT_NEAR(number("row-sum", left), 1.0, 1e-6);
  EXPECT_EQ(code("weight key=\"[CLS]\"", left), "lesson_undefined");
}

TEST(LessonMeasure, MeasuresWholePatterns) {
  const LessonRun run = run_of();
  const HeadMeasures measures = measure_head(*run.snapshot->trace, {1, 3});
  EXPECT_FLOAT_EQ(static_cast<float>(number("entropy", run)), measures.entropy.value);
  EXPECT_FLOAT_EQ(static_cast<float>(number("measure name=previous_token", run)), measures.previous.value);
  double mean = 0.0;
  for (std::size_t head = 0; head < 4; ++head)
    mean += 0.25 * static_cast<double>(measure_head(*run.snapshot->trace, {0, head}).distance.value);
  EXPECT_NEAR(number("distance layer=0", run), mean, 1e-5);
  EXPECT_EQ(code("measure name=magic", run), "lesson_value");
  EXPECT_EQ(code("entropy layer=7", run), "lesson_value");
}

TEST(LessonMeasure, KnowsTheSizesOfTheModelAndTheText) {
  const LessonRun run = run_of();
  EXPECT_EQ(number("layers", run), 2.0);
  EXPECT_EQ(number("heads", run), 4.0);
  EXPECT_EQ(number("kv-heads", run), 2.0);
  EXPECT_EQ(number("head-width", run), 5.0);
  EXPECT_EQ(number("tokens", run), 7.0);
  EXPECT_EQ(word("piece n=2", run), "cat");
}

TEST(LessonMeasure, SaysWhyThereIsNoValue) {
  const LessonRun run = run_of();
  EXPECT_EQ(code("weight head=2.0", run), "lesson_head");
  EXPECT_EQ(code("weight head=role:magic", run), "lesson_role");
  EXPECT_EQ(code("weight query=\"bird\"", run), "lesson_word");
  EXPECT_EQ(code("change weight", run), "lesson_no_before");
  EXPECT_EQ(code("movement", run), "lesson_no_before");
  EXPECT_EQ(code("weight", {}), "lesson_undefined");
}

TEST(LessonMeasure, PredictsAndAblates) {
  const auto model = reading_model(true);
  const auto snapshot = read_text(model, "the king saw the");
  const LessonRun run{snapshot, session_for(*snapshot, {1, 0})};
  const std::size_t last = snapshot->trace->tokens() - 1;
  const std::vector<Prediction> best = predict(*snapshot->trace, last, 2);
  const std::string first = model->tokenizer->readable(best[0].id);
  EXPECT_EQ(word("top-token", run), first);
  EXPECT_NEAR(number("probability token=\"" + first + "\"", run), static_cast<double>(best[0].probability), 1e-6);
  EXPECT_EQ(number("token-rank token=\"" + model->tokenizer->readable(best[1].id) + "\"", run), 2.0);
  EXPECT_EQ(code("probability token=\"nosuchword\"", run), "lesson_token");

  Intervention ablation;
  ablation.kind = InterventionKind::ablate;
  ablation.scope = {1, 2};
  Request request = snapshot->trace->request;
  request.interventions = {ablation};
  EffectOptions options;
  options.position = last;
  const double change = effect(*snapshot->trace, *regard::run(model, request), options).log_probability_change();
  EXPECT_NE(change, 0.0);
  EXPECT_NEAR(number("effect head=1.2", run), change, 1e-9);
  EXPECT_NEAR(number("drop head=1.2", run), -change, 1e-9);
}

TEST(LessonMeasure, ComparesWithTheRunBefore) {
  const auto model = reading_model(false);
  const auto snapshot = read_beside(model, "the king saw the dog", "the queen saw the dog");
  Session session = session_for(*snapshot, {1, 1});
  const LessonRun run{snapshot, session};
  const LessonRun before{snapshot->comparison->baseline, session};
  const double is = number("weight query=\"saw\" key=\"dog\"", run);
  const double was = number("weight query=\"saw\" key=\"dog\"", before);
  EXPECT_NEAR(number("before weight query=\"saw\" key=\"dog\"", run), was, 1e-9);
  EXPECT_NEAR(number("change weight query=\"saw\" key=\"dog\"", run), is - was, 1e-9);
  EXPECT_NE(is, was);
  EXPECT_EQ(code("before weight query=\"queen\"", run), "lesson_word") << "the text before has no such word";
  EXPECT_GT(number("movement", run), 0.0);
}

TEST(LessonVerdict, HoldsClaimsAgainstTheRun) {
  const LessonRun run = run_of();
  const auto holds = [&](const std::string& text) {
    const LessonVerdict verdict = judge(parse_lesson_condition(text, 1), run);
    EXPECT_EQ(verdict.problem(), nullptr) << text;
    return verdict.holds;
  };
  EXPECT_TRUE(holds("row-sum = 1 ± 0.000001"));
  EXPECT_FALSE(holds("row-sum = 2 ± 0.5"));
  EXPECT_TRUE(holds("layers = 2"));
  EXPECT_FALSE(holds("layers != 2"));
  EXPECT_TRUE(holds("tokens between 7 8"));
  EXPECT_FALSE(holds("tokens between 1 6"));
  EXPECT_TRUE(holds("tokens >= 7"));
  EXPECT_FALSE(holds("tokens > 7"));
  EXPECT_TRUE(holds("piece n=2 = \"Cat\"")) << "capitals do not count";
  EXPECT_FALSE(holds("piece n=2 = \"dog\""));
  EXPECT_TRUE(holds("heads > layers"));
  const LessonVerdict mixed = judge(parse_lesson_condition("layers = \"two\"", 1), run);
  ASSERT_NE(mixed.problem(), nullptr);
  EXPECT_FALSE(mixed.holds);
  EXPECT_NE(judge(parse_lesson_condition("piece n=1 > \"a\"", 1), run).problem(), nullptr);
  EXPECT_NE(judge(parse_lesson_condition("weight query=\"bird\" > 0", 1), run).problem(), nullptr);
}

TEST(LessonValue, IsWrittenForASentence) {
  const auto text = [](const char* expression, LessonValue value) {
    return shown(parse_lesson_expression(expression, 1), value);
  };
  EXPECT_EQ(text("weight", 0.8349), "0.83");
  EXPECT_EQ(text("weight digits=3", 0.8349), "0.835");
  EXPECT_EQ(text("weight", 0.00042), "0.0004");
  EXPECT_EQ(text("weight", 0.9995), "0.9995") << "almost all is not all";
  EXPECT_EQ(text("row-sum", 0.9999999), "1.00");
  EXPECT_EQ(text("layers", 12.0), "12");
  EXPECT_EQ(text("score", -1.5), "−1.50");
  EXPECT_EQ(text("change weight", 0.25), "+0.25");
  EXPECT_EQ(text("weight digits=2", -0.001), "0.00");
  EXPECT_EQ(text("top-key", std::string("кошка")), "кошка");
  EXPECT_EQ(text("weight", Error("lesson_undefined", {})), "—");
}

}  // namespace
}  // namespace regard
