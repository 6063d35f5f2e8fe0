// SPDX-License-Identifier: Apache-2.0
// What a run promises, whatever the weights: lengths, masks, temperature, reuse, cancelling, errors.
#include "core/engine/engine.h"

#include "core/base/error.h"
#include "core/engine/variants.h"
#include "tests/core/engine/comparison.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>
#include <cmath>
#include <iostream>
#include <thread>
#include <tuple>

namespace regard {
namespace {

using testing::ModelShape;
using testing::some_ids;

std::string error_code(const std::shared_ptr<const Model>& model, std::vector<std::int32_t> ids) {
  try {
    (void)run(model, {.ids = std::move(ids)});
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST(Engine, ReadsAnEmptyText) {
  for (const auto& model : {testing::random_bert({}), testing::random_llama({})}) {
    const auto trace = run(model, {.all_logits = true});
    EXPECT_EQ(trace->tokens(), 0U);
    ASSERT_EQ(trace->layers.size(), 2U);
    EXPECT_EQ(trace->layers[1].queries.rows, 0U);
    EXPECT_TRUE(scores(*trace, {0, 0}).empty());
    EXPECT_TRUE(weights(*trace, {1, 3}).empty());
    const auto longer = run(model, {.ids = {1, 2, 3}}, trace);
    EXPECT_EQ(longer->residual, run(model, {.ids = {1, 2, 3}})->residual);
  }
}

TEST(Engine, GivesTheOnlyTokenAllTheWeight) {
  for (const auto& model : {testing::random_bert({}), testing::random_llama({})}) {
    const auto trace = run(model, {.ids = {7}});
    EXPECT_EQ(weights(*trace, {1, 2})(0, 0), 1.0F);
    const auto value = value_of(*trace, {1, 2}, 0);
    const auto output = output_of(*trace, {1, 2}, 0);
    EXPECT_TRUE(std::equal(value.begin(), value.end(), output.begin(), output.end()));
  }
}

TEST(Engine, RefusesIdsThatTheModelCannotRead) {
  const auto model = testing::random_bert({});
  EXPECT_EQ(error_code(model, some_ids(64, 101)), "none");
  EXPECT_EQ(error_code(model, some_ids(65, 101)), "too_many_tokens");
  EXPECT_EQ(error_code(model, {0, 101}), "token_id");
  EXPECT_EQ(error_code(model, {-1}), "token_id");
}

TEST(Engine, StopsWhenAsked) {
  const auto model =
      testing::random_bert({.layers = 40, .heads = 8, .hidden = 256, .feed_forward = 1'024, .context = 512});
  const Request request{.ids = some_ids(512, 101)};
  std::stop_source before;
  before.request_stop();
  EXPECT_THROW((void)run(model, request, nullptr, before.get_token()), Cancelled);

  std::stop_source during;
  Progress progress;
  std::jthread other([&] {
    while (progress.fraction == 0.0F)
      std::this_thread::yield();
    during.request_stop();
  });
  EXPECT_THROW((void)run(model, request, nullptr, during.get_token(), &progress), Cancelled);
  EXPECT_LT(progress.fraction, 0.9F);
}

TEST(Engine, ReportsItsProgressToTheEnd) {
  Progress progress;
  (void)run(testing::random_llama({}), {.ids = {1, 2, 3}}, nullptr, {}, &progress);
  EXPECT_EQ(progress.fraction, 1.0F);
}

TEST(Engine, LooksThroughTheMaskThatWasAskedFor) {
  const auto model = testing::random_llama({.layers = 2});
  testing::set_windows(*model, {0, 3});
  for (const MaskMode mask : {MaskMode::as_trained, MaskMode::causal, MaskMode::bidirectional}) {
    const auto trace = run(model, {.ids = some_ids(20, 101), .mask = mask});
    for (std::size_t layer = 0; layer < 2; ++layer) {
      const Matrix grid = weights(*trace, {layer, 1});
      for (std::size_t query = 0; query < 20; ++query) {
        for (std::size_t key = 0; key < 20; ++key) {
          const bool before = key <= query || mask == MaskMode::bidirectional;
          const bool near = layer == 0 || (key + 3 > query && query + 3 > key);
          EXPECT_EQ(grid(query, key) > 0.0F, before && near) << layer << " " << query << " " << key;
          EXPECT_EQ(allowed(*trace, layer, query, key), before && near);
        }
      }
    }
    EXPECT_LE(testing::worst_row_sum(*trace), 1e-6);
  }
}

TEST(Engine, SharpensTheWeightsByTheTemperature) {
  const auto model = testing::random_bert({});
  const auto trace = run(model, {.ids = some_ids(30, 101), .temperature = 0.25F});
  const Matrix s = scores(*trace, {0, 2});
  const Matrix a = weights(*trace, {0, 2});
  for (std::size_t query = 0; query < s.rows; ++query) {
    double sum = 0.0;
    for (const float score : s.row(query))
      sum += std::exp(static_cast<double>(score) / 0.25);
    EXPECT_NEAR(trace->layers[0].log_sum_exp(2, query), std::log(sum), 1e-5);
    for (std::size_t key = 0; key < s.cols; ++key)
      EXPECT_NEAR(a(query, key), std::exp(static_cast<double>(s(query, key)) / 0.25) / sum, 1e-6);
  }
}

TEST(Engine, AddsUpTheValuesByTheWeightsItShows) {
  const auto model = testing::random_llama({.context = 128});
  const auto trace = run(model, {.ids = some_ids(100, 101)});
  double worst = 0.0;
  for (std::size_t head = 0; head < 4; ++head) {
    const Matrix a = weights(*trace, {1, head});
    for (std::size_t query = 0; query < a.rows; ++query) {
      for (std::size_t dimension = 0; dimension < model->config.head_dim(0); ++dimension) {
        double sum = 0.0;
        for (std::size_t key = 0; key < a.cols; ++key)
          sum += static_cast<double>(a(query, key) * value_of(*trace, {1, head}, key)[dimension]);
        worst = std::max(worst, std::abs(sum - static_cast<double>(output_of(*trace, {1, head}, query)[dimension])));
      }
    }
  }
  EXPECT_LE(worst, 1e-6);
}

TEST(Engine, LooksAtTheFirstKeysBesideTheWindow) {
  const auto model = testing::random_llama({.layers = 2, .context = 128});
  model->config.plans[1].attention.window = {.width = 5, .first_keys = 3};
  const auto trace = run(model, {.ids = some_ids(101, 101)});  // more queries than a block has
  const HeadRef head{1, 2};
  const Matrix grid = weights(*trace, head), all_scores = scores(*trace, head);
  for (std::size_t query = 0; query < trace->tokens(); ++query) {
    const auto sees = [&](std::size_t key) { return key <= query && (query - key < 5 || key < 3); };
    double sum = 0.0;
    for (std::size_t key = 0; key < trace->keys(); ++key)
      if (sees(key)) sum += std::exp(static_cast<double>(all_scores(query, key)));
    std::vector<double> output(model->config.head_dim(0));
    for (std::size_t key = 0; key < trace->keys(); ++key) {
      const double weight = sees(key) ? std::exp(static_cast<double>(all_scores(query, key))) / sum : 0.0;
      EXPECT_NEAR(grid(query, key), weight, 1e-5) << query << " → " << key;
      for (std::size_t dimension = 0; dimension < output.size(); ++dimension)
        output[dimension] += weight * static_cast<double>(value_of(*trace, head, key)[dimension]);
    }
    for (std::size_t dimension = 0; dimension < output.size(); ++dimension)
      EXPECT_NEAR(output_of(*trace, head, query)[dimension], output[dimension], 1e-5);
    EXPECT_EQ(weights(*trace, head, {query, query + 1}, {2, 40}).row(0)[30], grid(query, 32));
  }
}

/// A model of the first one's first layer and the other one's second one.
std::shared_ptr<Model> halves_of(const Model& first, const Model& second) {
  const auto model = std::make_shared<Model>(first);
  const auto weights = std::make_shared<Weights>(*first.weights);
  weights->layers[1] = second.weights->layers[1];
  weights->storage.insert(weights->storage.end(), second.weights->storage.begin(), second.weights->storage.end());
  model->config.plans[1] = second.config.plans[1];
  model->weights = weights;
  return model;
}

TEST(Engine, RunsLayersThatDifferInEveryPart) {
  const auto llama = testing::random_llama({.kv_heads = 4, .feed_forward = 48});
  const auto bert = testing::random_bert({.feed_forward = 64});
  testing::set_positions(*bert, Alibi{{0.5F, 0.25F, 0.125F, 0.0625F}});
  testing::set_window(*bert, 4);
  const auto mixed = halves_of(*llama, *bert), other = halves_of(*bert, *llama);
  const Request request{.ids = some_ids(20, 101), .mask = MaskMode::causal};
  for (const auto& [model, first, second] : {std::tuple(mixed, llama, bert), std::tuple(other, bert, llama)}) {
    const auto trace = run(model, request);
    EXPECT_EQ(trace->residual[1].values, run(first, request)->residual[1].values);
    Request patched = request;
    patched.interventions = {
        {.kind = InterventionKind::patch, .scope = {.layer = 1}, .site = PatchSite::residual, .source = trace}};
    EXPECT_EQ(trace->residual[2].values, run(second, patched)->residual[2].values);
    EXPECT_EQ(testing::all_weights(*run(model, request, trace)), testing::all_weights(*trace));
  }
}

/// Each of two key heads' rows twice: four of them.
Linear repeated_heads(const Linear& two, std::size_t head_dim, Weights& owner) {
  const std::size_t inputs = two.weight.cols(), half = two.weight.rows() / 2;
  const auto rows = std::make_shared<std::vector<float>>(4 * head_dim * inputs);
  Linear four{{DType::f32, {4 * head_dim, inputs}, reinterpret_cast<const std::byte*>(rows->data())}, {}};
  for (std::size_t row = 0; row < 4 * head_dim; ++row) {
    const std::size_t from = row / (2 * head_dim) * half + row % head_dim;
    copy_as_f32(two.weight, from * inputs, std::span(*rows).subspan(row * inputs, inputs));
    four.bias.push_back(two.bias[from]);
  }
  owner.storage.push_back(rows);
  return four;
}

TEST(Engine, RunsLayersThatShareKeyHeadsDifferently) {
  const auto mixed = halves_of(*testing::random_llama({.kv_heads = 2}), *testing::random_llama({.kv_heads = 4}));
  const Request request{.ids = some_ids(20, 101)};
  const auto trace = run(mixed, request);
  EXPECT_EQ(trace->layers[0].keys.cols, 2U * 8U);
  EXPECT_EQ(trace->layers[1].keys.cols, 4U * 8U);
  const auto alike = std::make_shared<Model>(*mixed);
  const auto weights = std::make_shared<Weights>(*mixed->weights);
  for (Linear LayerWeights::*matrix : {&LayerWeights::key, &LayerWeights::value})
    weights->layers[0].*matrix = repeated_heads(mixed->weights->layers[0].*matrix, 8, *weights);
  alike->weights = weights;
  alike->config.plans[0].attention.kv_heads = 4;
  const auto expected = run(alike, request);
  EXPECT_LE(testing::worst_difference(testing::all_residuals(*trace), testing::all_residuals(*expected)), 1e-5);
  EXPECT_LE(testing::worst_difference(testing::all_weights(*trace), testing::all_weights(*expected)), 1e-5);

  const std::vector<std::vector<Intervention>> variants{{{.kind = InterventionKind::ablate, .scope = {0, 1}}},
                                                        {{.kind = InterventionKind::ablate, .scope = {1, 2}}}};
  const std::vector<std::size_t> positions{3, 19};
  const Matrix streams = run_variants(trace, variants, positions);
  for (std::size_t variant = 0; variant < variants.size(); ++variant) {
    Request edited = request;
    edited.interventions = variants[variant];
    const auto alone = run(mixed, edited);
    for (std::size_t at = 0; at < positions.size(); ++at) {
      const auto row = streams.row(variant * positions.size() + at), same = alone->residual.back().row(positions[at]);
      EXPECT_TRUE(std::equal(row.begin(), row.end(), same.begin()));
    }
  }
}

TEST(Engine, RecomputesAnyTileToTheLastBit) {
  const auto model = testing::random_llama({.heads = 4, .hidden = 76, .context = 128});
  testing::set_windows(*model, {0, 11});
  const auto trace = run(model, {.ids = some_ids(101, 101), .temperature = 0.7F});
  for (const HeadRef head : {HeadRef{0, 1}, HeadRef{1, 3}}) {
    const Matrix all_scores = scores(*trace, head);
    const Matrix all_weights = weights(*trace, head);
    for (const Range queries : {Range{0, 1}, Range{100, 101}, Range{13, 77}}) {
      for (const Range keys : {Range{0, 101}, Range{5, 6}, Range{64, 101}, Range{7, 7}}) {
        const Matrix score_tile = scores(*trace, head, queries, keys);
        const Matrix weight_tile = weights(*trace, head, queries, keys);
        ASSERT_EQ(score_tile.rows, queries.size());
        ASSERT_EQ(score_tile.cols, keys.size());
        for (std::size_t query = queries.begin; query < queries.end; ++query) {
          for (std::size_t key = keys.begin; key < keys.end; ++key) {
            EXPECT_EQ(score_tile(query - queries.begin, key - keys.begin), all_scores(query, key));
            EXPECT_EQ(weight_tile(query - queries.begin, key - keys.begin), all_weights(query, key));
          }
        }
      }
    }
  }
}

TEST(Engine, ReusesAPrefixToTheLastBitAtRealSizes) {
  const ModelShape shape{.layers = 2,
                         .heads = 8,
                         .kv_heads = 4,
                         .hidden = 400,
                         .feed_forward = 1'100,
                         .context = 300,
                         .vocabulary = 1'003};
  const auto model = testing::random_llama(shape);
  const Request request{.ids = some_ids(260, 1'003), .all_logits = true};
  const auto fresh = run(model, request);
  for (const std::size_t kept : {std::size_t{1}, std::size_t{130}, std::size_t{259}}) {
    Request prefix = request;
    prefix.ids.resize(kept);
    const auto reused = run(model, request, run(model, prefix));
    EXPECT_EQ(reused->reused_tokens, kept);
    EXPECT_EQ(reused->residual, fresh->residual) << kept;
    EXPECT_EQ(reused->logits, fresh->logits) << kept;
    for (std::size_t layer = 0; layer < 2; ++layer) {
      EXPECT_EQ(reused->layers[layer].head_outputs, fresh->layers[layer].head_outputs);
      EXPECT_EQ(reused->layers[layer].row_sum, fresh->layers[layer].row_sum);
      EXPECT_EQ(reused->layers[layer].log_sum_exp, fresh->layers[layer].log_sum_exp);
    }
  }
}

TEST(Engine, ReusesNothingWhereTheRunsDiffer) {
  const auto model = testing::random_llama({});
  const Request request{.ids = some_ids(20, 101)};
  const auto previous = run(model, request);
  EXPECT_EQ(run(model, request, previous)->reused_tokens, 20U);
  EXPECT_EQ(run(testing::random_llama({}), request, previous)->reused_tokens, 0U);
  Request warmer = request;
  warmer.temperature = 2.0F;
  EXPECT_EQ(run(model, warmer, previous)->reused_tokens, 0U);
  Request both_ways = request;
  both_ways.mask = MaskMode::bidirectional;
  EXPECT_EQ(run(model, both_ways, run(model, both_ways))->reused_tokens, 0U);
  const auto encoder = testing::random_bert({});
  EXPECT_EQ(run(encoder, request, run(encoder, request))->reused_tokens, 0U);
}

TEST(Engine, LeavesThePreviousTraceAsItWas) {
  const auto model = testing::random_llama({});
  const auto previous = run(model, {.ids = some_ids(20, 101)});
  const auto before = previous->residual;
  auto ids = some_ids(20, 101);
  ids[10] = 5;
  (void)run(model, {.ids = ids}, previous);
  EXPECT_EQ(previous->residual, before);
}

}  // namespace
}  // namespace regard
