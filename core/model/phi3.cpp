// SPDX-License-Identifier: Apache-2.0
// Phi-3 (Abdin et al. 2024, https://arxiv.org/abs/2404.14219): Mistral's block with fused matrices; part of a head may be rotated.
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/fused.h"
#include "core/model/weight_reader.h"

namespace regard {

namespace {

LayerWeights read_phi3_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                             const std::string& name) {
  const std::size_t hidden = config.hidden, width = plan.feed_forward.width;
  const std::size_t queries = plan.attention.heads * plan.attention.head_dim;
  const std::size_t keys = plan.attention.kv_heads * plan.attention.head_dim;
  LayerWeights layer;
  layer.attention_norm = reader.rms_norm(name + "input_layernorm", hidden);
  const Linear attention = reader.linear(name + "self_attn.qkv_proj", queries + 2 * keys, hidden, false);
  layer.query = output_rows(attention, 0, queries);
  layer.key = output_rows(attention, queries, keys);
  layer.value = output_rows(attention, queries + keys, keys);
  layer.output = reader.linear(name + "self_attn.o_proj", hidden, queries, false);
  layer.feed_forward_norm = reader.rms_norm(name + "post_attention_layernorm", hidden);
  const Linear inner = reader.linear(name + "mlp.gate_up_proj", 2 * width, hidden, false);
  layer.gate = output_rows(inner, 0, width);
  layer.up = output_rows(inner, width, width);
  layer.down = reader.linear(name + "mlp.down_proj", hidden, width, false);
  return layer;
}

}  // namespace

Weights read_phi3_weights(const ModelConfig& config, WeightReader& reader) {
  return read_decoder(
      config, reader, read_phi3_layer,
      [](WeightReader& from, const std::string& name, std::size_t size) { return from.rms_norm(name, size); });
}

}  // namespace regard
