// SPDX-License-Identifier: Apache-2.0
// The lesson beside the workspace: where it stands, how its pages are turned, each kind of question by mouse and keys.
#include "app/panels/common/command.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/lesson_news.h"
#include "app/panels/common/message.h"
#include "app/panels/frame/commands.h"
#include "app/panels/lesson/lesson.h"
#include "app/panels/lesson/lesson_desk.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/session/shared_session.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/scope.h"
#include "tests/app/export/assets_chosen.h"
#include "tests/app/panels/glfw_keys.h"
#include "tests/app/panels/lesson_column.h"
#include "tests/app/panels/window_harness.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace regard::test {
namespace {

TEST_F(LessonColumn, takes_the_place_of_the_side_and_leaves_the_workspace_its_panels) {
  EXPECT_TRUE(has("panel.lesson"));
  EXPECT_TRUE(has("panel.weights"));
  EXPECT_GT(item("panel.lesson").min.x, item("panel.weights").max.x);
  EXPECT_TRUE(has("tab.question")) << "what stood at the side is a tab now";
  expect_in_order();
}

TEST_F(LessonColumn, stands_in_windows_of_every_size) {
  for (const ImVec2 size : {ImVec2{1366.0F, 768.0F}, ImVec2{1024.0F, 640.0F}, ImVec2{640.0F, 480.0F},
                            ImVec2{320.0F, 240.0F}, ImVec2{1920.0F, 1080.0F}}) {
    ImGui::GetIO().DisplaySize = size;
    look().stage.chosen["look"] = {"lesson"};
    for (const bool contents : {false, true}) {
      look().stage.lesson.contents = contents;
      window_frames(3);
      EXPECT_TRUE(has("panel.lesson")) << size.x;
      expect_in_order();
    }
  }
}

TEST_F(LessonColumn, its_edge_stays_under_the_hand_and_stops_where_the_column_stops) {
  const auto take_share = [&] {
    for (const Command& each : commands)
      if (const auto* set = std::get_if<SetQuestionShare>(&each)) preferences.question_share = set->share;
  };
  const ImVec2 start = middle("splitter.lesson");
  drag({start, {start.x + 40.0F, start.y}});
  take_share();
  window_frames(2);
  EXPECT_NEAR(middle("splitter.lesson").x, start.x + 40.0F, 1.0F);
  drag({middle("splitter.lesson"), {1590.0F, start.y}});
  take_share();
  window_frames(2);
  const float least = middle("splitter.lesson").x;
  drag({{least, start.y}, {least - 60.0F, start.y}});
  take_share();
  window_frames(2);
  EXPECT_NEAR(middle("splitter.lesson").x, least - 60.0F, 1.0F) << "it comes along at once";
  drag({middle("splitter.lesson"), {1590.0F, start.y}});
  take_share();
  window_frames(2);
  preferences.question_share *= 1.02F;
  window_frames(2);
  EXPECT_LT(middle("splitter.lesson").x, least - 1.0F) << "what was kept is what was seen";
}

TEST_F(LessonColumn, next_and_back_ask_for_the_steps_around_and_the_last_one_leads_to_the_contents) {
  click_item("lesson.next");
  ASSERT_NE(command<ShowLessonStep>(), nullptr);
  EXPECT_EQ(command<ShowLessonStep>()->step, 1U);
  news.step = 1;
  look().stage.lesson.step = 1;
  window_frames(2);
  click_item("lesson.back");
  ASSERT_NE(command<ShowLessonStep>(), nullptr);
  EXPECT_EQ(command<ShowLessonStep>()->step, 0U);
  hold(GLFW_KEY_PAGE_DOWN);
  window_frames(2);
  EXPECT_TRUE(look().stage.lesson.contents);
  EXPECT_TRUE(has("lesson.entry.1"));
}

TEST_F(LessonColumn, a_picture_that_the_text_names_is_drawn_in_it) {
  Background jobs;
  background = &jobs;
  const auto until_made = [&] {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    do
      window_frames(2);
    while (jobs.busy() && std::chrono::steady_clock::now() < end);
    window_frames(2);
  };
  const std::string head = "---\nformat: 1\ntitle: A\n---\n\n## First\n\n";
  open(head + kLessonState + "![the arcs](view:arcs)\n\n![again and again](view:patching)\n");
  until_made();
  const std::string prose = "lesson.text", arcs = prose + ".picture.arcs";
  ASSERT_TRUE(has(arcs));
  const ImVec2 size{item(arcs).max.x - item(arcs).min.x, item(arcs).max.y - item(arcs).min.y};
  EXPECT_GT(std::abs(size.y - em(8.0F)), 1.0F) << "an empty frame still";
  EXPECT_LE(size.x, item("panel.lesson").max.x - item("panel.lesson").min.x);
  EXPECT_TRUE(has(prose + ".link.view:arcs"));
  EXPECT_GT(item(prose + ".link.view:arcs").min.y, item(arcs).max.y - 1.0F) << "its words stand below it";
  EXPECT_FALSE(has(prose + ".picture.patching")) << "it would run the model over and over";
  EXPECT_TRUE(has(prose + ".link.view:patching"));
  read("king");
  until_made();
  EXPECT_NE((item(arcs).max.y - item(arcs).min.y) / (item(arcs).max.x - item(arcs).min.x), size.y / size.x)
      << "a picture of the text before";
  background = nullptr;
}

TEST_F(LessonColumn, its_contents_ask_where_to_print_it) {
  state.of<FilesState>().folder = "/nowhere";
  look().stage.lesson.contents = true;
  window_frames(2);
  click_item("lesson.print");
  ASSERT_EQ(state.of<PathDialog>().kind, PathDialog::Kind::print_lesson);
  window_frames(2);
  click_item("dialog.confirm");
  ASSERT_NE(command<PrintLessons>(), nullptr);
  EXPECT_EQ(command<PrintLessons>()->path, "/nowhere/tests.en.pdf");
  EXPECT_FALSE(command<PrintLessons>()->all);
  EXPECT_FALSE(command<PrintLessons>()->overwrite) << "the shell asks before it replaces a file";
  news.printing = true;
  window_frames(2);
  EXPECT_TRUE(has("status.printing"));
}

TEST_F(LessonColumn, all_lessons_are_printed_where_there_are_some_and_one_where_one_is_open) {
  EXPECT_FALSE(can_do("lesson.print_all")) << "none is known";
  EXPECT_TRUE(can_do("lesson.print"));
  news.entries = {{.lesson = "tests", .title = "A lesson of the tests", .steps = 2}};
  EXPECT_TRUE(can_do("lesson.print_all"));
  world.lessons = nullptr;
  EXPECT_FALSE(can_do("lesson.print"));
  EXPECT_FALSE(can_do("lesson.print_all"));
}

TEST_F(LessonColumn, the_way_back_is_offered_only_where_the_window_shows_something_else) {
  EXPECT_FALSE(has("lesson.restore"));
  news.strayed = true;
  window_frames(2);
  click_item("lesson.restore");
  ASSERT_NE(command<ShowLessonStep>(), nullptr);
  EXPECT_EQ(command<ShowLessonStep>()->step, 0U);
  hold_alt(GLFW_KEY_R);
  EXPECT_NE(command<ShowLessonStep>(), nullptr);
}

TEST_F(LessonColumn, a_number_in_the_text_is_that_of_the_run) {
  const LessonDesk& desk = state.of<LessonDesk>();
  std::string number;
  for (const RichBlock& block : desk.page.prose.text.blocks)
    for (const RichRun& run : block.runs)
      if (run.number) number = run.text;
  ASSERT_NE(desk.run, nullptr);
  const LessonExpression weight = parse_lesson_expression("weight query=king key=prince", 1);
  EXPECT_EQ(number, shown(weight, value_of(weight, *desk.run)));
  EXPECT_NE(number, "—");
}

TEST_F(LessonColumn, a_wrong_choice_is_nudged_once_and_then_the_answer_is_shown) {
  const auto& options = std::get<OptionsTruth>(truth());
  const bool first_is_right = options.right.at(0);
  click_item(first_is_right ? "question.option.1" : "question.option.0");
  click_item("question.check");
  EXPECT_TRUE(answer().nudged);
  EXPECT_FALSE(answer().revealed);
  EXPECT_EQ(command<RememberAnswer>(), nullptr);
  window_frames(2);
  click_item("question.check");
  EXPECT_TRUE(answer().revealed);
  ASSERT_NE(command<RememberAnswer>(), nullptr);
  window_frames(2);
  EXPECT_TRUE(has("question.otherwise"));
  EXPECT_TRUE(has(first_is_right ? "question.right.0" : "question.right.1"));
}

TEST_F(LessonColumn, a_right_choice_by_keys_is_shown_at_once) {
  const auto& options = std::get<OptionsTruth>(truth());
  hold(options.right.at(0) ? GLFW_KEY_1 : GLFW_KEY_2, false, true);
  hold_alt(GLFW_KEY_ENTER);
  window_frames(2);
  EXPECT_TRUE(answer().revealed);
  EXPECT_FALSE(answer().nudged);
  EXPECT_TRUE(has("question.good"));
}

TEST_F(LessonColumn, the_answer_is_shown_without_a_prediction_too_and_nothing_is_in_the_way_of_next) {
  EXPECT_TRUE(has("lesson.next"));
  click_item("question.reveal");
  window_frames(2);
  EXPECT_TRUE(answer().revealed);
  EXPECT_FALSE(has("question.good")) << "nobody predicted anything";
  EXPECT_FALSE(has("question.otherwise"));
}

TEST_F(LessonColumn, tokens_are_marked_in_the_column_and_in_the_strip_without_choosing_them) {
  open(lesson_with("kind: mark-keys\nask: At whom?\nkeys: 2"));
  const std::vector<std::size_t> best = strongest();
  const TokenAnchor query = selection().query, key = selection().key;
  click_item("question.unit." + std::to_string(best[0]));
  EXPECT_EQ(answer().marked, std::vector<std::size_t>{best[0]});
  click_item("strip.token." + std::to_string(row().tokens[best[1]].front()));
  EXPECT_EQ(answer().marked, (std::vector<std::size_t>{best[0], best[1]}));
  EXPECT_EQ(selection().query, query);
  EXPECT_EQ(selection().key, key);
  click_item("question.check");
  window_frames(2);
  EXPECT_TRUE(answer().revealed);
  EXPECT_TRUE(has("question.good"));
  EXPECT_TRUE(has("question.caught"));
  click_item("strip.token.1");
  EXPECT_NE(action<SelectQuery>(), nullptr) << "afterwards a click chooses again";
}

TEST_F(LessonColumn, a_third_mark_of_two_takes_the_place_of_the_oldest) {
  open(lesson_with("kind: mark-keys\nask: At whom?\nkeys: 2"));
  for (const char* unit : {"1", "2", "3"})
    click_item(std::string("question.unit.") + unit);
  EXPECT_EQ(answer().marked, (std::vector<std::size_t>{2, 3}));
}

TEST_F(LessonColumn, arrows_grow_thicker_with_each_click_and_are_held_against_the_row) {
  open(lesson_with("kind: arrows\nask: How strongly?"));
  const std::size_t best = strongest().front();
  const std::string unit = "question.unit." + std::to_string(best);
  for (int click = 1; click <= kThickest; ++click) {
    click_item(unit);
    EXPECT_EQ(answer().drawn[best], click);
  }
  click_item("question.check");
  window_frames(2);
  EXPECT_TRUE(answer().revealed);
  click_item(unit);
  EXPECT_EQ(answer().drawn[best], kThickest) << "what was predicted stays";
}

TEST_F(LessonColumn, the_head_that_is_clicked_in_the_overview_is_the_answer) {
  snapshot->thumbnails.assign(2, std::vector<Thumbnail>(4, Thumbnail{2, 2, {0, 255, 128, 64}}));
  open(lesson_with("kind: find-head\nask: Which head?\nanswer: weight query=king key=prince"));
  const auto& heads = std::get<HeadsTruth>(truth());
  ASSERT_TRUE(heads.known);
  const HeadRef other = heads.best == HeadRef{0, 0} ? HeadRef{0, 1} : HeadRef{0, 0};
  click_item("overview.head." + std::to_string(other.layer) + "." + std::to_string(other.head));
  window_frames(2);
  ASSERT_TRUE(answer().head.has_value());
  EXPECT_EQ(*answer().head, other);
  click_item("question.check");
  window_frames(2);
  EXPECT_TRUE(answer().revealed) << "no nudge: at once";
  click_item("question.show_head");
  ASSERT_NE(action<SelectHead>(), nullptr);
  EXPECT_EQ(action<SelectHead>()->head, std::get<HeadsTruth>(truth()).best);
}

TEST_F(LessonColumn, what_is_to_be_made_is_told_while_it_is_not_and_seen_when_it_is) {
  open(lesson_with("kind: make-it\nask: Make it longer.\nuntil: tokens > 11"));
  EXPECT_TRUE(has("question.making"));
  EXPECT_FALSE(answer().revealed);
  show("the old king gave the prince a sword and a horse and a crown");
  snapshot->reading = reading_of(session);
  look().stage.lesson = {"tests", 0, false};
  news.run = snapshot;
  window_frames(3);
  EXPECT_TRUE(has("question.made"));
  EXPECT_FALSE(answer().revealed) << "it may be a text on the way to another";
  rest();
  EXPECT_TRUE(answer().revealed);
}

TEST_F(LessonColumn, a_run_of_another_picture_or_decoder_text_is_not_that_of_the_session) {
  const auto shown_run = [&] { return state.of<LessonDesk>().run->session; };
  window_frames(2);
  const SharedSession read = shown_run();
  reading().image = "/somewhere/else.png";
  window_frames(2);
  EXPECT_TRUE(shown_run() == read) << "its numbers are still those of the picture before";
  reading().image = reading_of(read).image;
  reading().decoder_text = "another";
  window_frames(2);
  EXPECT_TRUE(shown_run() == read);
  snapshot->reading.decoder_text = "another";
  window_frames(2);
  EXPECT_EQ(reading_of(shown_run()).decoder_text, "another") << "now it was read";
}

TEST_F(LessonColumn, a_text_on_the_way_to_another_answers_nothing) {
  open(lesson_with("kind: make-it\nask: Make it.\nuntil: tokens > 3"));
  for (int stroke = 0; stroke < 20; ++stroke) {
    hold(GLFW_KEY_SCROLL_LOCK);
    window_frames(5);
  }
  EXPECT_TRUE(has("question.made"));
  EXPECT_FALSE(answer().revealed) << "somebody types";
  rest();
  EXPECT_TRUE(answer().revealed);
}

TEST_F(LessonColumn, what_is_to_be_made_has_a_nudge_and_an_answer) {
  open(lesson_with(
      "kind: make-it\nask: Make it.\nuntil: weight head=1.3 key=prince > 2\nexample: the prince\nnudge: Try."));
  EXPECT_TRUE(has("question.measured")) << "whose number it is";
  click_item("question.check");
  window_frames(2);
  EXPECT_TRUE(answer().nudged);
  click_item("question.check");
  window_frames(2);
  EXPECT_FALSE(answer().revealed) << "asking twice gives nothing up";
  EXPECT_FALSE(has("question.example"));
  click_item("question.reveal");
  window_frames(2);
  EXPECT_TRUE(answer().revealed);
  EXPECT_TRUE(has("question.example"));
}

TEST_F(LessonColumn, a_click_elsewhere_leaves_the_veil_and_another_text_lifts_it) {
  EXPECT_TRUE(has("question.veil"));
  news.strayed = true;
  window_frames(2);
  EXPECT_TRUE(has("question.veil"));
  news.reads_other = true;
  window_frames(2);
  EXPECT_FALSE(has("question.veil"));
}

TEST_F(LessonColumn, numbers_of_another_model_are_not_given_for_the_steps) {
  const auto number = [&] {
    for (const RichBlock& block : state.of<LessonDesk>().page.prose.text.blocks)
      for (const RichRun& run : block.runs)
        if (run.number) return run.text;
    return std::string();
  };
  EXPECT_NE(number(), "—");
  std::string text = lesson_with("kind: choice\nask: Which?\nanswer: tokens\noption: 10\noption: 20");
  text.insert(text.find("text: "), "model: nowhere\n");
  open(text);
  EXPECT_EQ(number(), "—");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(truth()));
}

TEST_F(LessonColumn, an_error_leaves_the_status_line_when_something_else_was_read_well) {
  std::deque<Message> log{make_message(Error("out_of_memory", {}))};
  world.log = &log;
  window_frames(2);
  EXPECT_TRUE(has("status.message"));
  reading().text = "the queen slept";
  window_frames(2);
  EXPECT_TRUE(has("status.message")) << "not read yet";
  show("the queen slept");
  snapshot->reading = reading_of(session);
  reading().image = "/somewhere/else.png";
  window_frames(2);
  EXPECT_TRUE(has("status.message")) << "this picture was not read yet";
  snapshot->reading = reading_of(session);
  window_frames(2);
  EXPECT_FALSE(has("status.message"));
  log.push_back(make_message(Error("out_of_memory", {})));
  window_frames(2);
  EXPECT_TRUE(has("status.message")) << "a new one";
}

TEST_F(LessonColumn, the_first_lesson_of_the_menu_opens_by_keys_alone) {
  news.entries = {{.lesson = "one", .title = "One", .steps = 2}, {.lesson = "two", .title = "Two", .steps = 2}};
  hold_alt(GLFW_KEY_L);
  window_frames(4);
  ASSERT_TRUE(has("menu.lessons"));
  EXPECT_TRUE(ImGui::GetIO().NavVisible) << "where Enter would go is seen";
  hold(GLFW_KEY_ENTER);
  const OpenLesson* opened = command<OpenLesson>();
  ASSERT_NE(opened, nullptr);
  EXPECT_EQ(opened->lesson, "one");
}

TEST_F(LessonColumn, the_last_step_leads_to_the_next_lesson) {
  news.entries = {{.lesson = "tests", .title = "This one", .steps = 2},
                  {.lesson = "broken", .title = "None", .broken = true},
                  {.lesson = "tests2", .title = "A very long name of a lesson that comes after this one", .steps = 2},
                  {.lesson = "/own.md", .title = "Own", .steps = 1, .own = true}};
  news.step = 1;
  look().stage.lesson.step = 1;
  window_frames(2);
  EXPECT_LT(item("lesson.back").max.x, item("lesson.next").min.x);
  click_item("lesson.next");
  ASSERT_NE(command<OpenLesson>(), nullptr);
  EXPECT_EQ(command<OpenLesson>()->lesson, "tests2");
  news.entries.erase(news.entries.begin() + 1, news.entries.begin() + 3);
  window_frames(2);
  click_item("lesson.next");
  EXPECT_EQ(command<OpenLesson>(), nullptr) << "after the last of the program's";
}

TEST_F(LessonColumn, a_lesson_that_cannot_be_read_says_why_by_file_and_line) {
  auto opened = std::make_shared<OpenedLesson>();
  opened->name = "tests";
  opened->lesson = parse_lesson("no head\n\n## Step\n\n```state\npanel: nowhere\n```\n", "broken.md");
  ASSERT_FALSE(opened->lesson.mistakes.empty());
  news.open = opened;
  look().stage.lesson.contents = true;
  window_frames(3);
  EXPECT_TRUE(has("lesson.mistakes"));
  expect_in_order();
}

}  // namespace
}  // namespace regard::test
