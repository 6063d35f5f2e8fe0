// SPDX-License-Identifier: Apache-2.0
// Gemma 4 as far as text goes (Google 2026, https://ai.google.dev/gemma/docs/core/model_card_4). Most layers look through a window;
// those that see everything have wider heads and fewer key heads, turn a part of the pairs, and may make keys and values by one
// projection. Scores are not scaled, values are normalised. The last layers may read the keys and values of earlier ones; each token
// may bring a row of its own into every layer; a mixture of experts may stand beside the dense block.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/expert_weights.h"
#include "core/model/family.h"
#include "core/model/gemma_layout.h"
#include "core/model/llama_layout.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr float kLargestLogitCap = 1e6F;
constexpr float kLargestStretch = 1e4F;
constexpr MixtureNames kGemma4Mixture{.router = "router.proj",
                                      .experts = "experts.",
                                      .gate = "gate_proj",
                                      .up = "up_proj",
                                      .down = "down_proj",
                                      .shared = "mlp."};

void read_gemma4_sizes(const ConfigReader& reader, ModelConfig& config) {
  config.causal = true;
  config.layers = reader.size("num_hidden_layers", {.most = bounds::kLayers}, 30);
  config.hidden = reader.size("hidden_size", {.most = bounds::kHidden}, 2'304);
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary}, 262'144);
  config.context = reader.size("max_position_embeddings", {.most = bounds::kContext}, 131'072);
  config.norm_epsilon = reader.positive("rms_norm_eps", 0.1F, 1e-6F);
  config.tied_embeddings = reader.flag("tie_word_embeddings", true);
  config.embedding_scale = std::sqrt(static_cast<float>(config.hidden));
  if (reader.has("final_logit_softcapping"))
    config.logit_cap = reader.positive("final_logit_softcapping", kLargestLogitCap);
  if (reader.text("use_bidirectional_attention", "vision", Null::missing) != "vision")
    reader.fail("use_bidirectional_attention", "null, vision");
}

/// Of the layers with a window.
LayerPlan read_near_plan(const ConfigReader& reader) {
  const std::size_t heads = reader.size("num_attention_heads", {.most = bounds::kHeads}, 8);
  LayerPlan plan{.norms = NormPlace::both, .stream_factor = true};
  plan.attention = {.heads = heads,
                    .kv_heads = reader.size("num_key_value_heads", {.most = heads}, std::min<std::size_t>(heads, 4)),
                    .head_dim = reader.size("head_dim", {.most = bounds::kHeadDim}, 256),
                    .scale = 1.0F,
                    .qk_norm = QkNorm::each_head,
                    .value_norm = true};
  plan.attention.window.width = reader.size("sliding_window", {.most = bounds::kContext}, 512);
  plan.attention.bias = plan.attention.output_bias = reader.flag("attention_bias", false);
  plan.feed_forward.gated = true;
  plan.feed_forward.width = reader.size("intermediate_size", {.most = bounds::kFeedForward}, 9'216);
  plan.feed_forward.activation = read_activation(reader, "gelu_pytorch_tanh", "hidden_activation");
  return plan;
}

/// Of the layers that see everything.
LayerPlan read_far_plan(const ConfigReader& reader, LayerPlan plan) {
  plan.attention.window = {};
  plan.attention.head_dim = reader.size("global_head_dim", {.most = bounds::kHeadDim}, 512);
  plan.attention.values_are_keys = reader.flag("attention_k_eq_v", false);
  if (!plan.attention.values_are_keys)
    reader.pass_over("num_global_key_value_heads");
  else if (reader.has("num_global_key_value_heads"))
    plan.attention.kv_heads = reader.size("num_global_key_value_heads", {.most = plan.attention.heads});
  return plan;
}

/// What an object of "rope_parameters" says, or null: what the class takes.
Rotary read_turning(const std::optional<ConfigReader>& settings, std::size_t head_dim, bool far) {
  Rotary rotary{.rope = {.base = far ? 1e6F : 1e4F}, .width = head_dim};
  if (far) rotary.rope.turned = head_dim / 8;
  if (!settings) return rotary;
  rotary.rope.base = read_rope_base(*settings, "rope_theta", rotary.rope.base);
  const std::string kind = settings->text("rope_type", "default");
  if (kind != "default" && kind != "proportional") settings->fail("rope_type", "default, proportional");
  rotary.rope.turned.reset();
  if (kind == "default") return rotary;
  const float share = settings->positive("partial_rotary_factor", 1.0F, 1.0F);
  const auto pairs = static_cast<std::size_t>(static_cast<double>(share) * static_cast<double>(head_dim) / 2.0);
  if (pairs == 0) settings->fail("partial_rotary_factor", "× head_dim ≥ 2");
  if (pairs < head_dim / 2) rotary.rope.turned = pairs;
  rotary.rope.factor = settings->positive("factor", kLargestStretch, 1.0F);
  if (rotary.rope.factor < 1.0F) settings->fail("factor", "≥ 1");
  if (rotary.rope.factor != 1.0F) rotary.rope.scaling = RopeConfig::Scaling::linear;
  return rotary;
}

void read_turnings(const ConfigReader& reader, LayerPlan& near, LayerPlan& far) {
  if (near.attention.head_dim % 2 != 0) reader.fail("head_dim", "2, 4, 6 …");
  if (far.attention.head_dim % 2 != 0) reader.fail("global_head_dim", "2, 4, 6 …");
  const std::optional<ConfigReader> kinds = reader.object("rope_parameters");
  if (!kinds && far.attention.head_dim < 8) reader.fail("global_head_dim", "≥ 8");  // an eighth is turned
  const auto turning = [&](const LayerPlan& plan, const char* kind, bool is_far) {
    const std::optional<ConfigReader> settings = kinds ? kinds->object(kind) : std::nullopt;
    if (kinds && !settings) kinds->fail(kind, "{…}");
    return read_turning(settings, plan.attention.head_dim, is_far);
  };
  near.positions = turning(near, "sliding_attention", false);
  far.positions = turning(far, "full_attention", true);
}

/// Whether each layer sees everything; the last one always does.
std::vector<bool> read_far_layers(const ConfigReader& reader, const ModelConfig& config) {
  constexpr std::size_t kUsualPattern = 6;
  const std::vector<std::string> types = read_layer_types(reader, config);
  std::vector<bool> far;
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    far.push_back(types.empty() ? (layer + 1) % kUsualPattern == 0 : types[layer] == "full_attention");
  far.back() = true;
  return far;
}

/// The last layers, which share keys, may have blocks twice as wide.
void widen_blocks(const ConfigReader& reader, std::size_t first_shared, ModelConfig& config) {
  if (!reader.flag("use_double_wide_mlp", false)) return;
  for (std::size_t layer = first_shared; layer < config.layers; ++layer)
    config.plans[layer].feed_forward.width *= 2;
}

void read_gemma4_experts(const ConfigReader& reader, ModelConfig& config) {
  if (!reader.flag("enable_moe_block", false)) {
    for (const char* key : {"num_experts", "top_k_experts", "moe_intermediate_size"})
      reader.pass_over(key);
    return;
  }
  Experts experts;
  experts.count = reader.size("num_experts", {.most = bounds::kExperts});
  experts.chosen = reader.size("top_k_experts", {.most = experts.count});
  experts.gates_sum_to_1 = true;
  experts.shared_is_gated = false;
  experts.has_gate_factors = experts.own_norms = true;
  const std::size_t width = reader.size("moe_intermediate_size", {.most = bounds::kFeedForward});
  for (LayerPlan& plan : config.plans) {
    experts.shared_width = plan.feed_forward.width;
    plan.feed_forward.width = width;
    plan.feed_forward.experts = experts;
  }
}

void read_token_rows(const ConfigReader& reader, ModelConfig& config) {
  const std::size_t width = reader.has("hidden_size_per_layer_input") || !reader.is_null("hidden_size_per_layer_input")
                                ? reader.size("hidden_size_per_layer_input", {.least = 0, .most = bounds::kHidden}, 256)
                                : 0;
  if (width == 0) return reader.pass_over("vocab_size_per_layer_input");
  if (width * config.layers > bounds::kHidden)
    reader.fail("hidden_size_per_layer_input", "× num_hidden_layers ≤ " + std::to_string(bounds::kHidden));
  config.token_rows =
      reader.size("vocab_size_per_layer_input", {.least = config.vocabulary, .most = bounds::kVocabulary}, 262'144);
  if (config.token_rows < config.vocabulary) reader.fail("vocab_size", "≤ " + std::to_string(config.token_rows));
  for (LayerPlan& plan : config.plans)
    plan.token_row = width;
}

void read_gemma4_text(const ConfigReader& reader, ModelConfig& config) {
  read_gemma4_sizes(reader, config);
  LayerPlan near = read_near_plan(reader);
  LayerPlan far = read_far_plan(reader, near);
  read_turnings(reader, near, far);
  const std::vector<bool> is_far = read_far_layers(reader, config);
  for (const bool each : is_far)
    config.plans.push_back(each ? far : near);
  widen_blocks(reader, share_keys(reader, is_far, 0, config), config);
  read_gemma4_experts(reader, config);
  read_token_rows(reader, config);
}

/// The router's scale and ÷ √D are one norm.
void read_gemma4_mixture(const ModelConfig& config, const FeedForward& plan, WeightReader& reader,
                         const std::string& name, LayerWeights& layer) {
  layer.mixture = read_mixture(plan, config.hidden, reader, name, kGemma4Mixture);
  layer.mixture.router_norm.scale = reader.vector(name + "router.scale", config.hidden);
  for (float& scale : layer.mixture.router_norm.scale)
    scale /= std::sqrt(static_cast<float>(config.hidden));
  layer.mixture.gate_factors =
      std::make_shared<const std::vector<float>>(reader.vector(name + "router.per_expert_scale", plan.experts->count));
  layer.mixture.read_norm = reader.rms_norm(name + "pre_feedforward_layernorm_2", config.hidden);
  layer.mixture.shared_norm = reader.rms_norm(name + "post_feedforward_layernorm_1", config.hidden);
  layer.mixture.written_norm = reader.rms_norm(name + "post_feedforward_layernorm_2", config.hidden);
}

LayerWeights read_gemma4_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                               const std::string& name) {
  const std::size_t hidden = config.hidden;
  LayerWeights layer;
  layer.attention_norm = reader.rms_norm(name + "input_layernorm", hidden);
  read_normed_heads(config, plan.attention, reader, name + "self_attn.", layer);
  layer.attention_output_norm = reader.rms_norm(name + "post_attention_layernorm", hidden);
  layer.feed_forward_norm = reader.rms_norm(name + "pre_feedforward_layernorm", hidden);
  layer.feed_forward_output_norm = reader.rms_norm(name + "post_feedforward_layernorm", hidden);
  if (plan.feed_forward.experts)
    read_gemma4_mixture(config, plan.feed_forward, reader, name, layer);
  else
    read_feed_forward(config, plan.feed_forward, reader, name, layer);
  if (reader.has(name + "layer_scalar")) layer.stream_factor = reader.vector(name + "layer_scalar", 1).front();
  read_token_row(config, plan, reader, name, layer);
  return layer;
}

}  // namespace

void read_gemma4_config(const ConfigReader& reader, ModelConfig& config) {
  const std::optional<ConfigReader> text = reader.object("text_config");
  read_gemma4_text(text ? *text : reader, config);
  if (text) config.tied_embeddings = reader.flag("tie_word_embeddings", true);
}

Weights read_gemma4_weights(const ModelConfig& config, WeightReader& reader) {
  Weights weights = read_decoder(
      config, reader, read_gemma4_layer,
      [](WeightReader& from, const std::string& name, std::size_t size) { return from.rms_norm(name, size); });
  if (config.plans.front().token_row > 0) read_row_tables(config, reader, weights);
  for (const std::shared_ptr<const void>& owner : reader.take_storage())
    weights.storage.push_back(owner);
  return weights;
}

}  // namespace regard
