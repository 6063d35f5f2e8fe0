// SPDX-License-Identifier: Apache-2.0
#include "app/shell/native_dialog.h"

#include "app/style/locale.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace regard::shell {
namespace {

namespace fs = std::filesystem;

class NativeDialogs : public ::testing::Test {
protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("regard-native-" + std::to_string(::getpid()));
    fs::create_directories(folder_ / "bin");
    fs::create_directories(folder_ / "my files");
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path program(const std::string& name, const std::string& script) {
    const fs::path path = folder_ / "bin" / name;
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }
  static std::optional<NativeDialog::Answer> awaited(NativeDialog& dialog) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < end) {
      if (std::optional<NativeDialog::Answer> answer = dialog.take()) return answer;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return std::nullopt;
  }
  fs::path folder_{};
};

TEST_F(NativeDialogs, the_desktops_own_program_is_found_where_there_is_a_desktop) {
  const std::string path = "relative:" + (folder_ / "bin").string();
  EXPECT_FALSE(native_program({path, ":0", "GNOME"})) << "none is installed";
  program("kdialog", "");
  EXPECT_EQ(native_program({path, ":0", "GNOME"}), folder_ / "bin" / "kdialog");
  program("zenity", "");
  EXPECT_EQ(native_program({path, ":0", "GNOME"}), folder_ / "bin" / "zenity");
  EXPECT_EQ(native_program({path, ":0", "KDE"}), folder_ / "bin" / "kdialog");
  EXPECT_FALSE(native_program({path, "", "GNOME"})) << "no display";
  EXPECT_FALSE(native_program({path, ":0", ""})) << "no desktop session";
}

TEST_F(NativeDialogs, names_with_spaces_and_quotes_are_one_argument_each) {
  const NativeQuestion saving{"Save \"it\"; rm", folder_ / "my files" / "a b.json", true, "Sessions", {"*.json"}};
  EXPECT_EQ(native_command("/usr/bin/zenity", saving),
            (std::vector<std::string>{"/usr/bin/zenity", "--file-selection", "--title=Save \"it\"; rm",
                                      "--filename=" + (folder_ / "my files" / "a b.json").string(), "--save",
                                      "--confirm-overwrite", "--file-filter=Sessions | *.json"}));
  const NativeQuestion opening{"Open", folder_ / "my files", false, "Pictures", {"*.png", "*.svg"}};
  EXPECT_EQ(native_command("/usr/bin/kdialog", opening),
            (std::vector<std::string>{"/usr/bin/kdialog", "--title", "Open", "--getopenfilename",
                                      (folder_ / "my files").string() + "/", "*.png *.svg|Pictures"}));
}

TEST_F(NativeDialogs, its_answer_is_taken_when_it_comes) {
  NativeDialog dialog({});
  ASSERT_TRUE(dialog.start({program("zenity", "sleep 0.4; echo '/home/anna/урок 1.json'").string()}));
  EXPECT_TRUE(dialog.running());
  EXPECT_FALSE(dialog.take()) << "nobody waits";
  const auto answer = awaited(dialog);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->path, "/home/anna/урок 1.json");
  EXPECT_FALSE(answer->failed);
  EXPECT_FALSE(dialog.running());
}

TEST_F(NativeDialogs, cancel_means_nothing_and_one_that_never_came_up_is_told_apart) {
  NativeDialog dialog({});
  ASSERT_TRUE(dialog.start({program("slow", "sleep 0.5; exit 1").string()}));
  const auto cancelled = awaited(dialog);
  ASSERT_TRUE(cancelled);
  EXPECT_TRUE(cancelled->path.empty());
  EXPECT_FALSE(cancelled->failed);

  ASSERT_TRUE(dialog.start({program("broken", "exit 1").string()}));
  EXPECT_TRUE(awaited(dialog)->failed) << "nobody presses Cancel that fast: it has no display";
  ASSERT_TRUE(dialog.start({program("crash", "sleep 0.5; exit 3").string()}));
  EXPECT_TRUE(awaited(dialog)->failed);
  EXPECT_FALSE(dialog.start({(folder_ / "bin" / "nothing").string()}));
}

TEST_F(NativeDialogs, closing_the_question_ends_it) {
  NativeDialog dialog({});
  ASSERT_TRUE(dialog.start({program("zenity", "exec sleep 60").string()}));
  const auto before = std::chrono::steady_clock::now();
  dialog.cancel();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
  EXPECT_FALSE(dialog.running());
  EXPECT_FALSE(dialog.take());
}

}  // namespace
}  // namespace regard::shell
