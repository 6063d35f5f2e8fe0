// SPDX-License-Identifier: Apache-2.0
// CLIP (Radford et al. 2021, https://arxiv.org/abs/2103.00020): two towers of one make, one for pictures, one for texts, that meet
// behind their last layers. The vision tower has a norm before its first layer; the text tower is causal. SigLIP's vision tower (Zhai
// et al. 2023, https://arxiv.org/abs/2303.15343) has neither a class token nor that norm; what it looks with into its last stream,
// to make one vector of it, is no layer and is left out.
#include "core/model/config_reader.h"
#include "core/model/family.h"
#include "core/model/patch_layout.h"

namespace regard {
namespace {

/// What the classes of Hugging Face's library take where the file is silent.
struct TowerDefaults {
  UsualSizes sizes{};
  std::size_t feed_forward = 3'072;
  const char* activation = "quick_gelu";
  float epsilon = 1e-5F;
};

void read_tower(const ConfigReader& reader, const TowerDefaults& defaults, ModelConfig& config) {
  config.has_lm_head = false;
  config.tied_embeddings = false;
  const SoftmaxAttention attention = read_usual_sizes(reader, defaults.sizes, config);
  LayerPlan plan{.attention = attention, .feed_forward = {.bias = true}};
  plan.attention.bias = plan.attention.output_bias = true;
  plan.feed_forward.width = reader.size("intermediate_size", {.most = bounds::kFeedForward}, defaults.feed_forward);
  plan.feed_forward.activation = read_activation(reader, defaults.activation);
  config.norm_epsilon = reader.positive("layer_norm_eps", 0.1F, defaults.epsilon);
  config.plans.assign(config.layers, plan);
  config.embedded_positions = LearnedPositions{};
}

LayerWeights read_tower_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                              const std::string& name) {
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  LayerWeights layer;
  layer.attention_norm = reader.layer_norm(name + "layer_norm1", hidden);
  layer.query = reader.linear(name + "self_attn.q_proj", hidden, hidden, true);
  layer.key = reader.linear(name + "self_attn.k_proj", hidden, hidden, true);
  layer.value = reader.linear(name + "self_attn.v_proj", hidden, hidden, true);
  layer.output = reader.linear(name + "self_attn.out_proj", hidden, hidden, true);
  layer.feed_forward_norm = reader.layer_norm(name + "layer_norm2", hidden);
  layer.up = reader.linear(name + "mlp.fc1", inner, hidden, true);
  layer.down = reader.linear(name + "mlp.fc2", hidden, inner, true);
  return layer;
}

void read_tower_layers(const ModelConfig& config, WeightReader& reader, const std::string& root, Weights& weights) {
  weights.layers =
      reader.layers(config.layers, root + "encoder.layers.", [&](std::size_t layer, const std::string& name) {
        return read_tower_layer(config, config.plans[layer], reader, name);
      });
}

/// `has_class`: CLIP.
Weights read_vision_tower(const ModelConfig& config, WeightReader& reader, bool has_class) {
  const std::string root = reader.root("embeddings.patch_embedding.weight", {"vision_model.", ""});
  const std::string embeddings = root + "embeddings.";
  Weights weights;
  Storage storage;
  if (has_class) {
    weights.token_embedding = reader.tensor(embeddings + "class_embedding", {config.hidden});
    weights.token_embedding.shape = {1, config.hidden};
    weights.embedding_norm = reader.layer_norm(root + "pre_layrnorm", config.hidden);
  }
  weights.embedding_projection = read_patch_projection(config, reader, embeddings + "patch_embedding.", !has_class);
  weights.position_embedding = reader.tensor(embeddings + "position_embedding.weight", {config.context, config.hidden});
  read_tower_layers(config, reader, root, weights);
  weights.final_norm = reader.layer_norm(root + "post_layernorm", config.hidden);
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace

void read_clip_vision_config(const ConfigReader& reader, ModelConfig& config) {
  read_tower(reader, {}, config);
  config.patches = read_patches(reader, 32);
  ImageSteps& steps = config.patches->usual_steps;
  steps.height = steps.width = 0;
  steps.shortest_edge = config.patches->height;
  steps.filter = Resample::bicubic;
  steps.crop = true;
  steps.mean = kClipMean;
  steps.deviation = kClipDeviation;
  count_tokens(config);
}

void read_clip_text_config(const ConfigReader& reader, ModelConfig& config) {
  read_tower(reader, {.sizes = {.heads = 8, .hidden = 512}, .feed_forward = 2'048}, config);
  config.causal = true;
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary}, 49'408);
  config.context = reader.size("max_position_embeddings", {.most = bounds::kContext}, 77);
}

void read_siglip_vision_config(const ConfigReader& reader, ModelConfig& config) {
  read_tower(reader, {.activation = "gelu_pytorch_tanh", .epsilon = 1e-6F}, config);
  config.patches = read_patches(reader, 16);
  config.patches->special_tokens.clear();
  config.patches->usual_steps.filter = Resample::bicubic;
  count_tokens(config);
}

Weights read_clip_vision_weights(const ModelConfig& config, WeightReader& reader) {
  return read_vision_tower(config, reader, true);
}

Weights read_siglip_vision_weights(const ModelConfig& config, WeightReader& reader) {
  return read_vision_tower(config, reader, false);
}

Weights read_clip_text_weights(const ModelConfig& config, WeightReader& reader) {
  const std::string root = reader.root("embeddings.token_embedding.weight", {"text_model.", ""});
  Weights weights;
  weights.token_embedding =
      reader.tensor(root + "embeddings.token_embedding.weight", {config.vocabulary, config.hidden});
  weights.position_embedding =
      reader.tensor(root + "embeddings.position_embedding.weight", {config.context, config.hidden});
  read_tower_layers(config, reader, root, weights);
  weights.final_norm = reader.layer_norm(root + "final_layer_norm", config.hidden);
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
