// SPDX-License-Identifier: Apache-2.0
#include "app/shell/state_keeper.h"
#include "app/session/session.h"
#include "core/base/text_file.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

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

TEST_F(KeptOnDisk, AFailureWakesTheWindowIsSaidOnceAndWhatWasNotWrittenIsWrittenLater) {
  History history = typed("one");
  std::atomic<int> woken = 0;
  {
    StateKeeper keeper(StateFile(folder, true), [&] { ++woken; });
    const fs::path path = folder / "window-1.json";
    const auto fails = [&] {
      for (int turn = 0; turn < 500 && woken == 0; ++turn)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      return woken == 1;
    };
    fs::create_directories(path);  // what stands in the way, like a disk without room
    keeper.offer(history, 1.0);
    ASSERT_TRUE(fails());
    problem = keeper.take_problem();
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->code(), "state_not_kept");
    history.perform(SetText{"two"}, {}, 20.0);
    keeper.offer(history, 2.0);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_FALSE(keeper.take_problem());
    EXPECT_EQ(woken, 1) << "it was said";
    EXPECT_EQ(keeper.offer(history, 2.1), 0.0) << "a full disk must not keep the window awake";
    fs::remove(path);  // and nothing more is done in the window
  }
  const std::optional<KeptState> kept = take_up(StateFile(folder, true), problem);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->current.text, "two");
}

TEST_F(KeptOnDisk, WhatAKilledWindowHasHalfWrittenIsRemovedAndNothingElse) {
  fs::create_directories(folder);
  for (const char* name :
       {"window-1.json", "window-1.json.new-77-3", "window-1.json.unreadable", "window-2.json.new-78-0", "new-1"})
    write_file_atomically(folder / name, "{\"format\": 1}");
  const StateFile file(folder, true);
  EXPECT_EQ(file.path(), folder / "window-1.json");
  EXPECT_FALSE(fs::exists(folder / "window-1.json.new-77-3"));
  for (const char* name : {"window-1.json", "window-1.json.unreadable", "window-2.json.new-78-0", "new-1"})
    EXPECT_TRUE(fs::exists(folder / name)) << name;
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
