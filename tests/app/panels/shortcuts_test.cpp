// SPDX-License-Identifier: Apache-2.0
#include "app/export/export.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/window_state.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/commands.h"
#include "app/session/action.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/session/selection.h"
#include "tests/app/panels/window_harness.h"

#include <set>
#include <string_view>

namespace regard::test {
namespace {

using Keys = WindowHarness;

TEST_F(Keys, up_and_down_go_through_layers_and_stop_at_the_ends) {
  selection().head = {0, 1};
  window_frames(2);
  hold(GLFW_KEY_DOWN);
  ASSERT_NE(action<SelectHead>(), nullptr);
  EXPECT_EQ(selection().head, (HeadRef{1, 1}));
  hold(GLFW_KEY_DOWN);
  EXPECT_EQ(action<SelectHead>(), nullptr) << "the last layer has no next one";
  hold(GLFW_KEY_UP);
  EXPECT_EQ(selection().head, (HeadRef{0, 1}));
}

TEST_F(Keys, left_and_right_go_through_heads) {
  selection().head = {1, 2};
  window_frames(2);
  hold(GLFW_KEY_RIGHT);
  EXPECT_EQ(selection().head, (HeadRef{1, 3}));
  hold(GLFW_KEY_LEFT);
  hold(GLFW_KEY_LEFT);
  EXPECT_EQ(selection().head, (HeadRef{1, 1}));
}

TEST_F(Keys, tab_moves_the_query_and_goes_round) {
  const std::size_t tokens = snapshot->encoding.tokens.size();
  window_frames(2);
  hold(GLFW_KEY_TAB);
  ASSERT_NE(action<SelectQuery>(), nullptr);
  EXPECT_EQ(action<SelectQuery>()->token, 3U);
  hold(GLFW_KEY_TAB, false, true);
  EXPECT_EQ(action<SelectQuery>()->token, 2U);
  hold(GLFW_KEY_COMMA);
  hold(GLFW_KEY_COMMA);
  hold(GLFW_KEY_COMMA);
  EXPECT_EQ(action<SelectQuery>()->token, tokens - 1);
  hold(GLFW_KEY_PERIOD);
  EXPECT_EQ(action<SelectQuery>()->token, 0U);
}

TEST_F(Keys, tab_passes_over_hidden_special_tokens) {
  look().hide_special = true;
  selection().query = anchor_of(1, snapshot->encoding);
  window_frames(2);
  hold(GLFW_KEY_TAB, false, true);
  ASSERT_NE(action<SelectQuery>(), nullptr);
  EXPECT_EQ(action<SelectQuery>()->token, snapshot->encoding.tokens.size() - 2) << "[CLS] and [SEP] are hidden";
}

TEST_F(Keys, delete_removes_the_query_token_once) {
  window_frames(2);
  hold(GLFW_KEY_DELETE);
  ASSERT_EQ(actions.size(), 1U);
  ASSERT_NE(action<ReplaceToken>(), nullptr);
  EXPECT_EQ(action<ReplaceToken>()->token, 2U);
  EXPECT_EQ(action<ReplaceToken>()->text, "");
}

TEST_F(Keys, delete_leaves_template_tokens_alone) {
  selection().query = anchor_of(0, snapshot->encoding);
  window_frames(2);
  hold(GLFW_KEY_DELETE);
  EXPECT_TRUE(actions.empty());
}

TEST_F(Keys, undo_and_redo_have_their_usual_keys) {
  window_frames(2);
  hold(GLFW_KEY_Z, true);
  EXPECT_EQ(action<Undo>(), nullptr) << "there is nothing to undo";
  world.can_undo = world.can_redo = true;
  hold(GLFW_KEY_Z, true);
  EXPECT_NE(action<Undo>(), nullptr);
  hold(GLFW_KEY_Z, true, true);
  EXPECT_NE(action<Redo>(), nullptr);
  EXPECT_EQ(action<Undo>(), nullptr);
  hold(GLFW_KEY_Y, true);
  EXPECT_NE(action<Redo>(), nullptr);
}

TEST_F(Keys, function_keys_ask_the_shell) {
  window_frames(2);
  preferences.language = Language::ru;
  preferences.theme = ThemeChoice::light;
  hold(GLFW_KEY_F2);
  ASSERT_NE(command<SetLanguage>(), nullptr);
  EXPECT_EQ(command<SetLanguage>()->language, Language::en);
  hold(GLFW_KEY_F3);
  ASSERT_NE(command<SetTheme>(), nullptr);
  EXPECT_EQ(command<SetTheme>()->theme, ThemeChoice::dark);
  hold(GLFW_KEY_F11);
  EXPECT_NE(command<ToggleFullScreen>(), nullptr);
  hold(GLFW_KEY_F12);
  EXPECT_NE(command<CapturePicture>(), nullptr);
  hold(GLFW_KEY_MINUS, true);
  ASSERT_NE(command<ScaleText>(), nullptr);
  EXPECT_LT(command<ScaleText>()->factor, 1.0F);
}

TEST_F(Keys, no_two_commands_share_a_key) {
  for (const CommandEntry& one : regard::commands())
    for (const CommandEntry& other : regard::commands())
      for (const Chord& chord : one.chords)
        for (const Chord& taken : other.chords)
          EXPECT_FALSE(&one != &other && chord.key != 0 && chord == taken) << one.id << " and " << other.id;
}

TEST_F(Keys, commands_have_names_and_ids_of_their_own) {
  std::set<std::string_view> ids;
  for (const CommandEntry& entry : regard::commands()) {
    EXPECT_TRUE(ids.insert(entry.id).second) << entry.id;
    EXPECT_STRNE(tr(entry.name), entry.name) << entry.id;
    EXPECT_EQ(&command_named(entry.id), &entry);
  }
}

TEST_F(Keys, chords_are_written_as_keyboards_name_them) {
  EXPECT_EQ(text_of(Chord{GLFW_KEY_Z, true, true, false}), "Ctrl-Shift-Z");
  EXPECT_EQ(text_of(Chord{GLFW_KEY_F12}), "F12");
  EXPECT_EQ(text_of(Chord{GLFW_KEY_UP, false, false, true}), "Alt-↑");
  EXPECT_EQ(text_of(Chord{}), "");
}

TEST_F(Keys, a_digit_without_a_panel_does_nothing) {
  window_frames(2);
  hold(GLFW_KEY_9, true);
  EXPECT_TRUE(actions.empty());
}

TEST_F(Keys, escape_closes_the_help_before_it_cancels_a_run) {
  world.worker = WorkerState::running;
  window_frames(2);
  hold(GLFW_KEY_F1);
  EXPECT_EQ(state.of<WindowState>().overlay, Overlay::help);
  hold(GLFW_KEY_ESCAPE);
  EXPECT_EQ(state.of<WindowState>().overlay, Overlay::none);
  EXPECT_EQ(command<CancelRun>(), nullptr);
  hold(GLFW_KEY_ESCAPE);
  EXPECT_NE(command<CancelRun>(), nullptr);
}

TEST_F(Keys, arrows_are_quiet_while_the_help_is_open) {
  window_frames(2);
  hold(GLFW_KEY_F1);
  hold(GLFW_KEY_LEFT);
  EXPECT_TRUE(actions.empty());
}

TEST_F(Keys, arrows_belong_to_the_text_field_while_one_types) {
  window_frames(2);
  click_item("sentence.text");
  window_frames(2);
  ASSERT_TRUE(ImGui::GetIO().WantTextInput);
  hold(GLFW_KEY_LEFT);
  hold(GLFW_KEY_DELETE);
  EXPECT_TRUE(actions.empty());
}

TEST_F(Keys, the_grid_under_the_mouse_is_copied_with_all_digits) {
  window_frames(2);
  hold(GLFW_KEY_C, true);
  EXPECT_EQ(command<CopyText>(), nullptr) << "the mouse is over no grid";
  ASSERT_NE(command<CopyView>(), nullptr);
  EXPECT_EQ(command<CopyView>()->options.view, ExportView::weights) << "the picture that matters most";
  EXPECT_FALSE(is_picture(command<CopyView>()->options.format));
  ImGui::GetIO().MousePos = middle("grid.scores.cells");
  window_frames(2);
  hold(GLFW_KEY_C, true);
  ASSERT_NE(command<CopyText>(), nullptr);
  EXPECT_EQ(command<CopyText>()->text, grid_as_text(memo.update(snapshot, session).grid, false, "masked"));
  ImGui::GetIO().MousePos = middle("grid.weights.cells");
  window_frames(2);
  hold(GLFW_KEY_C, true);
  ASSERT_NE(command<CopyText>(), nullptr);
  EXPECT_EQ(command<CopyText>()->text, grid_as_text(memo.update(snapshot, session).grid, true, "masked"));
}

TEST_F(Keys, with_shift_it_is_a_picture_that_is_copied) {
  window_frames(2);
  ImGui::GetIO().MousePos = middle("grid.scores.cells");
  window_frames(2);
  hold(GLFW_KEY_C, true, true);
  EXPECT_EQ(command<CopyText>(), nullptr);
  ASSERT_NE(command<CopyView>(), nullptr);
  EXPECT_EQ(command<CopyView>()->options.view, ExportView::scores);
  EXPECT_TRUE(is_picture(command<CopyView>()->options.format));
}

TEST_F(Keys, saving_asks_once_and_then_writes_to_the_same_file) {
  state.of<FilesState>().folder = "/nowhere";
  window_frames(2);
  hold(GLFW_KEY_S, true);
  EXPECT_EQ(state.of<PathDialog>().kind, PathDialog::Kind::save_session);
  window_frames(2);
  click_item("dialog.confirm");
  ASSERT_NE(command<SaveSessionTo>(), nullptr);
  EXPECT_EQ(command<SaveSessionTo>()->path, "/nowhere/regard-session.json");
  EXPECT_FALSE(command<SaveSessionTo>()->overwrite) << "the shell asks before it replaces a file";
  EXPECT_EQ(state.of<PathDialog>().kind, PathDialog::Kind::save_session) << "only the shell knows whether it worked";
  hold(GLFW_KEY_ESCAPE);
  EXPECT_EQ(state.of<PathDialog>().kind, PathDialog::Kind::closed);

  state.of<FilesState>().session_path = "/nowhere/lesson.json";
  hold(GLFW_KEY_S, true);
  EXPECT_EQ(state.of<PathDialog>().kind, PathDialog::Kind::closed) << "the file is known";
  ASSERT_NE(command<SaveSessionTo>(), nullptr);
  EXPECT_EQ(command<SaveSessionTo>()->path, "/nowhere/lesson.json");
  EXPECT_TRUE(command<SaveSessionTo>()->overwrite);
  hold(GLFW_KEY_S, true, true);
  EXPECT_EQ(state.of<PathDialog>().kind, PathDialog::Kind::save_session) << "with Shift it asks again";
}

TEST_F(Keys, a_clean_start_is_asked_of_the_shell) {
  window_frames(2);
  hold(GLFW_KEY_N, true);
  EXPECT_NE(command<NewSession>(), nullptr);
}

}  // namespace
}  // namespace regard::test
