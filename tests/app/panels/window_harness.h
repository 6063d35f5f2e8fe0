// SPDX-License-Identifier: Apache-2.0
// The whole window without a screen: a snapshot and a session made by hand, frames with keys and mouse, and what the panels
// asked for in the last one.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/command.h"
#include "app/panels/common/panel.h"
#include "app/panels/common/world.h"
#include "app/panels/registry.h"
#include "app/session/action.h"
#include "app/session/preferences.h"
#include "app/shell/compared_panels.h"
#include "app/style/locale.h"
#include "app/viewmodel/memo.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/handmade.h"
#include "tests/app/widgets/headless.h"

#include <GLFW/glfw3.h>

#include <imgui.h>
#include <initializer_list>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace regard::test {

class WindowHarness : public Headless {
  regard::testing::SessionInParts parts_{};

protected:
  void SetUp() override;

  void show(const std::string& text, const regard::testing::HandmadeOptions& options = {});

  // The session, by its parts: a test compiles without those that it does not look into.
  [[nodiscard]] Reading& reading() const { return parts_.reading(); }
  [[nodiscard]] Selection& selection() const { return parts_.selection(); }
  [[nodiscard]] Look& look() const { return parts_.look(); }
  [[nodiscard]] Kept& kept() const { return parts_.kept(); }
  [[nodiscard]] GenerateSettings& generate() const { return parts_.generate(); }
  /// A session that shows the snapshot's text, with these chosen.
  void select(HeadRef head = {1, 3}, std::size_t query = 2, std::size_t key = 1);
  /// A new session.
  void forget();
  void perform(const Action& action);

  /// Chooses a panel, in the first workspace that has it.
  void choose(const std::string& panel);

  /// One frame of everything: keys first, as the shell does it.
  void window_frame();
  /// The picture of the last frame is in order: every probed item lies in the window, no panel over another, no corner of a
  /// triangle nowhere, and no sentence is the bare key of one.
  void expect_in_order() const;
  /// Performs what the panels asked for, as the shell does.
  void settle();
  void window_frames(int count);

  /// Holds a key over one frame; what that frame asked for stays in `actions` and `commands`.
  void hold(int key, bool ctrl = false, bool shift = false);
  void hold_alt(int key);
  /// Presses at the first place, goes to the others, lets go. All that was asked for meanwhile is in `actions` and `commands`.
  void drag(const std::vector<ImVec2>& places);
  /// Moves to a probed item, presses and releases.
  void click_item(const std::string& id);

  /// Opens a menu of the top bar, if it is not open.
  void open_menu(const std::string& menu) {
    if (!has("top." + menu)) window_frames(1);
    if (has("menu." + menu)) return;
    click_item("top." + menu);
    window_frames(2);
  }
  void open_view_switches() { open_menu("view"); }

  template <class Wanted>
  [[nodiscard]] const Wanted* action() const {
    return first<Wanted>(actions);
  }
  template <class Wanted>
  [[nodiscard]] const Wanted* command() const {
    return first<Wanted>(commands);
  }

  std::shared_ptr<Snapshot> snapshot{};
  Session& session = parts_.whole();
  Preferences preferences{};
  World world{};
  PanelState state{};
  Hover hover{};
  ViewMemo memo{};
  shell::ComparedViews compared{};
  std::vector<Action> actions{};
  std::vector<Command> commands{};
  Background* background = nullptr;  ///< a test that wants one puts its own there

private:
  template <class Wanted, class Any>
  static const Wanted* first(const std::vector<Any>& list) {
    for (const Any& each : list)
      if (const auto* found = std::get_if<Wanted>(&each)) return found;
    return nullptr;
  }
};

/// The window with background jobs.
class WindowWithJobs : public WindowHarness {
protected:
  void SetUp() override;

  /// What one job brings lets the next one begin, so nothing runs only after a few quiet frames.
  void frames_until_ready();
  /// The picture is in order with each of these panels chosen, in windows of every size and in both languages.
  void expect_in_order_in_every_size(std::initializer_list<const char*> panels);

  Background jobs{};

private:
  /// The processor to them, not to frames that show nothing new; for no longer than a frame of a screen takes, because what nobody
  /// looks at gives way to what is looked at.
  void give_jobs_a_moment() const;
};

}  // namespace regard::test
