// SPDX-License-Identifier: Apache-2.0
#include "core/model/encoder_layout.h"

#include "core/model/config_reader.h"
#include "core/model/family.h"

namespace regard {

void read_encoder_config(const ConfigReader& reader, const EncoderDefaults& defaults, ModelConfig& config) {
  config.layers = reader.size("num_hidden_layers", {.most = bounds::kLayers});
  const std::size_t heads = reader.size("num_attention_heads", {.most = bounds::kHeads});
  config.hidden = reader.size("hidden_size", {.most = bounds::kHidden});
  if (config.hidden % heads != 0) reader.fail("hidden_size", "n × " + std::to_string(heads));
  LayerPlan plan{
      .attention = even_heads(heads, config.hidden), .feed_forward = {.bias = true}, .norms = NormPlace::after};
  plan.attention.bias = plan.attention.output_bias = true;
  plan.feed_forward.width = reader.size("intermediate_size", {.most = bounds::kFeedForward});
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary});
  config.context = reader.size("max_position_embeddings", {.most = bounds::kContext});
  if (defaults.token_types) {
    const std::size_t least = *defaults.token_types == 0 ? 0 : 1;
    config.token_types = reader.size("type_vocab_size", {.least = least, .most = 1'024}, defaults.token_types);
  }
  plan.feed_forward.activation = read_activation(reader, defaults.activation);
  config.head_activation = plan.feed_forward.activation;
  config.embedded_positions = LearnedPositions{};
  config.norm_epsilon = reader.positive("layer_norm_eps", 0.1F, defaults.epsilon);
  config.tied_embeddings = reader.flag("tie_word_embeddings", true);
  config.plans.assign(config.layers, plan);
}

LayerWeights read_encoder_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                const std::string& name, const EncoderNames& names) {
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  const auto part = [&](std::string_view which) { return name + std::string(which); };
  LayerWeights layer;
  if (!names.query.empty()) {
    layer.query = reader.linear(part(names.query), hidden, hidden, true);
    layer.key = reader.linear(part(names.key), hidden, hidden, true);
    layer.value = reader.linear(part(names.value), hidden, hidden, true);
  }
  layer.output = reader.linear(part(names.output), hidden, hidden, true);
  layer.attention_norm = reader.layer_norm(part(names.attention_norm), hidden);
  layer.up = reader.linear(part(names.up), inner, hidden, true);
  layer.down = reader.linear(part(names.down), hidden, inner, true);
  layer.feed_forward_norm = reader.layer_norm(part(names.feed_forward_norm), hidden);
  return layer;
}

std::string encoder_root(const ModelConfig& config, WeightReader& reader, std::string_view anchor,
                         std::string_view prefix) {
  return config.has_lm_head ? reader.root(anchor, {prefix, ""}) : reader.root(anchor, {"", prefix});
}

Weights read_encoder_tables(const ModelConfig& config, WeightReader& reader, const std::string& root,
                            std::string_view decoder) {
  const std::size_t width = config.table_width();
  const std::string table = root + "embeddings.word_embeddings.weight";
  Weights weights;
  weights.token_embedding = config.has_lm_head && config.tied_embeddings
                                ? reader.tied({table, decoder}, {config.vocabulary, width})
                                : reader.tensor(table, {config.vocabulary, width});
  if (std::holds_alternative<LearnedPositions>(config.embedded_positions))
    weights.position_embedding =
        reader.tensor(root + "embeddings.position_embeddings.weight", {learned_rows(config), width});
  if (config.token_types > 0)
    weights.type_embedding =
        reader.tensor(root + "embeddings.token_type_embeddings.weight", {config.token_types, width});
  const std::size_t normed = config.widening == Widening::after_norm ? width : config.hidden;
  weights.embedding_norm = reader.layer_norm(root + "embeddings.LayerNorm", normed);
  return weights;
}

void read_encoder_layers(const ModelConfig& config, WeightReader& reader, const std::string& layers,
                         const EncoderNames& names, Weights& weights) {
  weights.layers = reader.layers(config.layers, layers, [&](std::size_t layer, const std::string& name) {
    return read_encoder_layer(config, config.plans[layer], reader, name, names);
  });
}

Weights read_bert_encoder(const ModelConfig& config, WeightReader& reader, std::string_view prefix,
                          std::string_view decoder) {
  const std::string root = encoder_root(config, reader, "encoder.layer.0.attention.self.query.weight", prefix);
  Weights weights = read_encoder_tables(config, reader, root, decoder);
  if (config.table_width() != config.hidden)
    weights.embedding_projection =
        reader.linear(root + "embeddings_project", config.hidden, config.table_width(), true);
  read_encoder_layers(config, reader, root + "encoder.layer.", kBertNames, weights);
  return weights;
}

void read_word_head(const ModelConfig& config, WeightReader& reader, const WordHeadNames& names, Weights& weights) {
  const std::size_t width = config.table_width();
  weights.head_transform = reader.linear(names.dense, width, config.hidden, true);
  weights.head_norm = reader.layer_norm(names.norm, width);
  weights.unembedding.weight = config.tied_embeddings
                                   ? weights.token_embedding
                                   : reader.tensor(names.decoder + ".weight", {config.vocabulary, width});
  weights.unembedding.bias = reader.tied_vector({names.bias, names.decoder + ".bias"}, config.vocabulary);
}

void read_bert_head(const ModelConfig& config, WeightReader& reader, Weights& weights) {
  read_word_head(config, reader,
                 {.dense = "cls.predictions.transform.dense",
                  .norm = "cls.predictions.transform.LayerNorm",
                  .bias = "cls.predictions.bias",
                  .decoder = "cls.predictions.decoder"},
                 weights);
}

void read_roberta_head(const ModelConfig& config, WeightReader& reader, Weights& weights) {
  read_word_head(
      config, reader,
      {.dense = "lm_head.dense", .norm = "lm_head.layer_norm", .bias = "lm_head.bias", .decoder = "lm_head.decoder"},
      weights);
}

Norm read_stream_norm(const ModelConfig& config, WeightReader& reader, const std::string& name) {
  if (config.norms_shift) return reader.layer_norm(name, config.hidden);
  return {.scale = reader.vector(name + ".weight", config.hidden), .shift = std::vector<float>(config.hidden)};
}

}  // namespace regard
