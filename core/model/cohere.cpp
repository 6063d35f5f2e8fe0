// SPDX-License-Identifier: Apache-2.0
// Cohere's Command R (2024, https://huggingface.co/CohereLabs/c4ai-command-r-v01) and Command R7B: attention and feed-forward read
// one normalised stream (LayerNorm without a shift), neighbouring dimensions of queries and keys are turned together, logits are
// scaled. Command R+ normalises every head of queries and keys by a norm of its own. Three layers of four of Command R7B look
// through a window; the fourth sees everything and turns nothing.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/llama_layout.h"
#include "core/model/weight_reader.h"

namespace regard {
namespace {

void read_cohere_sizes(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config,
                   {.context = 8'192, .norm_epsilon = 1e-5F, .tied = true, .epsilon_key = "layer_norm_eps"});
  const bool bias = reader.flag("attention_bias", false);
  set_attention_bias(config, bias, bias);
  config.logit_scale = reader.positive("logit_scale", 1e4F, 0.0625F);
  for (LayerPlan& plan : config.plans)
    plan.norms = NormPlace::shared;
}

LayerWeights read_cohere_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                               const std::string& name) {
  const SoftmaxAttention& attention = plan.attention;
  LayerWeights layer = read_llama_projections(config, plan, reader, name);
  layer.attention_norm = reader.layer_norm_without_bias(name + "input_layernorm", config.hidden);
  if (attention.qk_norm == QkNorm::each_head_own) {
    layer.query_norm = read_head_norms(reader, name + "self_attn.q_norm", attention.heads, attention.head_dim);
    layer.key_norm = read_head_norms(reader, name + "self_attn.k_norm", attention.kv_heads, attention.head_dim);
  }
  read_feed_forward(config, plan.feed_forward, reader, name, layer);
  return layer;
}

}  // namespace

void read_cohere_config(const ConfigReader& reader, ModelConfig& config) {
  read_cohere_sizes(reader, config);
  if (reader.flag("use_qk_norm", false))
    for (LayerPlan& plan : config.plans)
      plan.attention.qk_norm = QkNorm::each_head_own;
  read_rope(reader, config, {.base = 500'000.0F, .interleaved = true});
}

void read_cohere2_config(const ConfigReader& reader, ModelConfig& config) {
  read_cohere_sizes(reader, config);
  const std::size_t pattern = reader.size("sliding_window_pattern", {.most = bounds::kLayers}, 4);
  read_window_pattern(reader, 4'096, pattern, config);
  if (reader.text("position_embedding_type", "rope_gptj") != "rope_gptj")
    reader.fail("position_embedding_type", "rope_gptj");
  read_rope(reader, config, {.interleaved = true});
  for (LayerPlan& plan : config.plans)
    if (plan.attention.window.width == 0) plan.positions = NoPositions{};
}

Weights read_cohere_weights(const ModelConfig& config, WeightReader& reader) {
  return read_decoder(config, reader, read_cohere_layer,
                      [](WeightReader& from, const std::string& name, std::size_t size) {
                        return from.layer_norm_without_bias(name, size);
                      });
}

}  // namespace regard
