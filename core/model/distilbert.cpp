// SPDX-License-Identifier: Apache-2.0
// DistilBERT (Sanh et al. 2019, https://arxiv.org/abs/1910.01108): BERT's blocks under other names, no token types.
#include "core/model/config_reader.h"
#include "core/model/family.h"
#include "core/model/weight_reader.h"

namespace regard {

void read_distilbert_config(const ConfigReader& reader, ModelConfig& config) {
  config.layers = reader.size("n_layers", {.most = bounds::kLayers}, 6);
  const std::size_t heads = reader.size("n_heads", {.most = bounds::kHeads}, 12);
  config.hidden = reader.size("dim", {.most = bounds::kHidden}, 768);
  if (config.hidden % heads != 0) reader.fail("dim", "n × " + std::to_string(heads));
  LayerPlan plan{
      .attention = even_heads(heads, config.hidden), .feed_forward = {.bias = true}, .norms = NormPlace::after};
  plan.attention.bias = plan.attention.output_bias = true;
  plan.feed_forward.width = reader.size("hidden_dim", {.most = bounds::kFeedForward}, 4 * config.hidden);
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary});
  config.context = reader.size("max_position_embeddings", {.most = bounds::kContext}, 512);
  plan.feed_forward.activation = read_activation(reader, "gelu", "activation");
  config.head_activation = plan.feed_forward.activation;
  config.embedded_positions = LearnedPositions{};
  config.norm_epsilon = 1e-12F;
  config.tied_embeddings = reader.flag("tie_word_embeddings", true);
  config.plans.assign(config.layers, plan);
}

namespace {

LayerWeights read_distilbert_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                   const std::string& name) {
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  LayerWeights layer;
  layer.query = reader.linear(name + "attention.q_lin", hidden, hidden, true);
  layer.key = reader.linear(name + "attention.k_lin", hidden, hidden, true);
  layer.value = reader.linear(name + "attention.v_lin", hidden, hidden, true);
  layer.output = reader.linear(name + "attention.out_lin", hidden, hidden, true);
  layer.attention_norm = reader.layer_norm(name + "sa_layer_norm", hidden);
  layer.up = reader.linear(name + "ffn.lin1", inner, hidden, true);
  layer.down = reader.linear(name + "ffn.lin2", hidden, inner, true);
  layer.feed_forward_norm = reader.layer_norm(name + "output_layer_norm", hidden);
  return layer;
}

}  // namespace

Weights read_distilbert_weights(const ModelConfig& config, WeightReader& reader) {
  constexpr std::string_view kAnchor = "transformer.layer.0.attention.q_lin.weight";
  const std::string root =
      config.has_lm_head ? reader.root(kAnchor, {"distilbert.", ""}) : reader.root(kAnchor, {"", "distilbert."});
  Weights weights;
  const std::string table = root + "embeddings.word_embeddings.weight";
  weights.token_embedding = config.has_lm_head && config.tied_embeddings
                                ? reader.tied({table, "vocab_projector.weight"}, {config.vocabulary, config.hidden})
                                : reader.tensor(table, {config.vocabulary, config.hidden});
  weights.position_embedding =
      reader.tensor(root + "embeddings.position_embeddings.weight", {config.context, config.hidden});
  weights.embedding_norm = reader.layer_norm(root + "embeddings.LayerNorm", config.hidden);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const std::string name = root + "transformer.layer." + std::to_string(layer) + ".";
    weights.layers.push_back(read_distilbert_layer(config, config.plans[layer], reader, name));
    reader.report(static_cast<float>(layer + 1) / static_cast<float>(config.layers));
  }
  if (config.has_lm_head) {
    weights.head_transform = reader.linear("vocab_transform", config.hidden, config.hidden, true);
    weights.head_norm = reader.layer_norm("vocab_layer_norm", config.hidden);
    weights.unembedding.weight = config.tied_embeddings
                                     ? weights.token_embedding
                                     : reader.tensor("vocab_projector.weight", {config.vocabulary, config.hidden});
    weights.unembedding.bias = reader.vector("vocab_projector.bias", config.vocabulary);
  }
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
