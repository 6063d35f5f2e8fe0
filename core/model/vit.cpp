// SPDX-License-Identifier: Apache-2.0
// ViT (Dosovitskiy et al. 2020, https://arxiv.org/abs/2010.11929): patches of a picture as tokens behind a class token,
// learned positions, LayerNorm before each block. DeiT (Touvron et al. 2020, https://arxiv.org/abs/2012.12877) has a
// distillation token beside the class token.
#include "core/model/config_reader.h"
#include "core/model/family.h"
#include "core/model/patch_layout.h"

#include <vector>

namespace regard {
namespace {

void read_config(const ConfigReader& reader, ModelConfig& config) {
  const SoftmaxAttention attention = read_usual_sizes(reader, {}, config);
  LayerPlan plan{.attention = attention, .feed_forward = {.bias = true}};
  plan.feed_forward.width = reader.size("intermediate_size", {.most = bounds::kFeedForward}, 3'072);
  plan.feed_forward.activation = read_activation(reader, "gelu");
  config.norm_epsilon = reader.positive("layer_norm_eps", 0.1F, 1e-12F);
  plan.attention.bias = reader.flag("qkv_bias", true);
  plan.attention.output_bias = true;
  config.plans.assign(config.layers, plan);
  config.embedded_positions = LearnedPositions{};
  config.tied_embeddings = false;
  config.patches = read_patches(reader, 16);
  if (!config.has_lm_head) return;
  config.labels = read_labels(reader);
  config.vocabulary = config.labels.size();
}

LayerWeights read_vit_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                            const std::string& name) {
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  const bool bias = plan.attention.bias;
  LayerWeights layer;
  layer.attention_norm = reader.layer_norm(name + "layernorm_before", hidden);
  layer.query = reader.linear(name + "attention.attention.query", hidden, hidden, bias);
  layer.key = reader.linear(name + "attention.attention.key", hidden, hidden, bias);
  layer.value = reader.linear(name + "attention.attention.value", hidden, hidden, bias);
  layer.output = reader.linear(name + "attention.output.dense", hidden, hidden, true);
  layer.feed_forward_norm = reader.layer_norm(name + "layernorm_after", hidden);
  layer.up = reader.linear(name + "intermediate.dense", inner, hidden, true);
  layer.down = reader.linear(name + "output.dense", hidden, inner, true);
  return layer;
}

void read_embeddings(const ModelConfig& config, WeightReader& reader, const std::string& root, Weights& weights,
                     Storage& storage) {
  const std::size_t hidden = config.hidden;
  std::vector<TensorView> specials{reader.tensor(root + "cls_token", {1, 1, hidden})};
  if (config.patches->specials() > 1) specials.push_back(reader.tensor(root + "distillation_token", {1, 1, hidden}));
  weights.token_embedding = rows_together(specials, hidden, storage);
  weights.position_embedding = reader.tensor(root + "position_embeddings", {1, config.context, hidden});
  weights.position_embedding.shape = {config.context, hidden};
  weights.embedding_projection = read_patch_projection(config, reader, root + "patch_embeddings.projection.", true);
}

}  // namespace

void read_vit_config(const ConfigReader& reader, ModelConfig& config) {
  read_config(reader, config);
  count_tokens(config);
}

void read_deit_config(const ConfigReader& reader, ModelConfig& config) {
  read_config(reader, config);
  config.patches->special_tokens.emplace_back("[DIST]");
  ImageSteps& steps = config.patches->usual_steps;  // a seventh larger, and the middle of it
  steps.height = steps.height * 8 / 7;
  steps.width = steps.width * 8 / 7;
  steps.filter = Resample::bicubic;
  steps.crop = true;
  count_tokens(config);
}

Weights read_vit_weights(const ModelConfig& config, WeightReader& reader) {
  const std::string prefix = config.patches->specials() > 1 ? "deit." : "vit.";
  // A bare model is saved without the prefix, a model with a head with it.
  constexpr std::string_view kAnchor = "embeddings.cls_token";
  const std::string root = config.has_lm_head ? reader.root(kAnchor, {prefix, ""}) : reader.root(kAnchor, {"", prefix});
  Weights weights;
  Storage storage;
  read_embeddings(config, reader, root + "embeddings.", weights, storage);
  weights.layers =
      reader.layers(config.layers, root + "encoder.layer.", [&](std::size_t layer, const std::string& name) {
        return read_vit_layer(config, config.plans[layer], reader, name);
      });
  weights.final_norm = reader.layer_norm(root + "layernorm", config.hidden);
  if (config.has_lm_head) weights.unembedding = reader.linear("classifier", config.vocabulary, config.hidden, true);
  weights.storage = reader.take_storage();
  weights.storage.insert(weights.storage.end(), storage.begin(), storage.end());
  return weights;
}

}  // namespace regard
