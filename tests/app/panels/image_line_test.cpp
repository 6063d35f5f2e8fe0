// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/image_line.h"

#include "app/panels/common/command.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/lesson_news.h"
#include "app/panels/common/text_states.h"
#include "app/panels/frame/path_field.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "tests/app/panels/glfw_keys.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/vision.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

namespace regard::test {
namespace {

class ImageLine : public WindowHarness {
protected:
  void SetUp() override {
    WindowHarness::SetUp();
    snapshot = regard::testing::vision_snapshot();
    select({1, 2}, 0, 5);
    window_frames(2);
  }
};

TEST_F(ImageLine, takes_the_place_of_the_sentence) {
  EXPECT_TRUE(has("image.path"));
  EXPECT_TRUE(has("picture.7"));
  EXPECT_TRUE(has("looks.12"));
  EXPECT_FALSE(has("sentence.text"));
  open_view_switches();
  EXPECT_TRUE(has("switch.mask.0"));
  EXPECT_FALSE(has("switch.level.0")) << "a picture has no words";
  show("the old king");
  window_frames(2);
  EXPECT_FALSE(has("image.path"));
  EXPECT_TRUE(has("sentence.text"));
}

TEST_F(ImageLine, shows_a_picture_by_its_name_and_takes_another_one_beside_it) {
  reading().image = "/a/long/way/to/the/lessons/digit-2.png";
  window_frames(2);
  EXPECT_EQ(state.of<ImageLineState>().buffer, "digit-2.png");
  map_glfw_keys();
  state.of<ImageLineState>().buffer = "digit-3.png";  // as if it was typed
  click_item("image.path");
  hold(GLFW_KEY_ENTER);
  ASSERT_NE(command<OpenImageFrom>(), nullptr);
  EXPECT_EQ(std::filesystem::path(command<OpenImageFrom>()->path).parent_path(), "/a/long/way/to/the/lessons");
}

TEST_F(ImageLine, lays_the_patches_out_as_the_picture) {
  const auto first = item("picture.1"), right = item("picture.2"), below = item("picture.5");
  EXPECT_GT(right.min.x, first.min.x);
  EXPECT_EQ(right.min.y, first.min.y);
  EXPECT_EQ(below.min.x, first.min.x);
  EXPECT_GT(below.min.y, first.min.y);
}

TEST_F(ImageLine, does_not_tell_what_a_question_of_a_lesson_asks) {
  auto opened = std::make_shared<OpenedLesson>();
  opened->name = "tests";
  opened->lesson = parse_lesson(
      "---\nformat: 1\ntitle: T\n---\n\n## S\n\nText.\n\n```question\nkind: choice\nask: Which?\nanswer: tokens\n"
      "option: 10\noption: 20\n```\n",
      "t.en.md");
  LessonNews news;
  news.open = opened;
  news.run = snapshot;
  news.step_is_set = true;
  world.lessons = &news;
  look().stage.lesson = {"tests", 0, false};
  window_frames(3);
  EXPECT_TRUE(has("picture.7"));
  EXPECT_FALSE(has("looks.12"));
  news.reads_other = true;
  window_frames(3);
  EXPECT_TRUE(has("looks.12"));
}

TEST_F(ImageLine, a_click_on_a_patch_makes_it_ask) {
  click_item("picture.7");
  ASSERT_NE(action<SelectQuery>(), nullptr);
  EXPECT_EQ(action<SelectQuery>()->token, 7U);
  click_item("looks.12");
  ASSERT_NE(action<SelectQuery>(), nullptr);
  EXPECT_EQ(action<SelectQuery>()->token, 12U);
  click_item("image.special.0");
  ASSERT_NE(action<SelectQuery>(), nullptr);
  EXPECT_EQ(action<SelectQuery>()->token, 0U);
}

TEST_F(ImageLine, a_click_with_shift_chooses_the_key) {
  ImGui::GetIO().KeyShift = true;
  ImGui::GetIO().KeyMods = ImGuiKeyModFlags_Shift;
  click_item("looks.9");
  ImGui::GetIO().KeyShift = false;
  ImGui::GetIO().KeyMods = 0;
  ASSERT_NE(action<SelectKey>(), nullptr);
  EXPECT_EQ(action<SelectKey>()->token, 9U);
  EXPECT_EQ(action<SelectQuery>(), nullptr);
}

TEST_F(ImageLine, the_patch_under_the_mouse_is_told_to_the_other_views) {
  ImGui::GetIO().MousePos = middle("looks.6");
  window_frames(3);
  ASSERT_TRUE(hover.key);
  EXPECT_EQ(*hover.key, 6U);
}

TEST_F(ImageLine, invites_to_bring_a_picture_until_there_is_one) {
  EXPECT_TRUE(has("image.own"));
  reading().image = "/pictures/cat.png";
  window_frames(2);
  EXPECT_FALSE(has("image.own"));
}

TEST_F(ImageLine, a_button_asks_for_a_path_and_the_path_becomes_a_command) {
  click_item("image.open");
  EXPECT_EQ(state.of<PathDialog>().kind, PathDialog::Kind::open_image);
  set_path(state.of<PathDialog>().field, "/pictures/bird.png");
  window_frames(2);
  click_item("dialog.confirm");
  ASSERT_NE(command<OpenImageFrom>(), nullptr);
  EXPECT_EQ(command<OpenImageFrom>()->path, "/pictures/bird.png");
}

TEST_F(ImageLine, shows_the_picture_of_the_session) {
  reading().image = "/pictures/cat.png";
  window_frames(2);
  EXPECT_EQ(state.of<ImageLineState>().buffer, "cat.png");
}

TEST_F(ImageLine, keeps_the_weights_board_where_there_is_room_for_one) {
  ImGui::GetIO().DisplaySize = {700.0F, 500.0F};
  window_frames(3);
  EXPECT_FALSE(has("picture.7"));
  EXPECT_TRUE(has("looks.7"));
}

}  // namespace
}  // namespace regard::test
