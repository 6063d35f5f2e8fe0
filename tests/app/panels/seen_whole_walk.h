// SPDX-License-Identifier: Apache-2.0
// A walk through the window at every text size, in both languages and all looks, for tests of what is seen there.
#pragma once

#include "app/session/look.h"
#include "tests/app/panels/seen_whole.h"

#include "app/shell/classroom.h"
#include "app/style/theme.h"
#include "tests/app/panels/window_harness.h"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace regard::test {

inline const std::array kWindows{ImVec2{1024.0F, 768.0F}, ImVec2{1366.0F, 768.0F}, ImVec2{1600.0F, 900.0F},
                                 ImVec2{1920.0F, 1080.0F}};
inline constexpr std::array kPercents{100, 150, 200, 250};

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

  /// The same in dark colours alone: where what is drawn does not depend on the colours, and takes long.
  template <class Visit>
  void everywhere_in_the_dark(const Visit& visit) {
    everywhere([&] {
      if (preferences.theme == ThemeChoice::dark) visit();
    });
  }

  void see(const std::string& what) {
    frames_until_ready();
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
        choose_panel(look().stage, workspace.id, panel->id);
        see(std::string(workspace.id) + "/" + panel->id);
      }
  }

  /// A menu of the top bar, wherever it is.
  void open_bar_menu(const std::string& menu) {
    window_frames(2);
    if (has("top." + menu)) {
      open_menu(menu);
    } else {  // it is behind "…"
      open_menu("more");
      see("menu more");
      click_item("more." + menu);
      window_frames(3);
    }
    ASSERT_TRUE(has("menu." + menu)) << menu;
  }

  /// One failure for each thing, with the first place where it was seen and how many others there are.
  void expect_all_seen() const {
    EXPECT_GT(looked_, 2U * kWindows.size() * kPercents.size()) << "at least once in each size and language";
    for (const auto& [what, places] : found_)
      ADD_FAILURE() << what << "\n    " << places.front() << " (" << places.size() << " places in all)";
  }

private:
  void note(const std::string& what, const std::string& problem) { found_[what + ": " + problem].push_back(where_); }
  std::string where_{};
  std::size_t looked_ = 0;
  std::map<std::string, std::vector<std::string>> found_{};
};

}  // namespace regard::test
