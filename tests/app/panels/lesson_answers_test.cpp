// SPDX-License-Identifier: Apache-2.0
// What becomes of an answer: when it is held against the model, what stays of it when the sentence is edited, what keys do to it.
#include "app/panels/common/command.h"
#include "app/panels/lesson/lesson_desk.h"
#include "app/panels/lesson/rich_prose.h"
#include "app/session/action.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/style/theme.h"
#include "app/widgets/rich_text.h"
#include "tests/app/panels/glfw_keys.h"
#include "tests/app/panels/lesson_column.h"

#include <gtest/gtest.h>

#include <imgui.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace regard::test {
namespace {

constexpr const char* kChoice = "kind: choice\nask: Which?\nanswer: tokens\noption: 10\noption: 20\nnudge: Count them.";

std::size_t right_option(const LessonTruth& truth) {
  return std::get<OptionsTruth>(truth).right.at(0) ? 0 : 1;
}

TEST_F(LessonColumn, a_digit_for_one_question_answers_no_other) {
  open(lesson_with("kind: make-it\nask: Make it longer.\nuntil: tokens > 11"));
  hold(GLFW_KEY_1, false, true);
  window_frames(2);
  open(lesson_with(kChoice));
  EXPECT_FALSE(answer().chosen.has_value());
}

TEST_F(LessonColumn, digits_choose_while_keys_go_from_item_to_item) {
  hold(GLFW_KEY_F10);
  window_frames(3);
  hold(GLFW_KEY_2, false, true);
  window_frames(1);
  ASSERT_TRUE(answer().chosen.has_value());
  EXPECT_EQ(*answer().chosen, 1U);
}

TEST_F(LessonColumn, a_key_for_a_lesson_behind_another_tab_brings_it_to_the_front_and_turns_nothing) {
  ImGui::GetIO().DisplaySize = {420.0F, 400.0F};
  look().stage.chosen["look"] = {"weights"};
  window_frames(3);
  ASSERT_FALSE(has("panel.lesson"));
  hold(GLFW_KEY_PAGE_DOWN);
  EXPECT_EQ(command<ShowLessonStep>(), nullptr);
  window_frames(3);
  EXPECT_TRUE(has("panel.lesson"));
  EXPECT_EQ(command<ShowLessonStep>(), nullptr) << "later neither";
  look().stage.chosen["look"] = {"weights"};
  window_frames(3);
  hold(GLFW_KEY_F4);
  window_frames(3);
  EXPECT_TRUE(has("panel.lesson"));
}

TEST_F(LessonColumn, a_prediction_waits_for_the_run_of_the_sentence_on_show) {
  click_item("question.option." + std::to_string(right_option(truth())));
  reading().text = "the queen slept";
  window_frames(2);
  click_item("question.check");
  window_frames(2);
  EXPECT_FALSE(answer().revealed) << "the numbers on show are those of another sentence";
  EXPECT_FALSE(answer().nudged);
  EXPECT_TRUE(has("question.waits"));
  read("the queen slept");
  EXPECT_TRUE(answer().revealed || answer().nudged);
  EXPECT_FALSE(has("question.waits"));
}

TEST_F(LessonColumn, a_prediction_waits_for_what_is_computed_beside_the_window) {
  Background jobs;
  jobs.hold(true);
  background = &jobs;
  open(lesson_with("kind: find-head\nask: Which head?\nanswer: weight query=king key=prince"));
  answer().head = HeadRef{0, 1};
  window_frames(2);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(truth())) << "many heads are not gone through in a frame";
  click_item("question.check");
  window_frames(2);
  EXPECT_FALSE(answer().revealed);
  EXPECT_TRUE(has("question.waits"));
  jobs.hold(false);
  for (int frame = 0; frame < 3000 && !answer().revealed; ++frame) {
    window_frames(1);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  EXPECT_TRUE(answer().revealed);
  window_frames(2);
  EXPECT_TRUE(has("question.good") || has("question.otherwise"));
  background = nullptr;
}

TEST_F(LessonColumn, where_the_model_cannot_say_anything_nobody_was_wrong) {
  open(
      lesson_with("kind: choice\nask: Which?\nanswer: weight query=nowhere key=prince\noption: 0.1\noption: 0.9\n"
                  "nudge: Look again."));
  click_item("question.option.0");
  click_item("question.check");
  window_frames(2);
  EXPECT_TRUE(answer().revealed);
  EXPECT_FALSE(answer().nudged);
  EXPECT_FALSE(has("question.otherwise"));
  EXPECT_FALSE(has("question.good"));
}

TEST_F(LessonColumn, a_verdict_is_about_the_sentence_it_was_made_for) {
  click_item("question.option." + std::to_string(right_option(truth())));
  click_item("question.check");
  window_frames(2);
  ASSERT_TRUE(has("question.good"));
  read("the old king gave the prince a sword and a horse and a crown and a house and a field and a dog and a cat");
  ASSERT_NE(right_option(truth()), *answer().chosen);
  EXPECT_TRUE(has("question.good")) << "of the longer sentence nothing was predicted";
}

TEST_F(LessonColumn, marks_stay_with_their_words_and_go_with_them) {
  open(lesson_with("kind: mark-keys\nask: At whom?\nkeys: 2"));
  const auto unit_of = [&](const std::string& word) {
    const auto& labels = row().labels;
    return static_cast<std::size_t>(
        std::find_if(labels.begin(), labels.end(), [&](const auto& label) { return label.find(word) != label.npos; }) -
        labels.begin());
  };
  click_item("question.unit." + std::to_string(unit_of("prince")));
  click_item("question.unit." + std::to_string(unit_of("gave")));
  read("the very old king gave the prince a sword");
  EXPECT_EQ(answer().marked, (std::vector<std::size_t>{unit_of("prince"), unit_of("gave")}));
  read("the very old king gave the queen a sword");
  EXPECT_EQ(answer().marked, std::vector<std::size_t>{unit_of("gave")});
}

TEST_F(LessonColumn, arrows_stay_with_their_words) {
  open(lesson_with("kind: arrows\nask: How strongly?"));
  const std::size_t last = row().labels.size() - 1;
  std::size_t unit = last;
  while (!row().allowed[unit])
    --unit;
  const std::string word = row().labels[unit];
  click_item("question.unit." + std::to_string(unit));
  read("the very old king gave the prince a sword");
  std::size_t drawn = 0;
  while (drawn < answer().drawn.size() && answer().drawn[drawn] == 0)
    ++drawn;
  ASSERT_LT(drawn, row().labels.size());
  EXPECT_EQ(row().labels[drawn], word);
}

TEST_F(LessonColumn, what_the_model_says_is_brought_into_sight_once) {
  ImGui::GetIO().DisplaySize = {1366.0F, 600.0F};
  std::string question = std::string(kChoice) + "\nafter: |\n";
  for (int line = 0; line < 2; ++line)
    question += "  What follows from it is told at some length, so that it takes more than a line.\n\n";
  std::string text = lesson_with(question);
  const std::string filling = "A sentence of some length that fills the column with its many words.\n\n";
  for (int line = 0; line < 6; ++line)
    text.insert(text.find("Some **prose**"), filling);
  open(text);
  for (int page = 0; page < 8 && !has("question.check"); ++page)
    hold(GLFW_KEY_PAGE_DOWN);
  ASSERT_TRUE(has("question.check"));
  click_item("question.option." + std::to_string(right_option(truth())));
  click_item("question.check");
  window_frames(4);
  ASSERT_TRUE(has("question.good"));
  EXPECT_TRUE(has("question.again"));
  hold(GLFW_KEY_PAGE_UP);
  window_frames(3);
  EXPECT_FALSE(has("question.again")) << "a person may scroll away from it";
}

/// Pixels that a colour covers in the last frame.
double painted(ImU32 colour) {
  double area = 0.0;
  const ImDrawData& drawn = *ImGui::GetDrawData();
  for (int index = 0; index < drawn.CmdListsCount; ++index) {
    const ImDrawList& list = *drawn.CmdLists[index];
    for (const ImDrawCmd& draw : list.CmdBuffer)
      for (unsigned int at = 0; at + 2 < draw.ElemCount; at += 3) {
        const auto corner = [&](unsigned int which) -> const ImDrawVert& {
          return list.VtxBuffer[static_cast<int>(list.IdxBuffer[static_cast<int>(draw.IdxOffset + at + which)] +
                                                 draw.VtxOffset)];
        };
        const ImDrawVert &a = corner(0), &b = corner(1), &c = corner(2);
        if (a.col != colour || b.col != colour || c.col != colour) continue;
        area += 0.5 * std::abs((b.pos.x - a.pos.x) * (c.pos.y - a.pos.y) - (c.pos.x - a.pos.x) * (b.pos.y - a.pos.y));
      }
  }
  return area;
}

TEST_F(LessonColumn, of_a_verdict_that_is_longer_than_the_column_the_beginning_is_seen) {
  ImGui::GetIO().DisplaySize = {1366.0F, 420.0F};
  std::string question = std::string(kChoice) + "\nafter: |\n";
  for (int line = 0; line < 12; ++line)
    question += "  What follows from it is told at some length, so that it takes more than a line.\n\n";
  open(lesson_with(question));
  hold_alt(GLFW_KEY_ENTER);  // nothing is chosen yet
  answer().chosen = right_option(truth());
  hold_alt(GLFW_KEY_ENTER);
  window_frames(4);
  EXPECT_TRUE(has("question.good"));
  EXPECT_FALSE(has("question.again")) << "it ends below";
}

TEST_F(LessonColumn, marks_and_links_are_thicker_in_the_classroom) {
  std::string text = lesson_with("kind: mark-keys\nask: At whom?\nkeys: 2");
  text.insert(text.find("Some **prose**"), "[Look](<show: panel=arcs>) at [that](<show: panel=question>).\n\n");
  open(text);
  answer().marked = {1, 2};
  std::array<double, 2> links{}, all{};
  for (const bool classroom : {false, true}) {
    set_theme(ThemeChoice::dark, classroom);
    window_frames(2);
    links.at(classroom ? 1 : 0) = painted(colour_u32(theme().accent, 0.5F));
    all.at(classroom ? 1 : 0) = painted(colour_u32(theme().accent));
  }
  set_theme(ThemeChoice::dark);
  EXPECT_GT(links[1], 1.4 * links[0]) << "the lines under links";
  EXPECT_GT(all[1], 1.15 * all[0]) << "frames around marks, which letters in their colour do not grow with";
}

TEST(RichProse, lists_and_quotes_inside_quotes_are_told) {
  LessonNotes notes;
  const Prose prose = parse_prose(
      "> Before\n>\n> * one\n> * two\n>\n> > deep\n>\n> | a | b |\n> |---|---|\n> | c | d |\n\nafter\n", 1, notes);
  const LessonText text = rich_prose(prose, {});
  std::vector<std::pair<std::string, int>> blocks;
  for (const RichBlock& block : text.text.blocks)
    blocks.emplace_back(block.rows.empty() ? plain_text(block.runs) : plain_text(block.rows[0][0]), block.quoted);
  const std::vector<std::pair<std::string, int>> wanted{{"Before", 1}, {"one", 1}, {"two", 1},
                                                        {"deep", 2},   {"a", 1},   {"after", 0}};
  EXPECT_EQ(blocks, wanted);
}

}  // namespace
}  // namespace regard::test
