// SPDX-License-Identifier: Apache-2.0
// Llama's relatives with mixtures of experts in the place of their feed-forward blocks: Mixtral (Jiang et al. 2024,
// https://arxiv.org/abs/2401.04088), OLMoE (Muennighoff et al. 2024, https://arxiv.org/abs/2409.02060), Qwen2-MoE and Qwen3-MoE
// (https://arxiv.org/abs/2505.09388), some of whose layers may have no experts.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/expert_weights.h"
#include "core/model/family.h"
#include "core/model/llama_layout.h"
#include "core/model/weight_reader.h"

#include <algorithm>
#include <optional>

namespace regard {
namespace {

constexpr MixtureNames kMixture{"mlp.gate", "mlp.experts.", "gate_proj", "up_proj", "down_proj"};
constexpr MixtureNames kMixtralMixture{"block_sparse_moe.gate", "block_sparse_moe.experts.", "w1", "w3", "w2"};

/// `count`, `chosen`: what the class of the library takes where the file is silent, if it fits.
Experts read_expert_counts(const ConfigReader& reader, const char* key, std::size_t count, std::size_t chosen) {
  Experts experts;
  experts.count = reader.size(key, {.most = bounds::kExperts}, count);
  const auto fallback = chosen <= experts.count ? std::optional(chosen) : std::nullopt;
  experts.chosen = reader.size("num_experts_per_tok", {.most = experts.count}, fallback);
  return experts;
}

void set_experts(ModelConfig& config, const Experts& experts) {
  for (LayerPlan& plan : config.plans)
    plan.feed_forward.experts = experts;
}

/// Every `step`-th layer is a mixture, but those that are listed.
void read_sparse_layers(const ConfigReader& reader, const FeedForward& mixture, ModelConfig& config) {
  const std::size_t step = reader.size("decoder_sparse_step", {.most = bounds::kLayers}, 1);
  std::vector<bool> dense(bounds::kLayers + 1);
  for (const std::size_t layer : reader.sizes("mlp_only_layers", {.least = 0, .most = bounds::kLayers}))
    dense[layer] = true;
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    if ((layer + 1) % step == 0 && !dense[layer]) config.plans[layer].feed_forward = mixture;
}

/// Versions of the library disagree on which layers of these models have one.
void refuse_window(const ConfigReader& reader) {
  if (reader.flag("use_sliding_window", false)) reader.fail("use_sliding_window", "false");
  reader.pass_over("sliding_window");
}

void read_block(const ModelConfig& config, const FeedForward& plan, WeightReader& reader, const std::string& name,
                const MixtureNames& names, LayerWeights& layer) {
  if (plan.experts)
    layer.mixture = read_mixture(plan, config.hidden, reader, name, names);
  else
    read_feed_forward(config, plan, reader, name, layer);
}

LayerWeights read_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader, const std::string& name,
                        const MixtureNames& names) {
  LayerWeights layer = read_llama_attention(config, plan, reader, name);
  read_block(config, plan.feed_forward, reader, name, names, layer);
  return layer;
}

LayerWeights read_mixture_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                const std::string& name) {
  return read_layer(config, plan, reader, name, kMixture);
}

LayerWeights read_mixtral_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                const std::string& name) {
  return read_layer(config, plan, reader, name, kMixtralMixture);
}

Norm read_norm_of(WeightReader& reader, const std::string& name, std::size_t size) {
  return reader.rms_norm(name, size);
}

}  // namespace

void read_qwen3_moe_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {.context = 32'768, .kv_heads = 4});
  if (reader.flag("qkv_bias", false)) reader.fail("qkv_bias", "false");  // some files say both in their own way
  if (!reader.flag("use_qk_norm", true)) reader.fail("use_qk_norm", "true");
  const bool bias = reader.flag("attention_bias", false);
  set_attention_bias(config, bias, bias);
  for (LayerPlan& plan : config.plans)
    plan.attention.qk_norm = QkNorm::each_head;
  FeedForward mixture = config.plans.front().feed_forward;
  mixture.width = reader.size("moe_intermediate_size", {.most = bounds::kFeedForward}, 768);
  // Since transformers 5 files say it in the other word.
  const bool renamed = reader.has("num_local_experts");
  if (renamed && reader.has("num_experts")) reader.fail("num_experts", "num_local_experts");
  mixture.experts = read_expert_counts(reader, renamed ? "num_local_experts" : "num_experts", 128, 8);
  mixture.experts->gates_sum_to_1 = reader.flag("norm_topk_prob", false);
  read_sparse_layers(reader, mixture, config);
  refuse_window(reader);
  read_rope(reader, config);
}

void read_olmoe_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {.context = 4'096, .norm_epsilon = 1e-5F});
  const bool bias = reader.flag("attention_bias", false);
  set_attention_bias(config, bias, bias);
  for (LayerPlan& plan : config.plans)
    plan.attention.qk_norm = QkNorm::all_heads;
  Experts experts = read_expert_counts(reader, "num_experts", 64, 8);
  experts.gates_sum_to_1 = reader.flag("norm_topk_prob", false);
  set_experts(config, experts);
  read_rope(reader, config);
}

void read_qwen2_moe_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {.context = 32'768, .kv_heads = 16});
  set_attention_bias(config, reader.flag("qkv_bias", true), false);
  reader.pass_over("attention_bias");  // it has no say here
  read_shared_mixtures(reader, {.count = 60, .chosen = 4, .width = 1'408, .shared_width = 5'632}, config);
  refuse_window(reader);
  read_rope(reader, config);
}

void read_mixtral_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {.context = 131'072, .kv_heads = 8, .norm_epsilon = 1e-5F});
  Experts experts = read_expert_counts(reader, "num_local_experts", 8, 2);
  experts.gates_sum_to_1 = true;
  set_experts(config, experts);
  read_one_window(reader, 0, config);
  read_rope(reader, config, {.base = 1e6F});
}

void read_shared_mixtures(const ConfigReader& reader, const MixtureDefaults& defaults, ModelConfig& config) {
  FeedForward mixture = config.plans.front().feed_forward;
  mixture.width = reader.size("moe_intermediate_size", {.most = bounds::kFeedForward}, defaults.width);
  mixture.experts = read_expert_counts(reader, "num_experts", defaults.count, defaults.chosen);
  mixture.experts->gates_sum_to_1 = reader.flag("norm_topk_prob", defaults.gates_sum_to_1);
  mixture.experts->shared_width =
      reader.size("shared_expert_intermediate_size", {.most = bounds::kFeedForward}, defaults.shared_width);
  read_sparse_layers(reader, mixture, config);
}

void read_expert_groups(const ConfigReader& reader, std::size_t usual_groups, std::size_t usual_chosen,
                        Experts& experts) {
  experts.groups = reader.size("n_group", {.most = experts.count}, usual_groups, Null::missing);
  const std::size_t usual = std::min(usual_chosen, experts.groups);
  experts.chosen_groups = reader.size("topk_group", {.most = experts.groups}, usual, Null::missing);
  if (experts.count % experts.groups != 0) reader.fail("n_group", "1, …, " + std::to_string(experts.count) + " (÷)");
  if (experts.chosen > experts.count / experts.groups * experts.chosen_groups)
    reader.fail("topk_group", "× n_routed_experts ÷ n_group ≥ num_experts_per_tok");
}

void read_qwen_block(const ModelConfig& config, const FeedForward& plan, WeightReader& reader, const std::string& name,
                     LayerWeights& layer) {
  read_block(config, plan, reader, name, kMixture, layer);
}

Weights read_mixture_weights(const ModelConfig& config, WeightReader& reader) {
  return read_decoder(config, reader, read_mixture_layer, read_norm_of);
}

Weights read_mixtral_weights(const ModelConfig& config, WeightReader& reader) {
  return read_decoder(config, reader, read_mixtral_layer, read_norm_of);
}

}  // namespace regard
