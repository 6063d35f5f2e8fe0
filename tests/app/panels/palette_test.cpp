// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/palette.h"

#include "app/panels/common/command.h"
#include "app/panels/common/window_state.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/commands.h"
#include "app/session/action.h"
#include "app/session/look.h"
#include "app/session/selection.h"
#include "app/viewmodel/word_search.h"
#include "tests/app/panels/glfw_keys.h"
#include "tests/app/panels/window_harness.h"

#include <set>
#include <string>
#include <vector>

namespace regard::test {
namespace {

PaletteEntry entry(const std::string& name) {
  return {name, "", "", folded(name), "", Action{Undo{}}};
}

TEST(PaletteMatches, come_best_first_and_else_in_their_order) {
  const std::vector<PaletteEntry> entries{entry("Resave all"), entry("Open or save"), entry("Save"), entry("Close")};
  EXPECT_EQ(palette_matches("save", entries), (std::vector<std::size_t>{2, 1, 0}));
  EXPECT_EQ(palette_matches("", entries), (std::vector<std::size_t>{0, 1, 2, 3}));
  EXPECT_TRUE(palette_matches("save nothing", entries).empty());
}

class Palette : public WindowHarness {
protected:
  void SetUp() override {
    WindowHarness::SetUp();
    map_glfw_keys();
    window_frames(2);
    hold(GLFW_KEY_P, true, true);
    window_frames(2);
  }
  void type(const std::string& text) {
    ImGui::GetIO().AddInputCharactersUTF8(text.c_str());
    window_frames(2);
  }
  /// Presses a key and keeps everything that is asked for until what was chosen is done.
  void finish(int key) {
    hold(key);
    std::vector<Action> asked = actions;
    std::vector<Command> ordered = commands;
    for (int frame = 0; frame < 3; ++frame) {
      window_frame();
      asked.insert(asked.end(), actions.begin(), actions.end());
      ordered.insert(ordered.end(), commands.begin(), commands.end());
      settle();
    }
    actions = asked;
    commands = ordered;
  }
};

TEST_F(Palette, finds_a_head_by_its_numbers_and_enter_shows_it) {
  ASSERT_EQ(state.of<WindowState>().overlay, Overlay::palette);
  selection().head = {0, 0};
  type("1.2");
  finish(GLFW_KEY_ENTER);
  EXPECT_EQ(state.of<WindowState>().overlay, Overlay::none);
  EXPECT_EQ(selection().head, (HeadRef{1, 2}));
}

TEST_F(Palette, knows_both_languages_whichever_is_on_show) {
  type("справка");
  finish(GLFW_KEY_ENTER);
  EXPECT_EQ(state.of<WindowState>().overlay, Overlay::help) << "the window is in English";
}

TEST_F(Palette, goes_to_a_view_of_another_workspace) {
  ASSERT_EQ(workspace_named(look().stage.workspace).id, std::string("look"));
  type("sweep");
  finish(GLFW_KEY_ENTER);
  EXPECT_EQ(look().stage.workspace, "change");
  ASSERT_FALSE(look().stage.chosen["change"].empty());
  EXPECT_EQ(look().stage.chosen["change"].front(), "sweep");
}

TEST_F(Palette, what_cannot_be_done_says_why_and_does_nothing) {
  type("undo");
  const auto found = palette_matches(state.of<PaletteState>().query, state.of<PaletteState>().entries);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(state.of<PaletteState>().entries[found[0]].obstacle, tr("command.nothing_to_undo"));
  finish(GLFW_KEY_ENTER);
  EXPECT_EQ(state.of<WindowState>().overlay, Overlay::palette);
  EXPECT_EQ(action<Undo>(), nullptr);
  world.can_undo = true;
  window_frames(2);
  finish(GLFW_KEY_ENTER);
  EXPECT_NE(action<Undo>(), nullptr);
}

TEST_F(Palette, arrows_and_pages_move_the_choice_and_stop_at_the_ends) {
  const HeadRef chosen = selection().head;
  hold(GLFW_KEY_DOWN);
  hold(GLFW_KEY_DOWN);
  EXPECT_EQ(state.of<PaletteState>().chosen, 2U);
  hold(GLFW_KEY_PAGE_DOWN);
  EXPECT_GT(state.of<PaletteState>().chosen, 8U);
  for (int page = 0; page < 20; ++page)
    hold(GLFW_KEY_PAGE_DOWN);
  EXPECT_EQ(state.of<PaletteState>().chosen, state.of<PaletteState>().entries.size() - 1);
  for (int page = 0; page < 20; ++page)
    hold(GLFW_KEY_PAGE_UP);
  EXPECT_EQ(state.of<PaletteState>().chosen, 0U);
  EXPECT_EQ(selection().head, chosen) << "the arrows are the list's";
}

TEST_F(Palette, a_click_does_what_the_line_says) {
  type("1.2");
  click_item("palette.line.0");
  window_frames(3);
  EXPECT_EQ(selection().head, (HeadRef{1, 2}));
}

TEST_F(Palette, escape_and_its_own_key_close_it) {
  hold(GLFW_KEY_ESCAPE);
  EXPECT_EQ(state.of<WindowState>().overlay, Overlay::none);
  hold(GLFW_KEY_P, true, true);
  EXPECT_EQ(state.of<WindowState>().overlay, Overlay::palette);
  hold(GLFW_KEY_P, true, true);
  EXPECT_EQ(state.of<WindowState>().overlay, Overlay::none);
}

TEST_F(Palette, lists_every_command_and_every_view_once) {
  std::set<std::string> names;
  for (const PaletteEntry& each : state.of<PaletteState>().entries)
    if (const auto* action = std::get_if<Action>(&each.deed); action && std::get_if<SelectPanel>(action)) {
      EXPECT_TRUE(names.insert(std::get<SelectPanel>(*action).panel).second);
    }
  std::set<std::string> all;
  for (const Workspace& workspace : workspaces())
    for (const Panel* panel : panels_of(workspace))
      all.insert(panel->id);
  EXPECT_EQ(names, all);
  std::size_t listed = 0;
  for (const PaletteEntry& each : state.of<PaletteState>().entries)
    if (std::get_if<const CommandEntry*>(&each.deed) != nullptr) ++listed;
  EXPECT_GT(listed, 40U);
}

}  // namespace
}  // namespace regard::test
