// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/keyboard.h"

#include "app/panels/common/button_parts.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/grids_state.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/commands.h"
#include "app/session/action.h"
#include "app/session/selection.h"
#include "tests/app/panels/glfw_keys.h"
#include "tests/app/panels/window_harness.h"

#include <imgui_internal.h>

#include <optional>
#include <set>
#include <string>

namespace regard::test {
namespace {

/// Two menus beside each other.
class Menus : public Headless {
protected:
  std::optional<std::string> open{};
  std::function<void()> draw = [this] {
    open.reset();
    menu("first");
    ImGui::SameLine();
    menu("second");
  };
  void menu(const char* name) {
    if (quiet_button(name, name, true)) ImGui::OpenPopup(name);
    if (!ImGui::BeginPopup(name)) return;
    open = name;
    ImGui::TextUnformatted(name);
    ImGui::EndPopup();
  }
};

TEST_F(Menus, a_click_on_another_menus_button_opens_that_one_at_once) {
  frames(2, draw);
  const ImVec2 first = middle("first"), second = middle("second");
  click(first, draw);
  frames(2, draw);
  ASSERT_EQ(open, "first");
  click(second, draw);
  frames(2, draw);
  EXPECT_EQ(open, "second");
}

TEST_F(Menus, a_click_on_its_own_button_closes_it) {
  frames(2, draw);
  const ImVec2 first = middle("first");
  click(first, draw);
  frames(2, draw);
  ASSERT_EQ(open, "first");
  click(first, draw);
  frames(2, draw);
  EXPECT_EQ(open, std::nullopt);
  click(first, draw);
  frames(2, draw);
  EXPECT_EQ(open, "first");
}

TEST_F(Menus, a_hint_asks_for_a_frame_when_it_is_due_and_for_one_more_to_be_seen) {
  const auto hinted = [] {
    ImGui::Button("rest here", {200.0F, 50.0F});
    hint("because");
  };
  frames(2, hinted);
  (void)take_hint_delay();
  ImGui::GetIO().MousePos = {30.0F, 30.0F};
  frame(hinted);
  const float rest = take_hint_delay();
  ASSERT_GT(rest, 0.3F);
  ImGui::GetIO().DeltaTime = rest;
  frames(1, hinted);
  const float next = take_hint_delay();
  EXPECT_GT(next, 0.0F) << "it is measured, not seen yet";
  EXPECT_LT(next, 0.1F);
  ImGui::GetIO().DeltaTime = 0.02F;
  frame(hinted);
  EXPECT_EQ(take_hint_delay(), 0.0F);
  const ImGuiWindow* tooltip = ImGui::FindWindowByName("##Tooltip_00");
  ASSERT_NE(tooltip, nullptr);
  EXPECT_TRUE(tooltip->Active && !tooltip->Hidden);
}

TEST_F(Menus, why_something_is_greyed_is_said_at_once) {
  const auto greyed = [] {
    ImGui::BeginDisabled();
    ImGui::Button("cannot", {200.0F, 50.0F});
    ImGui::EndDisabled();
    why_not("because");
  };
  frames(2, greyed);
  ImGui::GetIO().MousePos = {30.0F, 30.0F};
  frames(2, greyed);
  const ImGuiWindow* tooltip = ImGui::FindWindowByName("##Tooltip_00");
  ASSERT_NE(tooltip, nullptr);
  EXPECT_TRUE(tooltip->Active);
}

class WindowWithKeys : public WindowHarness {
protected:
  void SetUp() override {
    WindowHarness::SetUp();
    map_glfw_keys();
  }
};

class Walking : public WindowWithKeys {
protected:
  [[nodiscard]] static ImVec2 focus() {
    const ImGuiContext& now = *ImGui::GetCurrentContext();
    if (now.NavWindow == nullptr || now.NavId == 0 || !ImGui::GetIO().NavVisible) return {-1.0F, -1.0F};
    const ImRect& item = now.NavWindow->NavRectRel[0];
    return {now.NavWindow->Pos.x + item.GetCenter().x, now.NavWindow->Pos.y + item.GetCenter().y};
  }
  [[nodiscard]] static bool has_focus(const std::string& id) {
    const ProbeItem found = item(id);
    const ImVec2 at = focus();
    return at.x >= found.min.x && at.x <= found.max.x && at.y >= found.min.y && at.y <= found.max.y;
  }
};

TEST_F(Walking, f10_puts_the_focus_into_the_top_bar_and_escape_takes_it_away) {
  window_frames(2);
  hold(GLFW_KEY_F10);
  window_frames(3);
  EXPECT_TRUE(is_walking(state));
  EXPECT_TRUE(has_focus("panel.top"));
  hold(GLFW_KEY_ESCAPE);
  window_frames(2);
  EXPECT_FALSE(is_walking(state));
  EXPECT_FALSE(ImGui::GetIO().NavVisible);
}

TEST_F(Walking, arrows_move_the_focus_and_leave_the_heads_alone) {
  selection().head = {0, 0};
  window_frames(2);
  hold(GLFW_KEY_F10);
  window_frames(3);
  const ImVec2 before = focus();
  hold(GLFW_KEY_RIGHT);
  window_frames(2);
  EXPECT_GT(focus().x, before.x);
  EXPECT_EQ(action<SelectHead>(), nullptr);
  hold(GLFW_KEY_ESCAPE);
  window_frames(2);
  hold(GLFW_KEY_RIGHT);
  EXPECT_NE(action<SelectHead>(), nullptr) << "the mode is left";
}

TEST_F(Walking, tab_goes_from_item_to_item) {
  window_frames(2);
  hold(GLFW_KEY_F10);
  window_frames(3);
  std::set<std::pair<float, float>> places;
  for (int step = 0; step < 5; ++step) {
    hold(GLFW_KEY_TAB);
    window_frames(2);
    places.insert({focus().x, focus().y});
  }
  EXPECT_GE(places.size(), 4U);
  EXPECT_EQ(action<SelectQuery>(), nullptr);
}

TEST_F(Walking, every_panel_is_reached_and_the_way_back_is_the_same) {
  window_frames(2);
  std::vector<std::string> seen;
  for (std::size_t step = 0; step < 6; ++step) {
    hold(GLFW_KEY_F6, true);
    window_frames(3);
    seen.push_back(keyboard(state).at);
  }
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 6U);
  hold(GLFW_KEY_F6, true, true);
  window_frames(3);
  EXPECT_EQ(keyboard(state).at, seen[4]);
}

TEST_F(Walking, enter_presses_what_has_the_focus_and_escape_closes_only_the_menu) {
  window_frames(2);
  hold(GLFW_KEY_F10);
  window_frames(3);
  for (int step = 0; step < 12 && !state.of<WindowState>().popup_open; ++step) {
    hold(GLFW_KEY_ENTER);
    window_frames(2);
    if (!state.of<WindowState>().popup_open) hold(GLFW_KEY_RIGHT);
    window_frames(2);
  }
  ASSERT_TRUE(state.of<WindowState>().popup_open) << "the top bar has menus";
  hold(GLFW_KEY_ESCAPE);
  window_frames(2);
  EXPECT_FALSE(state.of<WindowState>().popup_open);
  EXPECT_TRUE(is_walking(state));
}

TEST_F(Walking, a_click_ends_it) {
  window_frames(2);
  hold(GLFW_KEY_F10);
  window_frames(2);
  click_item("strip.token.4");
  window_frames(2);
  EXPECT_FALSE(is_walking(state));
}

TEST_F(Walking, a_token_is_chosen_by_enter_and_as_the_key_with_shift) {
  window_frames(2);
  const auto walk_to_chips = [&] {
    for (int step = 0; step < 40; ++step) {
      hold(GLFW_KEY_TAB);
      window_frames(2);
      for (std::size_t token = 0; has("strip.token." + std::to_string(token)); ++token)
        if (has_focus("strip.token." + std::to_string(token))) return std::optional<std::size_t>(token);
    }
    return std::optional<std::size_t>{};
  };
  hold(GLFW_KEY_F10);
  window_frames(3);
  const auto token = walk_to_chips();
  ASSERT_TRUE(token);
  hold(GLFW_KEY_ENTER);
  ASSERT_NE(action<SelectQuery>(), nullptr);
  EXPECT_EQ(action<SelectQuery>()->token, *token);
}

class OpenMenu : public WindowWithKeys {
protected:
  /// Right click on a token: a menu that every layout has.
  void open_token_menu() {
    window_frames(2);
    ImGui::GetIO().MousePos = middle("strip.token.3");
    window_frames(2);
    ImGui::GetIO().MouseDown[1] = true;
    window_frames(1);
    ImGui::GetIO().MouseDown[1] = false;
    window_frames(2);
    ASSERT_TRUE(state.of<WindowState>().popup_open);
  }
};

TEST_F(OpenMenu, escape_closes_it_and_nothing_under_it) {
  open_token_menu();
  state.of<GridsState>().map.go_to.open = true;
  world.worker = WorkerState::running;
  hold(GLFW_KEY_ESCAPE);
  window_frames(2);
  EXPECT_FALSE(state.of<WindowState>().popup_open);
  EXPECT_TRUE(state.of<GridsState>().map.go_to.open);
  EXPECT_EQ(command<CancelRun>(), nullptr);
}

TEST_F(OpenMenu, the_key_of_a_command_closes_it_and_is_done) {
  open_token_menu();
  hold(GLFW_KEY_S, true);
  window_frames(2);
  EXPECT_FALSE(state.of<WindowState>().popup_open);
  EXPECT_EQ(state.of<PathDialog>().kind, PathDialog::Kind::save_session);
}

TEST_F(OpenMenu, arrows_move_in_it) {
  open_token_menu();
  const HeadRef before = selection().head;
  hold(GLFW_KEY_DOWN);
  EXPECT_EQ(selection().head, before);
  window_frames(2);
  EXPECT_TRUE(state.of<WindowState>().popup_open);
  EXPECT_TRUE(ImGui::GetIO().NavVisible) << "the line it is on has a ring";
  hold(GLFW_KEY_ENTER);
  EXPECT_FALSE(actions.empty()) << "Enter takes the line";
}

TEST(ChordNames, keys_of_the_keypad_are_called_as_the_others) {
  EXPECT_EQ(text_of(Chord{GLFW_KEY_KP_ENTER, true}), "Ctrl-Enter");
  EXPECT_EQ(text_of(Chord{GLFW_KEY_KP_ADD, true}), "Ctrl-+");
  EXPECT_EQ(text_of(Chord{GLFW_KEY_KP_0, true}), "Ctrl-0");
}

class Help : public WindowWithKeys {};

TEST_F(Help, is_searched_and_scrolled_by_keys) {
  ImGui::GetIO().DisplaySize = {900.0F, 500.0F};
  window_frames(2);
  hold(GLFW_KEY_F1);
  window_frames(2);
  const auto scroll = [] {
    for (const ImGuiWindow* window : ImGui::GetCurrentContext()->Windows)
      if (std::string_view(window->Name).find("/keys_") != std::string_view::npos) return window->Scroll.y;
    return -1.0F;
  };
  ASSERT_EQ(scroll(), 0.0F);
  hold(GLFW_KEY_DOWN);
  window_frames(2);
  const float line = scroll();
  EXPECT_GT(line, 0.0F);
  hold(GLFW_KEY_PAGE_DOWN);
  window_frames(2);
  EXPECT_GT(scroll(), line + 50.0F);
  hold(GLFW_KEY_END);
  window_frames(2);
  const float end = scroll();
  hold(GLFW_KEY_HOME);
  window_frames(2);
  EXPECT_GT(end, 0.0F);
  EXPECT_EQ(scroll(), 0.0F);
  ImGui::GetIO().AddInputCharactersUTF8("session");
  window_frames(2);
  hold(GLFW_KEY_END);
  window_frames(2);
  EXPECT_EQ(scroll(), 0.0F) << "a few lines are left: nothing to scroll";
}

}  // namespace
}  // namespace regard::test
