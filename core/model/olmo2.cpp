// SPDX-License-Identifier: Apache-2.0
// OLMo 2 (2025, https://arxiv.org/abs/2501.00656) and OLMo 3 (2025, https://arxiv.org/abs/2512.13961): Llama's blocks, with the
// norms of what they write instead of what they read, and of all queries and all keys of a token; three layers of four of OLMo 3
// look through a window and do not stretch their positions.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/llama_layout.h"
#include "core/model/weight_reader.h"

namespace regard {
namespace {

void read_olmo_sizes(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {.norm_epsilon = 1e-5F});
  const bool bias = reader.flag("attention_bias", false);
  set_attention_bias(config, bias, bias);
  for (LayerPlan& plan : config.plans) {
    plan.norms = NormPlace::written;
    plan.attention.qk_norm = QkNorm::all_heads;
  }
}

LayerWeights read_olmo_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                             const std::string& name) {
  LayerWeights layer = read_llama_projections(config, plan, reader, name);
  read_query_key_norms(plan, reader, name, layer);
  layer.attention_output_norm = reader.rms_norm(name + "post_attention_layernorm", config.hidden);
  read_feed_forward(config, plan.feed_forward, reader, name, layer);
  layer.feed_forward_output_norm = reader.rms_norm(name + "post_feedforward_layernorm", config.hidden);
  return layer;
}

}  // namespace

void read_olmo2_config(const ConfigReader& reader, ModelConfig& config) {
  read_olmo_sizes(reader, config);
  read_rope(reader, config);
}

void read_olmo3_config(const ConfigReader& reader, ModelConfig& config) {
  read_olmo_sizes(reader, config);
  read_window_pattern(reader, 4'096, 4, config);
  read_rope(reader, config, {.base = 500'000.0F, .unscaled_windows = true});
}

Weights read_olmo2_weights(const ModelConfig& config, WeightReader& reader) {
  return read_decoder(
      config, reader, read_olmo_layer,
      [](WeightReader& from, const std::string& name, std::size_t size) { return from.rms_norm(name, size); },
      "layers.0.post_attention_layernorm.weight");
}

}  // namespace regard
