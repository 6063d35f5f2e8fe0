// SPDX-License-Identifier: Apache-2.0
// A council is kept with what its questions found, to the last bit, and what is damaged or of tomorrow is refused in a sentence.
#include "core/train/council/recorded_council.h"

#include "core/train/council/council_folder.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <functional>

namespace regard::train {
namespace {

using nlohmann::json;
using testing::error_of;

RecordedCouncil small_council() {
  RecordedCouncil council{.recipe = {.layers = 2, .heads = 4, .width = 16, .steps = 40, .pieces = 128, .seed = ~0ULL},
                          .steps = 30,
                          .sentences = {60, 59},
                          .questions = {"previous_token", "predicate_subject"}};
  council.recipe.optimiser.rate = 0.1F + 0.2F;
  CouncilScores scores;
  for (auto& of : scores.of)
    of = {{.rows = 700, .right = 1.0F / 3.0F, .weight = 0.1F, .base = 1.0F}, {.rows = 0}};
  council.points = {{.step = 0, .losses = {1.0 / 3.0, 0.1, 1e-300}, .scores = scores},
                    {.step = 25, .losses = {2.0, 0.0, 0.5}},
                    {.step = 30, .scores = scores}};
  return council;
}

void expect_same(const RecordedCouncil& a, const RecordedCouncil& b) {
  EXPECT_EQ(a.recipe, b.recipe);
  EXPECT_EQ(a.steps, b.steps);
  EXPECT_EQ(a.sentences, b.sentences);
  EXPECT_EQ(a.questions, b.questions);
  ASSERT_EQ(a.points.size(), b.points.size());
  for (std::size_t index = 0; index < a.points.size(); ++index) {
    EXPECT_EQ(a.points[index].step, b.points[index].step);
    EXPECT_EQ(a.points[index].losses.heads, b.points[index].losses.heads);
    EXPECT_EQ(a.points[index].losses.labels, b.points[index].losses.labels);
    EXPECT_EQ(a.points[index].losses.pieces, b.points[index].losses.pieces);
    EXPECT_EQ(a.points[index].scores, b.points[index].scores);
  }
}

/// What is said about a file in which one thing was changed.
Error broken(const std::function<void(json&)>& change) {
  json document = json::parse(council_json(small_council()));
  change(document);
  return error_of([&] { (void)parse_council(document.dump(), "council.json"); });
}

TEST(RecordedCouncil, ComesBackToTheLastBit) {
  const RecordedCouncil council = small_council();
  expect_same(council, parse_council(council_json(council), "council.json"));
  RecordedCouncil begun{.recipe = council.recipe, .sentences = council.sentences};
  expect_same(begun, parse_council(council_json(begun), "council.json"));
}

TEST(RecordedCouncil, OfAFolderIsWhatTheLearnerWasMeasuredAt) {
  const auto set = prepare_council(load_council_sources(REGARD_ASSETS_DIR));
  CouncilLearner learner = make_council({.heads = 2, .width = 16, .steps = 4, .pieces = 64}, set);
  std::vector<CouncilPoint> points;
  for (std::size_t step = 0; step < 2; ++step) {
    CouncilScores scores = measure_council(learner);
    points.push_back({step, learn(learner), std::move(scores)});
  }
  const testing::TemporaryFolder folder;
  write_council(learner, points, folder / "council");
  const RecordedCouncil read = load_council(folder / "council");
  expect_same(recorded(learner, points), read);
  EXPECT_EQ(read.questions.size(), set->questions.of.size());
  EXPECT_EQ(read.sentences[1], set->held_out[1].size());
}

TEST(RecordedCouncil, WhatIsBrokenIsNamedWithItsPlaceAndWhatWasFound) {
  const Error rows = broken([](json& all) { all["points"][2]["held_out"]["ru"][1]["rows"] = -1; });
  EXPECT_EQ(rows.code(), "json_value");
  EXPECT_EQ(rows.details().file, "council.json");
  EXPECT_EQ(rows.details().item, "points[2].held_out.ru[1].rows");
  EXPECT_EQ(rows.details().found, "-1");
  const auto item = [](const std::function<void(json&)>& change) { return broken(change).details().item; };
  EXPECT_EQ(item([](json& all) { all["points"][0]["held_out"]["en"][0]["right"] = 1.5; }),
            "points[0].held_out.en[0].right");
  EXPECT_EQ(item([](json& all) { all["points"][0]["held_out"]["en"][0]["relation"] = 7; }),
            "points[0].held_out.en[0].relation");
  EXPECT_EQ(item([](json& all) { all["points"][2]["held_out"]["en"][1]["relation"] = "governor"; }),
            "points[2].held_out.en[1].relation");
  EXPECT_EQ(item([](json& all) { all["points"][2]["held_out"]["en"].erase(1); }), "points[2].held_out.en");
  EXPECT_EQ(item([](json& all) { all["points"][2]["held_out"].erase("ru"); }), "points[2].held_out.ru");
  EXPECT_EQ(item([](json& all) { all["points"][0]["held_out"] = 3; }), "points[0].held_out");
  EXPECT_EQ(item([](json& all) { all["points"][1]["heads"] = "many"; }), "points[1].heads");
  EXPECT_EQ(item([](json& all) { all["points"][1] = json::array(); }), "points[1]");
  EXPECT_EQ(item([](json& all) { all["points"][1]["step"] = 0; }), "points[1].step") << "steps ascend";
  EXPECT_EQ(item([](json& all) { all["points"][2]["step"] = 31; }), "points[2].step") << "it has made 30";
  EXPECT_EQ(item([](json& all) { all["points"] = "none"; }), "points");
  EXPECT_EQ(item([](json& all) { all["steps"] = 41; }), "steps");
  EXPECT_EQ(item([](json& all) { all["heads"] = 3; }), "heads");
  EXPECT_EQ(item([](json& all) { all["width"] = 4'096; }), "width");
  EXPECT_EQ(item([](json& all) { all["layers"] = std::size_t{1} << 60; }), "layers");
  EXPECT_EQ(item([](json& all) { all["rate"] = 1e39; }), "rate");
  EXPECT_EQ(item([](json& all) { all["seed"] = -1; }), "seed");
  EXPECT_EQ(item([](json& all) { all["sentences"]["en"] = 0.5; }), "sentences.en");
  EXPECT_EQ(broken([](json& all) { all.erase("sentences"); }).code(), "json_missing");
  EXPECT_EQ(broken([](json& all) { all["version"] = 2; }).code(), "session_version");
  for (const std::string text : {"", "{", "[1]", "7"})
    (void)error_of([&] { (void)parse_council(text, "council.json"); });
}

TEST(RecordedCouncil, MorePointsOrQuestionsThanThereCanBeAreRefused) {
  EXPECT_EQ(broken([](json& all) { all["points"] = json::array_t(32, all["points"][1]); }).details().item, "points");
  EXPECT_EQ(broken([](json& all) {
              json& list = all["points"][0]["held_out"]["en"];
              list = json::array_t(257, list[0]);
            })
                .details()
                .item,
            "points[0].held_out.en");
}

}  // namespace
}  // namespace regard::train
