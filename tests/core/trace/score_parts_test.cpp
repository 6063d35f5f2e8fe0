// SPDX-License-Identifier: Apache-2.0
// The terms of a head's scores add up to what scores() gives, in every model that PyTorch has written numbers for.
#include "core/trace/score_parts.h"

#include "core/trace/attention_tile.h"
#include "core/trace/head_edits.h"
#include "tests/core/engine/random_model.h"
#include "tests/core/engine/reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <set>
#include <string>
#include <vector>

namespace regard {
namespace {

using Kinds = std::vector<ScorePartKind>;

/// How far the sum of the terms, capped where the model caps it before adding a bias, is from the score, over all cells of a head.
double worst_sum(const Trace& trace, HeadRef head) {
  const Range queries{0, trace.tokens()}, keys{0, trace.keys()};
  const std::vector<ScorePart> parts = score_parts(trace, head, queries, keys);
  const Matrix whole = scores(trace, head);
  const float cap = score_rule(trace.model->config, trace.request, head).cap;
  double worst = 0.0;
  for (std::size_t cell = 0; cell < whole.values.size(); ++cell) {
    double sum = 0.0;
    for (const ScorePart& part : parts)
      sum += static_cast<double>(part.scores.values[cell]);
    if (cap != 0.0F) sum = cap * std::tanh(sum / cap);
    worst = std::max(worst, std::abs(sum - static_cast<double>(whole.values[cell])));
  }
  return worst;
}

struct Found {
  double worst = 0.0;
  std::set<Kinds> kinds{};
};

void look_at_all_heads(const Trace& trace, Found& found) {
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer)
    for (std::size_t head = 0; head < trace.model->config.heads(layer); ++head) {
      found.worst = std::max(found.worst, worst_sum(trace, {layer, head}));
      found.kinds.insert(kinds_of_parts(trace, {layer, head}));
    }
}

/// Of the longest of its runs, in all of its kinds of attention.
Found of_model(const std::string& name) {
  const testing::Reference reference = testing::open_reference(name);
  const auto longest =
      std::ranges::max_element(reference.runs, {}, [](const auto& run) { return run.request.ids.size(); });
  const auto trace = run(reference.model, longest->request);
  Found found;
  look_at_all_heads(*trace, found);
  if (trace->encoder) look_at_all_heads(*trace->encoder, found);
  if (trace->cross) look_at_all_heads(*trace->cross, found);
  return found;
}

class ScoreParts : public testing::ReferenceTest {};

TEST_P(ScoreParts, AddUpToTheScoresOfEveryFamily) {
  std::size_t models = 0, with_position = 0;
  for (const auto& folder : std::filesystem::directory_iterator(testing::reference_folder())) {
    if (!exists(folder.path() / "reference.npz") || !exists(folder.path() / "config.json")) continue;
    const std::string name = folder.path().filename();
    if (name.starts_with("learning-") || name.starts_with("guided-")) continue;  // what learners compute: no tokenizer
    const Found found = of_model(name);
    EXPECT_LE(found.worst, 2e-5) << name;
    ++models;
    if (found.kinds.contains(Kinds{ScorePartKind::content, ScorePartKind::position})) ++with_position;
  }
  EXPECT_GE(models, 50U);
  EXPECT_GE(with_position, 5U) << "BLOOM, T5, mT5, umT5";
}
INSTANTIATE_TEST_SUITE_P(Models, ScoreParts, ::testing::Values("all"), testing::name_of);

class T5Parts : public testing::ReferenceTest {};

/// The bias belongs to attention within a text alone.
TEST_P(T5Parts, HaveAPositionWithinATextAndNoneAcross) {
  const testing::Reference reference = testing::open_reference(GetParam());
  const auto trace = run(reference.model, reference.runs.front().request);
  const Kinds both{ScorePartKind::content, ScorePartKind::position};
  EXPECT_EQ(kinds_of_parts(*trace, {0, 0}), both);
  EXPECT_EQ(kinds_of_parts(*trace->encoder, {0, 0}), both);
  EXPECT_EQ(kinds_of_parts(*trace->cross, {0, 0}), Kinds{ScorePartKind::content});
}
INSTANTIATE_TEST_SUITE_P(Models, T5Parts, ::testing::Values("t5-relu-tied-f32", "mt5-f32"), testing::name_of);

std::shared_ptr<const Model> with_slopes() {
  const auto model = testing::random_llama({});
  testing::set_positions(*model, Alibi{{0.5F, 0.25F, 0.125F, 0.0625F}});
  return model;
}

TEST(ScorePartsOfAlibi, AreTheProductAndTheSlopeTimesTheDistance) {
  Request request;
  request.ids = {5, 17, 3, 99, 42};
  const auto trace = run(with_slopes(), request);
  const auto parts = score_parts(*trace, {1, 1}, {2, 5}, {1, 4});
  ASSERT_EQ(parts.size(), 2U);
  const ScorePart* position = part_of(parts, ScorePartKind::position);
  ASSERT_NE(position, nullptr);
  for (std::size_t query = 2; query < 5; ++query)
    for (std::size_t key = 1; key < 4; ++key)
      EXPECT_EQ(position->scores(query - 2, key - 1), -0.25F * (static_cast<float>(query) - static_cast<float>(key)));
  EXPECT_EQ(part_of(parts, ScorePartKind::rotary), nullptr);
}

/// Interventions come after the sum; those that take positions away leave no term of them.
TEST(ScorePartsOfAlibi, AreThoseOfTheRunBeforeInterventions) {
  Request request;
  request.ids = {5, 17, 3, 99, 42};
  const auto plain = run(with_slopes(), request);
  request.interventions = {{.kind = InterventionKind::add, .cells = {Cells{}}, .amount = 2.0F}};
  const auto raised = run(with_slopes(), request);
  EXPECT_NEAR(worst_sum(*raised, {0, 0}), 2.0, 1e-4);
  EXPECT_LE(worst_sum(*plain, {0, 0}), 1e-5);
  request.interventions = {{.kind = InterventionKind::no_positions}};
  EXPECT_EQ(kinds_of_parts(*run(with_slopes(), request), {0, 0}), Kinds{ScorePartKind::content});
}

}  // namespace
}  // namespace regard
