// SPDX-License-Identifier: Apache-2.0
#include "app/style/locale.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace regard {
namespace {

namespace fs = std::filesystem;

class Locale : public ::testing::Test {
protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / ("regard_locale_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    write("ru", R"({"a": {"title": "Голова", "sum": "{name}: {value} из {value}, {other}"},
                    "tokens": {"one": "{count} токен", "few": "{count} токена", "many": "{count} токенов"},
                    "error": {"file_missing": "Нет файла {file}.", "file_unreadable": "{file}: {found}."},
                    "outside": {"Permission denied": "нет прав доступа"}})");
    write("en", R"({"a": {"title": "Head", "sum": "{name} has {value}"},
                    "tokens": {"one": "{count} token", "other": "{count} tokens"}})");
    load_locale(folder_);
    set_language(Language::ru);
  }
  void TearDown() override {
    set_string_test(StringTest::none);
    fs::remove_all(folder_);
  }
  void write(const std::string& language, const std::string& text) const {
    std::ofstream(folder_ / (language + ".json")) << text;
  }
  fs::path folder_;
};

TEST_F(Locale, a_key_names_nested_objects_by_dots_and_follows_the_language) {
  EXPECT_STREQ(tr("a.title"), "Голова");
  set_language(Language::en);
  EXPECT_STREQ(tr("a.title"), "Head");
}

TEST_F(Locale, an_unknown_key_comes_back_as_itself_and_stays_valid) {
  const char* first = tr("nobody.knows");
  for (int other = 0; other < 100; ++other)
    (void)tr("nobody.knows." + std::to_string(other));
  EXPECT_STREQ(first, "nobody.knows");
  EXPECT_EQ(tr("nobody.knows"), first);
}

TEST_F(Locale, names_in_braces_are_replaced_once_and_unknown_ones_stay) {
  EXPECT_EQ(tr("a.sum", {{"name", "слой {value}"}, {"value", 7}}), "слой {value}: 7 из 7, {other}");
}

TEST_F(Locale, russian_plurals_have_three_forms) {
  EXPECT_EQ(tr_plural("tokens", 1), "1 токен");
  EXPECT_EQ(tr_plural("tokens", 3), "3 токена");
  EXPECT_EQ(tr_plural("tokens", 5), "5 токенов");
  EXPECT_EQ(tr_plural("tokens", 11), "11 токенов");
  EXPECT_EQ(tr_plural("tokens", 112), "112 токенов");
  EXPECT_EQ(tr_plural("tokens", 121), "121 токен");
  EXPECT_EQ(tr_plural("tokens", 0), "0 токенов");
}

TEST_F(Locale, english_plurals_have_two_forms) {
  set_language(Language::en);
  EXPECT_EQ(tr_plural("tokens", 1), "1 token");
  EXPECT_EQ(tr_plural("tokens", 21), "21 tokens");
}

TEST_F(Locale, as_a_test_every_text_becomes_x_and_what_fills_its_holes_stays) {
  set_string_test(StringTest::x);
  EXPECT_STREQ(tr("a.title"), "X");
  EXPECT_EQ(tr("a.sum", {{"name", "слой"}, {"value", 7}}), "X слой 7 7 {other}");
  EXPECT_EQ(tr_plural("tokens", 3), "X 3");
  EXPECT_EQ(tr(Error("file_missing", {.file = "x.json"})), "X x.json");
  EXPECT_STREQ(tr("nobody.knows"), "nobody.knows") << "what no file has is seen";
  set_string_test(StringTest::none);
  EXPECT_STREQ(tr("a.title"), "Голова");
}

TEST_F(Locale, as_a_test_every_text_becomes_twice_itself_or_a_long_line) {
  set_string_test(StringTest::twice);
  EXPECT_STREQ(tr("a.title"), "Голова Голова");
  EXPECT_EQ(tr_plural("tokens", 2), "2 токена 2 токена");
  set_string_test(StringTest::lengthened);
  EXPECT_GE(std::string(tr("a.title")).size(), 80U);
  load_locale(folder_);
  EXPECT_GE(std::string(tr("a.title")).size(), 80U) << "also what is loaded later";
  EXPECT_EQ(tested("{not a hole}", StringTest::x), "X");
}

TEST_F(Locale, an_error_is_told_in_the_language_chosen_or_else_in_english) {
  EXPECT_EQ(tr(Error("file_missing", {.file = "x.json"})), "Нет файла x.json.");
  const Error other("file_unwritable", {.file = "y", .found = "no space"});
  EXPECT_EQ(tr(other), other.what());
}

TEST_F(Locale, what_the_system_says_is_told_in_the_language_chosen_where_it_is_known) {
  EXPECT_EQ(tr(Error("file_unreadable", {.file = "x", .found = "Permission denied"})), "x: нет прав доступа.");
  EXPECT_EQ(tr(Error("file_unreadable", {.file = "x", .found = "Bad weather"})), "x: Bad weather.");
  set_language(Language::en);
  const Error error("file_unreadable", {.file = "x", .found = "Permission denied"});
  EXPECT_EQ(tr(error), error.what());
}

TEST_F(Locale, a_broken_file_is_an_error_and_the_texts_stay) {
  write("en", "{\"a\": [1]}");
  EXPECT_THROW(load_locale(folder_), Error);
  write("en", "{\"a\": ");
  EXPECT_THROW(load_locale(folder_), Error);
  fs::remove(folder_ / "en.json");
  EXPECT_THROW(load_locale(folder_), Error);
  EXPECT_STREQ(tr("a.title"), "Голова");
}

// The files that are shipped.
TEST(ShippedLocale, every_error_has_a_sentence_in_both_languages_and_the_english_one_is_the_programs) {
  load_locale(fs::path(REGARD_ASSETS_DIR) / "locale");
  for (const auto& [code, sentence] : error_messages()) {
    const std::string key = "error." + std::string(code);
    set_language(Language::en);
    EXPECT_EQ(tr(key), sentence) << key;
    set_language(Language::ru);
    EXPECT_NE(tr(key), key) << "no Russian sentence";
  }
}

}  // namespace
}  // namespace regard
