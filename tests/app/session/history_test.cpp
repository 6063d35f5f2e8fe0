// SPDX-License-Identifier: Apache-2.0
#include "app/session/history.h"
#include "app/session/session.h"
#include "tests/app/session/sentence.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

const ActionContext kSixTokens{nullptr, 6, 6};

std::size_t steps_back(History history) {
  std::size_t steps = 0;
  for (; history.can_undo(); ++steps)
    history.perform(Undo{}, kSixTokens, 0.0);
  return steps;
}

TEST(History, UndoGivesBackTheExactValueAndRedoTheNext) {
  History history(Session{});
  const Session start = history.current();
  history.perform(SetTemperature{0.37F}, kSixTokens, 0.0);
  const Session warm = history.current();
  history.perform(SelectHead{{2, 3}}, kSixTokens, 1.0);
  const Session selected = history.current();
  history.perform(Undo{}, kSixTokens, 2.0);
  EXPECT_EQ(history.current(), warm);
  history.perform(Undo{}, kSixTokens, 3.0);
  EXPECT_EQ(history.current(), start);
  EXPECT_FALSE(history.can_undo());
  history.perform(Undo{}, kSixTokens, 3.0);
  EXPECT_EQ(history.current(), start);
  history.perform(Redo{}, kSixTokens, 4.0);
  history.perform(Redo{}, kSixTokens, 5.0);
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
  history.perform(SelectHead{{0, 1}}, kSixTokens, 0.0);
  history.perform(SelectHead{{0, 2}}, kSixTokens, 100.0);
  history.perform(SelectHead{{0, 3}}, kSixTokens, 200.0);
  EXPECT_EQ(steps_back(history), 1U);
}

TEST(History, ActionsOfDifferentKindsDoNotMerge) {
  History history(Session{});
  history.perform(SetText{"a"}, kSixTokens, 0.0);
  history.perform(SelectHead{{0, 1}}, kSixTokens, 0.1);
  history.perform(SetText{"ab"}, kSixTokens, 0.2);
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

TEST(History, HowOneLooksIsNoStepAndStaysThroughUndo) {
  History history{Session{}};
  history.perform(SetMask{MaskMode::causal}, kSixTokens, 0.0);
  const std::vector<Action> looks{SelectPanel{"look", "layers"},
                                  SetShown{Shown::difference},
                                  SetSortBars{true},
                                  SetArcsFromAll{true},
                                  SetArcThreshold{0.3F},
                                  SetScoreMap{ScoreMap::purple_green},
                                  SetWeightMap{WeightMap::blues},
                                  SetWordLevel{true},
                                  SetHideSpecial{true},
                                  SetLayersWholeText{true},
                                  SetGridWeight{GridWeight::output},
                                  SetScorePart{ScorePartKind::position},
                                  SetRouterMap{RouterMap::token},
                                  SetExpertsByLoad{true},
                                  SetKinds{parse_kinds("hard,linear")},
                                  SetTraining{{.seed = 5}},
                                  SetCouncil{{.shown = true, .heads = 4}},
                                  SetCouncil{{.shown = true, .heads = 2}},
                                  SelectExpert{7}};
  for (const Action& look : looks)
    history.perform(look, kSixTokens, 10.0);
  EXPECT_EQ(steps_back(history), 1U);
  const Session before = history.current();
  history.perform(Undo{}, kSixTokens, 20.0);
  EXPECT_EQ(history.current().mask, MaskMode::as_trained) << "the mask goes, not the tab";
  Session seen = before;
  seen.mask = MaskMode::as_trained;
  EXPECT_EQ(history.current(), seen);
  history.perform(SelectPanel{"change", "effect"}, kSixTokens, 30.0);
  history.perform(Redo{}, kSixTokens, 40.0);
  EXPECT_EQ(history.current().mask, MaskMode::causal) << "looking around forgets no step";
  EXPECT_EQ(history.current().stage.workspace, "change");
}

TEST(History, ALoadedSessionBringsItsViewsAndUndoGivesTheOldOnesBack) {
  History history{Session{}};
  history.perform(SetShown{Shown::difference}, kSixTokens, 0.0);
  Session other;
  other.text = "other";
  other.stage.workspace = "write";
  history.perform(LoadSession{other}, kSixTokens, 1.0);
  EXPECT_EQ(history.current(), other);
  history.perform(Undo{}, kSixTokens, 2.0);
  EXPECT_EQ(history.current().shown, Shown::difference);
  EXPECT_EQ(history.current().stage, Stage{});
  history.perform(Redo{}, kSixTokens, 3.0);
  EXPECT_EQ(history.current(), other);
}

struct TokenEdits : ::testing::Test {
  void SetUp() override { history.perform(SelectQuery{2}, context, 0.0); }
  void write(const std::string& word, std::uint64_t stroke, double seconds) {
    history.perform(EditToken{{4, 7}, text, word, TextSide::encoder, stroke}, context, seconds);
  }
  static Session with(const std::string& text) {
    Session session;
    session.text = text;
    return session;
  }
  std::string text = "the cat sat";
  Encoding encoding = testing::sentence(text);
  ActionContext context{&encoding, 6, 6};
  History history{with(text)};
};

TEST_F(TokenEdits, AreOneStepHoweverLongOneTypesAndKeepTheQuery) {
  const Session before = history.current();
  write("", 1, 1.0);
  EXPECT_EQ(history.current().text, "the sat") << "emptied: the word is gone with its space";
  write("d", 1, 20.0);
  write("dog", 1, 40.0);
  EXPECT_EQ(history.current().text, "the dog sat");
  EXPECT_EQ(history.current().query, before.query) << "it stays where the word was";
  history.perform(Undo{}, context, 41.0);
  EXPECT_EQ(history.current(), before);
  EXPECT_TRUE(history.can_redo());
}

TEST_F(TokenEdits, GivenUpAreNoStep) {
  const Session before = history.current();
  const std::size_t steps = steps_back(history);
  write("dog", 1, 1.0);
  EXPECT_EQ(steps_back(history), steps + 1);
  history.perform(SelectPanel{"look", "layers"}, context, 2.0);
  write("cat", 1, 3.0);  // Escape
  EXPECT_EQ(history.current().text, before.text);
  EXPECT_EQ(history.current().query, before.query);
  EXPECT_EQ(steps_back(history), steps);
}

TEST_F(TokenEdits, OfTwoWordsAreTwoSteps) {
  const std::size_t steps = steps_back(history);
  write("dog", 1, 1.0);
  text = history.current().text;
  write("cow", 2, 1.1);
  EXPECT_EQ(steps_back(history), steps + 2);
}

TEST(History, WhatTheModelWroteKeepsItsStepsThroughUndoAndRedo) {
  Session start;
  start.text = "the";
  History history(start);
  const std::vector<CacheStep> steps{{CacheStep::Why::prompt, 1, 0, 0, 1.0}, {CacheStep::Why::token, 2, 1, 0, 1.0}};
  history.perform(ContinueText{"the cat", 1, {}, steps}, {}, 0.0);
  EXPECT_EQ(steps_of_text(history.current()), steps);
  history.perform(SetText{"the cat sat"}, {}, 1.0);
  EXPECT_TRUE(steps_of_text(history.current()).empty()) << "typed: it is another text";
  history.perform(Undo{}, {}, 2.0);
  EXPECT_EQ(steps_of_text(history.current()), steps);
  history.perform(Undo{}, {}, 3.0);
  EXPECT_TRUE(steps_of_text(history.current()).empty());
  history.perform(Redo{}, {}, 4.0);
  EXPECT_EQ(steps_of_text(history.current()), steps);
}

}  // namespace
}  // namespace regard
