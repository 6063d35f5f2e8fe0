// SPDX-License-Identifier: Apache-2.0
// The figures of the models trained with 1, 2, 4 and 8 heads that come with the program, and what are no such figures.
#include "app/viewmodel/trained_heads.h"

#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/model/model.h"
#include "tests/core/base/expect_error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>

namespace regard {
namespace {

const std::filesystem::path kTrainedFolder = std::filesystem::path(REGARD_ASSETS_DIR) / "models" / trained_heads_folder;

TrainedHeads shipped(std::string_view language = "en") {
  return parse_trained_heads(read_file(kTrainedFolder / "figures.json", max_trained_heads_bytes), "figures.json",
                             language);
}

TEST(TrainedHeads, AreTheModelsThatStandBesideTheFigures) {
  const TrainedHeads trained = shipped();
  EXPECT_EQ(trained.heads, (std::vector<std::size_t>{1, 2, 4, 8}));
  for (std::size_t at = 0; at < trained.heads.size(); ++at) {
    const std::shared_ptr<const Model> model = load_model(kTrainedFolder / std::to_string(trained.heads[at]));
    EXPECT_EQ(model->config.heads(0), trained.heads[at]);
    EXPECT_EQ(model->config.layers, trained.layers);
    EXPECT_EQ(model->config.hidden, trained.width);
    std::size_t guided = 0;
    for (const HeadRole& role : model->roles)
      guided += 1 + static_cast<std::size_t>(std::count(role.relation.begin(), role.relation.end(), '+'));
    EXPECT_EQ(guided, trained.questions.size()) << "every question has a head";
  }
}

TEST(TrainedHeads, SayHowManyQuestionsAHeadAnswers) {
  for (const TrainedQuestion& question : shipped().questions) {
    EXPECT_EQ(question.shared.back(), 1U) << question.name;
    EXPECT_GE(question.shared.front(), question.shared.back()) << question.name;
    for (std::size_t language = 0; language < measured_languages.size(); ++language)
      for (std::size_t at = 0; at < question.shared.size(); ++at)
        EXPECT_GE(question.of[language].third[at], question.of[language].right[at]) << question.name;
  }
}

TEST(TrainedHeads, AreTheSameInBothLanguagesButForTheNames) {
  const TrainedHeads english = shipped("en"), russian = shipped("ru");
  ASSERT_EQ(english.questions.size(), russian.questions.size());
  std::set<std::string> names;
  for (std::size_t at = 0; at < english.questions.size(); ++at) {
    EXPECT_EQ(english.questions[at].of[0].right, russian.questions[at].of[0].right);
    EXPECT_NE(english.questions[at].name, russian.questions[at].name);
    EXPECT_TRUE(names.insert(english.questions[at].name).second) << english.questions[at].name << " is asked twice";
  }
}

constexpr const char* kSmall =
    R"({"heads": [1, 2], "width": 8, "layers": 1, "sets": {"en": "E", "ru": "R"}, "relations": [
  {"relation": "a", "name": {"en": "a", "ru": "а"}, "layer": 0, "shared": [2, 1],
   "en": {"base": 0.5, "rows": 4, "right": [0.25, 0.5], "third": [1, 1]},
   "ru": {"base": 0, "rows": 2, "right": [0, 0], "third": [0, 1]}},
  {"relation": "b", "name": {"en": "b", "ru": "б"}, "layer": 0, "shared": [2, 1],
   "en": {"base": 0.5, "rows": 4, "right": [0.75, 1], "third": [1, 1]},
   "ru": {"base": 0, "rows": 2, "right": [1, 1], "third": [1, 1]}}]})";

TEST(TrainedHeads, HaveMeansOverQuestions) {
  const TrainedHeads trained = parse_trained_heads(kSmall, "f", "ru");
  EXPECT_EQ(trained.questions[1].name, "б");
  EXPECT_EQ(mean_right(trained, 0), (std::vector<double>{0.5, 0.75}));
  EXPECT_EQ(mean_third(trained, 1), (std::vector<double>{0.5, 1.0}));
  EXPECT_EQ(mean_right({.heads = {1, 2}}, 0), (std::vector<double>{0.0, 0.0}));
  EXPECT_EQ(trained_model(4), "council-heads/4");
}

TEST(TrainedHeads, WhatAreNoFiguresIsRefusedInASentence) {
  const auto item_of = [](const std::string& from, const std::string& to) {
    std::string text = kSmall;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    return testing::error_of([&] { (void)parse_trained_heads(text, "mine.json", "en"); }).details().item;
  };
  EXPECT_EQ(item_of("[1, 2]", "[2, 1]"), "heads[1]");
  EXPECT_EQ(item_of("[1, 2]", "[]"), "heads");
  EXPECT_EQ(item_of("\"width\": 8", "\"width\": -8"), "width");
  EXPECT_EQ(item_of("\"layers\": 1, ", ""), "layers");
  EXPECT_EQ(item_of("\"E\"", "7"), "sets.en");
  EXPECT_EQ(item_of("[2, 1]", "[2, 1, 1]"), "relations[0].shared");
  EXPECT_EQ(item_of("[0.25, 0.5]", "[0.25, 1.5]"), "relations[0].en.right[1]");
  EXPECT_EQ(item_of("\"base\": 0.5", "\"base\": \"x\""), "relations[0].en.base");
  EXPECT_EQ(testing::error_of([] { (void)parse_trained_heads("[]", "mine.json", "en"); }).code(), "json_value");
  EXPECT_EQ(testing::error_of([] { (void)parse_trained_heads(kSmall, "mine.json", "de"); }).code(), "json_missing");
}

TEST(TrainedHeads, AnyBytesAreReadOrRefused) {
  const std::string whole = kSmall;
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (const char* other : {"", "]", "}", "-", "1e999", "\xff", "null"}) {
      std::string text = whole;
      text.replace(at, 1, other);
      try {
        const TrainedHeads trained = parse_trained_heads(text, "mine.json", "en");
        for (const TrainedQuestion& question : trained.questions)
          for (const TrainedFigures& figures : question.of)
            EXPECT_EQ(figures.right.size() + figures.third.size(), 2 * trained.heads.size());
      } catch (const Error& error) {
        EXPECT_FALSE(error.code().empty());
      }
    }
}

}  // namespace
}  // namespace regard
