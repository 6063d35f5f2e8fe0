// SPDX-License-Identifier: Apache-2.0
// The whole window without a screen: a snapshot and a session made by hand, frames with keys and mouse, and what the panels
// asked for in the last one.
#pragma once

#include "app/panels/common/panel.h"
#include "app/panels/frame/shortcuts.h"
#include "app/panels/registry.h"
#include "app/shell/compared_panels.h"
#include "app/style/locale.h"
#include "tests/app/viewmodel/handmade.h"
#include "tests/app/widgets/headless.h"

#include <GLFW/glfw3.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace regard::test {

class WindowHarness : public Headless {
protected:
  void SetUp() override {
    Headless::SetUp();
    load_locale(std::string(REGARD_ASSETS_DIR) + "/locale");
    set_language(Language::en);
    ImGui::GetIO().DisplaySize = {1600.0F, 900.0F};
    ImGui::GetIO().ConfigInputTextCursorBlink = false;
    show("the old king gave the prince a sword");
  }

  void show(const std::string& text, const regard::testing::HandmadeOptions& options = {}) {
    snapshot = regard::testing::handmade_snapshot(text, options);
    session = regard::testing::session_for(*snapshot);
  }

  /// Chooses a panel, in the first workspace that has it.
  void choose(const std::string& panel) {
    choose_panel(session.stage, workspace_of(panel, session.stage.workspace)->id, panel);
  }

  /// One frame of everything: keys first, as the shell does it.
  void window_frame() {
    actions.clear();
    commands.clear();
    const Views& views = memo.update(snapshot, session);
    Hover next_hover;
    PanelContext context{*snapshot,  views, session, preferences, world,   hover,
                         next_hover, state, nullptr, actions,     commands};
    context.background = background;
    probe_clear();
    ImGui::NewFrame();
    shell::draw_texts(context, snapshot, compared);
    ImGui::Render();
    hover = next_hover;
  }
  /// Performs what the panels asked for, as the shell does.
  void settle() {
    ActionContext context{&encoding_of(*snapshot, TextSide::encoder),
                          snapshot->model ? snapshot->model->config.layers : 1,
                          snapshot->model ? snapshot->model->config.heads : 1};
    if (has_two_texts(*snapshot)) context.decoder = &snapshot->encoding;
    for (const Action& action : actions)
      session = apply(session, action, context);
  }
  void window_frames(int count) {
    for (int index = 0; index < count; ++index) {
      window_frame();
      settle();
    }
  }

  /// Holds a key over one frame; what that frame asked for stays in `actions` and `commands`.
  void hold(int key, bool ctrl = false, bool shift = false) {
    ImGuiIO& io = ImGui::GetIO();
    io.KeyCtrl = ctrl;
    io.KeyShift = shift;
    io.KeyMods = (ctrl ? ImGuiKeyModFlags_Ctrl : 0) | (shift ? ImGuiKeyModFlags_Shift : 0);
    io.KeysDown[key] = true;
    window_frame();
    const std::vector<Action> asked = actions;
    const std::vector<Command> ordered = commands;
    io.KeysDown[key] = false;
    io.KeyCtrl = io.KeyShift = false;
    io.KeyMods = 0;
    settle();
    window_frame();
    settle();
    actions = asked;
    commands = ordered;
  }
  void hold_alt(int key) {
    ImGui::GetIO().KeyAlt = true;
    hold(key);
    ImGui::GetIO().KeyAlt = false;
  }
  /// Presses at the first place, goes to the others, lets go. All that was asked for meanwhile is in `actions` and `commands`.
  void drag(const std::vector<ImVec2>& places) {
    std::vector<Action> asked;
    std::vector<Command> ordered;
    const auto step = [&] {
      window_frame();
      asked.insert(asked.end(), actions.begin(), actions.end());
      ordered.insert(ordered.end(), commands.begin(), commands.end());
      settle();
    };
    ImGuiIO& io = ImGui::GetIO();
    io.MousePos = places.front();
    step();
    step();
    io.MouseDown[0] = true;
    step();
    for (std::size_t index = 1; index < places.size(); ++index) {
      io.MousePos = places[index];
      step();
    }
    io.MouseDown[0] = false;
    step();
    actions = asked;
    commands = ordered;
  }
  /// Moves to a probed item, presses and releases.
  void click_item(const std::string& id) { drag({middle(id)}); }

  template <class Wanted>
  [[nodiscard]] const Wanted* action() const {
    for (const Action& each : actions)
      if (const auto* found = std::get_if<Wanted>(&each)) return found;
    return nullptr;
  }
  template <class Wanted>
  [[nodiscard]] const Wanted* command() const {
    for (const Command& each : commands)
      if (const auto* found = std::get_if<Wanted>(&each)) return found;
    return nullptr;
  }

  std::shared_ptr<Snapshot> snapshot{};
  Session session{};
  Preferences preferences{};
  World world{};
  PanelState state{};
  Hover hover{};
  ViewMemo memo{};
  shell::ComparedViews compared{};
  std::vector<Action> actions{};
  std::vector<Command> commands{};
  Background* background = nullptr;  ///< a test that wants one puts its own there
};

/// The window with background jobs.
class WindowWithJobs : public WindowHarness {
protected:
  void SetUp() override {
    WindowHarness::SetUp();
    background = &jobs;
  }

  /// What one job brings lets the next one begin, so nothing runs only after a few quiet frames.
  void frames_until_ready() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    for (int quiet = 0; quiet < 4 && std::chrono::steady_clock::now() < end; ++quiet) {
      window_frames(1);
      std::this_thread::yield();
      if (jobs.busy()) quiet = 0;
    }
  }

  Background jobs{};
};

}  // namespace regard::test
