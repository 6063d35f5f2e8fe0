// SPDX-License-Identifier: Apache-2.0
// Effects of heads and patched states, held to runs done one by one and to cases whose answer is known.
#include "core/analysis/ablation_map.h"
#include "core/analysis/patching.h"
#include "core/base/error.h"
#include "core/model/weights.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>
#include <cmath>

namespace regard {
namespace {

using testing::some_ids;

/// A copy of the model in which what a head puts out is multiplied by columns of zeros in W_O.
std::shared_ptr<const Model> with_silent_head(const Model& model, HeadRef head) {
  auto weights = std::make_shared<Weights>(*model.weights);
  TensorView& output = weights->layers[head.layer].output.weight;
  const auto* numbers = reinterpret_cast<const float*>(output.data);
  const auto copy = std::make_shared<std::vector<float>>(numbers, numbers + output.rows() * output.cols());
  for (std::size_t row = 0; row < output.rows(); ++row)
    for (std::size_t dimension = 0; dimension < model.config.head_dim(0); ++dimension)
      (*copy)[row * output.cols() + head.head * model.config.head_dim(0) + dimension] = 0.0F;
  output.data = reinterpret_cast<const std::byte*>(copy->data());
  weights->storage.push_back(copy);
  auto silent = std::make_shared<Model>(model);
  silent->weights = weights;
  return silent;
}

TEST(Effect, IsTheDivergenceOfTwoDistributions) {
  const std::vector<float> a{0.0F, std::log(3.0F)}, b{std::log(3.0F), 0.0F};
  EXPECT_NEAR(divergence(a, b), 0.5 * std::log(3.0), 1e-7);  // ¼·log(⅓) + ¾·log 3
  EXPECT_EQ(divergence(a, a), 0.0);
  EXPECT_NEAR(log_probability(a, 1), std::log(0.75), 1e-7);
  EXPECT_EQ(most_probable(a, 5).front().id, 1);
  EXPECT_NEAR(most_probable(a, 5).front().probability, 0.75, 1e-6);
}

TEST(Effect, ComparesTwoRunsAtAPosition) {
  const auto model = testing::random_llama({});
  const Request request{.ids = some_ids(12, 101)};
  Request changed = request;
  changed.interventions = {{.kind = InterventionKind::hide_tokens, .positions = {{2, 3}}}};
  const auto before = run(model, request);
  const auto after = run(model, changed);
  const Effect found = effect(*before, *after, {.position = 11, .token = 7});
  EXPECT_GT(found.divergence, 0.0);
  const std::size_t positions[] = {11};
  EXPECT_EQ(found.log_probability, log_probability(logits_at(*before, positions).row(0), 7));
  EXPECT_EQ(found.changed_log_probability, log_probability(logits_at(*after, positions).row(0), 7));
  EXPECT_EQ(found.before.front().id, predict(*before, 11, 1).front().id);
  EXPECT_EQ(found.after.size(), 5U);
  const Effect none = effect(*before, *before, {.position = 11});
  EXPECT_EQ(none.divergence, 0.0);
  EXPECT_EQ(none.token, none.before.front().id);
  EXPECT_EQ(none.log_probability_change(), 0.0);
}

TEST(AblationMap, EqualsAblatingHeadsOneByOne) {
  for (const auto& model : {testing::random_bert({}), testing::random_llama({})}) {
    for (const bool mean : {false, true}) {
      const auto base = run(model, {.ids = some_ids(13, 101)});
      std::size_t seen = 0;
      Progress progress;
      const auto map = ablation_map(
          base, {.position = 12, .token = 4, .mean = mean}, [&](const HeadEffect&) { ++seen; }, {}, &progress);
      ASSERT_EQ(map.size(), 8U);
      EXPECT_EQ(seen, 8U);
      EXPECT_EQ(progress.fraction, 1.0F);
      for (const HeadEffect& one : map) {
        const auto ablated = run(
            model, {.ids = base->request.ids,
                    .interventions = {
                        {.kind = InterventionKind::ablate, .scope = {one.head.layer, one.head.head}, .mean = mean}}});
        const Effect expected = effect(*base, *ablated, {.position = 12, .token = 4});
        EXPECT_EQ(one.divergence, expected.divergence);
        EXPECT_EQ(one.log_probability_change, expected.log_probability_change());
        EXPECT_GT(one.divergence, 0.0);
      }
      EXPECT_EQ(map[5].head, (HeadRef{1, 1}));
    }
  }
}

TEST(AblationMap, IsExactlyZeroForAHeadThatWritesNothing) {
  for (const auto& model : {testing::random_bert({}), testing::random_llama({})}) {
    const HeadRef silent{0, 2};
    const auto base = run(with_silent_head(*model, silent), {.ids = some_ids(13, 101)});
    for (const bool mean : {false, true}) {
      for (const HeadEffect& one : ablation_map(base, {.position = 12, .mean = mean})) {
        EXPECT_EQ(one.divergence == 0.0, one.head == silent);
        EXPECT_EQ(one.log_probability_change == 0.0, one.head == silent);
      }
    }
  }
}

TEST(AblationMap, StopsWhenAsked) {
  const auto base = run(testing::random_llama({}), {.ids = some_ids(13, 101)});
  std::stop_source stop;
  EXPECT_THROW((void)ablation_map(
                   base, {.position = 12}, [&](const HeadEffect&) { stop.request_stop(); }, stop.get_token()),
               Cancelled);
}

TEST(Patching, BringsTheWholeAnswerBackWithTheWholeStream) {
  for (const auto& model : {testing::random_bert({}), testing::random_llama({})}) {
    const auto clean = run(model, {.ids = some_ids(12, 97)});
    const auto corrupt = run(model, {.ids = some_ids(12, 101)});
    const PatchingOptions options{
        .alignment = align_by_position(12, 12), .position = 11, .clean_position = 11, .right = 5, .wrong = 9};
    std::vector<PatchCell> cells;
    for (std::size_t layer = 0; layer <= 2; ++layer)
      cells.push_back({.layer = layer});
    cells.push_back({.layer = 2, .position = 11});
    cells.push_back({.layer = 2, .position = 3});
    const PatchingMap map = patching(clean, corrupt, cells, options);
    for (std::size_t cell = 0; cell < 4; ++cell) {
      EXPECT_EQ(map.results[cell].recovered, 1.0) << cell;
      EXPECT_EQ(map.results[cell].recovered_probability, 1.0) << cell;
    }
    EXPECT_EQ(map.results[4].recovered, 0.0) << "another position's last stream says nothing here";
  }
}

/// Two texts with a word replaced by two, run by a model, and the answer asked for at a position of the second.
struct TwoTexts {
  std::shared_ptr<const Trace> clean, corrupt;
  PatchingOptions options;
};

TwoTexts two_texts(const std::shared_ptr<const Model>& model, std::size_t position) {
  const auto ids = some_ids(11, 97);
  auto other = ids;
  other[4] = 60;
  other.insert(other.begin() + 5, 61);
  return {run(model, {.ids = ids}),
          run(model, {.ids = other}),
          {.alignment = align(ids, other), .position = position, .clean_position = 10, .right = 5, .wrong = 9}};
}

/// The answer of a run of its own with the cell's patch.
Answer answer_one_by_one(const TwoTexts& texts, const PatchCell& cell) {
  Intervention item{.kind = cell.pattern ? InterventionKind::copy_pattern : InterventionKind::patch,
                    .scope = {cell.layer, cell.head},
                    .site = cell.site,
                    .source = texts.clean,
                    .source_positions = texts.options.alignment.to_first};
  if (cell.position) item.positions = {{*cell.position, *cell.position + 1}};
  const auto patched = run(texts.corrupt->model, {.ids = texts.corrupt->request.ids, .interventions = {item}});
  const std::size_t positions[] = {texts.options.position};
  const Matrix logits = logits_at(*patched, positions);
  return {static_cast<double>(logits(0, 5)) - static_cast<double>(logits(0, 9)),
          std::exp(log_probability(logits.row(0), 5))};
}

void check_one_by_one(const TwoTexts& texts, const std::vector<PatchCell>& cells) {
  std::size_t seen = 0;
  const PatchingMap map =
      patching(texts.clean, texts.corrupt, cells, texts.options, [&](const PatchingMap&, std::size_t) { ++seen; });
  std::size_t aligned = 0;
  for (const PatchResult& result : map.results) {
    const PatchCell& cell = result.cell;
    EXPECT_EQ(result.aligned, !cell.position || (*cell.position != 4 && *cell.position != 5));
    aligned += result.aligned ? 1 : 0;
    if (!result.aligned) continue;
    const Answer expected = answer_one_by_one(texts, cell);
    EXPECT_EQ(result.patched.logit_difference, expected.logit_difference)
        << static_cast<int>(cell.site) << " layer " << cell.layer << " position " << cell.position.value_or(99);
    EXPECT_NEAR(result.patched.probability, expected.probability, 1e-12);
    EXPECT_DOUBLE_EQ(result.recovered, (result.patched.logit_difference - map.corrupt.logit_difference) /
                                           (map.clean.logit_difference - map.corrupt.logit_difference));
  }
  EXPECT_EQ(seen, aligned);
}

TEST(Patching, EqualsPatchingCellsOneByOne) {
  for (const auto& model : {testing::random_llama({}), testing::random_bert({})}) {
    for (const std::size_t position : {11U, 7U}) {
      const TwoTexts texts = two_texts(model, position);
      for (const PatchSite site :
           {PatchSite::residual, PatchSite::attention_output, PatchSite::feed_forward_output, PatchSite::value}) {
        const auto cells = cells_by_layer_and_position(site, model->config, 12);
        EXPECT_EQ(cells.size(), site == PatchSite::residual ? 36U : 24U);
        check_one_by_one(texts, cells);
      }
      for (const std::size_t layer : {0U, 1U})
        for (const PatchSite site : {PatchSite::head_output, PatchSite::key})
          check_one_by_one(texts, cells_by_head_and_position(site, layer, model->config, 12));
      check_one_by_one(texts, cells_by_layer_and_head(PatchSite::query, model->config));
    }
  }
}

TEST(Patching, CopiesPatternsOfSingleQueriesAndOfWholeHeads) {
  for (const auto& model : {testing::random_llama({}), testing::random_bert({})}) {
    const TwoTexts texts = two_texts(model, 11);
    check_one_by_one(texts, of_the_pattern(cells_by_layer_and_head(PatchSite::head_output, model->config)));
    for (const std::size_t layer : {0U, 1U})
      check_one_by_one(texts,
                       of_the_pattern(cells_by_head_and_position(PatchSite::head_output, layer, model->config, 12)));
  }
}

TEST(Patching, HoldsWhereTheCorruptRunAveragesOverItsPositions) {
  const auto model = testing::random_llama({});
  TwoTexts texts = two_texts(model, 7);
  Request averaged = texts.corrupt->request;
  averaged.interventions = {{.kind = InterventionKind::ablate, .scope = {1, 2}, .mean = true}};
  texts.corrupt = run(model, averaged);
  const PatchCell behind{.layer = 1, .position = 9};  // the mean brings it to position 7
  const PatchingMap map = patching(texts.clean, texts.corrupt, {behind}, texts.options);
  EXPECT_NE(map.results[0].recovered, 0.0);
}

TEST(Patching, RefusesALayerThatTheModelDoesNotHave) {
  const TwoTexts texts = two_texts(testing::random_llama({}), 11);
  EXPECT_THROW((void)patching(texts.clean, texts.corrupt, {{.site = PatchSite::value, .layer = 9}}, texts.options),
               Error);
}

}  // namespace
}  // namespace regard
