// SPDX-License-Identifier: Apache-2.0
// What there is to be read, and what is read.
#include "app/shell/lesson_host.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

namespace regard::shell {
namespace {

namespace fs = std::filesystem;

class LessonShelf : public ::testing::Test {
protected:
  void SetUp() override {
    root = fs::temp_directory_path() / ("regard-lessons-" + std::to_string(getpid()));
    built_in = root / "lessons";
    fs::create_directories(built_in);
    setenv("XDG_DATA_HOME", (root / "data").c_str(), 1);
    write(built_in / "01-first.en.md", "First");
    write(built_in / "01-first.ru.md", "Первый");
    write(built_in / "02-second.ru.md", "Второй");
    std::ofstream(built_in / "README.en.md") << "not a lesson";
    std::ofstream(built_in / "glossary.en.md") << "## head {#head}\n\nIt looks.\n";
  }
  void TearDown() override {
    unsetenv("XDG_DATA_HOME");
    fs::remove_all(root);
  }
  static void write(const fs::path& file, const std::string& title) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "---\nformat: 1\ntitle: " << title
                        << "\nmodel: council\n---\n\n## One\n\n```state\ntext: a cat\n```\n";
  }
  /// Frames of a window that has nothing else to do.
  bool follow_until(LessonHost& host, const std::string& lesson, Language language, const auto& done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < end) {
      host.follow(lesson, language);
      if (done()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
  }
  fs::path root{}, built_in{};
};

TEST_F(LessonShelf, the_shelf_holds_those_of_the_program_then_ones_own_and_the_glossary) {
  write(root / "data/regard/lessons/mine.ru.md", "Мой");
  write(root / "data/regard/lessons/mine.en.md", "Mine");
  LessonHost host(built_in, [] {});
  ASSERT_TRUE(follow_until(host, "", Language::en, [&] { return !host.entries().empty(); }));
  ASSERT_EQ(host.entries().size(), 3U);
  EXPECT_EQ(host.entries()[0].title, "First");
  EXPECT_EQ(host.entries()[1].title, "Второй");
  EXPECT_EQ(host.entries()[2].title, "Mine");
  EXPECT_TRUE(host.entries()[2].own);
  ASSERT_NE(host.glossary(), nullptr);
  EXPECT_NE(term_named(*host.glossary(), "head"), nullptr);
}

TEST_F(LessonShelf, what_is_on_show_is_read_beside_the_window_and_again_in_another_language) {
  LessonHost host(built_in, [] {});
  ASSERT_TRUE(follow_until(host, "01-first", Language::en, [&] { return host.open() != nullptr; }));
  EXPECT_EQ(host.open()->lesson.title, "First");
  ASSERT_TRUE(follow_until(host, "01-first", Language::ru, [&] { return host.open()->lesson.title == "Первый"; }));
  host.follow("", Language::ru);
  EXPECT_EQ(host.open(), nullptr);
}

TEST_F(LessonShelf, a_glossary_that_cannot_be_read_is_a_sentence_and_the_lessons_stay) {
  std::ofstream(built_in / "glossary.en.md") << std::string(std::size_t{2} << 20, 'x');
  LessonHost host(built_in, [] {});
  ASSERT_TRUE(follow_until(host, "", Language::en, [&] { return !host.busy(); }));
  EXPECT_EQ(host.entries().size(), 2U);
  EXPECT_EQ(host.glossary(), nullptr);
  EXPECT_EQ(host.take_problems().size(), 1U);
  EXPECT_TRUE(host.take_problems().empty()) << "it is said once";
}

TEST_F(LessonShelf, a_lesson_that_is_written_is_read_again) {
  LessonHost host(
      built_in, [] {}, std::chrono::milliseconds(20));
  ASSERT_TRUE(follow_until(host, "01-first", Language::en, [&] { return host.open() && !host.busy(); }));
  const auto before = host.open();
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  host.follow("01-first", Language::en);
  EXPECT_EQ(host.open(), before) << "nobody wrote it";
  write(built_in / "01-first.en.md", "First, with more of it");
  ASSERT_TRUE(follow_until(host, "01-first", Language::en, [&] { return host.open() != before; }));
  EXPECT_EQ(host.open()->lesson.title, "First, with more of it");
}

TEST_F(LessonShelf, a_mistake_in_what_is_written_leaves_the_lesson_as_it_was_and_is_said_with_its_line) {
  LessonHost host(
      built_in, [] {}, std::chrono::milliseconds(20));
  ASSERT_TRUE(follow_until(host, "01-first", Language::en, [&] { return host.open() && !host.busy(); }));
  const auto before = host.open();
  std::ofstream(built_in / "01-first.en.md", std::ios::app) << "\n## Two\n\n```state\nnonsense: 1\n```\n";
  std::optional<LessonKept> kept;
  ASSERT_TRUE(follow_until(host, "01-first", Language::en, [&] {
    if (auto now = host.take_kept()) kept = now;
    return kept.has_value();
  }));
  EXPECT_EQ(host.open(), before);
  EXPECT_EQ(fs::path(kept->file).filename(), "01-first.en.md");
  EXPECT_EQ(kept->mistake.line, 16U);
  fs::remove(built_in / "01-first.en.md");
  for (int frame = 0; frame < 100; ++frame) {
    host.follow("01-first", Language::en);
    ASSERT_EQ(host.open(), before) << "not the one in the other language";
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  write(built_in / "01-first.en.md", "Mended");
  ASSERT_TRUE(follow_until(host, "01-first", Language::en, [&] { return host.open()->lesson.title == "Mended"; }));
}

TEST_F(LessonShelf, one_that_is_not_there_opens_with_a_mistake_that_says_so) {
  LessonHost host(built_in, [] {});
  ASSERT_TRUE(follow_until(host, (root / "nowhere.md").string(), Language::en, [&] { return host.open() != nullptr; }));
  EXPECT_TRUE(host.open()->lesson.steps.empty());
  EXPECT_FALSE(host.open()->lesson.mistakes.empty());
}

}  // namespace
}  // namespace regard::shell
