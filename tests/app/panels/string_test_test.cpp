// SPDX-License-Identifier: Apache-2.0
// With every text of the locale an X, what can still be read stands in the sources, where no translator finds it.
#include "app/panels/common/window_state.h"
#include "app/panels/frame/palette.h"
#include "tests/app/panels/seen_whole.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"

#include <algorithm>
#include <array>
#include <regex>
#include <set>

namespace regard::test {
namespace {

/// Two or more letters side by side.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words(1);
  for (const unsigned char byte : text)
    if (std::isalpha(byte) != 0 || byte == 0xD0 || byte == 0xD1)  // Latin; the first half of a Cyrillic letter
      words.back() += static_cast<char>(byte);
    else if (!words.back().empty())
      words.emplace_back();
  std::erase_if(words, [](const std::string& word) { return word.size() < 2; });
  return words;
}

/// Words that no language translates: names, keys, formulas, and what stands in the text that is looked at.
bool is_name(const std::string& word) {
  static const std::set<std::string> kNames{
      "Regard",  "Ctrl",     "Alt",      "Shift", "Tab", "Enter", "Delete", "Home",
      "Escape",  "Space",    "PgUp",     "PgDn",                                    // keys
      "softmax", "exp",      "ln",       "max",   "cos", "KL",                      // formulas
      "GELU",    "RMSNorm",  "PNG",      "SVG",   "PDF", "CSV",   "JSON",   "NPZ",  // formats, functions
      "random",  "handmade", "Handmade", "words",                                   // of the models here
  };
  return kNames.contains(word) || std::string_view(regard::testing::kWords).find(word) != std::string_view::npos;
}

class InX : public WindowWithJobs {
protected:
  void SetUp() override {
    WindowWithJobs::SetUp();
    set_text_size(100);
    set_string_test(StringTest::x);
  }
  void TearDown() override {
    set_string_test(StringTest::none);
    WindowWithJobs::TearDown();
  }
  void look(const std::string& where) {
    background != nullptr ? frames_until_ready() : window_frames(3);
    std::size_t texts = 0;
    for (const std::string& text : texts_seen()) {
      ++texts;
      for (const std::string& word : words_of(text))
        if (!is_name(word)) readable_.insert(where + ": “" + word + "” in “" + text + "”");
    }
    EXPECT_GT(texts, 3U) << where << ": no text was found at all";
  }
  void expect_nothing_readable() const {
    for (const std::string& each : readable_)
      ADD_FAILURE() << each;
  }

private:
  std::set<std::string> readable_{};
};

TEST_F(InX, nothing_of_any_panel_can_be_read_but_the_text_and_names) {
  using regard::testing::read_beside;
  using regard::testing::reading_model;
  snapshot = regard::testing::read_text(reading_model(false), "the old king saw a [MASK]");
  session = regard::testing::session_for(*snapshot, {1, 2}, 4, 3);
  for (const bool beside : {false, true}) {
    if (beside) {
      snapshot = read_beside(reading_model(true), "the old king saw a cat", "the old prince saw a cat");
      session = regard::testing::session_for(*snapshot, {1, 2}, 4, 3);
      session.pins = {{.name = "A", .reading = {.text = "the old prince saw a cat"}}};
      session.baseline = "A";
      session.shown = Shown::difference;
    }
    for (const Workspace& workspace : workspaces())
      for (const Panel* panel : panels_of(workspace)) {
        choose_panel(session.stage, workspace.id, panel->id);
        look(std::string(workspace.id) + "/" + panel->id);
      }
  }
  expect_nothing_readable();
}

TEST_F(InX, nothing_of_menus_and_of_what_lies_over_the_panels_can_be_read) {
  background = nullptr;  // this model is made by hand: there is nothing to run
  for (const char* menu : {"model", "examples", "view", "file", "settings"}) {
    window_frames(2);
    if (!has(std::string("top.") + menu)) continue;
    open_menu(menu);
    look(std::string("menu ") + menu);
    click_item(std::string("top.") + menu);
  }
  for (const Overlay overlay :
       {Overlay::help, Overlay::log, Overlay::palette, Overlay::exporting, Overlay::model_card}) {
    state.of<WindowState>().overlay = overlay;
    look("overlay " + std::to_string(static_cast<int>(overlay)));
  }
  expect_nothing_readable();
}

}  // namespace
}  // namespace regard::test
