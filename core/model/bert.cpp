// SPDX-License-Identifier: Apache-2.0
// BERT (Devlin et al. 2018, https://arxiv.org/abs/1810.04805): learned positions, token types, post-norm, bidirectional.
#include "core/model/config_reader.h"
#include "core/model/family.h"
#include "core/model/weight_reader.h"

namespace regard {

void read_bert_config(const ConfigReader& reader, ModelConfig& config) {
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
  config.token_types = reader.size("type_vocab_size", {.most = 1'024}, 2);
  plan.feed_forward.activation = read_activation(reader, "gelu");
  config.head_activation = plan.feed_forward.activation;
  config.embedded_positions = LearnedPositions{};
  config.norm_epsilon = reader.positive("layer_norm_eps", 0.1F, 1e-12F);
  if (reader.text("position_embedding_type", "absolute") != "absolute")
    reader.fail("position_embedding_type", "absolute");
  if (reader.flag("add_cross_attention", false)) reader.fail("add_cross_attention", "false");
  config.causal = reader.flag("is_decoder", false);
  config.tied_embeddings = reader.flag("tie_word_embeddings", true);
  config.plans.assign(config.layers, plan);
}

namespace {

constexpr std::string_view kAnchor = "encoder.layer.0.attention.self.query.weight";

LayerWeights read_bert_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                             const std::string& name) {
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  LayerWeights layer;
  layer.query = reader.linear(name + "attention.self.query", hidden, hidden, true);
  layer.key = reader.linear(name + "attention.self.key", hidden, hidden, true);
  layer.value = reader.linear(name + "attention.self.value", hidden, hidden, true);
  layer.output = reader.linear(name + "attention.output.dense", hidden, hidden, true);
  layer.attention_norm = reader.layer_norm(name + "attention.output.LayerNorm", hidden);
  layer.up = reader.linear(name + "intermediate.dense", inner, hidden, true);
  layer.down = reader.linear(name + "output.dense", hidden, inner, true);
  layer.feed_forward_norm = reader.layer_norm(name + "output.LayerNorm", hidden);
  return layer;
}

void read_prediction_head(const ModelConfig& config, WeightReader& reader, Weights& weights) {
  const std::string name = "cls.predictions.";
  weights.head_transform = reader.linear(name + "transform.dense", config.hidden, config.hidden, true);
  weights.head_norm = reader.layer_norm(name + "transform.LayerNorm", config.hidden);
  weights.unembedding.weight = config.tied_embeddings
                                   ? weights.token_embedding
                                   : reader.tensor(name + "decoder.weight", {config.vocabulary, config.hidden});
  weights.unembedding.bias = reader.tied_vector({name + "bias", name + "decoder.bias"}, config.vocabulary);
}

}  // namespace

Weights read_bert_encoder(const ModelConfig& config, WeightReader& reader, std::string_view prefix,
                          std::string_view decoder) {
  // A bare model is saved without the prefix, a model with a head with it.
  const std::string root = config.has_lm_head ? reader.root(kAnchor, {prefix, ""}) : reader.root(kAnchor, {"", prefix});
  const std::size_t width = config.table_width();
  Weights weights;
  weights.token_embedding =
      config.has_lm_head && config.tied_embeddings
          ? reader.tied({root + "embeddings.word_embeddings.weight", decoder}, {config.vocabulary, width})
          : reader.tensor(root + "embeddings.word_embeddings.weight", {config.vocabulary, width});
  weights.position_embedding =
      reader.tensor(root + "embeddings.position_embeddings.weight", {learned_rows(config), width});
  weights.type_embedding = reader.tensor(root + "embeddings.token_type_embeddings.weight", {config.token_types, width});
  weights.embedding_norm = reader.layer_norm(root + "embeddings.LayerNorm", width);
  if (width != config.hidden)
    weights.embedding_projection = reader.linear(root + "embeddings_project", config.hidden, width, true);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const std::string name = root + "encoder.layer." + std::to_string(layer) + ".";
    weights.layers.push_back(read_bert_layer(config, config.plans[layer], reader, name));
    reader.report(static_cast<float>(layer + 1) / static_cast<float>(config.layers));
  }
  return weights;
}

Weights read_bert_weights(const ModelConfig& config, WeightReader& reader) {
  Weights weights = read_bert_encoder(config, reader, "bert.", "cls.predictions.decoder.weight");
  if (config.has_lm_head) read_prediction_head(config, reader, weights);
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
