// SPDX-License-Identifier: Apache-2.0
// DINOv2 (Oquab et al. 2023, https://arxiv.org/abs/2304.07193): a ViT without names of classes whose blocks are scaled channel by
// channel; the largest one has gated feed-forward blocks. Its positions were learned on larger pictures than it mostly reads.
// Registers (Darcet et al. 2023, https://arxiv.org/abs/2309.16588) are tokens without a place in the picture.
#include "core/model/config_reader.h"
#include "core/model/family.h"
#include "core/model/patch_layout.h"

#include <vector>

namespace regard {
namespace {

/// SwiGLU's two matrices in the space of one: two thirds of its width, rounded up to a multiple of 8.
std::size_t gated_width(std::size_t width) {
  return (width * 2 / 3 + 7) / 8 * 8;
}

void read_dino_config(const ConfigReader& reader, std::size_t usual_patch, ModelConfig& config) {
  config.has_lm_head = false;
  config.tied_embeddings = false;
  const SoftmaxAttention attention = read_usual_sizes(reader, {}, config);
  LayerPlan plan{.attention = attention, .feed_forward = {.bias = true}};
  plan.attention.bias = reader.flag("qkv_bias", true);
  plan.attention.output_bias = true;
  plan.layer_scale = true;
  const auto ratio = static_cast<double>(reader.positive("mlp_ratio", 64.0F, 4.0F));
  plan.feed_forward.width = static_cast<std::size_t>(static_cast<double>(config.hidden) * ratio);
  if (plan.feed_forward.width == 0) reader.fail("mlp_ratio", "× hidden_size ≥ 1");
  plan.feed_forward.activation = read_activation(reader, "gelu");
  if (reader.flag("use_swiglu_ffn", false)) {
    plan.feed_forward.width = gated_width(plan.feed_forward.width);
    plan.feed_forward.activation = Activation::silu;
    plan.feed_forward.gated = true;
  }
  config.norm_epsilon = reader.positive("layer_norm_eps", 0.1F, 1e-6F);
  config.plans.assign(config.layers, plan);
  config.embedded_positions = LearnedPositions{};
  config.patches = read_patches(reader, usual_patch);
  PatchConfig& patches = *config.patches;
  if (patches.width != patches.height) reader.fail("image_size", "n");
  if (patches.patch_width != patches.patch_height) reader.fail("patch_size", "n");
  patches.any_size = true;
  patches.learned_side = patches.rows();
  ImageSteps& steps = patches.usual_steps;
  steps.shortest_edge = patches.height * 8 / 7;
  steps.height = steps.width = 0;
  steps.filter = Resample::bicubic;
  steps.crop = true;
  steps.mean = kImageNetMean;
  steps.deviation = kImageNetDeviation;
}

void read_dinov2_feed_forward(const ModelConfig& config, const FeedForward& plan, WeightReader& reader,
                              const std::string& name, LayerWeights& layer) {
  if (!plan.gated) {
    layer.up = reader.linear(name + "fc1", plan.width, config.hidden, true);
    layer.down = reader.linear(name + "fc2", config.hidden, plan.width, true);
    return;
  }
  const Linear both = reader.linear(name + "weights_in", 2 * plan.width, config.hidden, true);
  layer.gate = output_rows(both, 0, plan.width);
  layer.up = output_rows(both, plan.width, plan.width);
  layer.down = reader.linear(name + "weights_out", config.hidden, plan.width, true);
}

LayerWeights read_dinov2_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                               const std::string& name, Storage& storage) {
  const std::size_t hidden = config.hidden;
  const bool bias = plan.attention.bias;
  LayerWeights layer;
  layer.attention_norm = reader.layer_norm(name + "norm1", hidden);
  layer.query = reader.linear(name + "attention.attention.query", hidden, hidden, bias);
  layer.key = reader.linear(name + "attention.attention.key", hidden, hidden, bias);
  layer.value = reader.linear(name + "attention.attention.value", hidden, hidden, bias);
  layer.output = reader.linear(name + "attention.output.dense", hidden, hidden, true);
  layer.feed_forward_norm = reader.layer_norm(name + "norm2", hidden);
  read_dinov2_feed_forward(config, plan.feed_forward, reader, name + "mlp.", layer);
  layer.output = scaled_outputs(layer.output, reader.vector(name + "layer_scale1.lambda1", hidden), storage);
  layer.down = scaled_outputs(layer.down, reader.vector(name + "layer_scale2.lambda1", hidden), storage);
  return layer;
}

}  // namespace

void read_dinov2_config(const ConfigReader& reader, ModelConfig& config) {
  read_dino_config(reader, 14, config);
  count_tokens(config);
}

void read_dinov2_with_registers_config(const ConfigReader& reader, ModelConfig& config) {
  read_dino_config(reader, 16, config);
  config.patches->special_tokens = class_and_registers(reader.size("num_register_tokens", {0, bounds::kRegisters}, 4));
  config.patches->stretch = Stretch::smooth_cubic;
  count_tokens(config);
}

Weights read_dinov2_weights(const ModelConfig& config, WeightReader& reader) {
  const std::string root = reader.root("embeddings.cls_token", {"", "dinov2.", "dinov2_with_registers."});
  const std::string embeddings = root + "embeddings.";
  const std::size_t hidden = config.hidden, side = config.patches->learned_side;
  Weights weights;
  Storage storage;
  std::vector<TensorView> specials{reader.tensor(embeddings + "cls_token", {1, 1, hidden})};
  if (const std::string name = embeddings + "register_tokens"; config.patches->specials() > 1 || reader.has(name))
    specials.push_back(reader.tensor(name, {1, config.patches->specials() - 1, hidden}));
  weights.token_embedding = rows_together(specials, hidden, storage);
  weights.embedding_projection =
      read_patch_projection(config, reader, embeddings + "patch_embeddings.projection.", true);
  weights.layers =
      reader.layers(config.layers, root + "encoder.layer.", [&](std::size_t layer, const std::string& name) {
        return read_dinov2_layer(config, config.plans[layer], reader, name, storage);
      });
  weights.final_norm = reader.layer_norm(root + "layernorm", hidden);
  // Last: how many rows it gets, no tensor of the file tells.
  const TensorView learned = reader.tensor(embeddings + "position_embeddings", {1, 1 + side * side, hidden});
  weights.position_embedding = fitted_positions(config, learned, storage);
  weights.storage = reader.take_storage();
  weights.storage.insert(weights.storage.end(), storage.begin(), storage.end());
  return weights;
}

}  // namespace regard
