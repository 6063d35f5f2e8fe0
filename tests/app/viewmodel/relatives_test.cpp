// SPDX-License-Identifier: Apache-2.0
// The little decoders that differ in one thing: what each is made of, that the figures that ship are those of the weights that ship, and what
// are no such figures.
#include "app/viewmodel/relatives.h"

#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/engine/engine.h"
#include "tests/core/base/expect_error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <set>

namespace regard {
namespace {

const std::filesystem::path kModels = std::filesystem::path(REGARD_ASSETS_DIR) / "models";

Relatives shipped_relatives(std::string_view language = "en") {
  return parse_relatives(read_file(kModels / relatives_folder / "figures.json", max_relatives_bytes), "figures.json",
                         language);
}

/// Mean −ln p of a text's tokens behind the first.
double nats_of(const std::shared_ptr<const Model>& model, const std::string& text) {
  Request request{.all_logits = true};
  for (const Token& token : model->tokenizer->encode(text).tokens)
    request.ids.push_back(token.id);
  const auto trace = run(model, request);
  double sum = 0.0;
  for (std::size_t at = 0; at + 1 < trace->tokens(); ++at) {
    const auto row = trace->logits.row(at);
    const auto most = static_cast<double>(*std::ranges::max_element(row));
    double all = 0.0;
    for (const float logit : row)
      all += std::exp(static_cast<double>(logit) - most);
    sum += most + std::log(all) - static_cast<double>(row[static_cast<std::size_t>(request.ids[at + 1])]);
  }
  return sum / static_cast<double>(trace->tokens() - 1);
}

TEST(Relatives, DifferInOneThingAlone) {
  const Relatives relatives = shipped_relatives();
  ASSERT_EQ(relatives.models.front().model, "narrator-relatives/base");
  for (const Relative& one : relatives.models) {
    const auto model = load_model(kModels / one.model);
    EXPECT_EQ(model->parameters, relatives.parameters) << one.model;
    EXPECT_EQ(model->config.hidden, relatives.width);
    EXPECT_EQ(model->config.layers, relatives.layers);
    EXPECT_LE(model->bytes_on_disk, std::size_t{3'000'000});
    const LayerPlan& plan = model->config.plans.back();
    const std::string name = one.model.substr(one.model.rfind('/') + 1);
    const bool counts = name.size() == 1;
    EXPECT_EQ(plan.attention.heads, counts ? std::stoul(name) : 4U) << name;
    EXPECT_EQ(plan.attention.linear, name == "linear");
    EXPECT_EQ(plan.attention.window.width, name == "window" ? 16U : 0U);
    EXPECT_EQ(std::holds_alternative<Alibi>(plan.positions), name == "alibi");
    EXPECT_EQ(std::holds_alternative<NoPositions>(plan.positions), name == "no-positions");
  }
}

TEST(Relatives, TheFiguresAreThoseOfTheWeightsThatShip) {
  const Relatives relatives = shipped_relatives();
  ASSERT_FALSE(relatives.samples.empty());
  for (std::size_t at = 0; at < relatives.models.size(); ++at) {
    const auto model = load_model(kModels / relatives.models[at].model);
    for (const RelativesSample& sample : relatives.samples)
      EXPECT_NEAR(nats_of(model, sample.text), sample.nats[at], 2e-4)
          << relatives.models[at].model << ": " << sample.text;
  }
}

TEST(Relatives, HaveNamesInBothLanguagesAndTheSameFigures) {
  const Relatives english = shipped_relatives("en"), russian = shipped_relatives("ru");
  std::set<std::string> names;
  for (std::size_t at = 0; at < english.models.size(); ++at) {
    EXPECT_EQ(english.models[at].model, russian.models[at].model);
    EXPECT_NE(english.models[at].name, russian.models[at].name);
    EXPECT_TRUE(names.insert(english.models[at].name).second);
  }
  for (std::size_t at = 0; at < english.texts.size(); ++at)
    EXPECT_EQ(english.texts[at].bits, russian.texts[at].bits);
}

constexpr const char* kLittle =
    R"({"models": [{"model": "base", "name": {"en": "B", "ru": "О"}}, {"model": "1", "name": {"en": "1", "ru": "1"}}],
  "width": 8, "layers": 1, "parameters": 64, "pieces": 2048,
  "texts": [{"name": {"en": "a", "ru": "а"}, "language": "ru", "pieces": 5, "nats": [2, 3], "bits": [1.5, 1], "right": [0.5, 1]}],
  "repeats": [{"period": 12, "right": [0.25, 0]}], "sample": [{"text": "t", "nats": [1, 2]}]})";

TEST(Relatives, WhatAreNoFiguresIsRefusedInASentence) {
  const auto item_of = [](const std::string& from, const std::string& to) {
    std::string text = kLittle;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    return testing::error_of([&] { (void)parse_relatives(text, "mine.json", "en"); }).details().item;
  };
  EXPECT_EQ(parse_relatives(kLittle, "f", "ru").models[0].name, "О");
  EXPECT_EQ(item_of("\"base\"", "\"../council\""), "models[0].model");
  EXPECT_EQ(item_of("[2, 3]", "[2]"), "texts[0].nats");
  EXPECT_EQ(item_of("[1.5, 1]", "[1.5, -1]"), "texts[0].bits[1]");
  EXPECT_EQ(item_of("[0.5, 1]", "[0.5, 1.5]"), "texts[0].right[1]");
  EXPECT_EQ(item_of("\"period\": 12", "\"period\": -12"), "repeats[0].period");
  EXPECT_EQ(item_of("[1, 2]", "[1, \"2\"]"), "sample[0].nats[1]");
  EXPECT_EQ(item_of("\"layers\": 1, ", ""), "layers");
  EXPECT_EQ(testing::error_of([] { (void)parse_relatives(kLittle, "mine.json", "de"); }).code(), "json_missing");
}

TEST(Relatives, AnyBytesAreReadOrRefused) {
  const std::string whole = kLittle;
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (const char* other : {"", "]", "}", "-", "1e999", "\xff", "null"}) {
      std::string text = whole;
      text.replace(at, 1, other);
      try {
        const Relatives relatives = parse_relatives(text, "mine.json", "en");
        for (const RelativesText& one : relatives.texts)
          EXPECT_EQ(one.bits.size() + one.right.size(), 2 * relatives.models.size());
      } catch (const Error& error) {
        EXPECT_FALSE(error.code().empty());
      }
    }
}

}  // namespace
}  // namespace regard
