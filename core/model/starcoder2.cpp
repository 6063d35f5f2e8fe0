// SPDX-License-Identifier: Apache-2.0
// StarCoder2 (Lozhkov et al. 2024, https://arxiv.org/abs/2402.19173): grouped queries, RoPE and a window as in Mistral, with
// LayerNorm, biases and a feed-forward block without a gate.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/llama_layout.h"
#include "core/model/weight_reader.h"

namespace regard {

void read_starcoder2_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config,
                   {.context = 4'096,
                    .kv_heads = 2,
                    .norm_epsilon = 1e-5F,
                    .tied = true,
                    .epsilon_key = "norm_epsilon",
                    .activation = "gelu_pytorch_tanh",
                    .gated = false});
  const bool bias = reader.flag("use_bias", true);
  set_attention_bias(config, bias, bias);
  for (LayerPlan& plan : config.plans)
    plan.feed_forward.bias = bias;
  read_one_window(reader, 0, config);
  read_rope(reader, config);
}

namespace {

LayerWeights read_starcoder2_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                   const std::string& name) {
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  LayerWeights layer = read_llama_projections(config, plan, reader, name);
  layer.attention_norm = reader.layer_norm(name + "input_layernorm", hidden);
  layer.feed_forward_norm = reader.layer_norm(name + "post_attention_layernorm", hidden);
  layer.up = reader.linear(name + "mlp.c_fc", inner, hidden, plan.feed_forward.bias);
  layer.down = reader.linear(name + "mlp.c_proj", hidden, inner, plan.feed_forward.bias);
  return layer;
}

}  // namespace

Weights read_starcoder2_weights(const ModelConfig& config, WeightReader& reader) {
  return read_decoder(
      config, reader, read_starcoder2_layer,
      [](WeightReader& from, const std::string& name, std::size_t size) { return from.layer_norm(name, size); });
}

}  // namespace regard
