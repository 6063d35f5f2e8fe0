// SPDX-License-Identifier: Apache-2.0
// Models of any size with random weights, made in memory: for tests of behaviour and for benchmarks. They have no tokenizer.
#pragma once

#include "core/base/random.h"
#include "core/model/model.h"
#include "core/model/weights.h"

#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

namespace regard::testing {

struct ModelShape {
  std::size_t layers = 2;
  std::size_t heads = 4;
  std::size_t kv_heads = 2;  ///< Llama; BERT has as many as heads
  std::size_t hidden = 32;
  std::size_t feed_forward = 64;
  std::size_t context = 64;
  std::size_t vocabulary = 101;
  Activation activation = Activation::gelu;  ///< BERT; Llama has SiLU
};

/// Makes tensors and keeps their numbers alive.
class RandomWeights {
public:
  explicit RandomWeights(Weights& weights, std::uint64_t seed = 1) : weights_(weights), random_(seed) {}

  [[nodiscard]] TensorView tensor(std::size_t rows, std::size_t cols) {
    const auto values = std::make_shared<std::vector<float>>(rows * cols);
    const float spread = 3.0F / std::sqrt(static_cast<float>(cols));
    for (float& value : *values)
      value = (random_.uniform() - 0.5F) * spread;
    weights_.storage.push_back(values);
    return {DType::f32, {rows, cols}, reinterpret_cast<const std::byte*>(values->data())};
  }
  [[nodiscard]] Linear linear(std::size_t out, std::size_t in) {
    return {tensor(out, in), std::vector<float>(out, 0.01F)};
  }
  [[nodiscard]] static Norm layer_norm(std::size_t width) {
    return {std::vector<float>(width, 1.0F), std::vector<float>(width, 0.0F)};
  }
  [[nodiscard]] static Norm rms_norm(std::size_t width) { return {std::vector<float>(width, 1.0F), {}}; }

private:
  Weights& weights_;
  Random random_;
};

/// All layers of one plan.
inline std::shared_ptr<Model> model_of(const ModelShape& shape, LayerPlan plan,
                                       std::shared_ptr<const Weights> weights) {
  auto model = std::make_shared<Model>();
  ModelConfig& config = model->config;
  model->name = "random";
  config.layers = shape.layers;
  config.hidden = shape.hidden;
  config.vocabulary = shape.vocabulary;
  config.context = shape.context;
  plan.attention = even_heads(shape.heads, shape.hidden);
  plan.feed_forward.width = shape.feed_forward;
  config.plans.assign(shape.layers, plan);
  model->weights = std::move(weights);
  return model;
}

/// [layers], 0 = none.
inline void set_windows(Model& model, const std::vector<std::size_t>& widths) {
  for (std::size_t layer = 0; layer < widths.size(); ++layer)
    model.config.plans[layer].attention.window = {widths[layer]};
}
/// The same in all layers.
inline void set_window(Model& model, std::size_t width) {
  set_windows(model, std::vector<std::size_t>(model.config.layers, width));
}
inline void set_scale(Model& model, float scale) {
  for (LayerPlan& plan : model.config.plans)
    plan.attention.scale = scale;
}
inline void set_cap(Model& model, float cap) {
  for (LayerPlan& plan : model.config.plans)
    plan.attention.cap = cap;
}
inline void set_positions(Model& model, const Positions& positions) {
  for (LayerPlan& plan : model.config.plans)
    plan.positions = positions;
}

inline std::shared_ptr<Model> random_bert(const ModelShape& shape) {
  const auto weights = std::make_shared<Weights>();
  RandomWeights make(*weights);
  const std::size_t hidden = shape.hidden;
  weights->token_embedding = make.tensor(shape.vocabulary, hidden);
  weights->position_embedding = make.tensor(shape.context, hidden);
  weights->type_embedding = make.tensor(2, hidden);
  weights->embedding_norm = RandomWeights::layer_norm(hidden);
  for (std::size_t layer = 0; layer < shape.layers; ++layer) {
    LayerWeights w;
    w.query = make.linear(hidden, hidden);
    w.key = make.linear(hidden, hidden);
    w.value = make.linear(hidden, hidden);
    w.output = make.linear(hidden, hidden);
    w.up = make.linear(shape.feed_forward, hidden);
    w.down = make.linear(hidden, shape.feed_forward);
    w.attention_norm = w.feed_forward_norm = RandomWeights::layer_norm(hidden);
    weights->layers.push_back(std::move(w));
  }
  weights->head_transform = make.linear(hidden, hidden);
  weights->head_norm = RandomWeights::layer_norm(hidden);
  weights->unembedding = {weights->token_embedding, std::vector<float>(shape.vocabulary, 0.0F)};
  const auto model = model_of(shape, {.norms = NormPlace::after}, weights);
  for (LayerPlan& plan : model->config.plans)
    plan.feed_forward.activation = shape.activation;
  model->config.token_types = 2;
  model->config.embedded_positions = LearnedPositions{};
  model->config.head_activation = Activation::gelu;
  return model;
}

/// A Llama whose layers have heads of the sizes given, or none (heads = 0); shape.heads and kv_heads are not looked at.
inline std::shared_ptr<Model> random_decoder(const ModelShape& shape, const std::vector<SoftmaxAttention>& layers) {
  const auto weights = std::make_shared<Weights>();
  RandomWeights make(*weights);
  const std::size_t hidden = shape.hidden;
  weights->token_embedding = make.tensor(shape.vocabulary, hidden);
  for (const SoftmaxAttention& plan : layers) {
    LayerWeights w;
    if (plan.heads > 0) {
      w.query = make.linear(plan.heads * plan.head_dim, hidden);
      w.key = make.linear(plan.kv_heads * plan.head_dim, hidden);
      w.value = make.linear(plan.kv_heads * plan.head_dim, hidden);
      w.output = make.linear(hidden, plan.heads * plan.head_dim);
    }
    w.gate = make.linear(shape.feed_forward, hidden);
    w.up = make.linear(shape.feed_forward, hidden);
    w.down = make.linear(hidden, shape.feed_forward);
    w.attention_norm = w.feed_forward_norm = RandomWeights::rms_norm(hidden);
    weights->layers.push_back(std::move(w));
  }
  weights->final_norm = RandomWeights::rms_norm(hidden);
  weights->unembedding.weight = weights->token_embedding;
  const auto model = model_of(shape, {.feed_forward = {.activation = Activation::silu, .gated = true}}, weights);
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    LayerPlan& plan = model->config.plans[layer];
    plan.attention = layers[layer];
    if (plan.attention.heads > 0) plan.positions = Rotary{.width = plan.attention.head_dim / 2 * 2};
  }
  model->config.causal = true;
  return model;
}

inline std::shared_ptr<Model> random_llama(const ModelShape& shape) {
  SoftmaxAttention heads = even_heads(shape.heads, shape.hidden);
  heads.kv_heads = shape.kv_heads;
  return random_decoder(shape, std::vector<SoftmaxAttention>(shape.layers, heads));
}

/// random_llama() with a mixture of experts in the place of every feed-forward block but that of layer 1.
inline std::shared_ptr<Model> random_mixture(const ModelShape& shape, const Experts& experts) {
  const auto model = random_llama(shape);
  const auto weights = std::make_shared<Weights>(*model->weights);
  RandomWeights make(*weights, 2);
  const auto block = [&](std::size_t width) {
    return FeedForwardWeights{
        .gate = {make.tensor(width, shape.hidden)},
        .up = {make.tensor(width, shape.hidden)},
        .down = {make.tensor(shape.hidden, width)},
    };
  };
  for (std::size_t layer = 0; layer < shape.layers; ++layer) {
    if (layer == 1) continue;
    MixtureWeights& mixture = weights->layers[layer].mixture;
    mixture.router = {make.tensor(experts.count, shape.hidden)};
    for (std::size_t expert = 0; expert < experts.count; ++expert)
      mixture.experts.push_back(block(shape.feed_forward));
    if (experts.shared_width > 0) {
      mixture.shared = block(experts.shared_width);
      mixture.shared_gate = {make.tensor(1, shape.hidden)};
    }
    model->config.plans[layer].feed_forward.experts = experts;
  }
  model->weights = weights;
  return model;
}

/// random_llama() whose keys and values come out of a latent row: heads of 6 + 4 dimensions, values of 7, ranks 9 and 11.
inline std::shared_ptr<Model> random_latent(const ModelShape& shape) {
  const auto model = random_llama(shape);
  const auto weights = std::make_shared<Weights>(*model->weights);
  RandomWeights make(*weights, 3);
  const std::size_t d = 10, v = 7, content = 6, hidden = shape.hidden, heads = shape.heads;
  const LatentAttention latent{.rank = 9, .query_rank = 11, .shared_dims = d - content};
  for (std::size_t layer = 0; layer < shape.layers; ++layer) {
    LayerWeights& w = weights->layers[layer];
    w.latent = {.query_down = {make.tensor(latent.query_rank, hidden)},
                .query_norm = RandomWeights::rms_norm(latent.query_rank),
                .down = {make.tensor(latent.rank, hidden)},
                .norm = RandomWeights::rms_norm(latent.rank),
                .shared_key = {make.tensor(latent.shared_dims, hidden)},
                .up = {make.tensor(heads * (content + v), latent.rank)}};
    w.query = {make.tensor(heads * d, latent.query_rank)};
    w.key = w.value = {};
    w.output = {make.tensor(hidden, heads * v)};
    SoftmaxAttention& attention = model->config.plans[layer].attention;
    attention = {.heads = heads, .kv_heads = heads, .head_dim = d, .value_dim = v, .scale = usual_scale(d)};
    attention.latent = latent;
  }
  set_positions(*model, Rotary{.width = latent.shared_dims, .first = content, .interleaved = true});
  model->weights = weights;
  return model;
}

/// random_llama() whose even layers mix tokens by the gated delta rule, with kv_heads key heads for its heads.
inline std::shared_ptr<Model> random_hybrid(const ModelShape& shape) {
  const auto model = random_llama(shape);
  const auto weights = std::make_shared<Weights>(*model->weights);
  RandomWeights make(*weights, 3);
  const std::size_t heads = shape.heads, d = shape.hidden / heads;
  for (std::size_t layer = 0; layer < shape.layers; layer += 2) {
    LayerPlan& plan = model->config.plans[layer];
    const GatedDelta delta{.key_heads = shape.kv_heads, .convolution = 3};
    plan.mixer = delta;
    plan.attention.kv_heads = heads;
    plan.positions = NoPositions{};
    const std::size_t channels = convolved_channels(plan);
    LayerWeights& w = weights->layers[layer];
    w.query = w.key = w.value = {};
    w.state = {.projection = {make.tensor(channels, shape.hidden)},
               .convolution = std::vector<float>(channels * delta.convolution, 0.4F),
               .write = make.linear(heads, shape.hidden),
               .decay = make.linear(heads, shape.hidden),
               .log_rate = std::vector<float>(heads, -1.0F),
               .norm = RandomWeights::rms_norm(d)};
    w.output_gate = {make.tensor(heads * d, shape.hidden)};
  }
  model->weights = weights;
  return model;
}

/// Ids that look random but are always the same.
inline std::vector<std::int32_t> some_ids(std::size_t tokens, std::size_t vocabulary) {
  std::vector<std::int32_t> ids(tokens);
  for (std::size_t token = 0; token < tokens; ++token)
    ids[token] = static_cast<std::int32_t>((token * token + 7 * token + 3) % vocabulary);
  return ids;
}

}  // namespace regard::testing
