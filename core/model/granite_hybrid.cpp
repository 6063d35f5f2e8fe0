// SPDX-License-Identifier: Apache-2.0
// Granite 4 (IBM 2025, https://github.com/ibm-granite/granite-4.0-language-models): Granite's blocks and multipliers, most layers mix
// tokens by Mamba-2, the others by softmax attention that knows nothing of positions. Every layer has one block for all tokens, and,
// where there are experts, a mixture beside it.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/expert_weights.h"
#include "core/model/family.h"
#include "core/model/fused.h"
#include "core/model/llama_layout.h"
#include "core/model/state_weights.h"

#include <algorithm>

namespace regard {
namespace {

constexpr MixtureNames kGraniteMixture{.router = "block_sparse_moe.router.layer",
                                       .experts = "block_sparse_moe.",
                                       .gate = "gate_linear",  // GGUF has gate and up apart
                                       .up = "up_linear",
                                       .down = "down_linear",
                                       .glued = "input_linear.weight",
                                       .glued_down = "output_linear.weight"};

/// Which layers are Mamba-2: "mamba" or "attention" for each, or all where the file does not tell.
std::vector<bool> read_mamba_layers(const ConfigReader& reader, const ModelConfig& config) {
  const char* key = reader.has("layer_types") ? "layer_types" : "layers_block_type";
  const std::vector<std::string> types = reader.texts(key);
  if (types.empty()) return std::vector<bool>(config.layers, true);
  if (types.size() != config.layers) reader.fail(key, "[…] (" + std::to_string(config.layers) + ")");
  std::vector<bool> mamba;
  for (const std::string& type : types) {
    if (type != "mamba" && type != "attention") reader.fail(key, "attention, mamba");
    mamba.push_back(type == "mamba");
  }
  return mamba;
}

/// Heads divide "mamba_expand" times the stream.
LayerPlan read_mamba_plan(const ConfigReader& reader, const ModelConfig& config, const LayerPlan& plan) {
  const std::size_t inner = config.hidden * reader.size("mamba_expand", {.most = 64}, 2);
  return read_divided_state_space_plan(reader, kHybridSpaceKeys, inner, "mamba_expand × hidden_size", plan);
}

/// The block of every token alone, or beside a mixture.
FeedForward read_granite_block(const ConfigReader& reader, FeedForward block) {
  const std::size_t shared = reader.size("shared_intermediate_size", {.most = bounds::kFeedForward}, 1'024);
  Experts experts;
  experts.count = reader.size("num_local_experts", {.least = 0, .most = bounds::kExperts}, 8);
  if (experts.count == 0) {
    block.width = shared;
    return block;
  }
  experts.chosen = reader.size("num_experts_per_tok", {.most = experts.count}, std::min<std::size_t>(experts.count, 2));
  experts.gates_sum_to_1 = true;
  experts.shared_width = shared;
  experts.shared_is_gated = false;
  block.experts = experts;
  return block;
}

/// gate and up are the halves of one matrix, but in GGUF.
FeedForwardWeights read_granite_shared(std::size_t width, std::size_t hidden, WeightReader& reader,
                                       const std::string& name) {
  if (reader.has(name + "gate_linear.weight"))
    return {.gate = reader.linear(name + "gate_linear", width, hidden, false),
            .up = reader.linear(name + "up_linear", width, hidden, false),
            .down = reader.linear(name + "output_linear", hidden, width, false)};
  const Linear inner = reader.linear(name + "input_linear", 2 * width, hidden, false);
  return {.gate = output_rows(inner, 0, width),
          .up = output_rows(inner, width, width),
          .down = reader.linear(name + "output_linear", hidden, width, false)};
}

LayerWeights read_granite_mamba(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                const std::string& name) {
  LayerWeights layer;
  layer.attention_norm = reader.rms_norm(name + "input_layernorm", config.hidden);
  read_state_space(plan, std::get<StateSpace>(plan.mixer), config.hidden, reader, name + "mamba.", layer);
  layer.feed_forward_norm = reader.rms_norm(name + "post_attention_layernorm", config.hidden);
  return layer;
}

LayerWeights read_granite_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                const std::string& name) {
  LayerWeights layer = keeps_state(plan) ? read_granite_mamba(config, plan, reader, name)
                                         : read_llama_attention(config, plan, reader, name);
  const FeedForward& block = plan.feed_forward;
  const std::size_t width = block.experts ? block.experts->shared_width : block.width;
  FeedForwardWeights shared = read_granite_shared(width, config.hidden, reader, name + "shared_mlp.");
  if (block.experts) {
    layer.mixture = read_chosen_experts(block, config.hidden, reader, name, kGraniteMixture);
    layer.mixture.shared = std::move(shared);
    return layer;
  }
  layer.gate = std::move(shared.gate);
  layer.up = std::move(shared.up);
  layer.down = std::move(shared.down);
  return layer;
}

}  // namespace

void read_granite_hybrid_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {.feed_forward = 11'008});
  const bool bias = reader.flag("attention_bias", false);
  set_attention_bias(config, bias, bias);
  read_granite_multipliers(reader, config);
  if (config.plans.front().feed_forward.activation != Activation::silu) reader.fail("hidden_act", "silu");
  const std::string positions = reader.text("position_embedding_type", "nope", Null::missing);
  if (positions != "nope" && positions != "rope") reader.fail("position_embedding_type", "nope, rope");
  if (positions == "rope") read_rope(reader, config);
  for (const char* key : {"rope_scaling", "rope_parameters", "rope_theta"})
    if (positions == "nope") reader.pass_over(key);
  const FeedForward block = read_granite_block(reader, config.plans.front().feed_forward);
  const std::vector<bool> mamba = read_mamba_layers(reader, config);
  for (LayerPlan& plan : config.plans)
    plan.feed_forward = block;
  const bool mixes = std::find(mamba.begin(), mamba.end(), true) != mamba.end();
  const LayerPlan state_space = mixes ? read_mamba_plan(reader, config, config.plans.front()) : LayerPlan{};
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    if (mamba[layer]) config.plans[layer] = state_space;
}

Weights read_granite_hybrid_weights(const ModelConfig& config, WeightReader& reader) {
  return read_decoder(
      config, reader, read_granite_layer,
      [](WeightReader& from, const std::string& name, std::size_t size) { return from.rms_norm(name, size); });
}

}  // namespace regard
