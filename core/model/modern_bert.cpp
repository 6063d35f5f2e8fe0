// SPDX-License-Identifier: Apache-2.0
// ModernBERT (Warner et al. 2024, https://arxiv.org/abs/2412.13663): norms before each block, none before the first layer's
// attention, whose place the embeddings' norm takes; rotary positions; every third layer sees the whole text, the others what is
// near, each kind with a base of its own; GeGLU; no biases.
#include "core/model/config_reader.h"
#include "core/model/encoder_layout.h"
#include "core/model/family.h"
#include "core/model/fused.h"

namespace regard {
namespace {

/// local_attention counts both sides: a query looks at keys up to half of it away.
void read_windows(const ConfigReader& reader, ModelConfig& config) {
  const std::size_t near = reader.size("local_attention", {.most = bounds::kContext}, 128);
  const std::size_t every = reader.size("global_attn_every_n_layers", {.most = bounds::kLayers}, 3);
  const std::vector<std::string> types = reader.texts("layer_types");
  if (!types.empty() && types.size() != config.layers)
    reader.fail("layer_types", "[…] (" + std::to_string(config.layers) + ")");
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const bool known = types.empty() || types[layer] == "full_attention" || types[layer] == "sliding_attention";
    if (!known) reader.fail("layer_types", "full_attention, sliding_attention");
    const bool sees_all = types.empty() ? layer % every == 0 : types[layer] == "full_attention";
    if (!sees_all) config.plans[layer].attention.window.width = near / 2 + 1;
  }
}

void read_positions(const ConfigReader& reader, ModelConfig& config) {
  if (reader.has("rope_scaling")) reader.fail("rope_scaling", "null");
  if (reader.has("rope_theta")) reader.fail("rope_theta", "global_rope_theta, local_rope_theta");
  const float base = read_rope_base(reader, "global_rope_theta", 160'000.0F);
  const float local = reader.is_null("local_rope_theta") ? base : read_rope_base(reader, "local_rope_theta", 10'000.0F);
  read_rope(reader, config, {.base = base, .local_base = local});
}

LayerWeights read_modern_bert_layer(const ModelConfig& config, std::size_t layer, WeightReader& reader,
                                    const std::string& name) {
  const LayerPlan& plan = config.plans[layer];
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  LayerWeights weights;
  if (layer > 0) weights.attention_norm = read_stream_norm(config, reader, name + "attn_norm");
  const Linear joined = reader.linear(name + "attn.Wqkv", 3 * hidden, hidden, plan.attention.bias);
  weights.query = output_rows(joined, 0, hidden);
  weights.key = output_rows(joined, hidden, hidden);
  weights.value = output_rows(joined, 2 * hidden, hidden);
  weights.output = reader.linear(name + "attn.Wo", hidden, hidden, plan.attention.output_bias);
  weights.feed_forward_norm = read_stream_norm(config, reader, name + "mlp_norm");
  const Linear both = reader.linear(name + "mlp.Wi", 2 * inner, hidden, plan.feed_forward.bias);
  weights.gate = output_rows(both, 0, inner);  // what goes through the activation
  weights.up = output_rows(both, inner, inner);
  weights.down = reader.linear(name + "mlp.Wo", hidden, inner, plan.feed_forward.bias);
  return weights;
}

void read_prediction_head(const ModelConfig& config, WeightReader& reader, Weights& weights) {
  weights.head_transform = reader.linear("head.dense", config.hidden, config.hidden, config.class_head.transform_bias);
  weights.head_norm = read_stream_norm(config, reader, "head.norm");
  weights.unembedding.weight = config.tied_embeddings
                                   ? weights.token_embedding
                                   : reader.tensor("decoder.weight", {config.vocabulary, config.hidden});
  if (config.head_bias) weights.unembedding.bias = reader.vector("decoder.bias", config.vocabulary);
}

}  // namespace

void read_modern_bert_config(const ConfigReader& reader, ModelConfig& config) {
  config.layers = reader.size("num_hidden_layers", {.most = bounds::kLayers}, 22);
  const std::size_t heads = reader.size("num_attention_heads", {.most = bounds::kHeads}, 12);
  config.hidden = reader.size("hidden_size", {.most = bounds::kHidden}, 768);
  if (config.hidden % heads != 0) reader.fail("hidden_size", "n × " + std::to_string(heads));
  LayerPlan plan{.attention = even_heads(heads, config.hidden), .feed_forward = {.gated = true}};
  plan.attention.bias = plan.attention.output_bias = reader.flag("attention_bias", false);
  plan.feed_forward.width = reader.size("intermediate_size", {.most = bounds::kFeedForward}, 1'152);
  plan.feed_forward.bias = reader.flag("mlp_bias", false);
  plan.feed_forward.activation = read_activation(reader, "gelu", "hidden_activation");
  config.plans.assign(config.layers, plan);
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary}, 50'368);
  config.context = reader.size("max_position_embeddings", {.most = bounds::kContext}, 8'192);
  config.norm_epsilon = reader.positive("norm_eps", 0.1F, 1e-5F);
  config.norms_shift = reader.flag("norm_bias", false);
  config.tied_embeddings = reader.flag("tie_word_embeddings", true);
  config.head_activation = read_activation(reader, "gelu", "classifier_activation");
  config.head_bias = reader.flag("decoder_bias", true);
  config.class_head.transform_bias = reader.flag("classifier_bias", false);
  config.class_head.between = read_between(reader, "classifier_activation");
  const std::string pooling = reader.text("classifier_pooling", "cls");
  if (pooling != "cls" && pooling != "mean") reader.fail("classifier_pooling", "cls, mean");
  config.class_head.pooled = pooling == "mean";
  read_windows(reader, config);
  read_positions(reader, config);
}

Weights read_modern_bert_weights(const ModelConfig& config, WeightReader& reader) {
  const std::string root = encoder_root(config, reader, "layers.0.attn.Wqkv.weight", "model.");
  const std::string table = root + "embeddings.tok_embeddings.weight";
  Weights weights;
  weights.token_embedding = config.has_lm_head && config.tied_embeddings
                                ? reader.tied({table, "decoder.weight"}, {config.vocabulary, config.hidden})
                                : reader.tensor(table, {config.vocabulary, config.hidden});
  weights.embedding_norm = read_stream_norm(config, reader, root + "embeddings.norm");
  weights.layers = reader.layers(config.layers, root + "layers.", [&](std::size_t layer, const std::string& name) {
    return read_modern_bert_layer(config, layer, reader, name);
  });
  weights.final_norm = read_stream_norm(config, reader, root + "final_norm");
  if (config.has_lm_head) read_prediction_head(config, reader, weights);
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
