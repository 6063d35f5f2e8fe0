// SPDX-License-Identifier: Apache-2.0
// How far somebody came in lessons, and which one is on show: kept with preferences and session.
#include "app/session/history.h"
#include "app/session/preferences.h"
#include "app/session/session.h"
#include "app/session/session_file.h"

#include <gtest/gtest.h>

#include <string>

namespace regard {
namespace {

TEST(LessonProgress, is_kept_in_the_preferences) {
  Preferences preferences;
  EXPECT_EQ(progress_of(preferences, "01-first"), nullptr);
  remember_step(preferences, "01-first", 3);
  remember_step(preferences, "01-first", 1);
  remember_answer(preferences, "01-first", 2);
  remember_answer(preferences, "01-first", 0);
  remember_answer(preferences, "01-first", 2);
  remember_step(preferences, "/home/me/own.md", 0);
  preferences.offers_lesson = false;
  const Preferences read = preferences_from_json(to_json(preferences), "preferences.json");
  EXPECT_EQ(read, preferences);
  const LessonProgress* progress = progress_of(read, "01-first");
  ASSERT_NE(progress, nullptr);
  EXPECT_EQ(progress->step, 1U);
  EXPECT_EQ(progress->furthest, 3U);
  EXPECT_EQ(progress->answered, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(read.lessons.front().lesson, "/home/me/own.md") << "the newest first";
}

TEST(LessonProgress, of_more_lessons_than_are_kept_the_oldest_is_forgotten) {
  Preferences preferences;
  for (std::size_t lesson = 0; lesson <= max_lessons_kept; ++lesson)
    remember_step(preferences, std::to_string(lesson), 0);
  EXPECT_EQ(preferences.lessons.size(), max_lessons_kept);
  EXPECT_EQ(progress_of(preferences, "0"), nullptr);
}

TEST(LessonOnShow, is_part_of_a_session_and_of_its_file) {
  Session session;
  session.stage.lesson = {"01-first", 4, true};
  const Session read = session_from_json(to_json(session), "session.json");
  EXPECT_EQ(read.stage.lesson, session.stage.lesson);
  EXPECT_EQ(to_json(Session{}).find("\"lesson\""), std::string::npos);
}

TEST(LessonOnShow, turning_a_page_is_no_step_of_undo_but_the_state_of_a_step_is_and_takes_its_page_along) {
  History history{Session{}};
  history.perform(SetLesson{{"01-first", 0, true}}, {}, 0.0);
  EXPECT_FALSE(history.can_undo());
  Session step = history.current();
  step.text = "a cat";
  step.stage.lesson = {"01-first", 0, false};
  history.perform(LoadSession{step}, {}, 1.0);
  step.text = "a dog";
  step.stage.lesson.step = 1;
  history.perform(LoadSession{step}, {}, 2.0);
  history.perform(Undo{}, {}, 3.0);
  EXPECT_EQ(history.current().text, "a cat");
  EXPECT_EQ(history.current().stage.lesson.step, 0U);
  history.perform(Undo{}, {}, 4.0);
  EXPECT_TRUE(history.current().stage.lesson.contents) << "the lesson is still there";
}

}  // namespace
}  // namespace regard
