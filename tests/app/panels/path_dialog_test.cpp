// SPDX-License-Identifier: Apache-2.0
// The question for a path: the list, the keys, what is said when it cannot be done.
#include "app/panels/frame/path_dialog.h"

#include "app/jobs/folder_reader.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/message.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/quantities.h"
#include "app/panels/common/window_state.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/folder_list.h"
#include "app/panels/frame/path_field.h"
#include "app/session/preferences.h"
#include "tests/app/panels/window_harness.h"

#include <unistd.h>

#include <fstream>

namespace regard::test {
namespace {

namespace fs = std::filesystem;

class PathDialogs : public WindowHarness {
protected:
  void SetUp() override {
    WindowHarness::SetUp();
    ImGuiIO& io = ImGui::GetIO();
    io.KeyMap[ImGuiKey_Enter] = GLFW_KEY_ENTER;  // the fields of ImGui know no GLFW
    io.KeyMap[ImGuiKey_Backspace] = GLFW_KEY_BACKSPACE;
    io.KeyMap[ImGuiKey_Z] = GLFW_KEY_Z;
    folder_ = fs::temp_directory_path() / ("regard-dialog-" + std::to_string(::getpid()));
    fs::create_directories(folder_ / "lessons");
    fs::create_directories(folder_ / "model");
    write("model/config.json");
    write("lessons/three.json");
    for (const char* name : {"one.json", "two.json", "paper.pdf", ".hidden.json", "model.gguf", "cat.png"})
      write(name);
    world.folders = &reader_;
    state.of<FilesState>().folder = folder_;
  }
  void TearDown() override {
    world.folders = nullptr;
    fs::remove_all(folder_);
    WindowHarness::TearDown();
  }
  void write(const std::string& name) const { std::ofstream(folder_ / name) << "{}"; }

  void open(PathDialog::Kind kind, const std::string& proposal = {}) {
    ask_for_path(state, kind, proposal);
    frames_until_read();
  }
  void frames_until_read() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    do {
      window_frames(1);
      std::this_thread::yield();
    } while (!state.of<PathDialog>().view.listing && std::chrono::steady_clock::now() < end);
    window_frames(2);
  }
  void type(const std::string& text) {
    ImGui::GetIO().AddInputCharactersUTF8(text.c_str());
    window_frames(2);
  }
  [[nodiscard]] std::vector<std::string> listed() const {
    std::vector<std::string> names;
    for (const std::size_t index : state.of<PathDialog>().view.shown)
      names.push_back(state.of<PathDialog>().view.listing->entries[index].name);
    return names;
  }
  [[nodiscard]] fs::path asked_for() const {
    const auto* opened = command<OpenPath>();
    return opened != nullptr ? opened->path : fs::path();
  }

  fs::path folder_{};
  FolderReader reader_{};
};

using Names = std::vector<std::string>;

TEST_F(PathDialogs, the_list_shows_folders_and_what_fits_and_all_files_on_demand) {
  open(PathDialog::Kind::open_session);
  EXPECT_EQ(listed(), (Names{"lessons", "model", "one.json", "two.json"}));
  click_item("dialog.filter.1");
  window_frames(2);
  EXPECT_EQ(listed(), (Names{"lessons", "model", "cat.png", "model.gguf", "one.json", "paper.pdf", "two.json"}));
}

TEST_F(PathDialogs, in_a_window_too_narrow_for_the_folders_name_its_end_is_cut_too) {
  ImGui::GetIO().DisplaySize = {320, 240};
  for (const char* folder :
       {"/a-name-that-is-much-longer-than-a-window-of-320-pixels-can-show-at-any-size-of-text",
        "/home/a-name-that-is-much-longer-than-a-window-of-320-pixels-can-show/at-any-size-of-its-text-whatever",
        "/"}) {
    state.of<PathDialog>() = {};
    state.of<FilesState>().folder = folder;
    open(PathDialog::Kind::open_session);
    EXPECT_TRUE(has("dialog.folder")) << folder;
  }
}

TEST_F(PathDialogs, arrows_choose_enter_opens_and_backspace_goes_up) {
  open(PathDialog::Kind::open_session);
  hold(GLFW_KEY_DOWN);
  ASSERT_NE(chosen_entry(state.of<PathDialog>().view), nullptr);
  EXPECT_EQ(chosen_entry(state.of<PathDialog>().view)->name, "lessons");
  EXPECT_EQ(state.of<PathDialog>().field.text, "lessons");
  hold(GLFW_KEY_ENTER);
  frames_until_read();
  EXPECT_EQ(state.of<PathDialog>().folder, folder_ / "lessons");
  EXPECT_EQ(listed(), Names{"three.json"});
  hold(GLFW_KEY_BACKSPACE);
  frames_until_read();
  EXPECT_EQ(state.of<PathDialog>().folder, folder_);
  for (int step = 0; step < 3; ++step)
    hold(GLFW_KEY_DOWN);
  EXPECT_EQ(state.of<PathDialog>().field.text, "one.json");
  hold(GLFW_KEY_ENTER);
  EXPECT_EQ(asked_for(), folder_ / "one.json");
  hold(GLFW_KEY_ESCAPE);
  EXPECT_EQ(state.of<PathDialog>().kind, PathDialog::Kind::closed);
}

TEST_F(PathDialogs, letters_narrow_the_list_and_enter_takes_the_first) {
  open(PathDialog::Kind::open_session);
  type("TW");
  EXPECT_EQ(listed(), Names{"two.json"});
  hold(GLFW_KEY_BACKSPACE);
  EXPECT_EQ(state.of<PathDialog>().folder, folder_) << "Backspace edits what was typed";
  EXPECT_EQ(state.of<PathDialog>().field.text, "T");
  type("W");
  hold(GLFW_KEY_ENTER);
  EXPECT_EQ(asked_for(), folder_ / "two.json");
}

TEST_F(PathDialogs, only_what_was_typed_since_the_text_was_replaced_can_be_taken_back) {
  open(PathDialog::Kind::open_session);
  type("l");
  type("e");
  hold(GLFW_KEY_Z, /*ctrl=*/true);
  EXPECT_EQ(state.of<PathDialog>().field.text, "l") << "what was typed can";
  hold(GLFW_KEY_DOWN);
  ASSERT_EQ(state.of<PathDialog>().field.text, "lessons");
  hold(GLFW_KEY_Z, /*ctrl=*/true);
  EXPECT_EQ(state.of<PathDialog>().field.text, "lessons");
}

TEST_F(PathDialogs, a_field_that_was_left_and_emptied_has_nothing_to_take_back) {
  open(PathDialog::Kind::open_session);
  type("/nowhere/a.json");
  for (int letter = 0; letter < 4; ++letter)
    hold(GLFW_KEY_BACKSPACE);
  hold(GLFW_KEY_ESCAPE);
  open(PathDialog::Kind::open_session);
  ASSERT_EQ(state.of<PathDialog>().field.text, "");
  hold(GLFW_KEY_Z, /*ctrl=*/true);
  EXPECT_EQ(state.of<PathDialog>().field.text, "");
  type("l");
  EXPECT_EQ(state.of<PathDialog>().field.text, "l");
}

TEST_F(PathDialogs, a_path_can_be_typed_whole) {
  open(PathDialog::Kind::open_session);
  type("/nowhere/a.json");
  EXPECT_EQ(listed().size(), 4U) << "a path narrows nothing";
  hold(GLFW_KEY_ENTER);
  EXPECT_EQ(asked_for(), "/nowhere/a.json");
}

TEST_F(PathDialogs, a_folder_that_is_a_model_is_opened_where_a_model_is_looked_for) {
  open(PathDialog::Kind::open_model);
  EXPECT_EQ(listed(), (Names{"lessons", "model", "model.gguf"}));
  drag({middle("dialog.entry.model")});
  EXPECT_EQ(chosen_entry(state.of<PathDialog>().view)->name, "model");
  click_item("dialog.confirm");
  EXPECT_EQ(asked_for(), folder_ / "model");
  EXPECT_EQ(state.of<PathDialog>().folder, folder_);
}

TEST_F(PathDialogs, places_lead_to_where_one_was) {
  preferences.recent_sessions = {(folder_ / "lessons" / "three.json").string(), "/gone/for/good.json"};
  open(PathDialog::Kind::open_session);
  std::size_t index = 0;
  const auto& places = state.of<PathDialog>().view.listing->places;
  while (index < places.size() && places[index] != folder_ / "lessons")
    ++index;
  ASSERT_LT(index, places.size());
  EXPECT_EQ(std::count(places.begin(), places.end(), fs::path("/gone/for")), 0) << "only what is there";
  click_item("dialog.place." + std::to_string(index));
  frames_until_read();
  EXPECT_EQ(listed(), Names{"three.json"});
}

TEST_F(PathDialogs, saving_keeps_the_name_while_folders_change_and_adds_the_ending) {
  open(PathDialog::Kind::save_session, (folder_ / "my work").string());
  EXPECT_EQ(state.of<PathDialog>().field.text, "my work");
  hold(GLFW_KEY_DOWN);
  hold(GLFW_KEY_ENTER);
  frames_until_read();
  EXPECT_EQ(state.of<PathDialog>().folder, folder_ / "lessons");
  EXPECT_EQ(state.of<PathDialog>().field.text, "my work");
  click_item("dialog.confirm");
  ASSERT_NE(command<SaveSessionTo>(), nullptr);
  EXPECT_EQ(command<SaveSessionTo>()->path, folder_ / "lessons" / "my work.json");
  EXPECT_FALSE(command<SaveSessionTo>()->overwrite);

  state.of<PathDialog>().overwrite = command<SaveSessionTo>()->path.string();  // the shell found it there
  window_frames(2);
  click_item("dialog.confirm");
  ASSERT_NE(command<SaveSessionTo>(), nullptr);
  EXPECT_TRUE(command<SaveSessionTo>()->overwrite) << "the second time it was meant";
}

TEST_F(PathDialogs, after_an_error_the_field_has_the_keyboard_and_its_text_is_selected) {
  open(PathDialog::Kind::open_session);
  type("/nowhere/a.json");
  hold(GLFW_KEY_ENTER);
  state.of<PathDialog>().problem = make_message(Error("file_missing", {.file = "/nowhere/a.json"}));
  state.of<PathDialog>().field.focus = true;
  window_frames(4);
  type("b");
  EXPECT_EQ(state.of<PathDialog>().field.text, "b") << "typing replaces what was wrong";
  EXPECT_FALSE(state.of<PathDialog>().problem) << "and it is no longer said";
}

TEST_F(PathDialogs, an_answer_for_an_export_goes_into_its_dialog_and_chooses_the_format) {
  state.of<WindowState>().overlay = Overlay::exporting;
  open(PathDialog::Kind::export_to, (folder_ / "map.png").string());
  type("map.csv");
  hold(GLFW_KEY_ENTER);
  EXPECT_EQ(state.of<PathDialog>().kind, PathDialog::Kind::closed);
  EXPECT_EQ(state.of<WindowState>().overlay, Overlay::exporting) << "which is back";
  EXPECT_EQ(path_in(state.of<ExportDialog>().field), (folder_ / "map.csv").string());
  EXPECT_EQ(state.of<ExportDialog>().options.format, ExportFormat::csv);
}

TEST_F(PathDialogs, where_the_desktop_asks_ours_only_waits) {
  world.native_dialogs = true;
  ask_for_path(state, PathDialog::Kind::open_session);
  window_frames(3);
  EXPECT_FALSE(has("dialog.list"));
  EXPECT_TRUE(has("dialog.cancel"));
  state.of<PathDialog>().own = true;  // it did not come up
  frames_until_read();
  EXPECT_TRUE(has("dialog.list"));
}

TEST_F(PathDialogs, a_notice_stays_until_it_is_closed) {
  state.of<FilesState>().notice = make_message(Error("is_document", {.file = "paper.pdf", .found = "PDF"}));
  window_frames(5);
  EXPECT_TRUE(has("notice"));
  click_item("notice.close");
  EXPECT_FALSE(state.of<FilesState>().notice);
  state.of<FilesState>().notice = make_message(Error("is_document", {.file = "paper.pdf", .found = "PDF"}));
  window_frames(2);
  hold(GLFW_KEY_ESCAPE);
  EXPECT_FALSE(state.of<FilesState>().notice) << "Escape closes it, too";
}

TEST_F(PathDialogs, messages_break_between_words_only) {
  window_frames(1);
  ImGui::NewFrame();
  const std::string text = "The largest difference is 1.0e-04, see head 3.";
  for (float width = 40.0F; width < 400.0F; width += 7.0F) {
    const std::string lines = broken_at_spaces(text, width);
    std::string joined = lines;
    std::replace(joined.begin(), joined.end(), '\n', ' ');
    EXPECT_TRUE(width < ImGui::CalcTextSize("difference").x || joined == text) << width;
    std::size_t from = 0;
    while (from <= lines.size()) {
      const std::size_t end = std::min(lines.find('\n', from), lines.size());
      EXPECT_LE(ImGui::CalcTextSize(lines.data() + from, lines.data() + end).x, width + 0.5F) << lines;
      from = end + 1;
    }
  }
  EXPECT_EQ(broken_at_spaces("одно\nдва", 1000.0F), "одно\nдва");
  EXPECT_EQ(broken_at_spaces("now 12.3 %, yes", ImGui::CalcTextSize("now 12.3 ").x), "now\n12.3 %,\nyes");
  ImGui::Render();
}

TEST_F(PathDialogs, sizes_are_read_at_a_glance) {
  EXPECT_EQ(file_size(0), "0 B");
  EXPECT_EQ(file_size(999), "999 B");
  EXPECT_EQ(file_size(1'000), "1.0 kB");
  EXPECT_EQ(file_size(4'270'000'000), "4.3 GB");
  EXPECT_EQ(file_size(999'999), "1.0 MB");
}

}  // namespace
}  // namespace regard::test
