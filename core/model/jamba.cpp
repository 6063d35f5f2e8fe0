// SPDX-License-Identifier: Apache-2.0
// Jamba (AI21 2024, https://arxiv.org/abs/2403.19887): most layers mix tokens by Mamba-1 whose B, C and steps are normalised, every so
// many by softmax attention; nothing tells positions. The block of every so many layers is a mixture of experts, whose shares are not
// made to sum to 1.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/expert_weights.h"
#include "core/model/family.h"
#include "core/model/llama_layout.h"
#include "core/model/state_weights.h"

#include <algorithm>

namespace regard {
namespace {

constexpr ScanKeys kJambaScanKeys{.expand = "mamba_expand",
                                  .state = "mamba_d_state",
                                  .convolution = "mamba_d_conv",
                                  .convolution_bias = "mamba_conv_bias",
                                  .bias = "mamba_proj_bias",
                                  .step_rank = "mamba_dt_rank",
                                  .inner_norms = true};
constexpr MixtureNames kJambaMixture{.router = "feed_forward.router",
                                     .experts = "feed_forward.experts.",
                                     .gate = "gate_proj",
                                     .up = "up_proj",
                                     .down = "down_proj"};

/// Every `period`-th layer, from `offset` on.
struct Every {
  std::size_t period = 1, offset = 0;
  [[nodiscard]] bool holds(std::size_t layer) const { return layer % period == offset; }
};
Every read_every(const ConfigReader& reader, const std::string& what, Every usual) {
  const std::size_t period = reader.size(what + "_layer_period", {.most = bounds::kLayers}, usual.period);
  const std::size_t fallback = std::min(usual.offset, period - 1);
  return {period, reader.size(what + "_layer_offset", {.least = 0, .most = period - 1}, fallback)};
}

/// What a file may tell besides period and offset must agree with them.
void check_kinds_of_layers(const ConfigReader& reader, const ModelConfig& config, const Every& attends) {
  for (const char* key : {"layers_block_type", "layer_types"}) {
    const std::vector<std::string> types = reader.texts(key);
    for (std::size_t layer = 0; layer < types.size(); ++layer)
      if (layer >= config.layers || (types[layer] != "mamba") != attends.holds(layer))
        reader.fail(key, "attn_layer_period, attn_layer_offset");
  }
}

LayerWeights read_jamba_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                              const std::string& name) {
  LayerWeights layer;
  if (const auto* space = std::get_if<StateSpace>(&plan.mixer))
    read_scan(plan, *space, config.hidden, reader, name + "mamba.", layer);
  else
    layer = read_llama_projections(config, plan, reader, name);
  layer.attention_norm = reader.rms_norm(name + "input_layernorm", config.hidden);
  layer.feed_forward_norm = reader.rms_norm(name + "pre_ff_layernorm", config.hidden);
  const FeedForward& block = plan.feed_forward;
  if (block.experts) {
    layer.mixture = read_mixture(block, config.hidden, reader, name, kJambaMixture);
    return layer;
  }
  layer.gate = reader.linear(name + "feed_forward.gate_proj", block.width, config.hidden, false);
  layer.up = reader.linear(name + "feed_forward.up_proj", block.width, config.hidden, false);
  layer.down = reader.linear(name + "feed_forward.down_proj", config.hidden, block.width, false);
  return layer;
}

}  // namespace

void read_jamba_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {.context = 262'144, .kv_heads = 8, .feed_forward = 14'336});
  if (config.plans.front().feed_forward.activation != Activation::silu) reader.fail("hidden_act", "silu");
  if (!reader.flag("mamba_inner_layernorms", true)) reader.fail("mamba_inner_layernorms", "true");
  const Every attends = read_every(reader, "attn", {8, 4}), mixes = read_every(reader, "expert", {2, 1});
  check_kinds_of_layers(reader, config, attends);
  Experts experts;
  experts.count = reader.size("num_experts", {.most = bounds::kExperts}, 16);
  experts.chosen = reader.size("num_experts_per_tok", {.most = bounds::kExperts}, 2);
  if (experts.count > 1 && experts.chosen > experts.count)
    reader.fail("num_experts_per_tok", "1…" + std::to_string(experts.count));
  const LayerPlan attention = config.plans.front();
  const LayerPlan scan = read_scan_plan(reader, kJambaScanKeys, config.hidden, attention);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    config.plans[layer] = attends.holds(layer) ? attention : scan;
    if (experts.count > 1 && mixes.holds(layer)) config.plans[layer].feed_forward.experts = experts;
  }
}

Weights read_jamba_weights(const ModelConfig& config, WeightReader& reader) {
  return read_decoder(config, reader, read_jamba_layer,
                      [](WeightReader& from, const std::string& name, std::size_t size) {
                        const std::string root = name.substr(0, name.size() - std::string_view("norm").size());
                        return from.rms_norm(root + "final_layernorm", size);
                      });
}

}  // namespace regard
