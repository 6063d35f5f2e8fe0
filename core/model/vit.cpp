// SPDX-License-Identifier: Apache-2.0
// ViT (Dosovitskiy et al. 2020, https://arxiv.org/abs/2010.11929): patches of a picture as tokens behind a class token,
// learned positions, LayerNorm before each block. DeiT (Touvron et al. 2020, https://arxiv.org/abs/2012.12877) has a
// distillation token beside the class token.
#include "core/model/config_reader.h"
#include "core/model/family.h"
#include "core/model/fused.h"
#include "core/model/weight_reader.h"

#include <tuple>

namespace regard {
namespace {

PatchConfig read_patches(const ConfigReader& reader, std::size_t specials) {
  PatchConfig patches{.specials = specials};
  const ConfigReader::Bounds bounds{.most = bounds::kImageSide};
  std::tie(patches.height, patches.width) = reader.sides("image_size", bounds, 224);
  std::tie(patches.patch_height, patches.patch_width) = reader.sides("patch_size", bounds, 16);
  if (patches.patches() == 0) reader.fail("patch_size", "≤ image_size");
  if (patches.patches() > bounds::kPatches)
    reader.fail("patch_size", "image_size² ÷ patch_size² ≤ " + std::to_string(bounds::kPatches));
  patches.channels = reader.size("num_channels", {.most = 3}, 3);
  if (patches.channels == 2) reader.fail("num_channels", "1, 3");
  return patches;
}

void read_config(const ConfigReader& reader, ModelConfig& config, std::size_t specials) {
  config.layers = reader.size("num_hidden_layers", {.most = bounds::kLayers}, 12);
  const std::size_t heads = reader.size("num_attention_heads", {.most = bounds::kHeads}, 12);
  config.hidden = reader.size("hidden_size", {.most = bounds::kHidden}, 768);
  if (config.hidden % heads != 0) reader.fail("hidden_size", "n × " + std::to_string(heads));
  LayerPlan plan{.attention = even_heads(heads, config.hidden), .feed_forward = {.bias = true}};
  plan.feed_forward.width = reader.size("intermediate_size", {.most = bounds::kFeedForward}, 3'072);
  plan.feed_forward.activation = read_activation(reader, "gelu");
  config.norm_epsilon = reader.positive("layer_norm_eps", 0.1F, 1e-12F);
  plan.attention.bias = reader.flag("qkv_bias", true);
  plan.attention.output_bias = true;
  config.plans.assign(config.layers, plan);
  config.embedded_positions = LearnedPositions{};
  config.tied_embeddings = false;
  config.patches = read_patches(reader, specials);
  config.context = specials + config.patches->patches();
  if (config.has_lm_head) config.labels = read_labels(reader);
  config.vocabulary = config.has_lm_head ? config.labels.size() : config.context;
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

/// The special tokens as a table of rows, and the patches' convolution as a product: its window never overlaps the next.
void read_embeddings(const ModelConfig& config, WeightReader& reader, const std::string& root, Weights& weights,
                     Storage& storage) {
  const PatchConfig& patches = *config.patches;
  const std::size_t hidden = config.hidden;
  const auto specials = std::make_shared<std::vector<float>>(patches.specials * hidden);
  copy_as_f32(reader.tensor(root + "cls_token", {1, 1, hidden}), 0, std::span(*specials).first(hidden));
  if (patches.specials > 1)
    copy_as_f32(reader.tensor(root + "distillation_token", {1, 1, hidden}), 0, std::span(*specials).last(hidden));
  weights.token_embedding = {
      DType::f32, {patches.specials, hidden}, reinterpret_cast<const std::byte*>(specials->data())};
  storage.push_back(specials);

  weights.position_embedding = reader.tensor(root + "position_embeddings", {1, config.context, hidden});
  weights.position_embedding.shape = {config.context, hidden};
  const std::string projection = root + "patch_embeddings.projection.";
  weights.embedding_projection.weight =
      reader.tensor(projection + "weight", {hidden, patches.channels, patches.patch_height, patches.patch_width});
  weights.embedding_projection.weight.shape = {hidden, patches.patch_numbers()};
  weights.embedding_projection.bias = reader.vector(projection + "bias", hidden);
}

}  // namespace

void read_vit_config(const ConfigReader& reader, ModelConfig& config) {
  read_config(reader, config, 1);
}

void read_deit_config(const ConfigReader& reader, ModelConfig& config) {
  read_config(reader, config, 2);
}

Weights read_vit_weights(const ModelConfig& config, WeightReader& reader) {
  const std::string prefix = config.patches->specials > 1 ? "deit." : "vit.";
  // A bare model is saved without the prefix, a model with a head with it.
  constexpr std::string_view kAnchor = "embeddings.cls_token";
  const std::string root = config.has_lm_head ? reader.root(kAnchor, {prefix, ""}) : reader.root(kAnchor, {"", prefix});
  Weights weights;
  Storage storage;
  read_embeddings(config, reader, root + "embeddings.", weights, storage);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const std::string name = root + "encoder.layer." + std::to_string(layer) + ".";
    weights.layers.push_back(read_vit_layer(config, config.plans[layer], reader, name));
    reader.report(static_cast<float>(layer + 1) / static_cast<float>(config.layers));
  }
  weights.final_norm = reader.layer_norm(root + "layernorm", config.hidden);
  if (config.has_lm_head) weights.unembedding = reader.linear("classifier", config.vocabulary, config.hidden, true);
  weights.storage = reader.take_storage();
  weights.storage.insert(weights.storage.end(), storage.begin(), storage.end());
  return weights;
}

}  // namespace regard
