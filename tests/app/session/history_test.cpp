// SPDX-License-Identifier: Apache-2.0
#include "app/session/history.h"
#include "tests/app/session/sentence.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

const ActionContext kModel{nullptr, 6, 6};

std::size_t steps_back(History history) {
  std::size_t steps = 0;
  for (; history.can_undo(); ++steps)
    history.perform(Undo{}, kModel, 0.0);
  return steps;
}

TEST(History, UndoGivesBackTheExactValueAndRedoTheNext) {
  History history(Session{});
  const Session start = history.current();
  history.perform(SetTemperature{0.37F}, kModel, 0.0);
  const Session warm = history.current();
  history.perform(SelectHead{{2, 3}}, kModel, 1.0);
  const Session selected = history.current();
  history.perform(Undo{}, kModel, 2.0);
  EXPECT_EQ(history.current(), warm);
  history.perform(Undo{}, kModel, 3.0);
  EXPECT_EQ(history.current(), start);
  EXPECT_FALSE(history.can_undo());
  history.perform(Undo{}, kModel, 3.0);
  EXPECT_EQ(history.current(), start);
  history.perform(Redo{}, kModel, 4.0);
  history.perform(Redo{}, kModel, 5.0);
  EXPECT_EQ(history.current(), selected);
  EXPECT_FALSE(history.can_redo());
}

TEST(History, TypingCloseInTimeIsOneStepAndAPauseBeginsAnother) {
  History history(Session{});
  history.perform(SetText{"к"}, {}, 0.0);
  history.perform(SetText{"ко"}, {}, 0.5);
  history.perform(SetText{"кот"}, {}, 1.2);
  EXPECT_EQ(steps_back(history), 1U);
  history.perform(SetText{"кот "}, {}, 2.1);
  EXPECT_EQ(steps_back(history), 2U);
  history.perform(Undo{}, {}, 2.2);
  EXPECT_EQ(history.current().text, "кот");
}

TEST(History, SelectionsOfOneKindMergeHoweverLongBetween) {
  History history(Session{});
  history.perform(SelectHead{{0, 1}}, kModel, 0.0);
  history.perform(SelectHead{{0, 2}}, kModel, 100.0);
  history.perform(SelectHead{{0, 3}}, kModel, 200.0);
  EXPECT_EQ(steps_back(history), 1U);
}

TEST(History, ActionsOfDifferentKindsDoNotMerge) {
  History history(Session{});
  history.perform(SetText{"a"}, kModel, 0.0);
  history.perform(SelectHead{{0, 1}}, kModel, 0.1);
  history.perform(SetText{"ab"}, kModel, 0.2);
  EXPECT_EQ(steps_back(history), 3U);
}

TEST(History, AnActionAfterUndoIsANewStepAndDropsTheFuture) {
  History history(Session{});
  history.perform(SetText{"a"}, {}, 0.0);
  history.perform(SetText{"ab"}, {}, 10.0);
  history.perform(Undo{}, {}, 10.1);
  history.perform(SetText{"ax"}, {}, 10.2);
  EXPECT_FALSE(history.can_redo());
  EXPECT_EQ(steps_back(history), 2U);
}

TEST(History, WhatChangesNothingIsNoStepAndKeepsTheFuture) {
  History history(Session{});
  history.perform(SetText{"a"}, {}, 0.0);
  history.perform(Undo{}, {}, 1.0);
  history.perform(SetHideSpecial{false}, {}, 2.0);
  history.perform(OpenModel{"other"}, {}, 3.0);
  EXPECT_FALSE(history.can_undo());
  EXPECT_TRUE(history.can_redo());
}

TEST(History, ASwitchPressedTwiceLeavesNoStep) {
  History history(Session{});
  history.perform(SetWordLevel{true}, {}, 0.0);
  history.perform(SetWordLevel{false}, {}, 0.3);
  EXPECT_FALSE(history.can_undo());
}

TEST(History, EachLoadedSessionIsOneStep) {
  Session first, second;
  first.text = "first";
  second.text = "second";
  History history(Session{});
  history.perform(LoadSession{first}, {}, 0.0);
  history.perform(LoadSession{second}, {}, 0.1);
  history.perform(Undo{}, {}, 0.2);
  EXPECT_EQ(history.current().text, "first");
  EXPECT_EQ(steps_back(history), 1U);
}

TEST(History, AModelThatArrivesForALoadedSessionBelongsToThatStep) {
  Session loaded;
  loaded.model = "big";
  loaded.head = {20, 20};
  History history(Session{});
  history.perform(LoadSession{loaded}, {}, 0.0);
  history.perform(ModelOpened{"big", 4, 4}, {}, 5.0);
  EXPECT_EQ(history.current().head, (HeadRef{3, 3}));
  EXPECT_EQ(steps_back(history), 1U);
}

TEST(History, AnotherModelIsAStepAndUndoNamesTheOldOne) {
  Session start;
  start.model = "old";
  History history(start);
  history.perform(ModelOpened{"new", 4, 4}, {}, 0.0);
  history.perform(Undo{}, {}, 1.0);
  EXPECT_EQ(history.current(), start);
  history.perform(ModelOpened{"old", 12, 12}, {}, 2.0);  // the worker has loaded it again
  EXPECT_TRUE(history.can_redo());
}

TEST(History, KeepsTheNewest500Steps) {
  History history(Session{});
  for (int step = 0; step < 600; ++step)
    history.perform(SetText{std::to_string(step)}, {}, 10.0 * step);
  EXPECT_EQ(steps_back(history), 500U);
  for (int step = 0; step < 500; ++step)
    history.perform(Undo{}, {}, 1e6);
  EXPECT_EQ(history.current().text, "99");
}

TEST(History, WhatStandsInTheWindowIsNoStep) {
  History history{Session{}};
  history.perform(SelectPanel{"look", "layers"}, {}, 1.0);
  EXPECT_FALSE(history.can_undo());
  history.perform(SetMask{MaskMode::causal}, {}, 5.0);
  history.perform(SelectPanel{"change", "effect"}, {}, 9.0);
  history.perform(FillWindow{"effect"}, {}, 12.0);
  const Stage stage = history.current().stage;
  EXPECT_EQ(stage.filling, "effect");
  history.perform(Undo{}, {}, 20.0);
  EXPECT_EQ(history.current().mask, MaskMode::as_trained) << "the mask is taken back, not the look at a panel";
  EXPECT_EQ(history.current().stage, stage);
  history.perform(Redo{}, {}, 21.0);
  EXPECT_EQ(history.current().mask, MaskMode::causal);
  EXPECT_EQ(history.current().stage, stage);
}

TEST(Stage, APanelThatIsChosenStandsBeforeTheOthersOfItsWorkspace) {
  Stage stage;
  choose_panel(stage, "look", "layers");
  choose_panel(stage, "look", "question");
  choose_panel(stage, "change", "sweep");
  EXPECT_EQ(stage.workspace, "change");
  EXPECT_EQ(stage.chosen["look"], (std::vector<std::string>{"question", "layers"}));
  choose_panel(stage, "look", "layers");
  EXPECT_EQ(stage.chosen["look"], (std::vector<std::string>{"layers", "question"})) << "each stands there once";
  EXPECT_EQ(stage.filling, "") << "the window is shared as before";
  stage.filling = "layers";
  choose_panel(stage, "look", "arcs");
  EXPECT_EQ(stage.filling, "arcs") << "a window that one panel fills goes on being filled";
}

}  // namespace
}  // namespace regard
