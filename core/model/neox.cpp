// SPDX-License-Identifier: Apache-2.0
// GPT-NeoX (Black et al. 2022, https://arxiv.org/abs/2204.06745) and Pythia: part of each head is rotated, attention and
// feed-forward may read the same stream; query, key and value of a head lie side by side in one matrix.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/fused.h"
#include "core/model/weight_reader.h"

namespace regard {

void read_neox_config(const ConfigReader& reader, ModelConfig& config) {
  config.causal = true;
  config.layers = reader.size("num_hidden_layers", {.most = bounds::kLayers});
  const std::size_t heads = reader.size("num_attention_heads", {.most = bounds::kHeads});
  config.hidden = reader.size("hidden_size", {.most = bounds::kHidden});
  if (config.hidden % heads != 0) reader.fail("hidden_size", "n × " + std::to_string(heads));
  LayerPlan plan{.attention = even_heads(heads, config.hidden), .feed_forward = {.bias = true}};
  plan.feed_forward.width = reader.size("intermediate_size", {.most = bounds::kFeedForward});
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary});
  config.context = reader.size("max_position_embeddings", {.most = bounds::kContext}, 2'048);
  plan.feed_forward.activation = read_activation(reader, "gelu");
  config.norm_epsilon = reader.positive("layer_norm_eps", 0.1F, 1e-5F);
  config.tied_embeddings = reader.flag("tie_word_embeddings", false);
  plan.attention.bias = plan.attention.output_bias = reader.flag("attention_bias", true);
  plan.norms = reader.flag("use_parallel_residual", true) ? NormPlace::parallel : NormPlace::before;
  config.plans.assign(config.layers, plan);
  read_rope(reader, config, {.base_key = "rotary_emb_base", .share_key = "rotary_pct", .share = 0.25F});
}

namespace {

LayerWeights read_neox_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                             const std::string& name, Storage& storage) {
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  LayerWeights layer;
  layer.attention_norm = reader.layer_norm(name + "input_layernorm", hidden);
  const Linear fused = reader.linear(name + "attention.query_key_value", 3 * hidden, hidden, plan.attention.bias);
  layer.query = output_part(fused, plan.attention.heads, 3, 0, storage);
  layer.key = output_part(fused, plan.attention.heads, 3, 1, storage);
  layer.value = output_part(fused, plan.attention.heads, 3, 2, storage);
  layer.output = reader.linear(name + "attention.dense", hidden, hidden, plan.attention.output_bias);
  layer.feed_forward_norm = reader.layer_norm(name + "post_attention_layernorm", hidden);
  layer.up = reader.linear(name + "mlp.dense_h_to_4h", inner, hidden, true);
  layer.down = reader.linear(name + "mlp.dense_4h_to_h", hidden, inner, true);
  return layer;
}

}  // namespace

Weights read_neox_weights(const ModelConfig& config, WeightReader& reader) {
  constexpr std::string_view kAnchor = "layers.0.input_layernorm.weight";
  const std::string root =
      config.has_lm_head ? reader.root(kAnchor, {"gpt_neox.", ""}) : reader.root(kAnchor, {"", "gpt_neox."});
  Weights weights;
  Storage parts;
  weights.token_embedding = read_token_table(config, reader, root + "embed_in.weight", "embed_out.weight");
  weights.layers = reader.layers(config.layers, root + "layers.", [&](std::size_t layer, const std::string& name) {
    return read_neox_layer(config, config.plans[layer], reader, name, parts);
  });
  weights.final_norm = reader.layer_norm(root + "final_layer_norm", config.hidden);
  if (config.has_lm_head)
    weights.unembedding.weight = config.tied_embeddings
                                     ? weights.token_embedding
                                     : reader.tensor("embed_out.weight", {config.vocabulary, config.hidden});
  weights.storage = reader.take_storage();
  weights.storage.insert(weights.storage.end(), parts.begin(), parts.end());
  return weights;
}

}  // namespace regard
