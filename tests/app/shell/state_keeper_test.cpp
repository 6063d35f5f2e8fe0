// SPDX-License-Identifier: Apache-2.0
#include "app/shell/state_keeper.h"
#include "core/base/text_file.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <string>

namespace regard::shell {
namespace {

namespace fs = std::filesystem;

class KeptOnDisk : public ::testing::Test {
protected:
  void SetUp() override {
    folder = fs::path(::testing::TempDir()) / ("regard-state-" + std::to_string(::getpid()));
    fs::remove_all(folder);
  }
  void TearDown() override { fs::remove_all(folder); }

  static History typed(const std::string& text) {
    History history{Session{}};
    history.perform(SetText{"first"}, {}, 0.0);
    history.perform(SetText{text}, {}, 10.0);
    return history;
  }

  fs::path folder;
  std::optional<Error> problem;
};

TEST_F(KeptOnDisk, TheNextStartGoesOnWithTheTextAndItsSteps) {
  {
    const History history = typed("кошка");
    StateKeeper keeper(StateFile(folder, true));
    keeper.offer(history, 1.0);
  }
  const StateFile file(folder, true);
  const std::optional<KeptState> kept = take_up(file, problem);
  ASSERT_TRUE(kept);
  EXPECT_FALSE(problem);
  History history(kept->current, kept->past);
  EXPECT_EQ(history.current().text, "кошка");
  history.perform(Undo{}, {}, 1.0);
  EXPECT_EQ(history.current().text, "first");
  history.perform(Undo{}, {}, 1.0);
  EXPECT_EQ(history.current().text, "");
}

TEST_F(KeptOnDisk, WritesAtMostOnceInHalfASecond) {
  History history = typed("a");
  StateKeeper keeper(StateFile(folder, true));
  EXPECT_EQ(keeper.offer(history, 1.0), 0.0);
  EXPECT_EQ(keeper.offer(history, 1.1), 0.0) << "nothing changed";
  history.perform(SetText{"b"}, {}, 20.0);
  EXPECT_NEAR(keeper.offer(history, 1.1), 0.4, 1e-9);
  EXPECT_EQ(keeper.offer(history, 1.6), 0.0);
}

TEST_F(KeptOnDisk, AWindowBesideAnotherBeginsAnewAndLeavesItsFileAlone) {
  const History history = typed("one");
  StateKeeper one(StateFile(folder, true));
  one.offer(history, 1.0);
  const StateFile other(folder, true);
  EXPECT_FALSE(other.goes_on());
  EXPECT_FALSE(other.path().empty());
  EXPECT_NE(other.path(), folder / "window-1.json");
}

TEST_F(KeptOnDisk, AStartThatAsksForSomethingKeepsTheOldFile) {
  {
    const History history = typed("one");
    StateKeeper keeper(StateFile(folder, true));
    keeper.offer(history, 1.0);
  }
  {
    const StateFile fresh(folder, false);
    EXPECT_FALSE(fresh.goes_on());
    EXPECT_NE(fresh.path(), folder / "window-1.json");
  }
  EXPECT_TRUE(StateFile(folder, true).goes_on());
}

TEST_F(KeptOnDisk, WhatCannotBeReadIsSetAsideAndSaid) {
  fs::create_directories(folder);
  write_file_atomically(folder / "window-1.json", "{\"format\": 1, \"current\": {\"text\": 7}}");
  const StateFile file(folder, true);
  EXPECT_FALSE(take_up(file, problem));
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->code(), "state_unreadable");
  EXPECT_TRUE(fs::exists(folder / "window-1.json.unreadable"));
  EXPECT_FALSE(fs::exists(folder / "window-1.json"));
}

TEST_F(KeptOnDisk, WithoutAFolderNothingIsKeptAndThatIsSaidOnce) {
  const History history = typed("one");
  StateKeeper keeper(StateFile({}, true));
  EXPECT_EQ(keeper.offer(history, 1.0), 0.0);
  ASSERT_TRUE(keeper.take_problem());
  EXPECT_FALSE(keeper.take_problem());
}

TEST(KeptState, KeepsTheNewestSteps) {
  KeptState state;
  for (int step = 0; step < 80; ++step)
    state.past.emplace_back().text = std::to_string(step);
  const KeptState read = kept_state_from_json(to_json(state), "x");
  ASSERT_EQ(read.past.size(), max_kept_steps);
  EXPECT_EQ(read.past.front().text, "30");
  EXPECT_EQ(read.past.back().text, "79");
}

}  // namespace
}  // namespace regard::shell
