// SPDX-License-Identifier: Apache-2.0
// What the shipped model is said to show, read off the Trace of the shipped file at word level: the sentences and what should be
// found in them stand in tests/reference/council_sentences.json.
#include "core/analysis/words.h"
#include "core/engine/engine.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <tuple>

namespace regard {
namespace {

using Json = nlohmann::json;

Json written(const std::string& file) {
  std::ifstream stream(std::filesystem::path(REGARD_TESTS_DIR) / "reference" / file);
  return Json::parse(stream);
}

Json sentences() {
  return written("council_sentences.json");
}

std::shared_ptr<const Model> council() {
  static const std::shared_ptr<const Model> kModel =
      load_model(std::filesystem::path(REGARD_ASSETS_DIR) / "models/council");
  return kModel;
}

/// A sentence as the model reads it, by words.
struct Reading {
  Encoding encoding;
  std::shared_ptr<const Trace> trace;
  std::vector<TokenGroup> words;

  explicit Reading(const std::string& text) : encoding(council()->tokenizer->encode(text)) {
    Request request;
    for (const Token& token : encoding.tokens)
      request.ids.push_back(token.id);
    trace = run(council(), std::move(request));
    words = word_groups(encoding.tokens);
  }

  [[nodiscard]] std::string spelling(const TokenGroup& word) const {
    const std::size_t begin = encoding.tokens[word.front()].begin;
    return encoding.text.substr(begin, encoding.tokens[word.back()].end - begin);
  }

  [[nodiscard]] std::vector<std::size_t> places_of(const std::string& word) const {
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < words.size(); ++place)
      if (!is_special(encoding.tokens, words[place]) && spelling(words[place]) == word) places.push_back(place);
    return places;
  }
};

/// What one head gives to the expected words, of all it gives to words that are not special; and whether one of them is the
/// word it looks at most, [SEP] and [CLS] counted ("strict": looking at nothing is not looking there).
struct Look {
  float share = 0.0F;
  bool largest = false;
};

Look look(const Reading& reading, HeadRef head, std::size_t query, const std::vector<std::size_t>& keys) {
  const Matrix weights = word_weights(*reading.trace, head, reading.words);
  float found = 0.0F;
  float all = 0.0F;
  float best_found = 0.0F;
  float best = 0.0F;
  for (std::size_t key = 0; key < reading.words.size(); ++key) {
    const float weight = weights(query, key);
    const bool expected = std::find(keys.begin(), keys.end(), key) != keys.end();
    best = std::max(best, weight);
    if (expected) found += weight, best_found = std::max(best_found, weight);
    if (!is_special(reading.encoding.tokens, reading.words[key])) all += weight;
  }
  return {all > 0.0F ? found / all : 0.0F, best_found == best && best > 0.0F};
}

/// The best look of the heads with this relation ("any": of every guided head).
Look best_look(const Reading& reading, const Json& expectation) {
  const auto relation = expectation.at("relation").get<std::string>();
  const auto queries = reading.places_of(expectation.at("query").get<std::string>());
  std::vector<std::size_t> keys;
  for (const Json& word : expectation.at("key"))
    for (std::size_t place : reading.places_of(word.get<std::string>()))
      keys.push_back(place);
  EXPECT_FALSE(queries.empty()) << "no such asking word: " << expectation.dump();
  EXPECT_FALSE(keys.empty()) << "no such word to find: " << expectation.dump();
  Look best;
  for (const HeadRole& role : council()->roles) {
    if (relation != "any" && role.relation != relation) continue;
    for (std::size_t query : queries) {
      const Look here = look(reading, role.head, query, keys);
      if (std::tie(here.largest, here.share) > std::tie(best.largest, best.share)) best = here;
    }
  }
  return best;
}

std::string name_of(const std::string& text, const Json& expectation) {
  return text + " " + expectation.at("relation").get<std::string>() + ": " + expectation.at("query").get<std::string>();
}

TEST(Council, IsAnOrdinaryBertFolderWithGuidedAndFreeHeads) {
  const Model& model = *council();
  EXPECT_EQ(model.config.architecture, "BertForMaskedLM");
  EXPECT_GE(model.roles.size(), 12U);
  EXPECT_LT(model.roles.size(), head_count(model.config)) << "no head was left free";
  std::set<HeadRef> heads;
  for (const HeadRole& role : model.roles) {
    EXPECT_TRUE(heads.insert(role.head).second) << role.relation << " shares its head";
    EXPECT_FALSE(role.name.ru.empty() || role.name.en.empty() || role.badge.ru.empty() || role.badge.en.empty());
  }
}

TEST(Council, ReadsTheChaptersSentencesAsTheChapterTellsThem) {
  const Json all = sentences();
  ASSERT_GE(all.at("chapter").size(), 6U);
  for (const Json& sentence : all.at("chapter")) {
    const auto text = sentence.at("text").get<std::string>();
    const Reading reading(text);
    for (const Json& expectation : sentence.at("expect")) {
      const Look found = best_look(reading, expectation);
      EXPECT_TRUE(found.largest) << name_of(text, expectation) << " looks elsewhere most";
      EXPECT_GT(found.share, 0.5F) << name_of(text, expectation) << " has not most of the weight on words";
    }
  }
}

TEST(Council, AnswersWhichWithTheAdjectiveAndNotWithTheArticle) {
  const Json phrases = written("council_phrases.json").at("articles");
  ASSERT_GE(phrases.size(), 18U);
  for (const Json& phrase : phrases) {
    const auto text = phrase.at("text").get<std::string>();
    const Reading reading(text);
    for (const Json& expectation : phrase.at("expect"))
      EXPECT_TRUE(best_look(reading, expectation).largest) << name_of(text, expectation) << " looks elsewhere most";
  }
}

TEST(Council, FindsWhatItShouldInEverydaySentencesButForTheMissesItOwnsUpTo) {
  const Json all = sentences();
  std::set<std::string> known;
  for (const Json& miss : all.value("known_misses", Json::array()))
    known.insert(name_of(miss.at("text").get<std::string>(), miss));
  std::size_t right = 0;
  std::size_t asked = 0;
  std::size_t whole[2] = {0, 0};  // Russian, English
  for (const Json& sentence : all.at("everyday")) {
    const auto text = sentence.at("text").get<std::string>();
    const Reading reading(text);
    bool everything = true;
    for (const Json& expectation : sentence.at("expect")) {
      const std::string name = name_of(text, expectation);
      const bool largest = best_look(reading, expectation).largest;
      ++asked;
      right += largest ? 1 : 0;
      everything = everything && largest;
      EXPECT_EQ(largest, known.count(name) == 0) << name << (largest ? " is a known miss no more" : " is missed");
      known.erase(name);
    }
    if (everything) ++whole[sentence.at("lang").get<std::string>() == "ru" ? 0 : 1];
  }
  for (const std::string& name : known)
    ADD_FAILURE() << "a known miss that nobody asks for: " << name;
  std::cout << right << " of " << asked << " relations found; sentences without a miss: " << whole[0] << " Russian, "
            << whole[1] << " English\n";
  EXPECT_GE(whole[0], 10U);
  EXPECT_GE(whole[1], 10U);
}

TEST(Council, DoesNotFindTheSubjectInAHeadThatWasGuidedToTheObject) {
  const Reading reading("Старый король дал принцу меч.");
  const Json wrong = {{"relation", "predicate_object"}, {"query", "дал"}, {"key", {"король"}}};
  EXPECT_FALSE(best_look(reading, wrong).largest) << "the test above would pass for any head";
}

}  // namespace
}  // namespace regard
