// SPDX-License-Identifier: Apache-2.0
// The KV-cache view and the predictions that are made beside the window, from a real engine with random weights.
#include "app/viewmodel/cache.h"
#include "app/session/kept.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/viewmodel/views.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/handmade.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

std::shared_ptr<Snapshot> snapshot_of(const std::shared_ptr<Model>& model, const Request& request) {
  model->tokenizer = std::make_shared<testing::WordTokenizer>();
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->model = model;
  snapshot->trace = run(model, request);
  for (const std::int32_t id : request.ids)
    snapshot->encoding.tokens.push_back({id, "w", "w", 0, 0, 0, false});
  return snapshot;
}

std::shared_ptr<Snapshot> llama_after(const std::vector<CacheStep>& steps) {
  auto snapshot = snapshot_of(testing::random_llama({}), {.ids = testing::some_ids(6, 101)});
  snapshot->steps = steps;
  return snapshot;
}

TEST(KvCacheView, ShowsTheStepsOfTheEngineAndWhatTheLastOneSaved) {
  using Why = CacheStep::Why;
  const auto snapshot = llama_after({{Why::prompt, 5, 0, 0, 2.0}, {Why::token, 6, 5, 0, 0.5}});
  const KvCacheView view = make_kv_cache(*snapshot, CacheInputs{});
  const ModelConfig& config = snapshot->model->config;
  EXPECT_EQ(view.obstacle, KvCacheView::Obstacle::none);
  EXPECT_EQ(view.steps.size(), 2U);
  EXPECT_EQ(view.last.computed(), 1U);
  EXPECT_EQ(view.widest_step, 6U);
  EXPECT_EQ(view.labels.size(), 6U);
  EXPECT_EQ(view.bytes, 2U * config.layers * config.kv_heads(0) * config.head_dim(0) * 6U * 4U);
  EXPECT_EQ(view.bytes_half * 2, view.bytes);
  EXPECT_EQ(view.bytes_ungrouped, view.bytes * config.heads(0) / config.kv_heads(0));
  EXPECT_EQ(view.made, arithmetic(config, {5, 6}, 6, true, 1));
  EXPECT_EQ(view.from_scratch, arithmetic(config, {0, 6}, 6, true, 1));
  EXPECT_EQ(view.all_made, arithmetic(config, {0, 5}, 5, true, 1).total() + view.made.total());
  EXPECT_EQ(view.all_from_scratch, arithmetic(config, {0, 5}, 5, true, 1).total() + view.from_scratch.total());
}

TEST(KvCacheView, ALayerWithoutSoftmaxKeepsAStateAndNoRows) {
  auto snapshot = snapshot_of(testing::random_hybrid({.layers = 3}), {.ids = testing::some_ids(6, 101)});
  snapshot->steps = {{CacheStep::Why::text, 6, 0, 0, 1.0}};
  const KvCacheView view = make_kv_cache(*snapshot, CacheInputs{});
  const ModelConfig& config = snapshot->model->config;
  const std::uint64_t state = state_numbers(config.plans[0]);
  EXPECT_GT(state, 0U);
  EXPECT_EQ(view.states, (std::vector<std::uint64_t>{state, 0, state}));
  EXPECT_EQ(view.state_numbers, 2 * state);
  EXPECT_EQ(view.bytes, (2U * config.keys_width(1) * 6U + 2 * state) * 4U);
}

TEST(KvCacheView, ShowsHowTheTextWasWrittenAlsoFromAFileAndAfterUndo) {
  using Why = CacheStep::Why;
  const auto snapshot = llama_after({{Why::text, 6, 0, 0, 9.0}});  // read from a file: one run of everything
  testing::SessionInParts session;
  session.reading().text = snapshot->source_text = "w w w w w w";
  session.kept().written = {reading_of(session), {{Why::prompt, 5, 0, 0, 2.0}, {Why::token, 6, 5, 0, 0.5}}};
  EXPECT_EQ(make_kv_cache(*snapshot, session).steps, session.kept().written.steps);
  EXPECT_EQ(make_kv_cache(*snapshot, session).last.computed(), 1U);
  session.reading().mask = MaskMode::causal;
  EXPECT_EQ(make_kv_cache(*snapshot, session).steps, snapshot->steps) << "another reading is another run";
  session.reading().mask = MaskMode::as_trained;
  session.kept().written.steps.pop_back();
  EXPECT_EQ(make_kv_cache(*snapshot, session).steps, snapshot->steps) << "these are not the steps of this trace";
}

TEST(KvCacheView, TellsOfExpertsAndOfLayersThatHaveNone) {
  const Experts experts{.count = 5, .chosen = 2, .shared_width = 7};
  const auto view_of = [](const std::shared_ptr<Model>& model) {
    const auto snapshot = snapshot_of(model, {.ids = testing::some_ids(4, 101)});
    snapshot->steps = {{CacheStep::Why::text, 4, 0, 0, 1.0}};
    return make_kv_cache(*snapshot, CacheInputs{});
  };
  const KvCacheView dense = view_of(testing::random_llama({}));
  EXPECT_TRUE(dense.blocks_alike && !dense.experts);
  const KvCacheView mixture = view_of(testing::random_mixture({.layers = 1}, experts));
  EXPECT_TRUE(mixture.blocks_alike);
  EXPECT_EQ(mixture.experts, experts);
  EXPECT_EQ(mixture.feed_forward, 64U);
  EXPECT_FALSE(view_of(testing::random_mixture({.layers = 3}, experts)).blocks_alike);
}

TEST(KvCacheView, WeighsTheLatentRowAndTheSharedKeyWhereTheseAreKept) {
  const auto snapshot =
      snapshot_of(testing::random_latent({.layers = 2, .heads = 4}), {.ids = testing::some_ids(5, 101)});
  snapshot->steps = {{CacheStep::Why::text, 5, 0, 0, 1.0}};
  const KvCacheView view = make_kv_cache(*snapshot, CacheInputs{});
  EXPECT_EQ(view.latent, (LatentAttention{.rank = 9, .query_rank = 11, .shared_dims = 4}));
  EXPECT_EQ(view.head_dim, 10U);
  EXPECT_EQ(view.value_dim, 7U);
  EXPECT_EQ(view.bytes, 2U * (9U + 4U) * 5U * 4U);
  EXPECT_EQ(view.bytes_ungrouped, 2U * 4U * (10U + 7U) * 5U * 4U);
  EXPECT_EQ(view.made.projections,
            5U * 2U * (11U * (32U + 40U) + 32U * (9U + 4U) + 9U * 4U * (6U + 7U) + 32U * 4U * 7U));
}

TEST(KvCacheView, TellsWhyNothingCanBeTakenOver) {
  EXPECT_EQ(make_kv_cache(Snapshot{}, CacheInputs{}).obstacle, KvCacheView::Obstacle::no_text);
  auto bert = snapshot_of(testing::random_bert({}), {.ids = testing::some_ids(4, 101)});
  bert->steps = {{CacheStep::Why::text, 4, 0, 0, 1.0}};
  EXPECT_EQ(make_kv_cache(*bert, CacheInputs{}).obstacle, KvCacheView::Obstacle::model);
  auto both_ways =
      snapshot_of(testing::random_llama({}), {.ids = testing::some_ids(4, 101), .mask = MaskMode::bidirectional});
  both_ways->steps = bert->steps;
  EXPECT_EQ(make_kv_cache(*both_ways, CacheInputs{}).obstacle, KvCacheView::Obstacle::mask);
}

TEST(KvCacheView, RowsThatHaveLeftALayersWindowAreForgotten) {
  const auto snapshot = llama_after({{CacheStep::Why::text, 6, 0, 0, 1.0}});
  auto model = std::make_shared<Model>(*snapshot->model);
  testing::set_windows(*model, {3, 0});
  snapshot->model = model;
  const KvCacheView view = make_kv_cache(*snapshot, CacheInputs{});
  // The next query is 6: a window of three keys reaches 4, 5 and itself.
  for (std::size_t token = 0; token < 6; ++token) {
    EXPECT_EQ(view.forgotten(0).contains(token), token < 4) << token;
    EXPECT_FALSE(view.forgotten(1).contains(token));
  }
  EXPECT_LT(view.bytes_in_windows, view.bytes);
  model->config.plans[0].attention.window.first_keys = 1;
  EXPECT_EQ(make_kv_cache(*snapshot, CacheInputs{}).forgotten(0), (Range{1, 4})) << "the first one is kept";
}

TEST(PredictionsBeside, AreMissingForAQueryTheSnapshotDoesNotHaveAndComeFromTheEngine) {
  const auto snapshot = snapshot_of(testing::random_bert({}), {.ids = {7, 8, 9, 10}});
  testing::SessionInParts session;
  session.selection().query = anchor_of(2, snapshot->encoding);
  const PredictionView missing = make_predictions(*snapshot, session);
  EXPECT_EQ(missing.why, PredictionView::Why::query);
  EXPECT_TRUE(missing.pending);
  EXPECT_TRUE(missing.rows.empty());
  const PredictionView made = with_rows(missing, *snapshot->trace);
  EXPECT_FALSE(made.pending);
  EXPECT_EQ(made.position, missing.position);
  const auto best = predict(*snapshot->trace, made.position, predictions_per_position);
  ASSERT_EQ(made.rows.size(), best.size());
  for (std::size_t row = 0; row < best.size(); ++row) {
    EXPECT_EQ(made.rows[row].id, best[row].id);
    EXPECT_EQ(made.rows[row].probability, best[row].probability);
  }
}

}  // namespace
}  // namespace regard
