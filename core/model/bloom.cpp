// SPDX-License-Identifier: Apache-2.0
// BLOOM (2022, https://arxiv.org/abs/2211.05100): ALiBi (Press et al. 2021, https://arxiv.org/abs/2108.12409) instead of
// positions, a LayerNorm behind the embeddings; query, key and value of a head lie side by side in one matrix.
#include "core/model/alibi.h"
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/fused.h"
#include "core/model/weight_reader.h"

namespace regard {
void read_bloom_config(const ConfigReader& reader, ModelConfig& config) {
  config.causal = true;
  config.layers =
      reader.size(reader.has("num_hidden_layers") ? "num_hidden_layers" : "n_layer", {.most = bounds::kLayers});
  const std::size_t heads =
      reader.size(reader.has("num_attention_heads") ? "num_attention_heads" : "n_head", {.most = bounds::kHeads});
  config.hidden = reader.size(reader.has("n_embed") ? "n_embed" : "hidden_size", {.most = bounds::kHidden});
  if (config.hidden % heads != 0) reader.fail("hidden_size", "n × " + std::to_string(heads));
  LayerPlan plan{
      .attention = even_heads(heads, config.hidden),
      .positions = Alibi{alibi_slopes(heads)},
      .feed_forward = {.width = 4 * config.hidden, .activation = Activation::gelu_tanh, .bias = true},
  };
  plan.attention.bias = plan.attention.output_bias = true;
  config.plans.assign(config.layers, plan);
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary});
  config.context = reader.size("seq_length", {.most = bounds::kContext}, 2'048);  // what it was trained on
  config.norm_epsilon = reader.positive("layer_norm_epsilon", 0.1F, 1e-5F);
  if (reader.flag("apply_residual_connection_post_layernorm", false))
    reader.fail("apply_residual_connection_post_layernorm", "false");
  config.tied_embeddings = reader.flag("tie_word_embeddings", true);
}

namespace {

LayerWeights read_bloom_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                              const std::string& name, Storage& storage) {
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  LayerWeights layer;
  layer.attention_norm = reader.layer_norm(name + "input_layernorm", hidden);
  const Linear fused = reader.linear(name + "self_attention.query_key_value", 3 * hidden, hidden, true);
  layer.query = output_part(fused, plan.attention.heads, 3, 0, storage);
  layer.key = output_part(fused, plan.attention.heads, 3, 1, storage);
  layer.value = output_part(fused, plan.attention.heads, 3, 2, storage);
  layer.output = reader.linear(name + "self_attention.dense", hidden, hidden, true);
  layer.feed_forward_norm = reader.layer_norm(name + "post_attention_layernorm", hidden);
  layer.up = reader.linear(name + "mlp.dense_h_to_4h", inner, hidden, true);
  layer.down = reader.linear(name + "mlp.dense_4h_to_h", hidden, inner, true);
  return layer;
}

}  // namespace

Weights read_bloom_weights(const ModelConfig& config, WeightReader& reader) {
  constexpr std::string_view kAnchor = "h.0.input_layernorm.weight";
  const std::string root =
      config.has_lm_head ? reader.root(kAnchor, {"transformer.", ""}) : reader.root(kAnchor, {"", "transformer."});
  Weights weights;
  Storage parts;
  weights.token_embedding = read_token_table(config, reader, root + "word_embeddings.weight");
  weights.embedding_norm = reader.layer_norm(root + "word_embeddings_layernorm", config.hidden);
  weights.layers = reader.layers(config.layers, root + "h.", [&](std::size_t layer, const std::string& name) {
    return read_bloom_layer(config, config.plans[layer], reader, name, parts);
  });
  weights.final_norm = reader.layer_norm(root + "ln_f", config.hidden);
  read_unembedding(config, reader, weights);
  weights.storage = reader.take_storage();
  weights.storage.insert(weights.storage.end(), parts.begin(), parts.end());
  return weights;
}

}  // namespace regard
