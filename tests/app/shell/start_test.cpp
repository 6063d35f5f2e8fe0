// SPDX-License-Identifier: Apache-2.0
#include "app/shell/start.h"
#include "app/session/session.h"

#include "app/base/model_path.h"
#include "app/session/session_file.h"
#include "app/shell/clipboard.h"
#include "core/base/error.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace regard::shell {
namespace {

namespace fs = std::filesystem;

const fs::path kAssets = REGARD_ASSETS_DIR;

/// A home of its own, so that nobody's preferences are read.
class Start : public ::testing::Test {
protected:
  void SetUp() override {
    home_ = fs::temp_directory_path() / ("regard-start-" + std::to_string(getpid()));
    fs::create_directories(home_);
    setenv("XDG_CONFIG_HOME", home_.c_str(), 1);
    setenv("LC_ALL", "ru_RU.UTF-8", 1);
  }
  void TearDown() override {
    unsetenv("XDG_CONFIG_HOME");
    setenv("LC_ALL", "C.UTF-8", 1);
    fs::remove_all(home_);
  }
  fs::path home_{};
};

TEST_F(Start, begins_with_the_first_sentence_and_its_question) {
  const shell::Start start = make_start({}, kAssets);
  EXPECT_EQ(start.session.text, "Кошка, которая сидела на крыше, смотрела на птицу.");
  EXPECT_EQ(start.session.text.find("смотрела"), start.session.query.value);
  EXPECT_EQ(start.relation, "predicate_subject");
  EXPECT_EQ(start.preferences.language, Language::ru);
  EXPECT_TRUE(start.messages.empty());
}

TEST_F(Start, a_machine_that_speaks_english_begins_with_an_english_sentence) {
  setenv("LC_ALL", "en_GB.UTF-8", 1);
  const shell::Start english = make_start({}, kAssets);
  EXPECT_EQ(english.session.text, "The cat that was sitting on the roof looked at the bird.");
  EXPECT_EQ(english.session.text.find("looked"), english.session.query.value);
  regard::WindowOptions russian;
  russian.lang = Language::ru;
  EXPECT_EQ(make_start(russian, kAssets).session.text, "Кошка, которая сидела на крыше, смотрела на птицу.");
}

TEST_F(Start, the_language_is_the_machines_until_somebody_chooses) {
  setenv("LC_ALL", "de_DE.UTF-8", 1);
  EXPECT_EQ(make_start({}, kAssets).preferences.language, Language::en);
  Preferences chosen;
  chosen.language = Language::ru;
  save_preferences(chosen, preferences_path());
  EXPECT_EQ(make_start({}, kAssets).preferences.language, Language::ru);
}

TEST_F(Start, the_command_line_wins) {
  regard::WindowOptions options;
  options.text = "the\tking\r\nsaid\n";  // as the command line reads it
  options.layer = 2;
  options.head = 5;
  options.model = "some/folder";
  options.lang = Language::en;
  options.theme = ThemeChoice::light;
  const shell::Start start = make_start(options, kAssets);
  EXPECT_EQ(start.session.text, "the\tking\r\nsaid\n");
  EXPECT_EQ(start.session.head, (HeadRef{2, 5}));
  EXPECT_EQ(start.session.model, "some/folder");
  EXPECT_EQ(start.preferences.language, Language::en);
  EXPECT_EQ(start.preferences.theme, ThemeChoice::light);
  EXPECT_EQ(start.relation, "") << "a chosen head is not replaced by a guided one";
}

TEST(OneLine, breaks_and_tabs_become_spaces) {
  EXPECT_EQ(one_line("first\r\nsecond\tthird\nfourth"), "first second third fourth");
}

TEST_F(Start, broken_preferences_are_told_and_replaced_by_defaults) {
  fs::create_directories(preferences_path().parent_path());
  std::ofstream(preferences_path()) << "{ broken";
  const shell::Start start = make_start({}, kAssets);
  ASSERT_EQ(start.messages.size(), 1U);
  ASSERT_TRUE(start.messages.front().error);
  EXPECT_EQ(start.messages.front().error->code(), "json_syntax");
}

TEST_F(Start, a_session_file_that_cannot_be_read_is_an_error) {
  regard::WindowOptions options;
  options.session = home_ / "absent.json";
  EXPECT_THROW(static_cast<void>(make_start(options, kAssets)), Error);
}

TEST_F(Start, missing_assets_are_an_error) {
  EXPECT_THROW(static_cast<void>(make_start({}, {})), Error);
  EXPECT_THROW(static_cast<void>(make_start({}, home_)), Error);
}

TEST(Examples, have_the_word_they_select) {
  const Examples groups = load_examples(kAssets / "examples.json");
  ASSERT_EQ(groups.size(), 8U);
  for (const ExampleGroup& group : groups) {
    EXPECT_TRUE(fs::is_regular_file(kAssets / "models" / group.model / "config.json")) << group.model;
    EXPECT_EQ(group.apart, group.model == "melody" || group.model == "digits");
    EXPECT_GE(group.examples.size(), group.apart ? 3U : 8U);
    for (const Example& example : group.examples)
      EXPECT_NE(example.text.find(example.select), std::string::npos) << example.text;
  }
}

TEST(Examples, that_are_pictures_are_there_and_have_a_title) {
  std::size_t pictures = 0;
  for (const ExampleGroup& group : load_examples(kAssets / "examples.json"))
    for (const Example& example : group.examples) {
      EXPECT_FALSE(label_of(example).empty());
      EXPECT_NE(example.text.empty(), example.image.empty()) << "either a text or a picture";
      if (example.image.empty()) continue;
      ++pictures;
      EXPECT_TRUE(fs::is_regular_file(kAssets / "examples" / example.image)) << example.image;
    }
  EXPECT_EQ(pictures, 8U);
}

TEST(Examples, a_picture_leaves_the_text_and_a_text_the_picture) {
  const Session text = with_example({}, {"the cat sat", "sat", ""}, nullptr);
  const Session both = with_example(text, {"", "", "", "The digit 2", "digit-2.png"}, nullptr);
  EXPECT_EQ(both.text, "the cat sat");
  EXPECT_EQ(both.image, "digit-2.png");
  EXPECT_EQ(both.query.value, 0U) << "the class token asks";
  EXPECT_EQ(with_example(both, {"a dog", "dog", ""}, nullptr).image, "digit-2.png");
}

TEST(Examples, a_model_that_reads_no_words_begins_with_a_text_of_its_own_and_so_does_the_one_after_it) {
  const Examples examples{{Language::ru, "council", {{"кот", "кот", ""}}},
                          {Language::en, "council", {{"the cat", "cat", ""}}},
                          {Language::en, "narrator", {{"the dog", "dog", ""}}},
                          {Language::ru, "melody", {{"C4 D4", "D4", ""}}, true},
                          {Language::ru, "digits", {{"", "", "", "2", "2.png"}}, true}};
  const auto begins = [&](const char* from, const char* to, Language language) {
    const ExampleGroup* group = text_to_begin_with(examples, from, to, language);
    return group == nullptr ? std::string() : group->examples.front().text;
  };
  EXPECT_EQ(begins("council", "melody", Language::ru), "C4 D4");
  EXPECT_EQ(begins("/home/me/gpt2", "melody", Language::en), "C4 D4") << "another language is better than nothing";
  EXPECT_EQ(begins("melody", "council", Language::en), "the cat");
  EXPECT_EQ(begins("melody", "council", Language::ru), "кот");
  EXPECT_EQ(begins("council", "narrator", Language::en), "") << "both read words";
  EXPECT_EQ(begins("melody", "melody", Language::en), "");
  EXPECT_EQ(begins("melody", "/home/me/gpt2", Language::en), "") << "there is nothing of its own";
  EXPECT_EQ(begins("council", "digits", Language::en), "") << "a picture takes no text's place";
}

TEST_F(Start, a_model_of_notes_begins_with_notes_unless_a_text_is_given) {
  regard::WindowOptions options;
  options.lang = Language::en;
  options.model = "melody";
  const shell::Start start = make_start(options, kAssets);
  EXPECT_TRUE(start.session.text.starts_with("K:")) << start.session.text;
  EXPECT_EQ(start.relation, "induction");
  options.text = "C4 D4";
  EXPECT_EQ(make_start(options, kAssets).session.text, "C4 D4");
  options.text.reset();
  options.model = "narrator";
  EXPECT_EQ(make_start(options, kAssets).session.text, "The cat that was sitting on the roof looked at the bird.");
}

TEST(Examples, choose_the_guided_head_where_the_model_has_it) {
  Model model;
  model.roles.push_back({.head = {3, 2}, .relation = "predicate_object"});
  const Example example{"The girl reads a book.", "reads", "predicate_object"};
  Session before;
  before.head = {1, 1};
  EXPECT_EQ(with_example(before, example, &model).head, (HeadRef{3, 2}));
  EXPECT_EQ(with_example(before, example, nullptr).head, (HeadRef{1, 1}));
}

TEST(Examples, of_another_model_begin_clean) {
  Session session;
  session.text = "the cat";
  session.pins = {{"A", {}, {}}};
  session.baseline = "A";
  session.shown = Shown::difference;
  session.compared_heads = {{1, 2}};
  session.interventions.emplace_back();
  session.decoder_text = "die Katze";
  session.head = {1, 1};
  session.arc_threshold = 0.3F;
  Session expected;
  expected.text = "the cat";
  expected.arc_threshold = 0.3F;
  start_clean(session);
  EXPECT_EQ(session, expected) << "the text and how one looks stay";
}

TEST(Examples, the_first_one_of_a_language_is_found) {
  const Examples examples{{Language::ru, "council", {}},
                          {Language::en, "council", {{"the cat", "cat", ""}}},
                          {Language::ru, "narrator", {{"кот", "кот", ""}}}};
  EXPECT_EQ(first_example(examples, Language::ru)->text, "кот");
  EXPECT_EQ(first_example(examples, Language::en)->text, "the cat");
  EXPECT_EQ(first_example({{Language::ru, "council", {{"кот", "кот", ""}}}}, Language::en)->text, "кот");
  EXPECT_EQ(first_example({}, Language::en), nullptr);
}

TEST(Models, a_plain_name_means_a_built_in_model_and_a_tilde_the_home) {
  const fs::path assets = fs::temp_directory_path() / ("regard-models-" + std::to_string(getpid()));
  fs::create_directories(assets / "models" / "tiny");
  std::ofstream(assets / "models" / "tiny" / "config.json") << "{}";
  EXPECT_EQ(default_model(assets), "tiny");
  EXPECT_EQ(model_path("tiny", assets), (assets / "models" / "tiny").string());
  EXPECT_EQ(model_path("./tiny", assets), "./tiny");
  EXPECT_EQ(model_path("~/tiny", assets), std::string(std::getenv("HOME")) + "/tiny");
  EXPECT_THROW(static_cast<void>(model_path("", assets)), Error);
  fs::remove_all(assets);
}

}  // namespace
}  // namespace regard::shell
