// SPDX-License-Identifier: Apache-2.0
// Gemma, Gemma 2 (2024, https://arxiv.org/abs/2408.00118) and Gemma 3 (2025, https://arxiv.org/abs/2503.19786): Llama's block
// with RMSNorm scales stored as w − 1 and embeddings times √hidden; Gemma 2 and 3 also normalise what a block writes and let
// most layers look through a window; Gemma 2 caps scores and logits, Gemma 3 normalises queries and keys.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/llama_layout.h"
#include "core/model/weight_reader.h"

#include <cmath>
#include <optional>
#include <string_view>

namespace regard {
namespace {

constexpr float kLargestCap = 1e6F;

/// What the class of the library takes where the file is silent, if it fits.
std::size_t read_kv_heads(const ConfigReader& reader, std::size_t fallback, std::size_t heads) {
  const bool fits = heads % fallback == 0;
  return reader.size("num_key_value_heads", {.most = heads}, fits ? std::optional(fallback) : std::nullopt);
}

/// Scores and logits that the class of Gemma 2 caps where the file is silent; null is no cap.
struct Caps {
  float scores = 0.0F;
  float logits = 0.0F;
};

void read_common(const ConfigReader& reader, ModelConfig& config, std::size_t kv_heads, std::size_t context) {
  config.causal = true;
  config.layers = reader.size("num_hidden_layers", {.most = bounds::kLayers});
  const std::size_t heads = reader.size("num_attention_heads", {.most = bounds::kHeads});
  LayerPlan plan{.attention = {.heads = heads, .kv_heads = read_kv_heads(reader, kv_heads, heads)},
                 .feed_forward = {.gated = true}};
  config.hidden = reader.size("hidden_size", {.most = bounds::kHidden});
  plan.attention.head_dim = reader.size("head_dim", {.most = bounds::kHeadDim}, 256);
  plan.attention.scale = usual_scale(plan.attention.head_dim);
  plan.feed_forward.width = reader.size("intermediate_size", {.most = bounds::kFeedForward});
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary});
  config.context = reader.size("max_position_embeddings", {.most = bounds::kContext}, context);
  plan.feed_forward.activation = reader.is_null("hidden_activation")
                                     ? Activation::gelu_tanh  // whatever hidden_act says
                                     : read_activation(reader, "gelu_pytorch_tanh", "hidden_activation");
  config.norm_epsilon = reader.positive("rms_norm_eps", 0.1F, 1e-6F);
  config.tied_embeddings = reader.flag("tie_word_embeddings", true);
  plan.attention.bias = plan.attention.output_bias = reader.flag("attention_bias", false);
  config.embedding_scale = std::sqrt(static_cast<float>(config.hidden));
  config.plans.assign(config.layers, plan);
}

float read_cap(const ConfigReader& reader, std::string_view key, float fallback) {
  if (reader.has(key)) return reader.positive(key, kLargestCap);
  return reader.is_null(key) ? 0.0F : fallback;
}

void read_output_norms(const ConfigReader& reader, ModelConfig& config, const Caps& caps) {
  const float scalar = reader.positive("query_pre_attn_scalar", 1e6F, 256.0F);
  const float cap = read_cap(reader, "attn_logit_softcapping", caps.scores);
  for (LayerPlan& plan : config.plans) {
    plan.norms = NormPlace::both;
    plan.attention.scale = 1.0F / std::sqrt(scalar);
    plan.attention.cap = cap;
  }
  config.logit_cap = read_cap(reader, "final_logit_softcapping", caps.logits);
}

}  // namespace

void read_gemma_config(const ConfigReader& reader, ModelConfig& config) {
  read_common(reader, config, 16, 8'192);
  read_rope(reader, config);
}

void read_gemma2_config(const ConfigReader& reader, ModelConfig& config) {
  read_common(reader, config, 4, 8'192);
  read_output_norms(reader, config, {.scores = 50.0F, .logits = 30.0F});
  read_window_pattern(reader, 4'096, 2, config);
  read_rope(reader, config);
}

void read_gemma3_config(const ConfigReader& reader, ModelConfig& config) {
  read_common(reader, config, 4, 131'072);
  read_output_norms(reader, config, {});
  const std::size_t older = reader.size("_sliding_window_pattern", {.most = bounds::kLayers}, 6);
  const std::size_t pattern = reader.size("sliding_window_pattern", {.most = bounds::kLayers}, older);
  read_window_pattern(reader, 4'096, pattern, config);
  for (LayerPlan& plan : config.plans)
    plan.attention.qk_norm = QkNorm::each_head;
  read_rope(reader, config, {.base = 1e6F, .local_base = read_rope_base(reader, "rope_local_base_freq", 10000.0F)});
}

namespace {

LayerWeights read_gemma_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                              const std::string& name) {
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  const std::size_t queries = plan.attention.heads * plan.attention.head_dim;
  const std::size_t keys = plan.attention.kv_heads * plan.attention.head_dim;
  const bool bias = plan.attention.bias;
  const std::string attention = name + "self_attn.";
  LayerWeights layer;
  layer.attention_norm = read_centred_norm(reader, name + "input_layernorm", hidden);
  layer.query = reader.linear(attention + "q_proj", queries, hidden, bias);
  layer.key = reader.linear(attention + "k_proj", keys, hidden, bias);
  layer.value = reader.linear(attention + "v_proj", keys, hidden, bias);
  layer.output = reader.linear(attention + "o_proj", hidden, queries, plan.attention.output_bias);
  if (plan.attention.qk_norm == QkNorm::each_head) {
    layer.query_norm = read_centred_norm(reader, attention + "q_norm", plan.attention.head_dim);
    layer.key_norm = read_centred_norm(reader, attention + "k_norm", plan.attention.head_dim);
  }
  if (plan.norms == NormPlace::both) {
    layer.attention_output_norm = read_centred_norm(reader, name + "post_attention_layernorm", hidden);
    layer.feed_forward_norm = read_centred_norm(reader, name + "pre_feedforward_layernorm", hidden);
    layer.feed_forward_output_norm = read_centred_norm(reader, name + "post_feedforward_layernorm", hidden);
  } else {
    layer.feed_forward_norm = read_centred_norm(reader, name + "post_attention_layernorm", hidden);
  }
  layer.gate = reader.linear(name + "mlp.gate_proj", inner, hidden, false);
  layer.up = reader.linear(name + "mlp.up_proj", inner, hidden, false);
  layer.down = reader.linear(name + "mlp.down_proj", hidden, inner, false);
  return layer;
}

}  // namespace

Weights read_gemma_weights(const ModelConfig& config, WeightReader& reader) {
  return read_decoder(config, reader, read_gemma_layer, read_centred_norm);
}

}  // namespace regard
