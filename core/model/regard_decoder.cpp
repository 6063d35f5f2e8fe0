// SPDX-License-Identifier: Apache-2.0
// The decoders that `regard train` writes (core/train): a LayerNorm or RMSNorm before each block, no biases of matrices, one of four
// ways to tell positions, and layers of attention alone where intermediate_size is 0.
#include "core/model/alibi.h"
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/llama_layout.h"
#include "core/model/weight_reader.h"

namespace regard {
namespace {

void read_positions(const ConfigReader& reader, ModelConfig& config) {
  const std::string name = reader.text("positions");
  if (name == "none") return;
  if (name == "rotary") return read_rope(reader, config);
  if (name == "learned") {
    config.embedded_positions = LearnedPositions{};
    return;
  }
  if (name != "alibi") reader.fail("positions", "none, learned, rotary, alibi");
  for (LayerPlan& plan : config.plans)
    plan.positions = Alibi{alibi_slopes(plan.attention.heads)};
}

}  // namespace

void read_regard_decoder_config(const ConfigReader& reader, ModelConfig& config) {
  config.causal = true;
  config.layers = reader.size("num_hidden_layers", {.most = bounds::kLayers});
  config.hidden = reader.size("hidden_size", {.most = bounds::kHidden});
  const std::size_t heads = reader.size("num_attention_heads", {.most = bounds::kHeads});
  if (config.hidden % heads != 0) reader.fail("hidden_size", "n × " + std::to_string(heads));
  LayerPlan plan{.attention = even_heads(heads, config.hidden)};
  plan.attention.window.width = reader.size("sliding_window", {.most = bounds::kContext}, 0, Null::missing);
  plan.feed_forward.width = reader.size("intermediate_size", {.least = 0, .most = bounds::kFeedForward});
  if (plan.feed_forward.width > 0) plan.feed_forward.activation = read_activation(reader, "gelu_pytorch_tanh");
  config.plans.assign(config.layers, plan);
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary});
  config.context = reader.size("max_position_embeddings", {.most = bounds::kContext});
  config.norm_epsilon = reader.positive("norm_epsilon", 0.1F, 1e-5F);
  config.tied_embeddings = reader.flag("tie_word_embeddings", false);
  read_positions(reader, config);
  const std::string attention = reader.text("attention", "softmax");
  if (attention != "softmax" && attention != "linear") reader.fail("attention", "softmax, linear");
  for (LayerPlan& each : config.plans) {
    each.attention.linear = attention == "linear";
    if (each.attention.linear && std::holds_alternative<Alibi>(each.positions))
      reader.fail("positions", "none, learned, rotary");
  }
}

namespace {

using NormReader = Norm (WeightReader::*)(const std::string& name, std::size_t size);

template <NormReader read_norm>
LayerWeights read_regard_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                               const std::string& name) {
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  LayerWeights layer = read_llama_projections(config, plan, reader, name);
  layer.attention_norm = (reader.*read_norm)(name + "input_layernorm", hidden);
  if (inner == 0) return layer;
  layer.feed_forward_norm = (reader.*read_norm)(name + "post_attention_layernorm", hidden);
  layer.up = reader.linear(name + "mlp.up_proj", inner, hidden, false);
  layer.down = reader.linear(name + "mlp.down_proj", hidden, inner, false);
  return layer;
}

template <NormReader read_norm>
Weights read_weights(const ModelConfig& config, WeightReader& reader) {
  TensorView places;
  if (std::holds_alternative<LearnedPositions>(config.embedded_positions))
    places = reader.tensor("model.embed_positions.weight", {learned_rows(config), config.hidden});
  Weights weights = read_decoder(
      config, reader, read_regard_layer<read_norm>,
      [](WeightReader& from, const std::string& name, std::size_t size) { return (from.*read_norm)(name, size); });
  weights.position_embedding = std::move(places);
  return weights;
}

}  // namespace

Weights read_regard_decoder_weights(const ModelConfig& config, WeightReader& reader) {
  return read_weights<&WeightReader::layer_norm>(config, reader);
}

Weights read_regard_rms_decoder_weights(const ModelConfig& config, WeightReader& reader) {
  return read_weights<&WeightReader::rms_norm>(config, reader);
}

}  // namespace regard
