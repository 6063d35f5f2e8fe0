// SPDX-License-Identifier: Apache-2.0
// Falcon-H1 (TII 2025, https://arxiv.org/abs/2507.22448): every layer mixes tokens by Mamba-2 and by softmax attention side by side, out
// of one norm; both are added to the stream, then a gated block reads it. Each is a layer here: of the file's layer n, 2n is Mamba-2, and
// 2n + 1, which reads the same stream, attention and the block. Numbers of the file multiply what the parts read and write.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/llama_layout.h"
#include "core/model/state_weights.h"

#include <algorithm>

namespace regard {
namespace {

constexpr float kMostMultiplier = 1e4F;

float read_multiplier(const ConfigReader& reader, const char* key) {
  return reader.positive(key, kMostMultiplier, 1.0F, Null::missing);
}

/// All of them, or 1 where there are none.
std::vector<float> read_multipliers(const ConfigReader& reader, const char* key, std::size_t count) {
  if (!reader.has(key)) return std::vector<float>(count, 1.0F);
  return reader.positives(key, count, kMostMultiplier);
}

LayerPlan read_falcon_space(const ConfigReader& reader, const ModelConfig& config) {
  constexpr const char* kInner = "mamba_d_ssm";
  const bool expands = reader.is_null(kInner);
  const std::size_t inner = expands ? config.hidden * reader.size("mamba_expand", {.most = 64}, 2)
                                    : reader.size(kInner, {.most = bounds::kHidden}, 1'024);
  LayerPlan plan = read_divided_state_space_plan(reader, kHybridSpaceKeys, inner,
                                                 expands ? "mamba_expand × hidden_size" : kInner, LayerPlan{});
  StateSpace& space = std::get<StateSpace>(plan.mixer);
  space.normed = reader.flag("mamba_rms_norm", false);
  const bool norm_first = reader.flag("mamba_norm_before_gate", true);
  if (space.normed) {
    space.norm_before_gate = norm_first;
    space.norm_parts = space.groups;
    if (inner % space.groups != 0) reader.fail("mamba_n_groups", "1, …, " + std::to_string(inner) + " (÷)");
  }
  const std::vector<float> parts = read_multipliers(reader, "ssm_multipliers", 5);  // of z, x, B, C, Δ
  space.gate_scale = parts[0];
  space.part_scales = {parts[1], parts[2], parts[3]};
  space.step_scale = parts[4];
  plan.attention.output_bias = reader.flag("projectors_bias", false);
  plan.read_scale = read_multiplier(reader, "ssm_in_multiplier");
  plan.residual_scale = read_multiplier(reader, "ssm_out_multiplier");
  return plan;
}

void multiply_norm(Norm& norm, float factor) {
  for (float& scale : norm.scale)
    scale *= factor;
}

/// The kernels of x, of B and of C.
void multiply_kernels(const LayerPlan& plan, const StateSpace& space, std::vector<float>& kernels) {
  const std::size_t of_queries = space.groups * plan.attention.head_dim * space.convolution;
  const std::size_t of_values = kernels.size() - 2 * of_queries;
  for (std::size_t at = 0; at < kernels.size(); ++at)
    kernels[at] *= space.part_scales[at < of_values ? 0 : at < of_values + of_queries ? 1 : 2];
}

LayerWeights read_falcon_mamba(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                               const std::string& name) {
  const StateSpace& space = std::get<StateSpace>(plan.mixer);
  LayerWeights layer;
  layer.attention_norm = reader.rms_norm(name + "input_layernorm", config.hidden);
  read_state_space(plan, space, config.hidden, reader, name + "mamba.", layer);
  multiply_kernels(plan, space, layer.state.convolution);
  return layer;
}

LayerWeights read_falcon_attention(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                   const std::string& name) {
  LayerWeights layer = read_llama_projections(config, plan, reader, name);
  const FeedForward& block = plan.feed_forward;
  layer.feed_forward_norm = reader.rms_norm(name + "pre_ff_layernorm", config.hidden);
  layer.gate = reader.linear(name + "feed_forward.gate_proj", block.width, config.hidden, block.bias);
  layer.up = reader.linear(name + "feed_forward.up_proj", block.width, config.hidden, block.bias);
  layer.down = reader.linear(name + "feed_forward.down_proj", config.hidden, block.width, block.bias);
  return layer;
}

/// Both halves of every layer of the file.
std::vector<LayerWeights> read_halves(const ModelConfig& config, WeightReader& reader, const std::string& names) {
  std::vector<LayerWeights> halves(config.layers);
  (void)reader.layers(config.layers / 2, names, [&](std::size_t index, const std::string& name) {
    LayerWeights &mamba = halves[2 * index], &attention = halves[2 * index + 1];
    mamba = read_falcon_mamba(config, config.plans[2 * index], reader, name);
    attention = read_falcon_attention(config, config.plans[2 * index + 1], reader, name);
    attention.attention_norm = mamba.attention_norm;
    multiply_norm(mamba.attention_norm, config.plans[2 * index].read_scale);
    multiply_norm(attention.attention_norm, config.plans[2 * index + 1].read_scale);
    return LayerWeights{};
  });
  return halves;
}

}  // namespace

void read_falcon_h1_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {.context = 8'192, .kv_heads = 8, .norm_epsilon = 1e-5F, .feed_forward = 14'336});
  if (config.plans.front().feed_forward.activation != Activation::silu) reader.fail("hidden_act", "silu");
  for (const char* key : {"layer_types", "layers_block_type"})
    for (const std::string& type : reader.texts(key))
      if (type != "hybrid") reader.fail(key, "hybrid");
  if (!reader.flag("mamba_use_mlp", true)) reader.fail("mamba_use_mlp", "true");
  const bool bias = reader.flag("attention_bias", false);
  set_attention_bias(config, bias, bias);
  read_rope(reader, config, {.base = 1e5F});
  LayerPlan attention = config.plans.front();
  attention.attention.scale *= read_multiplier(reader, "key_multiplier");
  attention.read_scale = read_multiplier(reader, "attention_in_multiplier");
  attention.residual_scale = read_multiplier(reader, "attention_out_multiplier");
  attention.feed_forward.bias = reader.flag("mlp_bias", false);
  const std::vector<float> of_block = read_multipliers(reader, "mlp_multipliers", 2);
  attention.feed_forward.gate_scale = of_block[0];
  attention.feed_forward.output_scale = of_block[1] / attention.residual_scale;  // which is of both blocks
  attention.beside = true;
  const LayerPlan mamba = read_falcon_space(reader, config);
  config.embedding_scale = read_multiplier(reader, "embedding_multiplier");
  config.logit_scale = read_multiplier(reader, "lm_head_multiplier");
  config.layers *= 2;
  config.plans.assign(config.layers, mamba);
  for (std::size_t layer = 1; layer < config.layers; layer += 2)
    config.plans[layer] = attention;
}

Weights read_falcon_h1_weights(const ModelConfig& config, WeightReader& reader) {
  const std::string root = reader.root("layers.0.input_layernorm.weight", {"model.", ""});
  Weights weights;
  weights.token_embedding = read_token_table(config, reader, root + "embed_tokens.weight");
  weights.layers = read_halves(config, reader, root + "layers.");
  weights.final_norm = reader.rms_norm(root + "final_layernorm", config.hidden);
  read_unembedding(config, reader, weights);
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
