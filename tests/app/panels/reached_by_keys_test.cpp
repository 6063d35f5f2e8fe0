// SPDX-License-Identifier: Apache-2.0
// Whatever a mouse can press, the keyboard reaches: by walking with Tab from item to item, with a ring around the item.
#include "app/panels/frame/keyboard.h"

#include "app/session/kept.h"
#include "app/session/look.h"
#include "tests/app/panels/glfw_keys.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"

#include <imgui_internal.h>

#include <array>
#include <map>
#include <set>
#include <string>

namespace regard::test {
namespace {

/// Pictures: arrows, Tab, numbers and Ctrl-G do there what the mouse does, and help says so. A number of the table of roles: the
/// head of its column and the name of its row do it together.
bool has_keys_of_its_own(const std::string& id) {
  static constexpr std::array kPictures{"grid.", "overview.", "splitter.", "minimap.", "roles.cell."};
  return std::any_of(kPictures.begin(), kPictures.end(), [&](const char* each) { return id.starts_with(each); });
}

class ReachedByKeys : public WindowWithJobs {
protected:
  void SetUp() override {
    WindowWithJobs::SetUp();
    map_glfw_keys();
  }

  /// What can be pressed, by the id that ImGui knows it by.
  std::map<ImGuiID, std::string> pressed_by_mouse() {
    std::map<ImGuiID, std::string> found;
    const std::vector<ProbeItem> probed(probe_items().begin(), probe_items().end());
    for (const ProbeItem& each : probed) {
      if (each.id.starts_with("panel.") || has_keys_of_its_own(each.id)) continue;
      ImGui::GetIO().MousePos = {0.5F * (each.min.x + each.max.x), 0.5F * (each.min.y + each.max.y)};
      window_frame();
      window_frame();
      if (const ImGuiID id = ImGui::GetCurrentContext()->HoveredIdPreviousFrame; id != 0) found.emplace(id, each.id);
    }
    ImGui::GetIO().MousePos = {-FLT_MAX, -FLT_MAX};
    window_frames(2);
    return found;
  }

  /// What Tab comes to from the top bar on, until it is there again.
  std::set<ImGuiID> walked_through() {
    std::set<ImGuiID> found;
    hold(GLFW_KEY_F10);
    window_frames(2);
    const ImGuiContext& now = *ImGui::GetCurrentContext();
    for (int step = 0, again = 0; step < 400 && again < 3; ++step) {
      EXPECT_TRUE(focus_box().has_value()) << "the ring is not seen after " << step << " steps";
      again = found.insert(now.NavId).second ? 0 : again + 1;
      hold(GLFW_KEY_TAB);
      window_frames(1);
    }
    hold(GLFW_KEY_ESCAPE);
    window_frames(2);
    return found;
  }
};

TEST_F(ReachedByKeys, everything_in_every_panel) {
  snapshot = regard::testing::read_beside(regard::testing::reading_model(true), "the old king saw a cat",
                                          "the old prince saw a cat");
  select({1, 2}, 4, 3);
  kept().pins = {{.name = "A", .reading = {.text = "the old prince saw a cat"}}};
  kept().baseline = "A";
  std::set<std::string> missed;
  std::size_t seen = 0;
  for (const Workspace& workspace : workspaces())
    for (const Panel* panel : panels_of(workspace)) {
      choose_panel(look().stage, workspace.id, panel->id);
      frames_until_ready();
      const std::map<ImGuiID, std::string> wanted = pressed_by_mouse();
      const std::set<ImGuiID> reached = walked_through();
      seen += wanted.size();
      for (const auto& [id, name] : wanted)
        if (!reached.contains(id)) missed.insert(std::string(workspace.id) + "/" + panel->id + ": " + name);
    }
  EXPECT_GT(seen, 200U);
  for (const std::string& each : missed)
    ADD_FAILURE() << each << " is not reached";
}

}  // namespace
}  // namespace regard::test
