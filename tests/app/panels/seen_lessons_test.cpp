// SPDX-License-Identifier: Apache-2.0
// The same walk through the pages of lessons: contents, a table, questions before and after their answer; and what stands beside a
// matrix in the classroom.
#include "app/panels/common/lesson_news.h"
#include "app/panels/lesson/lesson_desk.h"
#include "app/session/look.h"
#include "app/viewmodel/snapshot.h"
#include "tests/app/panels/seen_whole_walk.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

namespace regard::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSentence = "Кошка , которая сидела на кры ше , смотрела на птицу .";

class SeenLessons : public SeenWhole {
protected:
  void SetUp() override {
    SeenWhole::SetUp();
    background = nullptr;
    show(kSentence);
    snapshot->reading = reading_of(session);
    for (const Language each : {Language::ru, Language::en})
      shelf_.emplace(each, shelf_in(each));
    world.lessons = &news_;
  }

  /// A page of one of the program's lessons; past its last: its contents.
  void look_at(const std::string& lesson, std::size_t step) {
    const Shelf& shelf = shelf_.at(preferences.language);
    open(shelf.lessons.at(lesson), step);
    see(lesson + (look().stage.lesson.contents ? ", contents" : ", step " + std::to_string(step)));
  }

  void open(const std::shared_ptr<const OpenedLesson>& lesson, std::size_t step) {
    const Shelf& shelf = shelf_.at(preferences.language);
    const bool contents = step >= lesson->lesson.steps.size();
    news_ = {};
    news_.entries = shelf.entries;
    news_.open = lesson;
    news_.run = snapshot;
    news_.step = contents ? 0 : step;
    news_.step_is_set = news_.strayed = true;  // with the way back between the buttons
    look().stage.lesson = {lesson->name, news_.step, contents};
    choose_panel(look().stage, "look", "lesson");
  }

private:
  struct Shelf {
    std::map<std::string, std::shared_ptr<const OpenedLesson>> lessons{};
    std::vector<LessonEntry> entries{};
  };
  static Shelf shelf_in(Language language) {
    const std::string ending = language == Language::ru ? ".ru.md" : ".en.md";
    Shelf shelf;
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(fs::path(REGARD_ASSETS_DIR) / "lessons"))
      if (entry.path().string().ends_with(ending)) files.insert(entry.path());
    for (const fs::path& file : files) {
      const std::string name = file.filename().string().substr(0, file.filename().string().size() - ending.size());
      if (name == "glossary" || name == "README") continue;
      auto opened = std::make_shared<OpenedLesson>();
      opened->name = name;
      opened->lesson = load_lesson(file);
      shelf.entries.push_back({.lesson = name,
                               .title = opened->lesson.title,
                               .minutes = opened->lesson.minutes,
                               .steps = opened->lesson.steps.size()});
      shelf.lessons.emplace(name, std::move(opened));
    }
    shelf.entries.push_back({.lesson = "/own.md", .title = "Own", .steps = 3, .own = true});
    return shelf;
  }
  std::map<Language, Shelf> shelf_{};
  LessonNews news_{};
};

std::shared_ptr<const OpenedLesson> asking(const std::string& question) {
  auto opened = std::make_shared<OpenedLesson>();
  opened->name = "asking";
  opened->lesson = parse_lesson(
      "---\nformat: 1\ntitle: T\n---\n\n## S\n\n```state\nhead: 1.3\nquery: смотрела\n```\n\n```question\n" + question +
          "\n```\n",
      "t.md");
  return opened;
}

TEST_F(SeenLessons, pages_and_questions_before_and_after_their_answer) {
  const auto marks = asking("kind: mark-keys\nask: Куда?\nkeys: 3\nafter: Туда."),
             arrows = asking("kind: arrows\nask: Как сильно?");
  everywhere_in_the_dark([&] {
    look_at("01-what-attention-is", 99);
    look_at("01-what-attention-is", 0);
    look_at("12-how-many-heads", 1);
    for (const auto& each : {marks, arrows})
      for (const bool revealed : {false, true}) {
        StepAnswer& answer = state.of<LessonDesk>().answers[{"asking", 0}];
        answer = {};
        answer.marked = {1, 2, 4};
        answer.drawn = {0, 1, 2, 3, 1};
        answer.revealed = answer.predicted = revealed;
        open(each, 0);
        see(std::string(each == marks ? "marks" : "arrows") + (revealed ? " answered" : ""));
      }
  });
  expect_all_seen();
}

TEST_F(SeenLessons, every_token_stands_beside_its_row_and_its_column_in_the_classroom) {
  for (const ImVec2 window : {ImVec2{1024.0F, 768.0F}, ImVec2{1920.0F, 1080.0F}}) {
    ImGui::GetIO().DisplaySize = window;
    preferences.classroom = true;
    set_theme(ThemeChoice::dark, true);
    set_classroom_text(window);
    choose("weights");
    window_frames(3);
    const std::vector<std::string> texts = texts_seen();
    const auto& tokens = snapshot->encoding.tokens;
    for (std::size_t token = 0; token < tokens.size(); ++token) {
      const std::string& text = tokens[token].piece;
      const auto same = static_cast<std::size_t>(
          std::count_if(tokens.begin(), tokens.end(), [&](const auto& other) { return other.piece == text; }));
      const auto seen = static_cast<std::size_t>(std::count_if(
          texts.begin(), texts.end(), [&](const std::string& each) { return each.find(text) != each.npos; }));
      EXPECT_GE(seen, 2 * same + (has("strip.token." + std::to_string(token)) ? 1 : 0)) << text << " at " << window.x;
    }
  }
}

}  // namespace
}  // namespace regard::test
