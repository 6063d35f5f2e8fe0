// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/flow.h"

#include "core/analysis/groups.h"
#include "core/analysis/value_weights.h"
#include "core/base/random.h"
#include "core/engine/engine.h"
#include "core/engine/linear.h"
#include "tests/core/analysis/given_weights.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

namespace regard {
namespace {

Matrix square(std::size_t size, std::vector<float> values) {
  Matrix matrix(size, size);
  matrix.values = std::move(values);
  return matrix;
}

Matrix random_edges(std::size_t tokens, Random& random, bool causal) {
  Matrix edges(tokens, tokens);
  for (std::size_t query = 0; query < tokens; ++query)
    for (std::size_t key = 0; key < tokens; ++key)
      if (!causal || key <= query) edges(query, key) = random.uniform();
  renormalise_rows(edges);
  return edges;
}

/// The smallest cut, by trying all of them: which tokens of which level stand on the source's side.
double least_cut(std::span<const Matrix> layers, std::size_t token, std::size_t input) {
  const std::size_t tokens = layers.front().rows, nodes = tokens * (layers.size() + 1);
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t sides = 0; sides < (std::size_t{1} << nodes); ++sides) {
    const auto is_of_source = [&](std::size_t level, std::size_t at) {
      return (sides >> (level * tokens + at) & 1U) != 0;
    };
    if (!is_of_source(layers.size(), token) || is_of_source(0, input)) continue;
    double cut = 0.0;
    for (std::size_t level = 0; level < layers.size(); ++level)
      for (std::size_t query = 0; query < tokens; ++query)
        for (std::size_t key = 0; key < tokens; ++key)
          if (is_of_source(level + 1, query) && !is_of_source(level, key))
            cut += static_cast<double>(layers[level](query, key));
    least = std::min(least, cut);
  }
  return least;
}

std::shared_ptr<const Trace> random_run(std::size_t tokens) {
  const auto model = testing::random_llama({.layers = 3});
  Request request;
  request.ids = testing::some_ids(tokens, 101);
  return run(model, request);
}

std::vector<Matrix> edges_of(const Trace& trace, LayerEdges kind) {
  std::vector<Matrix> edges;
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer)
    edges.push_back(layer_edges({trace, AttentionKind::self, layer}, kind));
  return edges;
}

TEST(Rollout, IsTheProductComputedByHand) {
  const std::vector<Matrix> layers{square(2, {1.0F, 0.0F, 0.5F, 0.5F}), square(2, {0.5F, 0.5F, 0.25F, 0.75F})};
  const Matrix rolled = rollout(layers);
  EXPECT_EQ(rolled.values, (std::vector<float>{0.75F, 0.25F, 0.625F, 0.375F}));
  const TokenSources sources = sources_of(layers, 1);
  EXPECT_EQ(sources.shares[2], (std::vector<double>{0.0, 1.0}));
  EXPECT_EQ(sources.shares[1], (std::vector<double>{0.25, 0.75}));
  EXPECT_EQ(sources.shares[0], (std::vector<double>{0.625, 0.375})) << "the token's row";
  EXPECT_DOUBLE_EQ(sources.along(layers, 0, 1, 0), 0.375);
}

TEST(Rollout, WithTheResidualIsTheMeanWithOneOnTheDiagonalHalved) {
  const Matrix wanted = square(3, {1.0F, 0.0F, 0.0F, 0.4F, 0.6F, 0.0F, 0.2F, 0.3F, 0.5F});
  const auto trace = testing::trace_with_weights(wanted, {1, 2, 3}, true);
  const Matrix edges = layer_edges({*trace, AttentionKind::self, 0}, LayerEdges::with_residual);
  for (std::size_t cell = 0; cell < 9; ++cell)
    EXPECT_NEAR(edges.values[cell], 0.5F * (wanted.values[cell] + (cell % 4 == 0 ? 1.0F : 0.0F)), 1e-6F);
}

TEST(Rollout, OfARunSumsToOneAndLooksBackOnly) {
  const auto trace = random_run(9);
  for (const LayerEdges kind : {LayerEdges::attention, LayerEdges::with_residual, LayerEdges::handed_over}) {
    const std::vector<Matrix> layers = edges_of(*trace, kind);
    const Matrix rolled = rollout(layers);
    for (std::size_t query = 0; query < 9; ++query) {
      EXPECT_NEAR(std::accumulate(rolled.row(query).begin(), rolled.row(query).end(), 0.0), 1.0, 1e-5);
      const TokenSources sources = sources_of(layers, query);
      for (std::size_t key = 0; key < 9; ++key) {
        EXPECT_NEAR(rolled(query, key), sources.shares[0][key], 1e-6);
        if (key > query) {
          EXPECT_EQ(rolled(query, key), 0.0F);
        }
      }
    }
  }
}

TEST(AttentionFlow, TakesAllWaysButNoMoreThanTheNarrowestPlaceOfEach) {
  // Both ways from token 1 to token 0: by token 0 (0.25, then 1), by token 1 (0.75, then 0.5).
  const std::vector<Matrix> layers{square(2, {1.0F, 0.0F, 0.5F, 0.5F}), square(2, {0.5F, 0.5F, 0.25F, 0.75F})};
  const TokenFlow flow = max_flow(layers, 1, 0);
  EXPECT_DOUBLE_EQ(flow.value, 0.75);
  EXPECT_EQ(flow.edges[1].values, (std::vector<float>{0.0F, 0.0F, 0.25F, 0.5F}));
  EXPECT_EQ(flow.edges[0].values, (std::vector<float>{0.25F, 0.0F, 0.5F, 0.0F}));
  EXPECT_EQ(attention_flow(layers, 1), (std::vector<float>{0.75F, 0.5F}));
}

TEST(AttentionFlow, IsTheSmallestCut) {
  Random random(5);
  for (const bool causal : {false, true})
    for (int repetition = 0; repetition < 4; ++repetition) {
      const std::vector<Matrix> layers{random_edges(3, random, causal), random_edges(3, random, causal),
                                       random_edges(3, random, causal)};
      for (std::size_t token = 0; token < 3; ++token)
        for (std::size_t input = 0; input < 3; ++input)
          EXPECT_NEAR(max_flow(layers, token, input).value, least_cut(layers, token, input), 1e-7);
    }
}

TEST(AttentionFlow, IsKeptOnItsWayAndWithinTheEdges) {
  Random random(11);
  std::vector<Matrix> layers;
  for (int layer = 0; layer < 6; ++layer)
    layers.push_back(random_edges(20, random, layer % 2 == 0));
  const TokenFlow flow = max_flow(layers, 17, 2);
  EXPECT_GT(flow.value, 0.0);
  for (std::size_t layer = 0; layer < layers.size(); ++layer)
    for (std::size_t cell = 0; cell < layers[layer].values.size(); ++cell)
      EXPECT_LE(flow.edges[layer].values[cell], layers[layer].values[cell] + 1e-6F);
  for (std::size_t level = 1; level < layers.size(); ++level)
    for (std::size_t token = 0; token < 20; ++token) {
      double in = 0.0, out = 0.0;
      for (std::size_t other = 0; other < 20; ++other) {
        in += static_cast<double>(flow.edges[level](other, token));
        out += static_cast<double>(flow.edges[level - 1](token, other));
      }
      EXPECT_NEAR(in, out, 1e-6) << level << " " << token;
    }
}

TEST(AttentionFlow, OfACausalModelNeverComesFromLaterTokens) {
  const std::vector<Matrix> layers = edges_of(*random_run(8), LayerEdges::with_residual);
  const std::vector<float> flow = attention_flow(layers, 4);
  for (std::size_t input = 0; input < 8; ++input)
    EXPECT_EQ(flow[input] > 0.0F, input <= 4);
}

TEST(AttentionFlow, StopsWhenItIsToldTo) {
  std::stop_source source;
  source.request_stop();
  const std::vector<Matrix> layers = edges_of(*random_run(8), LayerEdges::with_residual);
  EXPECT_THROW((void)attention_flow(layers, 4, source.get_token()), Cancelled);
}

TEST(ValueWeights, AreWeightsTimesTheLengthOfTheValue) {
  auto trace = testing::trace_with_weights(square(2, {0.5F, 0.5F, 0.25F, 0.75F}), {1, 2}, false);
  trace->layers[0].values = square(2, {3.0F, 4.0F, 0.0F, 1.0F});
  const Matrix rows = value_weights({*trace, AttentionKind::self, 0}, 0, ValueLength::value, {0, 2}, {0, 2});
  const std::vector<float> wanted{2.5F, 0.5F, 1.25F, 0.75F};
  for (std::size_t cell = 0; cell < 4; ++cell)
    EXPECT_NEAR(rows.values[cell], wanted[cell], 1e-6F);
}

/// ‖A[i,j]·(v_j W_O)‖ of one head, or ‖Σ_h …‖ of all of them, by the forward pass's own projection.
double written_length(const Trace& trace, std::size_t layer, std::optional<std::size_t> head, std::size_t query,
                      std::size_t key) {
  const ModelConfig& config = trace.model->config;
  Linear output = trace.model->weights->layers[layer].output;
  output.bias.clear();
  Matrix joined(1, config.queries_width(0)), written(1, config.hidden);
  for (std::size_t each = head.value_or(0); each < (head ? *head + 1 : config.heads(0)); ++each) {
    const float weight = weights(trace, {layer, each})(query, key);
    const std::span<const float> value = value_of(trace, {layer, each}, key);
    for (std::size_t at = 0; at < config.head_dim(0); ++at)
      joined(0, each * config.head_dim(0) + at) = weight * value[at];
  }
  project(all_rows(std::as_const(joined)), output, all_rows(written), {});
  double square = 0.0;
  for (const float number : written.values)
    square += static_cast<double>(number) * static_cast<double>(number);
  return std::sqrt(square);
}

TEST(ValueWeights, ThroughTheOutputProjectionAreWhatTheHeadsWrite) {
  const auto trace = random_run(20);  // two kv heads for four heads
  const LayerOf of{*trace, AttentionKind::self, 1};
  const Matrix all = layer_value_weights(of);
  for (std::size_t head = 0; head < 4; ++head) {
    const Matrix rows = value_weights(of, head, ValueLength::output, {3, 20}, {1, 20});
    for (std::size_t query = 3; query < 20; query += 4)
      for (std::size_t key = 1; key < 20; key += 3)
        EXPECT_NEAR(rows(query - 3, key - 1), written_length(*trace, 1, head, query, key), 1e-6);
  }
  for (std::size_t query = 0; query < 20; query += 3)
    for (std::size_t key = 0; key < 20; key += 2)
      EXPECT_NEAR(all(query, key), written_length(*trace, 1, {}, query, key), 1e-6);
}

}  // namespace
}  // namespace regard
