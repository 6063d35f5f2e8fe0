// SPDX-License-Identifier: Apache-2.0
// Which files are lessons, and which one is meant.
#include "app/lesson/lesson_files.h"
#include "core/base/error.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace regard {
namespace {

namespace fs = std::filesystem;

class LessonFiles : public ::testing::Test {
protected:
  void SetUp() override {
    root = fs::path(::testing::TempDir()) / ("regard-lesson-files-" + std::to_string(getpid()));
    built_in = root / "lessons";
    fs::create_directories(built_in);
    for (const char* name : {"01-first.en.md", "01-first.ru.md", "02-second.ru.md", "10-tenth.ru.md", "README.en.md",
                             "README.md", "glossary.en.md", ".hidden.md", "notes.txt"})
      write(built_in / name);
    fs::create_directory(built_in / "template");
  }
  void TearDown() override { fs::remove_all(root); }
  static void write(const fs::path& file) { std::ofstream(file) << "a lesson"; }
  static std::string refused(const std::string& given, const fs::path& folder) {
    try {
      return "took it for " + lesson_meant(given, folder);
    } catch (const Error& error) {
      return error.code() + ": " + error.details().expected;
    }
  }
  fs::path root{}, built_in{};
};

TEST_F(LessonFiles, AreMarkdownButReadmeAndGlossary) {
  EXPECT_EQ(lesson_stem("01-look.ru.md"), "01-look");
  EXPECT_EQ(lesson_stem("own.md"), "own");
  EXPECT_EQ(lesson_stem("README-of-mine.md"), "README-of-mine");
  for (const char* name : {"README.ru.md", "README.md", "glossary.en.md", ".own.md", ".md", "own.txt", "own.md.txt"})
    EXPECT_EQ(lesson_stem(name), "") << name;
  EXPECT_EQ(lessons_in(built_in), (std::vector<std::string>{"01-first", "02-second", "10-tenth"}));
  EXPECT_EQ(lesson_files_in(built_in),
            (std::vector<fs::path>{built_in / "01-first.en.md", built_in / "01-first.ru.md",
                                   built_in / "02-second.ru.md", built_in / "10-tenth.ru.md"}));
  EXPECT_TRUE(is_lesson_file(built_in / "01-first.ru.md"));
  EXPECT_FALSE(is_lesson_file(built_in / "README.md"));
  EXPECT_FALSE(is_lesson_file(built_in / "notes.txt"));
  EXPECT_FALSE(is_lesson_file(built_in / "03-none.md"));
  EXPECT_TRUE(lessons_in(root / "nowhere").empty());
}

TEST_F(LessonFiles, SayTheirLanguageByTheirName) {
  EXPECT_EQ(language_of_lesson("a/01-look.ru.md"), Language::ru);
  EXPECT_EQ(language_of_lesson("01-look.en.md"), Language::en);
  EXPECT_FALSE(language_of_lesson("own.md"));
  EXPECT_FALSE(language_of_lesson("own.de.md"));
}

TEST_F(LessonFiles, AreReadInTheLanguageOnShowOrElseInTheOtherOne) {
  EXPECT_EQ(file_of_lesson("01-first", Language::ru, built_in).filename(), "01-first.ru.md");
  EXPECT_EQ(file_of_lesson("01-first", Language::en, built_in).filename(), "01-first.en.md");
  EXPECT_EQ(file_of_lesson("02-second", Language::en, built_in).filename(), "02-second.ru.md");
  write(root / "mine.ru.md");
  EXPECT_EQ(file_of_lesson((root / "mine.md").string(), Language::en, built_in).filename(), "mine.ru.md");
  EXPECT_EQ(file_of_lesson((root / "mine.ru.md").string(), Language::en, built_in).filename(), "mine.ru.md");
  EXPECT_EQ(lesson_beside(root / "mine.ru.md", "other"), root / "other.md");
  EXPECT_EQ(lesson_beside(root / "mine.ru.md", "other.en.md"), root / "other.en.md");
}

TEST_F(LessonFiles, AreMeantByNameNumberBeginningOrPath) {
  for (const char* given : {"01-first", "01", "1", "01-", "01-f"})
    EXPECT_EQ(lesson_meant(given, built_in), "01-first") << given;
  EXPECT_EQ(lesson_meant("10", built_in), "10-tenth");
  EXPECT_EQ(lesson_meant("10-", built_in), "10-tenth");
  EXPECT_EQ(lesson_meant("/somewhere/own.md", built_in), "/somewhere/own.md");
}

TEST_F(LessonFiles, ANumberMeansThatLessonAndNoneThatBeginsWithItsDigits) {
  const std::string known = "lesson_unknown: 01-first, 02-second, 10-tenth";
  for (const char* given : {"0", "3", "00", "100", "first", ""})
    EXPECT_EQ(refused(given, built_in), known) << given;
  fs::remove(built_in / "01-first.ru.md");
  fs::remove(built_in / "01-first.en.md");
  EXPECT_EQ(refused("1", built_in), "lesson_unknown: 02-second, 10-tenth") << "the tenth is not the first";
  write(built_in / "2-another.md");
  EXPECT_EQ(refused("2", built_in), "lesson_unknown: 02-second, 10-tenth, 2-another") << "two have that number";
}

}  // namespace
}  // namespace regard
