// SPDX-License-Identifier: Apache-2.0
// The look of the classroom: one panel at a time, the keys pressed, the halo.
#include "app/panels/frame/presenter.h"

#include "app/panels/common/window_state.h"
#include "app/session/look.h"
#include "app/style/theme.h"
#include "tests/app/panels/glfw_keys.h"
#include "tests/app/panels/window_harness.h"

#include <imgui_internal.h>

namespace regard::test {
namespace {

class Classroom : public WindowHarness {
protected:
  void SetUp() override {
    WindowHarness::SetUp();
    map_glfw_keys();
    preferences.classroom = true;
  }
  [[nodiscard]] const std::string& keys() { return state.of<PresenterState>().keys; }

  /// Corners of the picture in a colour, whatever its opacity, over all windows.
  static std::size_t corners_of(const ImVec4& colour) {
    std::size_t count = 0;
    for (const ImDrawVert& corner : ImGui::GetForegroundDrawList()->VtxBuffer)
      count += (corner.col & ~IM_COL32_A_MASK) == (colour_u32(colour) & ~IM_COL32_A_MASK) ? 1 : 0;
    return count;
  }
};

TEST_F(Classroom, shows_one_panel_and_the_others_are_a_click_away) {
  for (const ImVec2 size : {ImVec2{1024.0F, 768.0F}, ImVec2{1920.0F, 1080.0F}}) {
    ImGui::GetIO().DisplaySize = size;
    for (const Workspace& workspace : workspaces()) {
      look().stage = {};
      look().stage.workspace = workspace.id;
      window_frames(2);
      for (const Panel* panel : panels_of(workspace)) {
        const std::string id = panel->id;
        if (!has("panel." + id)) {
          if (!has("tab." + id)) click_item("tabs.more");
          window_frames(2);
          click_item("tab." + id);
          window_frames(2);
        }
        expect_in_order();
        ASSERT_TRUE(has("panel." + id)) << id;
        for (const Panel* other : panels_of(workspace))
          EXPECT_EQ(has(std::string("panel.") + other->id), other == panel) << other->id << " beside " << id;
        EXPECT_TRUE(has("panel.sentence"));
        EXPECT_GE(item("panel." + id).max.x - item("panel." + id).min.x, 0.9F * size.x) << id;
      }
    }
  }
}

TEST_F(Classroom, one_key_begins_and_ends_it) {
  preferences.classroom = false;
  window_frames(2);
  EXPECT_TRUE(has("panel.scores") && has("panel.weights"));
  hold(GLFW_KEY_F8);
  ASSERT_NE(command<SetClassroom>(), nullptr);
  EXPECT_TRUE(command<SetClassroom>()->on);
  preferences.classroom = true;
  hold(GLFW_KEY_F8);
  ASSERT_NE(command<SetClassroom>(), nullptr);
  EXPECT_FALSE(command<SetClassroom>()->on);
}

TEST_F(Classroom, a_switch_of_the_settings_does_the_same) {
  preferences.classroom = false;
  window_frames(2);
  open_menu("settings");
  click_item("settings.classroom");
  ASSERT_NE(command<SetClassroom>(), nullptr);
  EXPECT_TRUE(command<SetClassroom>()->on);
}

TEST_F(Classroom, keys_that_were_pressed_are_shown_and_fade) {
  window_frames(2);
  hold(GLFW_KEY_3, true);
  EXPECT_EQ(keys(), "Ctrl-3");
  EXPECT_GT(presenter_delay(state), 0.0F) << "it asks for the picture in which it fades";
  ImGui::GetIO().DeltaTime = 3.0F;
  window_frames(1);
  EXPECT_EQ(keys(), "");
  EXPECT_EQ(presenter_delay(state), 0.0F);
}

TEST_F(Classroom, what_is_typed_into_a_field_is_seen_there_alone) {
  window_frames(2);
  click_item("sentence.text");
  window_frames(1);
  hold(GLFW_KEY_A);
  hold(GLFW_KEY_LEFT);
  hold(GLFW_KEY_BACKSPACE);
  EXPECT_EQ(keys(), "");
  hold(GLFW_KEY_A, true);
  EXPECT_EQ(keys(), "Ctrl-A");
}

TEST_F(Classroom, the_pointer_has_a_halo_only_there) {
  ImGui::GetIO().MousePos = {700.0F, 400.0F};
  window_frames(2);
  EXPECT_GT(corners_of(theme().warning), 0U);
  preferences.classroom = false;
  window_frames(2);
  EXPECT_EQ(corners_of(theme().warning), 0U);
  hold(GLFW_KEY_3, true);
  EXPECT_EQ(keys(), "") << "nor are keys shown";
}

}  // namespace
}  // namespace regard::test
