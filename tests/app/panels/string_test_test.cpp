// SPDX-License-Identifier: Apache-2.0
// With every text of the locale an X, what can still be read stands in the sources, where no translator finds it.
#include "app/base/assets.h"
#include "app/panels/common/heads_state.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/palette.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/viewmodel/kind_table.h"
#include "core/base/text_file.h"
#include "core/text/code_classes.h"
#include "core/text/unicode.h"
#include "tests/app/panels/seen_whole.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/core/base/temporary_folder.h"

#include <algorithm>
#include <array>
#include <regex>
#include <set>

namespace regard::test {
namespace {

/// Two or more letters side by side.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words(1);
  std::size_t letters = 0;
  const auto end_word = [&] {
    if (letters < 2)
      words.back().clear();
    else
      words.emplace_back();
    letters = 0;
  };
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter read = decode_utf8(text, at);
    if (is_letter(read.code)) {
      words.back() += text.substr(at, read.length);
      ++letters;
    } else {
      end_word();
    }
    at += read.length;
  }
  end_word();
  words.pop_back();
  return words;
}

/// Of the text that is looked at.
const std::set<std::string>& words_read() {
  static const std::vector<std::string> list = words_of(regard::testing::kWords);
  static const std::set<std::string> words(list.begin(), list.end());
  return words;
}

/// Of the table of kinds, which has its words in both languages by itself (assets/kinds/table.json).
const std::set<std::string>& words_of_table() {
  static const std::vector<std::string> list =
      words_of(read_file(assets_folder() / "kinds" / "table.json", max_kind_table_bytes));
  static const std::set<std::string> words(list.begin(), list.end());
  return words;
}

/// Words that are read, one after another: labels of narrow columns stand so close that they are found as one.
bool are_words_read(std::string_view letters) {
  if (letters.size() < 2) return true;  // a letter is no word
  return std::any_of(words_read().begin(), words_read().end(), [&](const std::string& read) {
    return letters.starts_with(read) && are_words_read(letters.substr(read.size()));
  });
}

/// Words that no language translates: names, keys, formulas, and what stands in the text that is looked at.
bool is_name(const std::string& word) {
  static const std::set<std::string> kNames{
      "Regard",  "Ctrl",     "Alt",      "Shift", "Tab", "Enter", "Delete", "Home",
      "Escape",  "Space",    "PgUp",     "PgDn",                                    // keys
      "softmax", "exp",      "ln",       "max",   "cos", "KL",                      // formulas
      "GELU",    "RMSNorm",  "PNG",      "SVG",   "PDF", "CSV",   "JSON",   "NPZ",  // formats, functions
      "random",  "handmade", "Handmade", "words",                                   // of the models here
      "NOUN",    "VERB",     "conllu",   "txt",                                     // of trees; files
  };
  return kNames.contains(word) || are_words_read(word);
}

/// The beginning of a word of the text, where there is no room for all of it.
bool is_cut_word(const std::string& word, const std::string& text) {
  if (text.find(word + "…") == std::string::npos) return false;
  return std::any_of(words_read().begin(), words_read().end(),
                     [&](const std::string& read) { return read.starts_with(word); });
}

TEST(WordsOfText, are_letters_of_any_script_side_by_side) {
  EXPECT_EQ(words_of("2 Голова 3.0: the k и ось, é"), (std::vector<std::string>{"Голова", "the", "ось"}));
  EXPECT_FALSE(is_name("he")) << "a part of a word that is read";
  EXPECT_TRUE(is_name("king"));
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
  /// Heads are measured on a text, and by rules, of the words that are read.
  void take_trees() {
    regard::testing::write(folder_ / "old.conllu",
                           "1\tthe\tthe\tNOUN\t_\t_\t2\tdep\t_\t_\n2\tking\tking\tNOUN\t_\t_\t3\tnsubj\t_\t_\n"
                           "3\tsaw\tsaw\tVERB\t_\t_\t0\troot\t_\t_\n4\tcat\tcat\tNOUN\t_\t_\t3\tobj\t_\t_\n\n");
    regard::testing::write(folder_ / "king.txt", "detector: the king\nquery: upos VERB\nkey: dependent nsubj\n");
    state.of<HeadsState>().corpus.take(folder_ / "old.conllu");
    state.of<HeadsState>().detectors.file = folder_ / "king.txt";
  }
  void see(const std::string& where) {
    background != nullptr ? frames_until_ready() : window_frames(3);
    std::size_t texts = 0;
    for (const std::string& text : texts_seen()) {
      ++texts;
      for (const std::string& word : words_of(text))
        if (!is_name(word) && !is_cut_word(word, text) &&
            !(where.starts_with("kinds/") && words_of_table().contains(word)))
          readable_.insert(where + ": “" + word + "” in “" + text + "”");
    }
    EXPECT_GT(texts, 3U) << where << ": no text was found at all";
  }
  void expect_nothing_readable() const {
    for (const std::string& each : readable_)
      ADD_FAILURE() << each;
  }

private:
  regard::testing::TemporaryFolder folder_{};
  std::set<std::string> readable_{};
};

TEST_F(InX, nothing_of_any_panel_can_be_read_but_the_text_and_names) {
  using regard::testing::read_beside;
  using regard::testing::reading_model;
  take_trees();
  snapshot = regard::testing::read_text(reading_model(false), "the old king saw a [MASK]");
  select({1, 2}, 4, 3);
  for (const bool beside : {false, true}) {
    if (beside) {
      snapshot = read_beside(reading_model(true), "the old king saw a cat", "the old prince saw a cat");
      select({1, 2}, 4, 3);
      kept().pins = {{.name = "A", .reading = {.text = "the old prince saw a cat"}}};
      kept().baseline = "A";
      look().shown = Shown::difference;
    }
    for (const Workspace& workspace : workspaces())
      for (const Panel* panel : panels_of(workspace)) {
        choose_panel(look().stage, workspace.id, panel->id);
        see(std::string(workspace.id) + "/" + panel->id);
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
    see(std::string("menu ") + menu);
    click_item(std::string("top.") + menu);
  }
  for (const Overlay overlay :
       {Overlay::help, Overlay::log, Overlay::palette, Overlay::exporting, Overlay::model_card}) {
    state.of<WindowState>().overlay = overlay;
    see("overlay " + std::to_string(static_cast<int>(overlay)));
  }
  expect_nothing_readable();
}

}  // namespace
}  // namespace regard::test
