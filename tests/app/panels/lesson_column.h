// SPDX-License-Identifier: Apache-2.0
// The window with a lesson of two steps beside it, the first of which asks something.
#pragma once

#include "app/panels/common/lesson_news.h"
#include "app/panels/frame/commands.h"
#include "app/panels/lesson/lesson_desk.h"
#include "app/session/look.h"
#include "app/viewmodel/snapshot.h"
#include "tests/app/panels/glfw_keys.h"
#include "tests/app/panels/window_harness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace regard::test {

inline constexpr const char* kLessonState =
    "```state\ntext: the old king gave the prince a sword\nhead: 1.3\nquery: king\n```\n\n";

inline std::string lesson_with(const std::string& question) {
  return std::string(
             "---\nformat: 1\ntitle: A lesson of the tests\nminutes: 3\n---\n\nWhat it is about.\n\n## First\n\n") +
         kLessonState + "Some **prose** about {weight query=king key=prince}.\n\n```question\n" + question +
         "\n```\n\n## Second\n\nMore of it.\n";
}

class LessonColumn : public WindowHarness {
protected:
  void SetUp() override {
    WindowHarness::SetUp();
    map_glfw_keys();
    open(lesson_with(
        "kind: choice\nask: Which?\nanswer: tokens\noption: 10\noption: 20\nnudge: Count them.\nafter: That many."));
  }
  /// Opens it at its first step.
  void open(const std::string& text) {
    snapshot->reading = reading_of(session);
    auto opened = std::make_shared<OpenedLesson>();
    opened->name = "tests";
    opened->lesson = parse_lesson(text, "tests.en.md");
    for (const LessonMistake& mistake : opened->lesson.mistakes)
      ADD_FAILURE() << mistake.line << ": " << mistake.error.what();
    news = {};
    news.open = opened;
    news.run = snapshot;
    news.step_is_set = true;
    look().stage.lesson = {"tests", 0, false};
    world.lessons = &news;
    window_frames(3);
  }
  /// Another text that the model has read.
  void read(const std::string& text) {
    show(text);
    snapshot->reading = reading_of(session);
    look().stage.lesson = {"tests", 0, false};
    news.run = snapshot;
    window_frames(3);
  }
  /// Longer than a second with no key down.
  void rest() { window_frames(90); }
  StepAnswer& answer() { return state.of<LessonDesk>().answers[{"tests", 0}]; }
  const LessonTruth& truth() { return state.of<LessonDesk>().truth; }
  const RowTruth& row() { return std::get<RowTruth>(truth()); }
  bool can_do(const char* id) {
    const Views& views = memo.update(snapshot, session);
    Hover next_hover;
    return is_possible(command_named(id), {{*snapshot, views, session, hover, next_hover, actions},
                                           {preferences, world, state, nullptr, commands}});
  }
  /// The units that are looked at most, the strongest first.
  std::vector<std::size_t> strongest() {
    std::vector<std::size_t> units;
    for (std::size_t unit = 0; unit < row().labels.size(); ++unit)
      if (row().allowed[unit]) units.push_back(unit);
    std::sort(units.begin(), units.end(),
              [&](std::size_t one, std::size_t other) { return row().weights[one] > row().weights[other]; });
    return units;
  }
  LessonNews news{};
};

}  // namespace regard::test
