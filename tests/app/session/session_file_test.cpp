// SPDX-License-Identifier: Apache-2.0
#include "app/session/session_file.h"

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
  session.side = "layers";
  session.layers_whole_text = true;
  return session;
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
  EXPECT_EQ(error_of(R"({"format": 2})").code(), "session_version");
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

TEST(SessionFile, ASavedSessionIsLoadedFromDisk) {
  const Folder folder;
  save_session(everything_chosen(), folder / "one.json");
  EXPECT_EQ(load_session(folder / "one.json"), everything_chosen());
}

TEST(SessionFile, AFailedSaveNamesTheFileAndLeavesTheOldOne) {
  const Folder folder;
  const fs::path nowhere = folder / "missing/one.json";
  try {
    save_session(Session{}, nowhere);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.details().file, nowhere.string());
  }
  EXPECT_THROW(save_session(Session{}, folder / ""), Error);
  EXPECT_THROW((void)load_session(nowhere), Error);
}

TEST(Preferences, EveryFieldComesBack) {
  Preferences preferences;
  preferences.language = Language::en;
  preferences.theme = ThemeChoice::light;
  preferences.text_scale = 1.3F;
  preferences.left_share = 0.31F;
  preferences.grids_share = 0.47F;
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
      R"({"format": 1, "text_scale": 99, "left_share": -3, "recent_models": ["a","a","b","c","d","e","f","g","h","i"]})",
      "x");
  EXPECT_EQ(read.text_scale, 2.5F);
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
}

}  // namespace
}  // namespace regard
