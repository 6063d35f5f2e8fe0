// SPDX-License-Identifier: Apache-2.0
// A walk through everything the window shows, at every text size, in both languages and all looks: no text is cut, none lies over
// another, nothing is larger than the window it stands in.
#include "tests/app/panels/seen_whole.h"

#include "app/panels/common/window_state.h"
#include "app/shell/classroom.h"
#include "app/style/theme.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"

#include <imgui_internal.h>

#include <array>
#include <map>
#include <string>
#include <vector>

namespace regard::test {
namespace {

const std::array kWindows{ImVec2{1024.0F, 768.0F}, ImVec2{1366.0F, 768.0F}, ImVec2{1600.0F, 900.0F},
                          ImVec2{1920.0F, 1080.0F}};
constexpr std::array kPercents{100, 150, 200, 250};

class SeenWhole : public WindowWithJobs {
protected:
  void TearDown() override {
    set_theme(ThemeChoice::dark);
    WindowWithJobs::TearDown();
  }

  /// Goes through all sizes, languages and looks; `visit` draws what is to be seen there.
  template <class Visit>
  void everywhere(const Visit& visit) {
    for (const bool classroom : {false, true})
      for (const int percent : kPercents) {
        if (classroom && percent != 100) continue;  // the window says how large the text is
        set_theme(ThemeChoice::dark);
        if (!classroom) set_text_size(percent);
        for (const ImVec2 window : kWindows) {
          ImGui::GetIO().DisplaySize = window;
          set_theme(ThemeChoice::dark, classroom);
          if (classroom) set_classroom_text(window);
          for (const ThemeChoice look : {ThemeChoice::dark, ThemeChoice::light})
            for (const Language each : {Language::ru, Language::en}) {
              preferences.classroom = classroom;
              preferences.theme = look;
              preferences.language = each;
              set_theme(look, classroom);
              set_language(each);
              where_ = std::to_string(static_cast<int>(window.x)) + " × " + std::to_string(static_cast<int>(window.y)) +
                       (classroom ? " in the classroom" : " at " + std::to_string(percent) + " %") +
                       (each == Language::ru ? ", ru" : ", en");
              visit();
            }
        }
      }
  }

  void look(const std::string& what) {
    window_frames(3);
    for (const ProbeItem& probed : probe_items())
      if (probed.max.x > ImGui::GetIO().DisplaySize.x + 1.0F || probed.max.y > ImGui::GetIO().DisplaySize.y + 1.0F)
        note(what, probed.id + " reaches beyond the window");
    for (const std::string& each : not_seen_whole())
      note(what, each);
    ++looked_;
  }

  void all_panels() {
    for (const Workspace& workspace : workspaces())
      for (const Panel* panel : panels_of(workspace)) {
        choose_panel(session.stage, workspace.id, panel->id);
        look(std::string(workspace.id) + "/" + panel->id);
      }
  }

  /// One failure for each thing, with the first place where it was seen and how many others there are.
  void expect_all_seen() const {
    EXPECT_GT(looked_, 100U);
    for (const auto& [what, places] : found_)
      ADD_FAILURE() << what << "\n    " << places.front() << " (" << places.size() << " places in all)";
  }

private:
  void note(const std::string& what, const std::string& problem) { found_[what + ": " + problem].push_back(where_); }
  std::string where_{};
  std::size_t looked_ = 0;
  std::map<std::string, std::vector<std::string>> found_{};
};

TEST_F(SeenWhole, every_panel_of_every_workspace) {
  background = nullptr;  // this model is made by hand: there is nothing to run
  show("Кошка , которая сидела на кры ше , смотрела на птицу .");
  everywhere([&] { all_panels(); });
  expect_all_seen();
}

TEST_F(SeenWhole, every_panel_where_two_texts_are_compared) {
  snapshot = regard::testing::read_beside(regard::testing::reading_model(true), "the old king saw a cat",
                                          "the old prince saw a cat");
  session = regard::testing::session_for(*snapshot, {1, 2}, 4, 3);
  session.pins = {{.name = "A", .reading = {.text = "the old prince saw a cat"}}};
  session.baseline = "A";
  session.shown = Shown::difference;
  everywhere([&] {
    frames_until_ready();
    all_panels();
  });
  expect_all_seen();
}

TEST_F(SeenWhole, menus_and_what_lies_over_the_panels) {
  background = nullptr;
  everywhere([&] {
    for (const Overlay overlay :
         {Overlay::help, Overlay::log, Overlay::palette, Overlay::exporting, Overlay::model_card}) {
      state.of<WindowState>().overlay = overlay;
      look("overlay " + std::to_string(static_cast<int>(overlay)));
    }
    state.of<WindowState>().overlay = Overlay::none;
    for (const char* menu : {"model", "examples", "view", "file", "settings"}) {
      window_frames(2);
      if (has(std::string("top.") + menu)) {
        open_menu(menu);
      } else {  // it is behind "…"
        open_menu("more");
        look("menu more");
        click_item(std::string("more.") + menu);
        window_frames(3);
      }
      ASSERT_TRUE(has(std::string("menu.") + menu)) << menu;
      look(std::string("menu ") + menu);
      ImGui::ClosePopupToLevel(0, true);
      window_frames(2);
    }
  });
  expect_all_seen();
}

}  // namespace
}  // namespace regard::test
