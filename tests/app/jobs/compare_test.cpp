// SPDX-License-Identifier: Apache-2.0
// Pins, the text without interventions and their comparison, with the real engine on small random checkpoints.
#include "app/jobs/run_request.h"
#include "app/jobs/worker.h"
#include "app/session/session.h"
#include "app/viewmodel/baseline.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/views.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <chrono>
#include <thread>

namespace regard {
namespace {

using namespace regard::testing;

struct Compare : ::testing::Test {
  TemporaryFolder folder{};
  std::atomic<int> runs{0};
  Worker worker{[this](const std::string& name) { return (folder / name).string(); }, [] {}, counting()};
  Session session{};

  Compare() {
    tiny_bert().write_to(folder / "bert");
    tiny_llama().write_to(folder / "llama");
    session.model = "llama";
    session.text = "a b c d";
  }

  WorkerTools counting() {
    WorkerTools tools;
    tools.run = [this](const std::shared_ptr<const Model>& model, Request request,
                       const std::shared_ptr<const Trace>& previous, const std::stop_token& stop, Progress* progress) {
      ++runs;
      return regard::run(model, std::move(request), previous, stop, progress);
    };
    return tools;
  }

  void act(const Action& action) {
    const auto snapshot = worker.latest();
    session = apply(session, action, action_context(*snapshot, session));
  }

  [[nodiscard]] std::shared_ptr<const Snapshot> run() {
    const std::uint64_t before = worker.latest()->number;
    worker.post(run_request(session, folder.path()));
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (worker.latest()->number == before && std::chrono::steady_clock::now() < end)
      std::this_thread::yield();
    return worker.latest();
  }

  /// Masks a cell of the live text in every head.
  void mask(std::size_t query, std::size_t key, std::optional<std::size_t> layer = {}) {
    Intervention item;
    item.kind = InterventionKind::mask;
    item.scope.layer = layer;
    item.cells = {{{query, query + 1}, {key, key + 1}}};
    act(AddIntervention{placed(item, worker.latest()->encoding)});
  }
};

TEST_F(Compare, ThePinIsReadOnceAndComparedWithEveryEdit) {
  ASSERT_FALSE(run()->comparison);
  act(PinText{});
  ASSERT_TRUE(run()->comparison);
  const auto pinned = worker.latest()->comparison->baseline;
  const int before = runs;
  act(SetText{"a b f d"});
  const auto snapshot = run();
  EXPECT_EQ(runs, before + 1) << "the pin is not run again";
  ASSERT_TRUE(snapshot->comparison);
  EXPECT_EQ(snapshot->comparison->name, "A");
  EXPECT_EQ(snapshot->comparison->baseline, pinned);
  EXPECT_EQ(pinned->source_text, "a b c d");
}

TEST_F(Compare, ATextThatWasJustReadIsNotReadAgainForItsPin) {
  static_cast<void>(run());
  const int before = runs;
  act(PinText{});
  const auto snapshot = run();
  EXPECT_EQ(runs, before + 1) << "the live text alone";
  ASSERT_TRUE(snapshot->comparison && snapshot->comparison->baseline);
  EXPECT_FALSE(snapshot->comparison->baseline->comparison) << "pins of pins would pile up";
  for (const HeadMovement& movement : snapshot->comparison->movements[0])
    EXPECT_EQ(movement.movement, 0.0);
}

TEST_F(Compare, ACausalModelsPrefixDoesNotMoveAndTheRestDoes) {
  static_cast<void>(run());
  act(PinText{});
  act(SetText{"a b f d"});
  const auto snapshot = run();
  ASSERT_TRUE(snapshot->comparison && snapshot->comparison->baseline);
  const Comparison& comparison = *snapshot->comparison;
  std::size_t changed = 0;
  while (snapshot->encoding.tokens[changed].id == comparison.baseline->encoding.tokens[changed].id)
    ++changed;
  ASSERT_GT(changed, 1U);
  EXPECT_EQ(comparison.alignment.to_second[changed], static_cast<std::int32_t>(changed)) << "a word for a word";
  const std::vector<HeadMovement>& movements = comparison.movements[0];
  ASSERT_EQ(movements.size(), head_count(snapshot->model->config));
  for (const HeadMovement& movement : movements) {
    EXPECT_GT(movement.movement, 0.0);
    const auto rows = row_movements(*comparison.baseline->trace, *snapshot->trace, comparison.alignment, movement.head);
    for (std::size_t row = 0; row < changed; ++row)
      EXPECT_EQ(rows[row], 0.0);
    for (const QueryMovement& query : movement.queries)
      EXPECT_TRUE(query.movement == 0.0 || query.query.second >= changed);
  }
}

TEST_F(Compare, InterventionsAreComparedWithTheTextWithoutThem) {
  const auto plain = run();
  mask(3, 1);
  const auto snapshot = run();
  ASSERT_TRUE(snapshot->comparison);
  EXPECT_EQ(snapshot->comparison->name, "");
  EXPECT_EQ(snapshot->comparison->baseline, snapshot->plain);
  session.head = {1, 0};
  EXPECT_EQ(make_grid(*snapshot->plain, session).weights, make_grid(*plain, session).weights);
  EXPECT_EQ(make_grid(*snapshot, session).weights(3, 1), 0.0F);
  EXPECT_GT(make_grid(*plain, session).weights(3, 1), 0.0F);
  const int before = runs;
  mask(3, 2);
  static_cast<void>(run());
  EXPECT_EQ(runs, before + 1) << "the text without interventions is kept";
  act(ClearInterventions{});
  const auto again = run();
  EXPECT_FALSE(again->comparison);
  EXPECT_EQ(make_grid(*again, session).weights, make_grid(*plain, session).weights);
}

TEST_F(Compare, ASwitchedOffItemDoesNotActAndOneThatDoesNotFitIsTold) {
  const auto plain = run();
  mask(3, 1);
  session.interventions[0].on = false;
  EXPECT_FALSE(run()->plain);
  session.interventions[0].on = true;
  session.interventions[0].item.scope = {77, 0};
  const auto snapshot = run();
  ASSERT_EQ(snapshot->left_out.size(), 1U);
  EXPECT_EQ(snapshot->left_out[0].index, 0U);
  EXPECT_EQ(snapshot->left_out[0].error.code(), "intervention_value");
  EXPECT_EQ(make_grid(*snapshot, session).weights, make_grid(*plain, session).weights);
}

TEST_F(Compare, AKindThatAHeadCannotBeInDoesNotActAndOthersDo) {
  Intervention set;
  set.kind = InterventionKind::set_weight;
  set.scope = {0, 1};
  set.cells = {{{2, 3}, {0, 1}}};
  set.amount = 0.5F;
  Intervention window;
  window.kind = InterventionKind::attention;
  window.scope = {0, 1};
  window.as = {KindForm::window, 2};
  const Encoding encoding = run()->encoding;
  session.interventions = {placed(window, encoding), placed(set, encoding)};
  const auto refused = run();
  ASSERT_EQ(refused->left_out.size(), 1U);
  EXPECT_EQ(refused->left_out[0].index, 0U);
  EXPECT_EQ(refused->left_out[0].error.code(), "kind_obstacle_weights_set");
  EXPECT_EQ(weights(*refused->trace, {0, 1})(2, 0), 0.5F) << "the other item acts";
  session.interventions.pop_back();
  const auto changed = run();
  EXPECT_TRUE(changed->left_out.empty());
  EXPECT_EQ(weights(*changed->trace, {0, 1})(3, 0), 0.0F);
  ASSERT_NE(changed->plain, nullptr);
  EXPECT_NE(weights(*changed->plain->trace, {0, 1})(3, 0), 0.0F);
}

TEST_F(Compare, ACopyFromThePinTakesThePartnersRow) {
  static_cast<void>(run());
  act(PinText{});
  act(SetText{"f a b c d"});
  Intervention copy;
  copy.kind = InterventionKind::copy_pattern;
  copy.scope = {0, 1};
  copy.source_name = "A";
  static_cast<void>(run());
  act(AddIntervention{placed(copy, worker.latest()->encoding)});
  const auto snapshot = run();
  ASSERT_TRUE(snapshot->left_out.empty()) << snapshot->left_out[0].error.what();
  session.head = {0, 1};
  const Comparison& comparison = *snapshot->comparison;
  const Matrix theirs = weights(*comparison.baseline->trace, session.head);
  const Matrix ours = weights(*snapshot->trace, session.head);
  std::size_t compared = 0;
  for (const AlignedPair& query : comparison.alignment.pairs)
    for (const AlignedPair& key : comparison.alignment.pairs)
      if (query.first >= 1) {
        EXPECT_NEAR(ours(query.second, key.second), theirs(query.first, key.first), 1e-6);
        ++compared;
      }
  EXPECT_GT(compared, 8U);
  EXPECT_EQ(snapshot->trace->request.interventions[0].source_positions, comparison.alignment.to_first);
  act(PairTokens{"A", {anchor_of(1, comparison.baseline->encoding), anchor_of(3, snapshot->encoding)}});
  const auto corrected = run();
  EXPECT_EQ(corrected->comparison->alignment.to_first[3], 1);
  EXPECT_EQ(corrected->trace->request.interventions[0].source_positions, corrected->comparison->alignment.to_first);
  act(RemovePin{"A"});
  EXPECT_EQ(run()->left_out.at(0).error.code(), "intervention_source");
}

TEST_F(Compare, APinOfAnotherModelIsAlignedByWhatTheTokensSay) {
  static_cast<void>(run());
  act(PinText{});
  session.model = "bert";
  const auto snapshot = run();
  ASSERT_TRUE(snapshot->comparison && snapshot->comparison->baseline);
  EXPECT_EQ(snapshot->comparison->baseline->source_model, "llama");
  EXPECT_NE(snapshot->comparison->baseline->model, snapshot->model);
  for (const AlignedPair& pair : snapshot->comparison->alignment.pairs) {
    const Token& theirs = snapshot->comparison->baseline->encoding.tokens[pair.first];
    const Token& ours = snapshot->encoding.tokens[pair.second];
    EXPECT_TRUE(theirs.special || ours.special || label_of(theirs) == label_of(ours));
  }
  const auto loaded = snapshot->comparison->baseline->model;
  session.model = "llama";
  EXPECT_EQ(run()->model, loaded) << "the pin's model was not loaded again";
}

TEST_F(Compare, WordsOfTwoVocabulariesArePartnersWhateverTheirSpacesAndCapitals) {
  const auto tokens = [](std::vector<std::string> texts) {
    Encoding encoding;
    for (std::string& text : texts) {
      encoding.tokens.push_back({.id = static_cast<std::int32_t>(100 * texts.size() + encoding.tokens.size())});
      encoding.tokens.back().text = std::move(text);
    }
    return encoding;
  };
  const Alignment found = align_encodings(tokens({"<s>", "Старый", " king", " slept"}),
                                          tokens({"old", "старый", "king", "s", "lept"}), false);
  EXPECT_EQ(found.to_second, (std::vector<std::int32_t>{0, 1, 2, -1}));
}

TEST_F(Compare, ABrokenPinIsToldAndTheLiveTextIsShownAllTheSame) {
  static_cast<void>(run());
  act(PinText{});
  session.pins[0].reading.model = "nowhere";
  act(SetText{"a b"});
  const auto snapshot = run();
  EXPECT_FALSE(snapshot->error);
  EXPECT_EQ(snapshot->source_text, "a b");
  ASSERT_TRUE(snapshot->comparison);
  EXPECT_FALSE(snapshot->comparison->baseline);
  ASSERT_TRUE(snapshot->comparison->error);
  EXPECT_EQ(shown_of(*snapshot, session), Shown::live);
  tiny_bert().write_to(folder / "nowhere");
  act(SetText{"a b c"});
  EXPECT_TRUE(run()->comparison->error) << "a broken model is not opened again with every key";
  act(SetBaseline{""});
  static_cast<void>(run());
  act(SetBaseline{"A"});
  EXPECT_TRUE(run()->comparison->baseline) << "chosen anew it is";
}

TEST_F(Compare, WhatIsClickedAtTheBaselineIsDoneToItsPartner) {
  static_cast<void>(run());
  act(PinText{});
  act(SetText{"f a b c d"});
  const auto snapshot = run();
  session.shown = Shown::baseline;
  ASSERT_EQ(shown_of(*snapshot, session), Shown::baseline);
  act(SelectQuery{4});
  const Session at = session_at_baseline(*snapshot, session);
  const Snapshot& baseline = *snapshot->comparison->baseline;
  EXPECT_EQ(label_of(baseline.encoding.tokens[selected_query(baseline, at)]),
            label_of(snapshot->encoding.tokens[selected_query(*snapshot, session)]));
  const auto action = live_action(*snapshot, session, SelectKey{2});
  ASSERT_TRUE(action.has_value());
  EXPECT_EQ(label_of(snapshot->encoding.tokens[std::get<SelectKey>(*action).token]),
            label_of(baseline.encoding.tokens[2]));
}

}  // namespace
}  // namespace regard
