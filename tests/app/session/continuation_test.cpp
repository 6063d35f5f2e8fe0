// SPDX-License-Identifier: Apache-2.0
// What a model writes on, in the session and its history; how it is asked to.
#include "app/session/history.h"
#include "app/session/session.h"
#include "app/session/session_file.h"
#include "core/engine/engine.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

const ActionContext kModel{nullptr, 6, 6};

TokenAnchor at_byte(std::size_t byte) {
  return {TokenAnchor::Kind::byte, byte, 0};
}

History begun() {
  Session session;
  session.text = "the";
  session.query = at_byte(0);
  return History(session);
}

TEST(Continuation, AllOfOneRunIsOneStepHoweverLongItTakes) {
  History history = begun();
  history.perform(ContinueText{"the", 1, at_byte(0)}, {}, 0.0);
  history.perform(ContinueText{"the cat", 1, at_byte(4)}, {}, 10.0);
  history.perform(ContinueText{"the cat sat", 1, at_byte(8)}, {}, 20.0);
  EXPECT_EQ(history.current().text, "the cat sat");
  EXPECT_EQ(history.current().query, at_byte(8));
  history.perform(Undo{}, {}, 21.0);
  EXPECT_EQ(history.current().text, "the");
  EXPECT_EQ(history.current().query, at_byte(0));
  EXPECT_FALSE(history.can_undo());
  history.perform(Redo{}, {}, 22.0);
  EXPECT_EQ(history.current().text, "the cat sat");
}

TEST(Continuation, TwoRunsAreTwoSteps) {
  History history = begun();
  history.perform(ContinueText{"the cat", 1}, {}, 0.0);
  history.perform(ContinueText{"the cat sat", 2}, {}, 0.1);
  history.perform(Undo{}, {}, 0.2);
  EXPECT_EQ(history.current().text, "the cat");
}

TEST(Continuation, SelectingMeanwhileNeitherSplitsItNorTakesTextBack) {
  History history = begun();
  history.perform(ContinueText{"the cat", 1, at_byte(4)}, kModel, 0.0);
  history.perform(SelectHead{{2, 3}}, kModel, 1.0);
  history.perform(ContinueText{"the cat sat", 1, at_byte(8)}, kModel, 2.0);
  EXPECT_EQ(history.current().head, (HeadRef{2, 3}));
  history.perform(Undo{}, kModel, 3.0);  // the selection
  EXPECT_EQ(history.current().text, "the cat sat");
  EXPECT_EQ(history.current().head, (HeadRef{0, 0}));
  history.perform(Undo{}, kModel, 4.0);  // the whole continuation
  EXPECT_EQ(history.current().text, "the");
  EXPECT_FALSE(history.can_undo());
}

TEST(Continuation, TypingAfterwardsIsAStepOfItsOwn) {
  History history = begun();
  history.perform(ContinueText{"the cat", 1}, {}, 0.0);
  history.perform(SetText{"the cat!"}, {}, 0.1);
  history.perform(Undo{}, {}, 0.2);
  EXPECT_EQ(history.current().text, "the cat");
  history.perform(Undo{}, {}, 0.3);
  EXPECT_EQ(history.current().text, "the");
}

TEST(Continuation, MoreStepsThanAreKeptDoNotConfuseIt) {
  History history = begun();
  history.perform(ContinueText{"the cat", 1}, kModel, 0.0);
  for (int step = 0; step < 600; ++step)
    history.perform(SetTemperature{0.1F + 0.01F * static_cast<float>(step)}, kModel, 10.0 * step);
  history.perform(ContinueText{"the cat sat", 1}, kModel, 1e6);
  while (history.can_undo())
    history.perform(Undo{}, kModel, 2e6);
  EXPECT_EQ(history.current().text, "the cat sat");  // the step before the continuation is gone by then
}

TEST(GenerateSettings, AreKeptInSessionFiles) {
  Session session;
  session.generate = {true, 1.25F, 7, 42, 100};
  const Session read = session_from_json(to_json(session), "x");
  EXPECT_EQ(read.generate, session.generate);
  EXPECT_EQ(session_from_json(R"({"format": 1})", "x").generate, GenerateSettings{});
}

TEST(GenerateSettings, FromOutsideAreBroughtIntoTheirRanges) {
  const Session read =
      session_from_json(R"({"format": 1, "generate": {"temperature": 99, "tokens": 0, "seed": 3, "top_k": 0}})", "x");
  EXPECT_EQ(read.generate.temperature, max_sampling_temperature);
  EXPECT_EQ(read.generate.tokens, 1U);
  EXPECT_EQ(read.generate.seed, 3U);
  EXPECT_THROW((void)session_from_json(R"({"format": 1, "generate": {"seed": -1}})", "x"), Error);
}

TEST(GenerateSettings, GreedyLeavesTheDrawOut) {
  GenerateSettings settings{true, 0.7F, 9, 5, 12};
  EXPECT_EQ(options_of(settings), (GenerateOptions{12, 0.0F, 0, 0}));
  settings.greedy = false;
  EXPECT_EQ(options_of(settings), (GenerateOptions{12, 0.7F, 9, 5}));
}

TEST(GenerateSettings, ChangeAsOneStep) {
  History history = begun();
  GenerateSettings settings;
  settings.tokens = 5;
  history.perform(SetGenerate{settings}, {}, 0.0);
  settings.tokens = 6;
  history.perform(SetGenerate{settings}, {}, 0.1);
  EXPECT_EQ(history.current().generate.tokens, 6U);
  history.perform(Undo{}, {}, 1.0);
  EXPECT_EQ(history.current().generate, GenerateSettings{});
}

}  // namespace
}  // namespace regard
