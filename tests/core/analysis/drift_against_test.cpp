// SPDX-License-Identifier: Apache-2.0
// Two reasons for drift, each against rows compared one by one here; what is of another shape or reads other tokens is refused.
#include "core/analysis/drift_against.h"

#include "core/base/error.h"
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

constexpr ModelShape kHeldShape{.layers = 3, .heads = 4, .kv_heads = 2, .hidden = 32};

/// The model with every number of one layer's W_Q rounded to a multiple of 1/32: stored in fewer bits.
std::shared_ptr<Model> coarser(const Model& model, std::size_t layer) {
  auto weights = std::make_shared<Weights>(*model.weights);
  RandomWeights make(*weights, 5);
  Linear& linear = weights->layers[layer].query;
  const TensorView before = linear.weight, after = make.tensor(before.rows(), before.cols());
  for (std::size_t place = 0; place < before.rows() * before.cols(); ++place) {
    float value = 0.0F;
    std::memcpy(&value, before.data + place * sizeof value, sizeof value);
    value = std::round(value * 32.0F) / 32.0F;
    std::memcpy(const_cast<std::byte*>(after.data) + place * sizeof value, &value, sizeof value);
  }
  linear.weight = after;
  auto result = std::make_shared<Model>(model);
  result->name = "coarser";
  result->weights = weights;
  return result;
}

std::shared_ptr<const Model> with_style(const Model& model, std::size_t layer) {
  auto weights = std::make_shared<Weights>(*model.weights);
  RandomWeights make(*weights, 9);
  Linear& linear = weights->layers[layer].key;
  linear.adapted.push_back(
      {.a = make.tensor(2, linear.weight.cols()), .b = make.tensor(linear.weight.rows(), 2), .scale = 2.0F});
  auto result = std::make_shared<Model>(model);
  result->adapters.push_back({.name = "style"});
  result->weights = weights;
  return result;
}

std::vector<Request> held_texts() {
  Request longer{.ids = some_ids(12, kHeldShape.vocabulary)}, shorter{.ids = some_ids(5, kHeldShape.vocabulary)};
  return {longer, shorter};
}

double rows_apart(const Trace& first, const Trace& second, HeadRef head) {
  const Matrix one = weights(first, head), other = weights(second, head);
  const auto part = [](double p, double middle) { return p > 0.0 ? 0.5 * p * std::log2(p / middle) : 0.0; };
  double sum = 0.0;
  for (std::size_t row = 0; row < one.rows; ++row)
    for (std::size_t col = 0; col < one.cols; ++col) {
      const double p = one(row, col), q = other(row, col);
      sum += part(p, (p + q) / 2.0) + part(q, (p + q) / 2.0);
    }
  return sum;
}

double apart_by_hand(const std::shared_ptr<const Model>& one, const std::shared_ptr<const Model>& other, HeadRef head) {
  double sum = 0.0;
  for (const Request& text : held_texts())
    sum += rows_apart(*run(one, text), *run(other, text), head);
  return sum / 17.0;
}

TEST(DriftAgainst, OfStorageAndOfAdaptersAreMeasuredEachFromItsOwnBase) {
  const auto full = random_llama(kHeldShape);
  const auto stored = coarser(*full, 0);
  const auto adapted = with_style(*stored, 1);
  const float half[] = {0.5F};
  const DriftCauses causes = measure_causes(full, adapted, held_texts(), {0.5F});
  ASSERT_EQ(causes.heads.size(), 12U);
  EXPECT_EQ(causes.texts, 2U);
  EXPECT_EQ(causes.rows, 17U);
  for (std::size_t head = 0; head < causes.heads.size(); ++head) {
    EXPECT_NEAR(causes.stored[head], apart_by_hand(full, stored, causes.heads[head]), 1e-9) << head;
    EXPECT_NEAR(causes.adapted[head], apart_by_hand(stored, at_strengths(*adapted, half), causes.heads[head]), 1e-9)
        << head;
    EXPECT_GT(causes.stored[head], 0.0) << "layer 0 is stored otherwise, and all read what it writes";
    if (causes.heads[head].layer == 0) {
      EXPECT_EQ(causes.adapted[head], 0.0) << "nothing touches layer 0";
    }
  }
}

TEST(DriftAgainst, WithoutAnAdapterThereIsOneReasonAndTheSameModelHasNone) {
  const auto full = random_llama(kHeldShape);
  const DriftCauses causes = measure_causes(full, coarser(*full, 1), held_texts(), {});
  for (std::size_t head = 0; head < causes.heads.size(); ++head) {
    EXPECT_EQ(causes.adapted[head], 0.0);
    if (causes.heads[head].layer == 0) {
      EXPECT_EQ(causes.stored[head], 0.0) << "before the layer that is stored otherwise";
    }
  }
  EXPECT_EQ(drift_of_storage(full, full, held_texts()), std::vector<double>(12, 0.0));
}

TEST(DriftAgainst, OfOwnWeightsIsThatOfTheCoarserLayerAlone) {
  const auto full = random_llama(kHeldShape);
  const std::vector<double> own = drift_of_storage(full, coarser(*full, 1), held_texts(), true);
  for (std::size_t head = 0; head < own.size(); ++head)
    EXPECT_EQ(own[head] > 0.0, head / 4 == 1) << head;
}

TEST(DriftAgainst, RefusesOtherShapesAndOtherTokens) {
  const auto full = random_llama(kHeldShape);
  const auto code = [&](const std::shared_ptr<const Model>& other) -> std::string {
    try {
      (void)measure_causes(full, other, held_texts(), {});
    } catch (const Error& error) {
      return error.code();
    }
    return "";
  };
  ModelShape shape = kHeldShape;
  shape.layers = 2;
  EXPECT_EQ(code(random_llama(shape)), "drift_shapes");
  shape = kHeldShape;
  shape.heads = 8;
  EXPECT_EQ(code(random_llama(shape)), "drift_shapes");
  shape = kHeldShape;
  shape.kv_heads = 4;
  EXPECT_EQ(code(random_llama(shape)), "drift_shapes");
  const auto fewer = coarser(*full, 0);
  fewer->config.vocabulary = 3;
  EXPECT_EQ(code(fewer), "drift_tokens") << "an id that the second does not have";
}

TEST(DriftAgainst, TellsHowFarItIsInOneStretch) {
  const auto full = random_llama(kHeldShape);
  const auto adapted = with_style(*coarser(*full, 0), 1);
  Progress progress;
  float before = 0.0F, farthest = 0.0F;
  bool back = false;
  (void)measure_causes(full, adapted, held_texts(), {1.0F}, false, {{}, &progress, [&] {
                                                                      back = back || progress.fraction < before;
                                                                      before = progress.fraction;
                                                                      farthest = std::max(farthest, before);
                                                                    }});
  EXPECT_FALSE(back);
  EXPECT_GT(farthest, 0.5F);
}

}  // namespace
}  // namespace regard
