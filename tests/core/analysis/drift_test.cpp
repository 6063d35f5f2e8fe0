// SPDX-License-Identifier: Apache-2.0
// Drift against rows compared one by one here, and against weights written out; what no adapter touches does not move at all.
#include "core/analysis/drift.h"

#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace regard {
namespace {

using testing::ModelShape;
using testing::random_llama;
using testing::RandomWeights;
using testing::some_ids;

constexpr ModelShape kShape{.layers = 3, .heads = 4, .kv_heads = 2, .hidden = 32};
constexpr std::size_t kRank = 3;

using Part = Linear LayerWeights::*;

/// The model with an adapter of rank 3 and scale 2 on some matrices of one layer.
std::shared_ptr<const Model> touched(const Model& model, std::size_t layer, std::initializer_list<Part> parts) {
  auto weights = std::make_shared<Weights>(*model.weights);
  RandomWeights make(*weights, 9);
  for (const Part part : parts) {
    Linear& linear = weights->layers[layer].*part;
    linear.adapted.push_back(
        {.a = make.tensor(kRank, linear.weight.cols()), .b = make.tensor(linear.weight.rows(), kRank), .scale = 2.0F});
  }
  auto result = std::make_shared<Model>(model);
  result->adapters.push_back({.name = "made"});
  result->weights = weights;
  return result;
}

double number(const TensorView& tensor, std::size_t row, std::size_t col) {
  float value = 0.0F;
  std::memcpy(&value, tensor.data + (row * tensor.cols() + col) * sizeof(float), sizeof(float));
  return value;
}

/// (1/ln 2)·JS of two runs' rows, the mean over the rows, straight from the definition.
double drift_by_hand(const Trace& first, const Trace& second, HeadRef head) {
  const Matrix one = weights(first, head), other = weights(second, head);
  const auto part = [](double p, double middle) { return p > 0.0 ? 0.5 * p * std::log2(p / middle) : 0.0; };
  double sum = 0.0;
  for (std::size_t row = 0; row < one.rows; ++row)
    for (std::size_t col = 0; col < one.cols; ++col) {
      const double p = one(row, col), q = other(row, col);
      sum += part(p, (p + q) / 2.0) + part(q, (p + q) / 2.0);
    }
  return sum / static_cast<double>(one.rows);
}

std::vector<Request> two_texts() {
  Request longer{.ids = some_ids(11, kShape.vocabulary)}, shorter{.ids = some_ids(4, kShape.vocabulary)};
  return {longer, shorter};
}

TEST(Drift, IsTheMeanOverAllRowsOfAllTexts) {
  const auto base = random_llama(kShape);
  const auto adapted = touched(*base, 1, {&LayerWeights::query, &LayerWeights::value});
  const std::vector<Request> texts = two_texts();
  const Drift drift = measure_drift(base, adapted, texts, {.alphas = {0.5F, 1.0F}, .direction = {0.8F}});
  ASSERT_EQ(drift.heads.size(), 12U);
  ASSERT_EQ(drift.movement.size(), 2U);
  EXPECT_EQ(drift.texts, 2U);
  EXPECT_EQ(drift.rows, 15U);
  for (std::size_t at = 0; at < 2; ++at) {
    const float strengths[] = {0.8F * drift.alphas[at]};
    const auto model = at_strengths(*adapted, strengths);
    for (std::size_t head = 0; head < drift.heads.size(); ++head) {
      double sum = 0.0;
      for (const Request& text : texts)
        sum += drift_by_hand(*run(base, text), *run(model, text), drift.heads[head]) *
               static_cast<double>(text.ids.size());
      EXPECT_NEAR(drift.movement[at][head], sum / 15.0, 1e-9) << head;
    }
  }
}

TEST(Drift, IsExactlyZeroAtStrengthZeroAndBeforeTheFirstTouchedLayer) {
  const auto base = random_llama(kShape);
  const auto adapted = touched(*base, 1, {&LayerWeights::query});
  const Drift drift = measure_drift(base, adapted, two_texts(), {.alphas = {0.0F, 1.0F}, .direction = {1.0F}});
  EXPECT_EQ(drift.movement[0], std::vector<double>(12, 0.0));
  for (std::size_t head = 0; head < 12; ++head)
    if (drift.heads[head].layer == 0) {
      EXPECT_EQ(drift.movement[1][head], 0.0) << head;
    } else {
      EXPECT_GT(drift.movement[1][head], 0.0) << head;
    }
}

TEST(Drift, OfOwnWeightsIsThatOfTheTouchedLayerAlone) {
  const auto base = random_llama(kShape);
  const auto adapted = touched(*base, 1, {&LayerWeights::query, &LayerWeights::down});
  const DriftOptions whole{.alphas = {1.0F}, .direction = {1.0F}};
  const Drift all = measure_drift(base, adapted, two_texts(), whole);
  const Drift own = measure_drift(base, adapted, two_texts(), {whole.alphas, whole.direction, true});
  for (std::size_t head = 0; head < 12; ++head) {
    const std::size_t layer = own.heads[head].layer;
    if (layer == 1) {
      EXPECT_NEAR(own.movement[0][head], all.movement[0][head], 1e-12) << head;  // it reads the base's stream anyway
    } else {
      EXPECT_EQ(own.movement[0][head], 0.0) << head;
    }
    if (layer == 2) {
      EXPECT_GT(all.movement[0][head], 0.0) << head;
    }
  }
}

TEST(Drift, OfABaseIsTheModelWithItsAdaptersSilent) {
  const auto model = random_llama(kShape);
  EXPECT_EQ(base_of(model), model);
  const auto adapted = touched(*model, 0, {&LayerWeights::key});
  const auto base = base_of(adapted);
  EXPECT_EQ(base->adapters.front().strength, 0.0F);
  const Request text = two_texts().front();
  EXPECT_EQ(run(base, text)->logits.values, run(model, text)->logits.values);
}

TEST(Drift, OfWeightsIsTheQuotientOfTwoNorms) {
  const auto base = random_llama(kShape);
  const auto adapted = touched(*base, 2, {&LayerWeights::query, &LayerWeights::key, &LayerWeights::output});
  const auto heads = all_heads(base->config);
  const std::vector<WeightChange> changes = weight_changes(*base, *adapted);
  ASSERT_EQ(changes.size(), heads.size());
  const LayerWeights& layer = adapted->weights->layers[2];
  const auto quotient = [](const Linear& linear, Range rows, Range cols) {
    double weight = 0.0, change = 0.0;
    for (std::size_t row = rows.begin; row < rows.end; ++row)
      for (std::size_t col = cols.begin; col < cols.end; ++col) {
        double added = 0.0;
        for (std::size_t rank = 0; rank < kRank; ++rank)
          added += 2.0 * number(linear.adapted[0].b, row, rank) * number(linear.adapted[0].a, rank, col);
        weight += std::pow(number(linear.weight, row, col), 2);
        change += added * added;
      }
    return std::sqrt(change / weight);
  };
  for (std::size_t index = 0; index < heads.size(); ++index) {
    const auto [layer_of, head] = heads[index];
    const WeightChange& found = changes[index];
    if (layer_of != 2) {
      EXPECT_EQ(found, (WeightChange{0.0, 0.0, 0.0, 0.0})) << index;
      continue;
    }
    const std::size_t group = head / 2;
    EXPECT_NEAR(*found.query, quotient(layer.query, {head * 8, head * 8 + 8}, {0, 32}), 1e-6);
    EXPECT_NEAR(*found.key, quotient(layer.key, {group * 8, group * 8 + 8}, {0, 32}), 1e-6);
    EXPECT_EQ(found.value, 0.0);
    EXPECT_NEAR(*found.output, quotient(layer.output, {0, 32}, {head * 8, head * 8 + 8}), 1e-6);
  }
}

TEST(Drift, OfWeightsIsAbsentWhereALayerHasNoSuchMatrix) {
  const auto latent = testing::random_latent({.layers = 1, .heads = 2, .hidden = 16});
  for (const WeightChange& each : weight_changes(*latent, *latent)) {
    EXPECT_FALSE(each.key);
    EXPECT_FALSE(each.value);
    EXPECT_EQ(each.output, 0.0);
  }
}

/// Rows with signs have no divergence.
TEST(Drift, LeavesOutHeadsOfTheGatedDeltaRule) {
  const auto base = testing::random_hybrid(kShape);
  const auto adapted = touched(*base, 1, {&LayerWeights::query});
  const Drift drift = measure_drift(base, adapted, two_texts(), {.alphas = {1.0F}, .direction = {1.0F}});
  ASSERT_EQ(drift.heads.size(), 4U) << "layers 0 and 2 mix in another way";
  ASSERT_EQ(weight_changes(*base, *adapted).size(), 4U);
  for (std::size_t head = 0; head < 4; ++head) {
    EXPECT_EQ(drift.heads[head].layer, 1U);
    EXPECT_NEAR(drift.movement[0][head],
                (drift_by_hand(*run(base, two_texts()[0]), *run(adapted, two_texts()[0]), drift.heads[head]) * 11.0 +
                 drift_by_hand(*run(base, two_texts()[1]), *run(adapted, two_texts()[1]), drift.heads[head]) * 4.0) /
                    15.0,
                1e-9);
  }
}

}  // namespace
}  // namespace regard
