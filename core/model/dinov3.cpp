// SPDX-License-Identifier: Apache-2.0
// DINOv3 (Siméoni et al. 2025, https://arxiv.org/abs/2508.10104): as DINOv2 with registers, but queries and keys of patches are turned
// by their row and column instead of a table of positions, and keys have no bias.
#include "core/model/config_reader.h"
#include "core/model/family.h"
#include "core/model/patch_layout.h"

#include <vector>

namespace regard {
namespace {

/// "rope_theta", which newer files keep inside "rope_parameters".
float read_turns_base(const ConfigReader& reader) {
  const float base = read_rope_base(reader, "rope_theta", 100.0F);
  const auto inside = reader.object("rope_parameters");
  if (!inside) return base;
  if (inside->text("rope_type", "default", Null::missing) != "default") inside->fail("rope_type", "default");
  return read_rope_base(*inside, "rope_theta", base);
}

void read_biases(const ConfigReader& reader, LayerPlan& plan) {
  plan.attention.bias = reader.flag("query_bias", true);
  if (reader.flag("value_bias", true) != plan.attention.bias) reader.fail("value_bias", "query_bias");
  const bool of_keys = reader.flag("key_bias", false);
  if (of_keys && !plan.attention.bias) reader.fail("key_bias", "query_bias");
  plan.attention.unbiased_keys = plan.attention.bias && !of_keys;
  plan.attention.output_bias = reader.flag("proj_bias", true);
  plan.feed_forward.bias = reader.flag("mlp_bias", true);
}

LayerWeights read_dinov3_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                               const std::string& name, Storage& storage) {
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  const SoftmaxAttention& attention = plan.attention;
  const bool bias = plan.feed_forward.bias;
  LayerWeights layer;
  layer.attention_norm = reader.layer_norm(name + "norm1", hidden);
  layer.query = reader.linear(name + "attention.q_proj", hidden, hidden, attention.bias);
  layer.key = reader.linear(name + "attention.k_proj", hidden, hidden, attention.bias && !attention.unbiased_keys);
  layer.value = reader.linear(name + "attention.v_proj", hidden, hidden, attention.bias);
  layer.output = reader.linear(name + "attention.o_proj", hidden, hidden, attention.output_bias);
  layer.feed_forward_norm = reader.layer_norm(name + "norm2", hidden);
  if (plan.feed_forward.gated) layer.gate = reader.linear(name + "mlp.gate_proj", inner, hidden, bias);
  layer.up = reader.linear(name + "mlp.up_proj", inner, hidden, bias);
  layer.down = reader.linear(name + "mlp.down_proj", hidden, inner, bias);
  layer.output = scaled_outputs(layer.output, reader.vector(name + "layer_scale1.lambda1", hidden), storage);
  layer.down = scaled_outputs(layer.down, reader.vector(name + "layer_scale2.lambda1", hidden), storage);
  return layer;
}

}  // namespace

void read_dinov3_config(const ConfigReader& reader, ModelConfig& config) {
  config.has_lm_head = false;
  config.tied_embeddings = false;
  const SoftmaxAttention attention = read_usual_sizes(reader, {.heads = 6, .hidden = 384}, config);
  LayerPlan plan{.attention = attention, .layer_scale = true};
  if (plan.attention.head_dim % 4 != 0) reader.fail("hidden_size", "4 × n × " + std::to_string(attention.heads));
  read_biases(reader, plan);
  plan.feed_forward.width = reader.size("intermediate_size", {.most = bounds::kFeedForward}, 1'536);
  plan.feed_forward.activation = read_activation(reader, "gelu");
  plan.feed_forward.gated = reader.flag("use_gated_mlp", false);
  if (reader.flag("use_swiglu_ffn", false)) reader.fail("use_swiglu_ffn", "false");
  plan.positions =
      Rotary{.rope = {.base = read_turns_base(reader)}, .width = plan.attention.head_dim, .two_axes = true};
  config.norm_epsilon = reader.positive("layer_norm_eps", 0.1F, 1e-5F);
  config.plans.assign(config.layers, plan);
  config.patches = read_patches(reader, 16);
  PatchConfig& patches = *config.patches;
  if (patches.channels != 3) reader.fail("num_channels", "3");
  patches.special_tokens = class_and_registers(reader.size("num_register_tokens", {0, bounds::kRegisters}, 0));
  patches.any_size = true;
  patches.usual_steps.unrounded = true;
  patches.usual_steps.mean = kImageNetMean;
  patches.usual_steps.deviation = kImageNetDeviation;
  count_tokens(config);
}

Weights read_dinov3_weights(const ModelConfig& config, WeightReader& reader) {
  const std::size_t hidden = config.hidden, registers = config.patches->specials() - 1;
  Weights weights;
  Storage storage;
  std::vector<TensorView> specials{reader.tensor("embeddings.cls_token", {1, 1, hidden})};
  if (const std::string name = "embeddings.register_tokens"; registers > 0 || reader.has(name))
    specials.push_back(reader.tensor(name, {1, registers, hidden}));
  weights.token_embedding = rows_together(specials, hidden, storage);
  weights.embedding_projection = read_patch_projection(config, reader, "embeddings.patch_embeddings.", true);
  const std::string root = reader.has("model.layer.0.norm1.weight") ? "model.layer." : "layer.";  // newer files
  weights.layers = reader.layers(config.layers, root, [&](std::size_t layer, const std::string& name) {
    return read_dinov3_layer(config, config.plans[layer], reader, name, storage);
  });
  weights.final_norm = reader.layer_norm("norm", hidden);
  weights.storage = reader.take_storage();
  weights.storage.insert(weights.storage.end(), storage.begin(), storage.end());
  return weights;
}

}  // namespace regard
