// SPDX-License-Identifier: Apache-2.0
// A walk through everything the window shows, at every text size, in both languages and all looks: no text is cut, none lies over
// another, nothing is larger than the window it stands in.
#include "app/panels/common/window_state.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "tests/app/panels/seen_whole_walk.h"
#include "tests/app/viewmodel/run_text.h"

#include <imgui_internal.h>

#include <string>

namespace regard::test {
namespace {

TEST_F(SeenWhole, every_panel_of_every_workspace) {
  background = nullptr;  // this model is made by hand: there is nothing to run
  show("Кошка , которая сидела на кры ше , смотрела на птицу .");
  everywhere([&] { all_panels(); });
  expect_all_seen();
}

TEST_F(SeenWhole, every_panel_where_two_texts_are_compared) {
  snapshot = regard::testing::read_beside(regard::testing::reading_model(true), "the old king saw a cat",
                                          "the old prince saw a cat");
  select({1, 2}, 4, 3);
  kept().pins = {{.name = "A", .reading = {.text = "the old prince saw a cat"}}};
  kept().baseline = "A";
  look().shown = Shown::difference;
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
      see("overlay " + std::to_string(static_cast<int>(overlay)));
    }
    state.of<WindowState>().overlay = Overlay::none;
    for (const char* menu : {"model", "examples", "view", "file", "settings"}) {
      open_bar_menu(menu);
      see(std::string("menu ") + menu);
      ImGui::ClosePopupToLevel(0, true);
      window_frames(2);
    }
  });
  expect_all_seen();
}

}  // namespace
}  // namespace regard::test
