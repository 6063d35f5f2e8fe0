// SPDX-License-Identifier: Apache-2.0
// DistilBERT (Sanh et al. 2019, https://arxiv.org/abs/1910.01108): BERT's blocks under other names, no token types.
#include "core/model/config_reader.h"
#include "core/model/encoder_layout.h"
#include "core/model/family.h"

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

constexpr EncoderNames kDistilBertNames{.query = "attention.q_lin",
                                        .key = "attention.k_lin",
                                        .value = "attention.v_lin",
                                        .output = "attention.out_lin",
                                        .attention_norm = "sa_layer_norm",
                                        .up = "ffn.lin1",
                                        .down = "ffn.lin2",
                                        .feed_forward_norm = "output_layer_norm"};

}  // namespace

Weights read_distilbert_weights(const ModelConfig& config, WeightReader& reader) {
  const std::string root = encoder_root(config, reader, "transformer.layer.0.attention.q_lin.weight", "distilbert.");
  Weights weights = read_encoder_tables(config, reader, root, "vocab_projector.weight");
  read_encoder_layers(config, reader, root + "transformer.layer.", kDistilBertNames, weights);
  if (config.has_lm_head)
    read_word_head(config, reader,
                   {.dense = "vocab_transform",
                    .norm = "vocab_layer_norm",
                    .bias = "vocab_projector.bias",
                    .decoder = "vocab_projector"},
                   weights);
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
