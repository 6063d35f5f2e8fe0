// SPDX-License-Identifier: Apache-2.0
// Layers that differ in heads, key heads and widths, one of them without heads: no family's file can say all of that, the engine runs
// it; held to plain loops in double.
#include "core/analysis/ablation_map.h"
#include "core/analysis/difference.h"
#include "core/analysis/flow.h"
#include "core/analysis/head_importance.h"
#include "core/analysis/kv_cache.h"
#include "core/analysis/probing.h"
#include "core/base/error.h"
#include "core/engine/engine.h"
#include "core/model/weights.h"
#include "core/trace/export.h"
#include "tests/core/engine/comparison.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

namespace regard {
namespace {

SoftmaxAttention heads_of(std::size_t heads, std::size_t kv_heads, std::size_t head_dim) {
  return {.heads = heads, .kv_heads = kv_heads, .head_dim = head_dim, .scale = usual_scale(head_dim)};
}

/// Layers of 4 heads of 8, of none, of 3 heads of 5 that share one key head, of 6 heads of 2.
std::shared_ptr<Model> uneven_model() {
  return testing::random_decoder({.layers = 4, .hidden = 24, .feed_forward = 31, .context = 40, .vocabulary = 53},
                                 {heads_of(4, 2, 8), {}, heads_of(3, 1, 5), heads_of(6, 6, 2)});
}

std::shared_ptr<const Trace> run_of(const std::shared_ptr<const Model>& model, std::size_t tokens,
                                    std::vector<Intervention> list = {},
                                    const std::shared_ptr<const Trace>& previous = nullptr) {
  Request request;
  request.ids = testing::some_ids(tokens, 53);
  request.all_logits = true;
  request.interventions = std::move(list);
  return run(model, std::move(request), previous);
}

using Numbers = std::vector<double>;
using Lines = std::vector<Numbers>;

double weight_at(const TensorView& tensor, std::size_t row, std::size_t col) {
  return static_cast<double>(reinterpret_cast<const float*>(tensor.data)[row * tensor.shape[1] + col]);
}

Numbers times(const Linear& linear, const Numbers& x) {
  Numbers out(linear.weight.shape[0]);
  for (std::size_t row = 0; row < out.size(); ++row) {
    out[row] = linear.bias.empty() ? 0.0 : static_cast<double>(linear.bias[row]);
    for (std::size_t col = 0; col < x.size(); ++col)
      out[row] += weight_at(linear.weight, row, col) * x[col];
  }
  return out;
}

/// RMSNorm whose scales are 1.
Numbers normed(const Numbers& x) {
  const double square = std::inner_product(x.begin(), x.end(), x.begin(), 0.0) / static_cast<double>(x.size());
  Numbers out = x;
  for (double& number : out)
    number /= std::sqrt(square + 1e-5);
  return out;
}

/// One head's columns, turned to their place: the pairs (k, k + width/2), the last dimension of an odd width stays.
Numbers turned(const Numbers& row, std::size_t head, std::size_t d, std::size_t position) {
  Numbers out(row.begin() + static_cast<std::ptrdiff_t>(head * d),
              row.begin() + static_cast<std::ptrdiff_t>((head + 1) * d));
  const std::size_t half = d / 2;
  for (std::size_t pair = 0; pair < half; ++pair) {
    const double angle =
        static_cast<double>(position) * std::pow(10000.0, -static_cast<double>(pair) / static_cast<double>(half));
    const double a = out[pair], b = out[pair + half];
    out[pair] = a * std::cos(angle) - b * std::sin(angle);
    out[pair + half] = a * std::sin(angle) + b * std::cos(angle);
  }
  return out;
}

double dot(const Numbers& a, const Numbers& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

struct PlainRun {
  std::vector<Lines> residual{};              ///< [L + 1] of [T, D]
  std::vector<std::vector<Lines>> weights{};  ///< [L][heads] of [T, T]
};

PlainRun plain_run(const Model& model, const std::vector<std::int32_t>& ids) {
  PlainRun result;
  Lines stream;
  for (const std::int32_t id : ids) {
    Numbers row(model.config.hidden);
    for (std::size_t col = 0; col < row.size(); ++col)
      row[col] = weight_at(model.weights->token_embedding, static_cast<std::size_t>(id), col);
    stream.push_back(row);
  }
  result.residual.push_back(stream);
  for (std::size_t layer = 0; layer < model.config.layers; ++layer) {
    const SoftmaxAttention& plan = model.config.plans[layer].attention;
    const LayerWeights& w = model.weights->layers[layer];
    Lines queries, keys, values, joined(ids.size(), Numbers(plan.heads * plan.head_dim));
    for (const Numbers& row : stream) {
      if (plan.heads == 0) break;
      queries.push_back(times(w.query, normed(row)));
      keys.push_back(times(w.key, normed(row)));
      values.push_back(times(w.value, normed(row)));
    }
    std::vector<Lines>& grids = result.weights.emplace_back(plan.heads, Lines(ids.size(), Numbers(ids.size())));
    for (std::size_t head = 0; head < plan.heads; ++head)
      for (std::size_t query = 0; query < ids.size(); ++query) {
        Numbers& row = grids[head][query];
        const std::size_t kv = head / (plan.heads / plan.kv_heads);
        double sum = 0.0;
        for (std::size_t key = 0; key <= query; ++key)
          sum += row[key] = std::exp(
              dot(turned(queries[query], head, plan.head_dim, query), turned(keys[key], kv, plan.head_dim, key)) /
              std::sqrt(static_cast<double>(plan.head_dim)));
        for (std::size_t key = 0; key <= query; ++key) {
          row[key] /= sum;
          for (std::size_t at = 0; at < plan.head_dim; ++at)
            joined[query][head * plan.head_dim + at] += row[key] * values[key][kv * plan.head_dim + at];
        }
      }
    for (std::size_t token = 0; token < ids.size(); ++token) {
      Numbers& row = stream[token];
      if (plan.heads > 0) {
        const Numbers written = times(w.output, joined[token]);
        std::transform(row.begin(), row.end(), written.begin(), row.begin(), std::plus<>());
      }
      const Numbers read = normed(row), gate = times(w.gate, read);
      Numbers inner = times(w.up, read);
      for (std::size_t at = 0; at < inner.size(); ++at)
        inner[at] *= gate[at] / (1.0 + std::exp(-gate[at]));
      const Numbers written = times(w.down, inner);
      std::transform(row.begin(), row.end(), written.begin(), row.begin(), std::plus<>());
    }
    result.residual.push_back(stream);
  }
  return result;
}

void expect_near(const Matrix& found, const Lines& expected, double limit, const std::string& what) {
  ASSERT_EQ(found.rows, expected.size()) << what;
  double worst = 0.0;
  for (std::size_t row = 0; row < found.rows; ++row)
    for (std::size_t col = 0; col < found.cols; ++col)
      worst = std::max(worst, std::abs(static_cast<double>(found(row, col)) - expected[row][col]));
  EXPECT_LE(worst, limit) << what;
}

TEST(LayersDiffer, TheEngineRunsThemLikePlainLoops) {
  const auto model = uneven_model();
  const auto trace = run_of(model, 19);
  const PlainRun expected = plain_run(*model, trace->request.ids);
  for (std::size_t place = 0; place <= 4; ++place)
    expect_near(trace->residual[place], expected.residual[place], 2e-5, "stream " + std::to_string(place));
  for (const auto& [layer, head] : all_heads(model->config))
    expect_near(weights(*trace, {layer, head}), expected.weights[layer][head], 2e-6,
                "weights " + std::to_string(layer) + "." + std::to_string(head));
  EXPECT_LE(testing::worst_row_sum(*trace), 1e-6);
  EXPECT_EQ(trace->layers[1].queries.cols, 0U);
  EXPECT_TRUE(std::all_of(trace->layers[1].attention_output.values.begin(),
                          trace->layers[1].attention_output.values.end(), [](float one) { return one == 0.0F; }));
}

TEST(LayersDiffer, AGrowingTextTakesItsPrefixOver) {
  const auto model = uneven_model();
  const auto shorter = run_of(model, 11), whole = run_of(model, 19);
  const auto grown = run_of(model, 19, {}, shorter);
  EXPECT_EQ(grown->reused_tokens, 11U);
  EXPECT_LE(testing::worst_difference(testing::all_residuals(*grown), testing::all_residuals(*whole)), 1e-5);
  EXPECT_LE(testing::worst_difference(testing::all_weights(*grown), testing::all_weights(*whole)), 1e-6);
}

TEST(LayersDiffer, EachHeadCanBeAblatedAndNoneOfALayerWithoutHeads) {
  const auto model = uneven_model();
  const auto trace = run_of(model, 9);
  const std::vector<HeadEffect> map = ablation_map(trace, {.position = 8, .mean = false});
  ASSERT_EQ(map.size(), 13U);
  for (std::size_t at = 0; at < map.size(); ++at) {
    EXPECT_EQ(map[at].head, all_heads(model->config)[at]);
    const auto alone =
        run_of(model, 9, {{.kind = InterventionKind::ablate, .scope = {map[at].head.layer, map[at].head.head}}});
    EXPECT_NEAR(map[at].divergence, divergence(trace->logits.row(8), alone->logits.row(8)), 1e-6);
    EXPECT_GT(map[at].divergence, 0.0);
  }
  const auto refused = [&](std::size_t layer, std::size_t head) {
    return complaint({.kind = InterventionKind::ablate, .scope = {layer, head}}, 0, model->config, 9);
  };
  EXPECT_FALSE(refused(3, 5));
  EXPECT_TRUE(refused(2, 3)) << "another layer has so many";
  EXPECT_TRUE(refused(1, 0));
}

TEST(LayersDiffer, SizesAreToldByLayer) {
  const ModelConfig config = uneven_model()->config;
  EXPECT_EQ(most_heads(config), 6U);
  EXPECT_EQ(head_count(config), 13U);
  EXPECT_FALSE(layers_alike(config));
  EXPECT_TRUE(layers_alike(testing::random_llama({})->config));
  EXPECT_TRUE(has_head(config, {3, 5}));
  EXPECT_FALSE(has_head(config, {2, 3}));
  EXPECT_FALSE(has_head(config, {1, 0}));
  EXPECT_FALSE(has_head(config, {4, 0}));
  EXPECT_EQ(nearest_head(config, {3, 5}), (HeadRef{3, 5}));
  EXPECT_EQ(nearest_head(config, {2, 5}), (HeadRef{2, 2}));
  EXPECT_EQ(nearest_head(config, {1, 7}), (HeadRef{0, 3})) << "the earlier of two";
  EXPECT_EQ(nearest_head(config, {9, 0}), (HeadRef{3, 0}));
  EXPECT_EQ(cache_bytes(config, 10, 4), 2U * 4U * 10U * (16U + 5U + 12U));
  EXPECT_EQ(other_heads(config, {{0, 1}}).size(), 12U);
}

TEST(LayersDiffer, AFileHoldsEachLayerByItself) {
  const auto trace = run_of(uneven_model(), 7);
  const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "layers_differ.npz";
  write_npz(*trace, path);
  const testing::Arrays arrays = testing::read_npz(path);
  EXPECT_FALSE(arrays.contains("weights"));
  EXPECT_FALSE(arrays.contains("weights_1"));
  EXPECT_EQ(arrays.at("weights_2").shape, (std::vector<std::size_t>{3, 7, 7}));
  EXPECT_EQ(arrays.at("q_3").shape, (std::vector<std::size_t>{6, 7, 2}));
  EXPECT_EQ(arrays.at("k_2").shape, (std::vector<std::size_t>{1, 7, 5}));
}

TEST(LayersDiffer, WhatFollowsTokensThroughLayersPassesThoseWithoutHeads) {
  const auto trace = run_of(uneven_model(), 6);
  for (const LayerEdges edges : {LayerEdges::attention, LayerEdges::with_residual, LayerEdges::handed_over}) {
    const Matrix through = layer_edges({*trace, AttentionKind::self, 1}, edges);
    for (std::size_t query = 0; query < 6; ++query)
      for (std::size_t key = 0; key < 6; ++key)
        EXPECT_EQ(through(query, key), query == key ? 1.0F : 0.0F);
  }
}

TEST(LayersDiffer, MovementIsOfTheHeadsThatBothModelsHave) {
  const auto model = uneven_model();
  const auto other = testing::random_llama({.layers = 3, .heads = 2, .kv_heads = 2, .hidden = 24, .vocabulary = 53});
  const auto first = run_of(model, 6), second = run_of(other, 6);
  const Alignment alignment = align(first->request.ids, second->request.ids);
  const std::vector<HeadMovement> movements = head_movements(*first, *second, {alignment, alignment});
  ASSERT_EQ(movements.size(), 4U);
  EXPECT_EQ(movements[1].head, (HeadRef{0, 1}));
  EXPECT_EQ(movements[2].head, (HeadRef{2, 0}));
}

TEST(LayersDiffer, ProbesStandAtTheHeadsThereAre) {
  const std::vector<std::size_t> places = probed_places(uneven_model()->config, ProbeSource::heads, 3);
  EXPECT_EQ(places, (std::vector<std::size_t>{0, 1, 2, 3, 12, 13, 14, 18, 19, 20, 21, 22, 23}));
}

}  // namespace
}  // namespace regard
