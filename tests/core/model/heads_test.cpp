// SPDX-License-Identifier: Apache-2.0
#include "core/model/model.h"
#include "tests/core/base/expect_error.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

using testing::error_of;

ModelConfig four_layers_of_eight() {
  ModelConfig config;
  config.layers = 4;
  config.plans.assign(config.layers, {.attention = even_heads(8, 16)});
  return config;
}

Error heads_error_in(const std::string& json) {
  return error_of([&] { static_cast<void>(parse_heads(json, four_layers_of_eight(), "heads.json")); });
}

std::string one_head(const std::string& place) {
  return R"({"heads": [{)" + place + R"(, "relation": "r", "name": {"ru": "а", "en": "a"}}]})";
}

TEST(Heads, tell_what_each_head_was_guided_to) {
  const auto roles = parse_heads(R"({"comment": "ignored", "heads": [
        {"layer": 3, "head": 7, "relation": "predicate_subject", "guided": true,
         "name": {"ru": "сказуемое → подлежащее", "en": "predicate → subject"},
         "short": {"ru": "кто?", "en": "who?"}, "asks": {"ru": "Кто это делает?", "en": "Who does it?"}, "dev": {"en": 95.3}},
        {"layer": 0, "head": 0, "relation": "previous", "guided": false, "name": {"ru": "пред.", "en": "previous"}}]})",
                                 four_layers_of_eight(), "heads.json");
  ASSERT_EQ(roles.size(), 2U);
  EXPECT_EQ(roles[0].head, (HeadRef{3, 7}));
  EXPECT_EQ(roles[0].relation, "predicate_subject");
  EXPECT_TRUE(roles[0].guided);
  EXPECT_EQ(roles[0].name.ru, "сказуемое → подлежащее");
  EXPECT_EQ(roles[0].badge.en, "who?");
  EXPECT_EQ(roles[0].asks.ru, "Кто это делает?");
  EXPECT_FALSE(roles[1].guided);
  EXPECT_TRUE(roles[1].badge.ru.empty());

  Model model;
  model.roles = roles;
  EXPECT_EQ(role_of(model, {3, 7}), &model.roles[0]);
  EXPECT_EQ(role_of(model, {3, 6}), nullptr);
}

TEST(Heads, that_the_model_does_not_have_are_refused) {
  const Error layer = heads_error_in(one_head(R"("layer": 4, "head": 0)"));
  EXPECT_EQ(layer.code(), "heads_range");
  EXPECT_EQ(layer.details().item, "heads[0].layer");
  EXPECT_EQ(layer.details().expected, "3");
  EXPECT_EQ(layer.details().found, "4");
  EXPECT_EQ(heads_error_in(one_head(R"("layer": 0, "head": 8)")).details().item, "heads[0].head");
  EXPECT_EQ(heads_error_in(one_head(R"("layer": -1, "head": 0)")).code(), "json_value");
  EXPECT_EQ(heads_error_in(one_head(R"("layer": 0)")).code(), "json_missing");
}

TEST(Heads, named_twice_are_refused) {
  const std::string entry = R"({"layer": 1, "head": 2, "relation": "r", "name": {"ru": "а", "en": "a"}})";
  const Error error = heads_error_in(R"({"heads": [)" + entry + "," + entry + "]}");
  EXPECT_EQ(error.code(), "heads_duplicate");
  EXPECT_EQ(error.details().item, "1:2");
}

TEST(Heads, must_have_their_words_in_both_languages) {
  const std::string place = R"({"heads": [{"layer": 0, "head": 0, "relation": "r", "name": )";
  EXPECT_EQ(heads_error_in(place + R"({"ru": "а"}}]})").details().item, "heads[0].name.en");
  EXPECT_EQ(heads_error_in(place + R"("a"}]})").details().item, "heads[0].name");
  EXPECT_EQ(heads_error_in(place + R"({"ru": "а", "en": 5}}]})").details().found, "5");
}

TEST(Heads, of_any_other_form_are_one_sentence) {
  for (const char* json :
       {"", "[]", "{}", "3", R"({"heads": {}})", R"({"heads": [1]})", R"({"heads": [[]]})", R"({"heads": [{}]})"})
    EXPECT_EQ(heads_error_in(json).details().file, "heads.json") << json;
}

}  // namespace
}  // namespace regard
