// SPDX-License-Identifier: Apache-2.0
// OPT (Zhang et al. 2022, https://arxiv.org/abs/2205.01068): learned positions that start at row 2, ReLU; the 350M model
// normalises after its blocks and has narrower embeddings than its stream.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/weight_reader.h"

namespace regard {

void read_opt_config(const ConfigReader& reader, ModelConfig& config) {
  config.causal = true;
  config.layers = reader.size("num_hidden_layers", {.most = bounds::kLayers});
  const std::size_t heads = reader.size("num_attention_heads", {.most = bounds::kHeads});
  config.hidden = reader.size("hidden_size", {.most = bounds::kHidden});
  if (config.hidden % heads != 0) reader.fail("hidden_size", "n × " + std::to_string(heads));
  const std::size_t width = reader.size("word_embed_proj_dim", {.most = bounds::kHidden}, config.hidden, Null::missing);
  config.embedding_width = width == config.hidden ? 0 : width;
  config.widening = Widening::before_positions;
  LayerPlan plan{.attention = even_heads(heads, config.hidden)};
  plan.feed_forward.width = reader.size("ffn_dim", {.most = bounds::kFeedForward});
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary});
  config.context = reader.size("max_position_embeddings", {.most = bounds::kContext}, 2'048);
  config.embedded_positions = LearnedPositions{.offset = 2};  // whatever the padding id is
  plan.feed_forward.activation = read_activation(reader, "relu", "activation_function");
  plan.norms = reader.flag("do_layer_norm_before", true) ? NormPlace::before : NormPlace::after;
  config.tied_embeddings = reader.flag("tie_word_embeddings", true);
  plan.attention.bias = plan.attention.output_bias = plan.feed_forward.bias = reader.flag("enable_bias", true);
  config.plans.assign(config.layers, plan);
  if (!reader.flag("layer_norm_elementwise_affine", true)) reader.fail("layer_norm_elementwise_affine", "true");
  if (reader.flag("_remove_final_layer_norm", false)) reader.fail("_remove_final_layer_norm", "false");
}

namespace {

LayerWeights read_opt_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                            const std::string& name) {
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  const bool bias = plan.attention.bias;
  LayerWeights layer;
  layer.query = reader.linear(name + "self_attn.q_proj", hidden, hidden, bias);
  layer.key = reader.linear(name + "self_attn.k_proj", hidden, hidden, bias);
  layer.value = reader.linear(name + "self_attn.v_proj", hidden, hidden, bias);
  layer.output = reader.linear(name + "self_attn.out_proj", hidden, hidden, plan.attention.output_bias);
  layer.attention_norm = reader.layer_norm(name + "self_attn_layer_norm", hidden);
  layer.up = reader.linear(name + "fc1", inner, hidden, plan.feed_forward.bias);
  layer.down = reader.linear(name + "fc2", hidden, inner, plan.feed_forward.bias);
  layer.feed_forward_norm = reader.layer_norm(name + "final_layer_norm", hidden);
  return layer;
}

}  // namespace

Weights read_opt_weights(const ModelConfig& config, WeightReader& reader) {
  constexpr std::string_view kAnchor = "layers.0.fc1.weight";
  const std::string root = config.has_lm_head ? reader.root(kAnchor, {"model.decoder.", "decoder."})
                                              : reader.root(kAnchor, {"decoder.", "model.decoder."});
  const std::size_t width = config.table_width();
  Weights weights;
  weights.token_embedding = read_token_table(config, reader, root + "embed_tokens.weight");
  weights.position_embedding = reader.tensor(root + "embed_positions.weight", {learned_rows(config), config.hidden});
  if (width != config.hidden) {
    weights.embedding_projection = reader.linear(root + "project_in", config.hidden, width, false);
    weights.output_projection = reader.linear(root + "project_out", width, config.hidden, false);
  }
  weights.layers = reader.layers(config.layers, root + "layers.", [&](std::size_t layer, const std::string& name) {
    return read_opt_layer(config, config.plans[layer], reader, name);
  });
  if (config.plans.back().norms == NormPlace::before)
    weights.final_norm = reader.layer_norm(root + "final_layer_norm", config.hidden);
  if (config.has_lm_head)
    weights.unembedding.weight =
        config.tied_embeddings ? weights.token_embedding : reader.tensor("lm_head.weight", {config.vocabulary, width});
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
