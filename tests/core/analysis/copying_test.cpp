// SPDX-License-Identifier: Apache-2.0
// Copying scores against the whole matrix E·W_V·W_O·U, number by number, and heads that copy, or make their token less probable.
#include "core/analysis/copying.h"

#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace regard {
namespace {

using testing::ModelShape;
using testing::random_bert;
using testing::random_llama;

constexpr ModelShape kShape{.layers = 2, .heads = 4, .kv_heads = 2, .hidden = 32};

float weight_at(const TensorView& tensor, std::size_t row, std::size_t col) {
  float value = 0.0F;
  std::memcpy(&value, tensor.data + (row * tensor.cols() + col) * sizeof(float), sizeof(float));
  return value;
}

/// Logit of `to` that a head adds for each unit of weight on `from`.
double effect_of(const Model& model, HeadRef head, std::size_t from, std::size_t to) {
  const ModelConfig& config = model.config;
  const LayerWeights& layer = model.weights->layers[head.layer];
  double square = 0.0;
  for (std::size_t at = 0; at < config.hidden; ++at)
    square += std::pow(weight_at(model.weights->token_embedding, from, at), 2);
  const double size = std::sqrt(square / static_cast<double>(config.hidden) + config.norm_epsilon);
  double sum = 0.0;
  for (std::size_t inner = 0; inner < config.head_dim(head.layer); ++inner) {
    double value = 0.0, logit = 0.0;
    for (std::size_t at = 0; at < config.hidden; ++at) {
      value += weight_at(model.weights->token_embedding, from, at) / size * layer.attention_norm.scale[at] *
               weight_at(layer.value.weight,
                         config.kv_head_of(head.layer, head.head) * config.head_dim(head.layer) + inner, at);
      logit += weight_at(layer.output.weight, at, head.head * config.head_dim(head.layer) + inner) *
               model.weights->final_norm.scale[at] * weight_at(model.weights->unembedding.weight, to, at);
    }
    sum += value * logit;
  }
  return sum;
}

std::shared_ptr<Model> with_gains(std::shared_ptr<Model> model) {
  auto weights = std::make_shared<Weights>(*model->weights);
  for (std::size_t at = 0; at < model->config.hidden; ++at) {
    weights->final_norm.scale[at] = 0.5F + 0.05F * static_cast<float>(at);
    weights->layers[1].attention_norm.scale[at] = 1.5F - 0.03F * static_cast<float>(at);
  }
  model->weights = weights;
  return model;
}

TEST(Copying, IsTheDiagonalLessTheRestOfTheWholeMatrix) {
  const auto model = with_gains(random_llama(kShape));
  const std::vector<std::int32_t> ids{3, 14, 15, 92, 65, 35};
  const HeadCopying copying = measure_copying(model, ids);
  ASSERT_EQ(copying.absent, HeadCopying::Absent::nothing);
  ASSERT_EQ(copying.heads.size(), 8U);
  for (std::size_t index = 0; index < 8; ++index) {
    double diagonal = 0.0, rest = 0.0;
    for (const std::int32_t from : ids)
      for (const std::int32_t to : ids)
        (from == to ? diagonal : rest) +=
            effect_of(*model, {index / 4, index % 4}, static_cast<std::size_t>(from), static_cast<std::size_t>(to));
    EXPECT_NEAR(copying.heads[index].value, diagonal / 6.0 - rest / 30.0, 1e-5) << index;
    EXPECT_EQ(copying.heads[index].rows, 6U);
    EXPECT_EQ(copying.heads[index].uniform, 0.0F);
  }
}

/// A head of one layer whose output is what it reads, times `sign`.
std::shared_ptr<Model> repeating(float sign) {
  auto model = random_llama({.layers = 1, .heads = 1, .kv_heads = 1, .hidden = 32});
  auto weights = std::make_shared<Weights>(*model->weights);
  const auto unit = [&](float scale) {
    const auto values = std::make_shared<std::vector<float>>(32 * 32, 0.0F);
    for (std::size_t at = 0; at < 32; ++at)
      (*values)[at * 33] = scale;
    weights->storage.push_back(values);
    return TensorView{DType::f32, {32, 32}, reinterpret_cast<const std::byte*>(values->data())};
  };
  weights->layers[0].value = {unit(1.0F), {}};
  weights->layers[0].output = {unit(sign), {}};
  weights->unembedding = {weights->token_embedding, {}};
  model->weights = weights;
  return model;
}

TEST(Copying, IsPositiveForAHeadThatRepeatsAndNegativeForItsOpposite) {
  const std::vector<std::int32_t> ids{1, 2, 3, 4, 5, 6, 7, 8};
  const float repeats = measure_copying(repeating(1.0F), ids).heads[0].value;
  EXPECT_GT(repeats, 1.0F);
  EXPECT_FLOAT_EQ(measure_copying(repeating(-1.0F), ids).heads[0].value, -repeats);
}

TEST(Copying, IsAbsentWhereNothingLeadsToALogit) {
  const std::vector<std::int32_t> ids{1, 2, 3};
  EXPECT_EQ(measure_copying(random_bert(kShape), ids).absent, HeadCopying::Absent::transform);
  auto bare = random_llama(kShape);
  bare->config.has_lm_head = false;
  EXPECT_EQ(measure_copying(bare, ids).absent, HeadCopying::Absent::no_language_head);
  EXPECT_EQ(measure_copying(random_llama(kShape), std::vector<std::int32_t>{1}).absent,
            HeadCopying::Absent::few_tokens);
}

}  // namespace
}  // namespace regard
