// SPDX-License-Identifier: Apache-2.0
// What the card of the adapter that comes with the narrator says, replayed with the shipped files: predictions, losses, drift.
#include "core/analysis/drift.h"
#include "core/engine/engine.h"
#include "core/model/model.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

namespace regard {
namespace {

namespace fs = std::filesystem;
using SeaJson = nlohmann::json;

constexpr double kRounded = 0.005;  // of what the card says in three digits, and of another processor

fs::path sea_folder() {
  return fs::path(REGARD_ASSETS_DIR) / "models/narrator/adapters/sea";
}

std::shared_ptr<const Model> at_sea() {
  static const AdapterUse kUse[] = {{sea_folder()}};
  static const std::shared_ptr<const Model> kModel = load_model(fs::path(REGARD_ASSETS_DIR) / "models/narrator", kUse);
  return kModel;
}

std::shared_ptr<const Model> ashore() {
  static const std::shared_ptr<const Model> kModel = load_model(fs::path(REGARD_ASSETS_DIR) / "models/narrator");
  return kModel;
}

SeaJson sea_reference(const std::string& file) {
  std::ifstream stream(fs::path(REGARD_TESTS_DIR) / "reference" / file);
  return SeaJson::parse(stream);
}

std::vector<std::int32_t> sea_ids(const std::string& text) {
  std::vector<std::int32_t> ids;
  for (const Token& token : ashore()->tokenizer->encode(text).tokens)
    ids.push_back(token.id);
  return ids;
}

std::shared_ptr<const Trace> read_at(const std::shared_ptr<const Model>& model, std::vector<std::int32_t> ids) {
  Request request;
  request.ids = std::move(ids);
  request.all_logits = true;
  return run(model, std::move(request));
}

/// ln p of every id at a position.
std::vector<double> log_probabilities(const Trace& trace, std::size_t position) {
  const auto row = trace.logits.row(position);
  const double most = static_cast<double>(*std::max_element(row.begin(), row.end()));
  double sum = 0.0;
  for (const float logit : row)
    sum += std::exp(static_cast<double>(logit) - most);
  std::vector<double> result;
  for (const float logit : row)
    result.push_back(static_cast<double>(logit) - most - std::log(sum));
  return result;
}

TEST(Sea, IsALowRankAdapterOfTheNarratorOfAtMostAMegabyte) {
  const Model& model = *at_sea();
  ASSERT_EQ(model.adapters.size(), 1U);
  const ModelAdapter& adapter = model.adapters.front();
  EXPECT_EQ(adapter.config.base, "narrator");
  EXPECT_TRUE(adapter.is_base_at_0());
  EXPECT_LE(adapter.bytes_on_disk, 1'000'000U);
  EXPECT_LE(adapter.most_rank, 8U);
  for (const char* name : {"q_proj", "k_proj", "v_proj", "o_proj"})
    for (std::size_t layer = 0; layer < model.config.layers; ++layer) {
      const std::string module = "model.layers." + std::to_string(layer) + ".self_attn." + name;
      EXPECT_EQ(std::count(adapter.low_rank.begin(), adapter.low_rank.end(), module), 1) << module;
    }
  for (const char* file : {"README.md", "about.json", "recipe/run"})
    EXPECT_TRUE(fs::exists(sea_folder() / file)) << file;
}

TEST(Sea, AtStrength0IsTheNarratorToTheLastBit) {
  const float nothing[] = {0.0F};
  const auto silent = at_strengths(*at_sea(), nothing);
  for (const char* text : {"Мальчик вышел на", "The boy went to the"}) {
    const auto one = read_at(ashore(), sea_ids(text)), other = read_at(silent, sea_ids(text));
    EXPECT_EQ(one->logits.values, other->logits.values) << text;
    for (std::size_t layer = 0; layer < one->layers.size(); ++layer)
      for (std::size_t head = 0; head < ashore()->config.heads(layer); ++head)
        EXPECT_EQ(weights(*one, {layer, head}).values, weights(*other, {layer, head}).values) << text << layer;
  }
}

TEST(Sea, PredictsWhatTheCardSaysBeforeAndAfter) {
  const SeaJson all = sea_reference("sea_prompts.json");
  ASSERT_EQ(all.at("prompts").size(), 20U);
  for (const SeaJson& item : all.at("prompts"))
    for (const auto& [side, model] : {std::pair{"before", ashore()}, std::pair{"after", at_sea()}}) {
      const auto ids = sea_ids(item.at("prompt").get<std::string>());
      const std::vector<double> found = log_probabilities(*read_at(model, ids), ids.size() - 1);
      const SeaJson& top = item.at(side).at("top");
      ASSERT_EQ(top.size(), 5U);
      double least = 1.0;
      for (const SeaJson& each : top) {
        const double said = each.at(2).get<double>();
        least = std::min(least, said);
        EXPECT_NEAR(std::exp(found.at(each.at(0).get<std::size_t>())), said, kRounded) << item.at("prompt") << side;
      }
      const auto larger = std::count_if(found.begin(), found.end(),
                                        [&](double chance) { return std::exp(chance) > least + 2 * kRounded; });
      EXPECT_LE(larger, 4) << item.at("prompt") << side << ": others are more probable";
    }
}

/// Greedy: where rounding makes another token win on another processor, its logit has to be as good as equal.
TEST(Sea, WritesTheWordsThatTheCardCounts) {
  const SeaJson all = sea_reference("sea_prompts.json");
  std::map<std::string, std::map<std::string, int>> hits;
  for (const SeaJson& item : all.at("prompts"))
    for (const auto& [side, model] : {std::pair{"before", ashore()}, std::pair{"after", at_sea()}}) {
      const SeaJson& said = item.at(side);
      const auto lang = item.at("lang").get<std::string>();
      const auto kept = said.at("word_ids").get<std::vector<std::int32_t>>();
      std::vector<std::int32_t> ids = sea_ids(item.at("prompt").get<std::string>());
      for (const std::int32_t id : kept) {
        const auto row = log_probabilities(*read_at(model, ids), ids.size() - 1);
        EXPECT_NEAR(row.at(static_cast<std::size_t>(id)), *std::max_element(row.begin(), row.end()), 0.02)
            << item.at("prompt") << side;
        ids.push_back(id);
      }
      const SeaJson& words = all.at("words").at(lang);
      const bool hit = std::find(words.begin(), words.end(), said.at("word")) != words.end();
      EXPECT_EQ(said.at("hit").get<bool>(), hit) << said.at("word");
      hits[lang][side] += hit ? 1 : 0;
    }
  for (const char* lang : {"ru", "en"}) {
    std::cout << lang << ": words of the sea " << hits[lang]["before"] << " → " << hits[lang]["after"] << " of 10\n";
    EXPECT_LE(hits[lang]["before"], 2) << lang;
    EXPECT_GE(hits[lang]["after"], 7) << lang;
  }
}

TEST(Sea, ReadsHeldOutSentencesOfTheSeaAsTheCardSays) {
  const SeaJson all = sea_reference("sea_prompts.json");
  for (const char* lang : {"ru", "en"}) {
    const SeaJson& said = all.at("losses").at("sea_" + std::string(lang));
    for (const auto& [side, model] : {std::pair{"before", ashore()}, std::pair{"after", at_sea()}}) {
      double sum = 0.0;
      std::size_t count = 0;
      for (const SeaJson& text : all.at("held").at(lang)) {
        const auto ids = sea_ids(text.get<std::string>());
        const auto trace = read_at(model, ids);
        for (std::size_t place = 0; place + 1 < ids.size(); ++place, ++count)
          sum -= log_probabilities(*trace, place).at(static_cast<std::size_t>(ids[place + 1]));
      }
      EXPECT_NEAR(sum / static_cast<double>(count), said.at(side).get<double>(), kRounded) << lang << side;
    }
    EXPECT_LT(said.at("after").get<double>(), said.at("before").get<double>() - 0.5) << lang;
  }
}

TEST(Sea, MovesTheHeadsAsFarAsTheCardSays) {
  std::vector<Request> texts;
  const SeaJson told = sea_reference("narrator_prompts.json");
  for (const SeaJson& item : told.at("prompts"))
    texts.push_back(
        {.ids = sea_ids(item.at("prompt").get<std::string>() + item.at("continuation").get<std::string>())});
  const Drift drift = measure_drift(ashore(), at_sea(), texts, {.alphas = {0.0F, 1.0F}, .direction = {1.0F}});
  const SeaJson said = sea_reference("sea_prompts.json").at("drift");
  ASSERT_EQ(drift.texts, 20U);
  ASSERT_EQ(drift.heads.size(), 64U);
  double most = 0.0;
  for (std::size_t head = 0; head < drift.heads.size(); ++head) {
    const HeadRef ref = drift.heads[head];
    EXPECT_EQ(drift.movement[0][head], 0.0);
    EXPECT_NEAR(drift.movement[1][head], said.at(ref.layer).at(ref.head).get<double>(), 1e-3)
        << ref.layer << "." << ref.head;
    most = std::max(most, drift.movement[1][head]);
  }
  EXPECT_GT(most, 0.05) << "no head moves that one could see";
}

}  // namespace
}  // namespace regard
