// SPDX-License-Identifier: Apache-2.0
// Sweeps: every row's numbers are those that the sentence has once the word stands in it.
#include "app/session/action.h"
#include "app/session/reading.h"
#include "app/session/session.h"
#include "app/viewmodel/sweep_view.h"
#include "core/analysis/effect.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/run_text.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>

namespace regard {
namespace {

using testing::read_text;
using testing::reading_model;

constexpr const char* kSentence = "the old king saw a cat";

SweepText text_of(const Snapshot& live, const Session& session, std::size_t position) {
  return sweep_text(live, session, position, std::make_shared<const Encoding>(swept(live).encoding));
}

TEST(SweepView, ReadsWordsBetweenCommas) {
  EXPECT_EQ(words_of(" king, old queen ,,king;\n cat "), (std::vector<std::string>{"king", "old queen", "cat"}));
  EXPECT_TRUE(words_of(" , ").empty());
}

TEST(SweepView, MeasuresWhatTheSentenceHasOnceTheWordStandsInIt) {
  for (const bool causal : {false, true}) {
    const auto model = reading_model(causal);
    const auto live = read_text(model, kSentence);
    const HeadRef head{1, 2};
    const testing::SessionInParts session = testing::session_for(*live, head, 4, 3);  // saw -> king
    SweepQuestion question{text_of(*live, session, 6), 3, SweepWords::own, {"queen", "unknown", "king", "old prince"}};
    const auto view = make_sweep(question);
    EXPECT_EQ(view->weight, weights(*live->trace, head)(4, 3));
    EXPECT_EQ(view->refused, std::vector<std::string>{"king"});
    ASSERT_EQ(view->rows.size(), 3U);
    for (const SweepRow& row : view->rows) {
      const testing::SessionInParts replaced =
          apply(session, ReplaceToken{row.token, row.word}, {&live->encoding, 3, 4});
      const auto after = read_text(model, replaced.reading().text);
      const std::size_t more = after->encoding.tokens.size() - live->encoding.tokens.size();
      EXPECT_EQ(more, row.word == "queen" ? 0U : 1U) << row.word;
      const Matrix now = weights(*after->trace, head);
      double weight = 0.0;
      for (std::size_t key = 3; key <= 3 + more; ++key)
        weight += now(4 + more, key);
      EXPECT_NEAR(row.numbers.weight, weight, 1e-6) << row.word;
      EXPECT_NEAR(row.numbers.weight_change, weight - view->weight, 1e-6);
      const Effect moved = effect(*live->trace, *after->trace, {.position = 6, .changed_position = 6 + more});
      EXPECT_EQ(row.numbers.divergence, moved.divergence);
    }
  }
}

TEST(SweepView, TriesTheModelsWordsAndFrequentOnesThatCanBeTyped) {
  for (const bool causal : {false, true}) {
    const auto live = read_text(reading_model(causal), kSentence);
    const testing::SessionInParts session = testing::session_for(*live, {1, 2}, 4, 3);
    SweepQuestion question{text_of(*live, session, 6), 3, SweepWords::model, {}};
    std::size_t runs = 0;
    const auto own = make_sweep(question, {}, [&] { ++runs; });
    ASSERT_GT(own->rows.size(), 3U);
    EXPECT_EQ(runs, own->rows.size());
    question.words = SweepWords::frequent;
    const auto frequent = make_sweep(question);
    ASSERT_GT(frequent->rows.size(), 3U);
    for (const auto& view : {own, frequent})
      for (const SweepRow& row : view->rows) {
        EXPECT_EQ(row.numbers.substitution.tokens, (Range{3, 4}));
        EXPECT_EQ(row.numbers.substitution.ids.size(), 1U);
        EXPECT_NE(row.word, "king");
        EXPECT_NE(row.word, "known") << "the piece ##known is not what typing 'known' gives";
      }
  }
}

TEST(SweepView, SearchFindsWhatAnExhaustiveSweepPutsFirst) {
  const auto live = read_text(reading_model(false), kSentence);
  const testing::SessionInParts session = testing::session_for(*live, {2, 1}, 4, 3);
  const SweepText text = text_of(*live, session, 6);
  const auto found = make_search(text, false);
  ASSERT_FALSE(found->rows.empty());
  std::vector<Substitution> all;
  for (const std::size_t token : {1U, 2U, 5U, 6U})
    for (std::int32_t id = 5; id < 25; ++id)
      if (id != 19 && id != 20) all.push_back({{token, token + 1}, {id}});
  const auto results = sweep(live->trace, all, text.watch);
  double best = 0.0;
  for (const SweepResult& result : results)
    best = std::max(best, result.weight_change);
  EXPECT_NEAR(found->rows.front().numbers.weight_change, best, 1e-9);
  for (std::size_t rank = 1; rank < found->rows.size(); ++rank)
    EXPECT_GE(found->rows[rank - 1].numbers.weight_change, found->rows[rank].numbers.weight_change);
  for (const SweepRow& row : found->rows) {
    EXPECT_NE(row.token, 4U) << "the query stays";
    EXPECT_NE(row.token, 3U) << "and the key";
    EXPECT_GT(row.numbers.weight_change, 0.0);
  }
  EXPECT_LE(found->rows.size(), runs_of_search(text, false));
  const auto wider = make_search(text, true);
  EXPECT_GE(wider->rows.front().numbers.weight_change, found->rows.front().numbers.weight_change);
}

TEST(SweepView, IsMeasuredWithoutInterventions) {
  const auto model = reading_model(true);
  const auto plain = read_text(model, kSentence);
  const auto live = read_text(model, kSentence, {{.kind = InterventionKind::hide_tokens, .positions = {{3, 4}}}});
  live->plain = plain;
  const testing::SessionInParts session = testing::session_for(*live, {0, 0}, 4, 3);
  EXPECT_EQ(text_of(*live, session, 6).trace, plain->trace);
}

TEST(SweepView, SortsByAnyColumnBothWays) {
  SweepView view;
  for (const auto& [word, weight, change] : {std::tuple{"b", 0.3, -0.5}, {"a", 0.9, 0.1}, {"c", 0.4, 0.2}}) {
    SweepRow& row = view.rows.emplace_back();
    row.word = word;
    row.numbers.weight = weight;
    row.numbers.weight_change = change;
  }
  EXPECT_EQ(sorted(view, SweepColumn::change, false), (std::vector<std::size_t>{0, 2, 1}));
  EXPECT_EQ(sorted(view, SweepColumn::weight, false), (std::vector<std::size_t>{1, 2, 0}));
  EXPECT_EQ(sorted(view, SweepColumn::weight, true), (std::vector<std::size_t>{0, 2, 1}));
  EXPECT_EQ(sorted(view, SweepColumn::word, false), (std::vector<std::size_t>{1, 0, 2}));
}

}  // namespace
}  // namespace regard
