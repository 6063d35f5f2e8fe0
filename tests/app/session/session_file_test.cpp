// SPDX-License-Identifier: Apache-2.0
#include "app/session/session_file.h"
#include "app/session/kept.h"
#include "app/session/session.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace regard {
namespace {

namespace fs = std::filesystem;

class Folder {
public:
  Folder() : path_(fs::temp_directory_path() / ("regard-session-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  [[nodiscard]] fs::path operator/(const char* name) const { return path_ / name; }

private:
  fs::path path_;
};

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// An item of each kind, with every field that the kind reads.
std::vector<PlacedIntervention> every_intervention() {
  const TokenSpan word{TokenAnchor{TokenAnchor::Kind::byte, 5, 0}, TokenAnchor{TokenAnchor::Kind::byte, 9, 2}};
  const TokenSpan to_the_end{TokenAnchor{TokenAnchor::Kind::special_front, 0, 0}, {}};
  const std::vector<CellSpan> cells{{word, to_the_end}, {{}, word}};
  using Kind = InterventionKind;
  std::vector<PlacedIntervention> list;
  const auto add = [&](Intervention item, bool with_cells, bool with_positions) {
    const bool on = list.size() % 2 == 0;
    list.push_back({on, std::move(item), with_cells ? cells : std::vector<CellSpan>{},
                    with_positions ? std::vector<TokenSpan>{word, to_the_end} : std::vector<TokenSpan>{}});
  };
  const HeadScope head{1, 2}, layer{3, {}};
  add({.kind = Kind::mask, .scope = head}, true, false);
  add({.kind = Kind::add, .scope = layer, .amount = -0.1F}, true, false);
  add({.kind = Kind::set_weight, .amount = 0.3F}, true, false);
  add({.kind = Kind::copy_pattern, .scope = head, .source_name = "A"}, false, true);
  add({.kind = Kind::ablate, .scope = head, .mean = true}, false, false);
  add({.kind = Kind::scale, .scope = layer, .amount = 1e-7F}, false, false);
  add({.kind = Kind::keep_only, .scope = head}, false, false);
  add({.kind = Kind::hide_tokens}, false, true);
  add({.kind = Kind::temperature, .scope = head, .amount = 0.5F}, false, false);
  add({.kind = Kind::shift_positions, .amount = -2.0F}, false, true);
  add({.kind = Kind::no_positions}, false, false);
  add({.kind = Kind::patch, .scope = head, .site = PatchSite::value, .source_name = "A"}, false, true);
  add({.kind = Kind::patch, .scope = layer, .source_name = "before the cat"}, false, false);
  add({.kind = Kind::positions, .scope = head, .positioned = {PositionForm::yarn, 2.5F}}, false, false);
  add({.kind = Kind::attention, .scope = head, .as = {KindForm::first_last, 2, 7}}, false, false);
  return list;
}

/// A session in which no field has its default value.
Session everything_chosen() {
  Session session;
  session.model = "council";
  session.text = "Кошка «сидела»\nна \"крыше\" 🐈 \\";
  session.head = {3, 5};
  session.compared_heads = {{1, 2}, {0, 7}};
  session.query = {TokenAnchor::Kind::byte, 17, 2};
  session.key = {TokenAnchor::Kind::special_back, 1, 0};
  session.decoder_text = "Die Katze saß.";
  session.decoder_query = {TokenAnchor::Kind::special_front, 1, 0};
  session.decoder_key = {TokenAnchor::Kind::byte, 4, 0};
  session.attention = AttentionKind::encoder;
  session.mask = MaskMode::bidirectional;
  session.temperature = 0.1F + 0.2F;
  session.add_special = false;
  session.hide_special = session.word_level = session.sort_bars = session.arcs_from_all = true;
  session.arc_threshold = 0.123456789F;
  session.score_map = ScoreMap::purple_green;
  session.weight_map = WeightMap::cividis;
  session.grid_weight = GridWeight::output;
  session.score_part = ScorePartKind::position;
  session.router_map = RouterMap::load;
  session.experts_by_load = true;
  session.expert = 127;
  session.kinds = parse_kinds("flash:16,first_last:2:5,hard");
  session.training = {.task = {train::TaskKind::text, 7, 3, 4, "a cat «sat» on it"},
                      .shape = {3, 2, 48, 96, train::NormKind::rms_norm, train::PositionKind::alibi,
                                train::WeighKind::linear, 5, 64, 32},
                      .batch = 16,
                      .rate = 0.0123F,
                      .seed = 99,
                      .steps = 1234,
                      .folder = "/somewhere/else"};
  session.council = {.shown = true, .layers = 3, .heads = 2, .width = 48, .rate = 0.0045F, .seed = 77, .steps = 543};
  session.stage = {"change", {{"look", {"layers", "arcs"}}, {"change", {"effect"}}}, "effect", 4};
  session.layers_whole_text = true;
  session.generate = {true, 0.7F, 5, 9, 11, 12.5F};
  session.pins = {{"A",
                   reading_of(session),
                   {{{TokenAnchor::Kind::byte, 3, 1}, {TokenAnchor::Kind::byte, 4, 0}, TextSide::decoder}}},
                  {"before the cat", {}, {}}};
  session.pins[0].reading.interventions = {every_intervention().front()};
  session.baseline = "before the cat";
  session.shown = Shown::difference;
  session.interventions = every_intervention();
  session.written = {reading_of(session),
                     {{CacheStep::Why::prompt, 7, 0, 0, 1.5},
                      {CacheStep::Why::token, 8, 7, 0, 0.25},
                      {CacheStep::Why::text, 8, 5, 3, 0.5}}};
  return session;
}

Proof some_proof() {
  return {"sha256:00ff", 123456, {101, 7, 102}, {5, 0}, {{AttentionKind::cross, {1, 2}, 3, 4, -0.1F, 0.3333333F}, {}},
          "sha256:11ee"};
}

Error error_of(const std::string& json) {
  try {
    (void)session_from_json(json, "mine.json");
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "accepted: " << json;
  return {"none", {}};
}

TEST(SessionFile, EveryFieldComesBackBitEqual) {
  const Session session = everything_chosen();
  EXPECT_EQ(session_from_json(to_json(session), "x"), session);
  EXPECT_EQ(session_from_json(to_json(Session{}), "x"), Session{});
}

TEST(SessionFile, NumbersAreWrittenWithTheFewestDigits) {
  EXPECT_NE(to_json(Session{}).find("\"arc_threshold\": 0.05,"), std::string::npos);
}

TEST(SessionFile, StepsOfATextThatIsGoneAreNotSaved) {
  Session session = everything_chosen();
  session.text += "!";
  EXPECT_TRUE(session_from_json(to_json(session), "mine.json").written.steps.empty());
}

TEST(SessionFile, AStepCannotTakeOverMoreRowsThanItHas) {
  const Session read = session_from_json(
      R"({"format": 2, "written_steps": [{"why": "token", "tokens": 3, "reused": 9, "ms": -1}]})", "mine.json");
  ASSERT_EQ(read.written.steps.size(), 1U);
  EXPECT_EQ(read.written.steps[0].computed(), 0U);
  EXPECT_EQ(read.written.steps[0].milliseconds, 0.0);
}

TEST(SessionFile, UnknownKeysAreIgnoredAndMissingOnesKeepTheirDefaults) {
  Session expected;
  expected.text = "hello";
  EXPECT_EQ(session_from_json(R"({"format": 1, "text": "hello", "mood": [1, 2]})", "x"), expected);
}

TEST(SessionFile, AWrongTypeIsNamedWithItsPlaceAndWhatWasFound) {
  const Error text = error_of(R"({"format": 1, "text": 7})");
  EXPECT_EQ(text.code(), "session_value");
  EXPECT_EQ(text.details().file, "mine.json");
  EXPECT_EQ(text.details().item, "text");
  EXPECT_EQ(text.details().found, "7");
  EXPECT_EQ(error_of(R"({"format": 1, "query": {"value": -1}})").details().item, "query.value");
  EXPECT_EQ(error_of(R"({"format": 1, "head": {"layer": 1.5}})").details().item, "head.layer");
  EXPECT_EQ(error_of(R"({"format": 1, "compared_heads": [{"layer": 0}, 3]})").details().item, "compared_heads[1]");
  EXPECT_EQ(error_of(R"({"format": 1, "mask": "sideways"})").details().expected,
            R"("as_trained" / "causal" / "bidirectional")");
  EXPECT_EQ(error_of(R"({"format": 1, "hide_special": 1})").details().item, "hide_special");
  EXPECT_EQ(error_of(R"({"format": 1, "temperature": "hot"})").details().item, "temperature");
  EXPECT_EQ(error_of(R"({"format": 1, "temperature": 1e300})").details().item, "temperature");
  EXPECT_EQ(error_of(R"({"format": 1, "head": {"layer": 18446744073709551615}})").details().item, "head.layer");
}

TEST(SessionFile, WhatIsNoSessionIsRefusedInWords) {
  EXPECT_EQ(error_of("").code(), "json_syntax");
  EXPECT_EQ(error_of("{\"format\": 1").code(), "json_syntax");
  EXPECT_EQ(error_of("[1, 2]").code(), "session_value");
  EXPECT_EQ(error_of("{}").code(), "json_missing");
  EXPECT_EQ(error_of(R"({"format": "1"})").code(), "session_value");
  EXPECT_EQ(error_of(R"({"format": 0})").code(), "session_value");
  EXPECT_EQ(error_of(R"({"format": 4})").code(), "session_version");
}

TEST(SessionFile, OversizedListsAndTextsAreRefused) {
  std::string heads;
  for (int head = 0; head < 100; ++head)
    heads += (head > 0 ? "," : "") + std::string("{}");
  EXPECT_EQ(error_of("{\"format\": 1, \"compared_heads\": [" + heads + "]}").details().item, "compared_heads");
  EXPECT_EQ(error_of("{\"format\": 1, \"text\": \"" + std::string(9U << 20, 'a') + "\"}").details().item, "text");
}

TEST(SessionFile, BytesThatAreNoUtf8DoNotStopASave) {
  Session session;
  session.text = "a\xFFz";
  EXPECT_EQ(session_from_json(to_json(session), "x").text, "a\xEF\xBF\xBDz");
}

TEST(SessionFile, InterventionsAreSpelledAsForTheCommandLineWithWordsForTokenNumbers) {
  Session session;
  session.interventions = {every_intervention()[1]};
  session.interventions.front().stroke = 7;
  const std::string json = to_json(session);
  for (const char* part : {R"("on": false)", R"("kind": "add")", R"("layer": 3)", R"("amount": -0.1,)",
                           R"("queries": {)", R"("kind": "special_front")"})
    EXPECT_NE(json.find(part), std::string::npos) << part << " in " << json;
  EXPECT_EQ(json.find("stroke"), std::string::npos) << "of the moment it is drawn";
  EXPECT_EQ(session_from_json(json, "x").interventions.front().stroke, 0U);
}

TEST(SessionFile, AnInterventionThatSaysMoreOrLessThanItsKindReadsIsRefusedByItsPlace) {
  const auto item_of = [](const std::string& item) {
    return error_of(R"({"format": 2, "interventions": [{"kind": "no_positions"}, )" + item + "]}").details().item;
  };
  EXPECT_EQ(item_of(R"({"kind": "wish"})"), "interventions[1].kind");
  EXPECT_EQ(item_of(R"({"layer": 1})"), "interventions[1].kind");
  EXPECT_EQ(item_of(R"({"kind": "mask"})"), "interventions[1].cells");
  EXPECT_EQ(item_of(R"({"kind": "mask", "cells": [{"queries": 3}]})"), "interventions[1].cells[0].queries");
  EXPECT_EQ(item_of(R"({"kind": "mask", "cells": [{"queries": {"first": {"value": -1}}}]})"),
            "interventions[1].cells[0].queries.first.value");
  EXPECT_EQ(item_of(R"({"kind": "scale", "amount": "much"})"), "interventions[1].amount");
  EXPECT_EQ(item_of(R"({"kind": "scale", "amount": 1e39})"), "interventions[1].amount");
  EXPECT_EQ(item_of(R"({"kind": "scale", "amount": 1, "mean": true})"), "interventions[1].mean");
  EXPECT_EQ(item_of(R"({"kind": "no_positions", "positions": []})"), "interventions[1].positions");
  EXPECT_EQ(item_of(R"({"kind": "no_positions", "on": 1})"), "interventions[1].on");
  EXPECT_EQ(item_of("7"), "interventions[1]");
  EXPECT_EQ(error_of(R"({"format": 2, "pins": [{"reading": {"interventions": [{"kind": "scale"}]}}]})").details().item,
            "pins[0].reading.interventions[0].amount");
}

TEST(SessionFile, NumbersOfWhatIsToLearnThatNoPanelWritesAreRefusedByTheirPlace) {
  const auto item_of = [](const std::string& object, const std::string& field) {
    return error_of("{\"format\": 3, \"" + object + "\": {" + field + "}}").details().item;
  };
  for (const std::string object : {"training", "council"}) {
    EXPECT_EQ(item_of(object, R"("layers": 65537)"), object + ".layers");
    EXPECT_EQ(item_of(object, R"("heads": -1)"), object + ".heads");
    EXPECT_EQ(item_of(object, R"("width": 1e300)"), object + ".width");
    EXPECT_EQ(item_of(object, R"("rate": 1e39)"), object + ".rate");
    EXPECT_EQ(item_of(object, R"("rate": "fast")"), object + ".rate");
    EXPECT_EQ(item_of(object, R"("seed": 9007199254740993)"), object + ".seed");
    EXPECT_EQ(item_of(object, R"("steps": 100001)"), object + ".steps");
    EXPECT_EQ(error_of("{\"format\": 3, \"" + object + "\": [4]}").details().item, object);
  }
  EXPECT_EQ(item_of("council", R"("shown": 1)"), "council.shown");
}

TEST(SessionFile, WhatIsToLearnIsBroughtIntoItsRangesAndWhatIsMissingIsAsUsual) {
  const Session read = session_from_json(R"({"format": 3, "training": {"steps": 0, "rate": -1},
                                             "council": {"heads": 65536, "steps": 0, "rate": -1, "mood": 3}})",
                                         "x");
  EXPECT_EQ(read.training.steps, 1U);
  EXPECT_EQ(read.training.rate, TrainingChoices{}.rate);
  EXPECT_EQ(read.council, (CouncilChoices{.heads = 65'536, .steps = 1})) << "too many heads are told before the start";
  EXPECT_EQ(session_from_json(R"({"format": 3, "training": {"heads": 2}})", "x").council, CouncilChoices{});
}

TEST(SessionFile, MorePinsInterventionsCellsOrNumbersThanThereMayBeAreRefused) {
  const auto many = [](const std::string& item, std::size_t count) {
    std::string list = "[" + item;
    for (std::size_t index = 1; index < count; ++index)
      list += "," + item;
    return list + "]";
  };
  const auto item_of = [](const std::string& fields) {
    return error_of("{\"format\": 2, " + fields + "}").details().item;
  };
  EXPECT_EQ(item_of("\"pins\": " + many("{}", max_pins + 1)), "pins");
  EXPECT_EQ(item_of("\"interventions\": " + many(R"({"kind": "no_positions"})", max_interventions + 1)),
            "interventions");
  EXPECT_EQ(item_of(R"("interventions": [{"kind": "mask", "cells": )" + many("{}", 65537) + "}]"),
            "interventions[0].cells");
  EXPECT_EQ(item_of(R"("pins": [{"pairs": )" + many("{}", 4097) + "}]"), "pins[0].pairs");
  EXPECT_EQ(item_of(R"("pins": [{"name": ")" + std::string(257, 'A') + "\"}]"), "pins[0].name");
  EXPECT_EQ(item_of(R"("pins": [{"reading": {"text": ")" + std::string(9U << 20, 'a') + "\"}}]"),
            "pins[0].reading.text");
  EXPECT_EQ(item_of(R"("proof": {"cells": )" + many("{}", max_checked_cells + 1) + "}"), "proof.cells");
  EXPECT_EQ(item_of(R"("proof": {"ids": )" + many("1", max_checked_ids + 1) + "}"), "proof.ids");
  EXPECT_EQ(item_of(R"("proof": {"ids": [1, -2]})"), "proof.ids[1]");
  EXPECT_EQ(item_of(R"("proof": {"cells": [{"weight": null}]})"), "proof.cells[0].weight");
}

TEST(SessionFile, PinsOfOneNameGetTwoAndABaselineThatIsNotThereIsNone) {
  const Session read = session_from_json(
      R"({"format": 2, "pins": [{"name": "A"}, {"name": "A"}, {}], "baseline": "Z", "shown": "baseline"})", "x");
  ASSERT_EQ(read.pins.size(), 3U);
  EXPECT_EQ(read.pins[0].name, "A");
  EXPECT_NE(read.pins[1].name, "A");
  EXPECT_NE(read.pins[2].name, read.pins[1].name);
  EXPECT_EQ(read.baseline, "");
}

TEST(SessionFile, TheFileOfAnOlderProgramOpensAsItWas) {
  const SessionFile read = load_session(REGARD_TESTS_DIR "/app/session/format-1.json");
  Session expected;
  expected.model = "council";
  expected.text = "Старый король дал принцу меч.";
  expected.head = {2, 1};
  EXPECT_EQ(read.session->model, expected.model);
  EXPECT_EQ(read.session->text, expected.text);
  EXPECT_EQ(read.session->head, expected.head);
  EXPECT_TRUE(read.session->pins.empty());
  EXPECT_TRUE(read.session->interventions.empty());
  EXPECT_EQ(read.session->shown, Shown::live);
  EXPECT_EQ(read.session->council, CouncilChoices{}) << "councils came later";
  EXPECT_EQ(read.proof, Proof{});
}

TEST(SessionFile, ASavedSessionIsLoadedFromDiskWithItsProof) {
  const Folder folder;
  const SessionFile file{everything_chosen(), some_proof()};
  save_session(file, folder / "one.json");
  EXPECT_EQ(load_session(folder / "one.json"), file);
}

TEST(SessionFile, AFailedSaveNamesTheFileAndLeavesTheOldOne) {
  const Folder folder;
  const fs::path nowhere = folder / "missing/one.json";
  try {
    save_session({}, nowhere);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.details().file, nowhere.string());
  }
  EXPECT_THROW(save_session({}, folder / ""), Error);
  EXPECT_THROW((void)load_session(nowhere), Error);
}

TEST(SessionFile, WhatCouldNotBeOpenedAgainIsNotWritten) {
  const Folder folder;
  save_session({everything_chosen(), {}}, folder / "one.json");
  Session large = everything_chosen();
  large.text = std::string(9U << 20, 'a');
  EXPECT_THROW(save_session({large, {}}, folder / "one.json"), Error);
  EXPECT_EQ(load_session(folder / "one.json").session, everything_chosen());
}

TEST(Preferences, EveryFieldComesBack) {
  Preferences preferences;
  preferences.language = Language::en;
  preferences.theme = ThemeChoice::light;
  preferences.text_scale = 1.3F;
  preferences.classroom_scale = 0.9F;
  preferences.left_share = 0.31F;
  preferences.grids_share = 0.47F;
  preferences.animate = false;
  preferences.recent_models = {"b", "a"};
  EXPECT_EQ(preferences_from_json(to_json(preferences), "x"), preferences);
  const Folder folder;
  save_preferences(preferences, folder / "new/folder/preferences.json");
  EXPECT_EQ(load_preferences(folder / "new/folder/preferences.json"), preferences);
}

TEST(Preferences, ABrokenFileGivesTheDefaultsAndSaysWhy) {
  const Folder folder;
  for (const std::string text :
       {"", "{", "[]", R"({"format": 1, "text_scale": "big"})", R"({"format": 1, "language": "fr"})"}) {
    write(folder / "broken.json", text);
    std::optional<Error> problem;
    EXPECT_EQ(load_preferences(folder / "broken.json", &problem), Preferences{});
    EXPECT_TRUE(problem.has_value()) << text;
    EXPECT_EQ(contents(folder / "broken.json"), text);
  }
  std::optional<Error> problem;
  EXPECT_EQ(load_preferences(folder / "absent.json", &problem), Preferences{});
  EXPECT_FALSE(problem.has_value());
}

TEST(Preferences, NumbersAreBroughtIntoTheirRangesAndModelsBounded) {
  const Preferences read = preferences_from_json(
      R"({"format": 1, "text_scale": 99, "classroom_scale": 0, "left_share": -3, "recent_models": ["a","a","b","c","d","e","f","g","h","i"]})",
      "x");
  EXPECT_EQ(read.text_scale, 2.5F);
  EXPECT_EQ(read.classroom_scale, 0.7F);
  EXPECT_GT(read.left_share, 0.0F);
  EXPECT_EQ(read.recent_models, (std::vector<std::string>{"a", "b", "c", "d", "e", "f", "g", "h"}));
}

TEST(Preferences, ThePathFollowsTheXdgVariable) {
  ::setenv("XDG_CONFIG_HOME", "/somewhere", 1);
  EXPECT_EQ(preferences_path(), "/somewhere/regard/preferences.json");
  ::setenv("XDG_CONFIG_HOME", "relative", 1);
  ::setenv("HOME", "/home/me", 1);
  EXPECT_EQ(preferences_path(), "/home/me/.config/regard/preferences.json");
  ::unsetenv("XDG_CONFIG_HOME");
  EXPECT_EQ(preferences_path(), "/home/me/.config/regard/preferences.json");
  for (const char* nowhere : {"", "relative"}) {
    ::setenv("HOME", nowhere, 1);
    EXPECT_EQ(preferences_path(), "") << "not in whatever folder one stands in";
  }
  ::unsetenv("HOME");
  EXPECT_EQ(preferences_path(), "");
  ::setenv("HOME", "/home/me", 1);  // for the tests behind this one
}

TEST(SessionFile, APanelAtTheSideOfOldFormatsStandsInItsWorkspace) {
  const auto stage_of = [](const std::string& side) {
    return session_from_json(R"({"format": 2, "side": ")" + side + "\"}", "x").stage;
  };
  EXPECT_EQ(stage_of("layers"), (Stage{"look", {{"look", {"layers"}}}, ""}));
  EXPECT_EQ(stage_of("kv_cache"), (Stage{"write", {{"write", {"kv_cache"}}}, ""}));
  EXPECT_EQ(stage_of("effect"), (Stage{"change", {{"change", {"effect"}}}, ""}));
  EXPECT_EQ(session_from_json(R"({"format": 1})", "x").stage, Stage{});
}

}  // namespace
}  // namespace regard
