// SPDX-License-Identifier: Apache-2.0
// StableLM (3B 4E1T 2023, and 2, Bellagente et al. 2024, https://arxiv.org/abs/2402.17834): Llama's blocks with LayerNorm, of whose
// heads a quarter is turned; the 12B model normalises every head of queries and keys by a norm of its own, and its attention and
// feed-forward read the same normalised stream.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/llama_layout.h"
#include "core/model/weight_reader.h"

namespace regard {

void read_stablelm_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config,
                   {.context = 4'096, .kv_heads = 32, .norm_epsilon = 1e-5F, .epsilon_key = "layer_norm_eps"});
  set_attention_bias(config, reader.flag("use_qkv_bias", false), false);
  const bool parallel = reader.flag("use_parallel_residual", false);
  const bool norms = reader.flag("qk_layernorm", false);
  for (LayerPlan& plan : config.plans) {
    plan.norms = parallel ? NormPlace::shared : NormPlace::before;
    plan.attention.qk_norm = norms ? QkNorm::each_head_own : QkNorm::none;
  }
  read_rope(reader, config, {.share_key = "partial_rotary_factor", .share = 0.25F});
}

namespace {

LayerWeights read_stablelm_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                 const std::string& name) {
  const SoftmaxAttention& attention = plan.attention;
  LayerWeights layer = read_llama_projections(config, plan, reader, name);
  layer.attention_norm = reader.layer_norm(name + "input_layernorm", config.hidden);
  if (attention.qk_norm == QkNorm::each_head_own) {
    layer.query_norm = read_head_norms(reader, name + "self_attn.q_layernorm", attention.heads, attention.head_dim);
    layer.key_norm = read_head_norms(reader, name + "self_attn.k_layernorm", attention.kv_heads, attention.head_dim);
  }
  if (plan.norms == NormPlace::before)
    layer.feed_forward_norm = reader.layer_norm(name + "post_attention_layernorm", config.hidden);
  read_feed_forward(config, plan.feed_forward, reader, name, layer);
  return layer;
}

}  // namespace

Weights read_stablelm_weights(const ModelConfig& config, WeightReader& reader) {
  return read_decoder(
      config, reader, read_stablelm_layer,
      [](WeightReader& from, const std::string& name, std::size_t size) { return from.layer_norm(name, size); });
}

}  // namespace regard
