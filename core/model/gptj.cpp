// SPDX-License-Identifier: Apache-2.0
// GPT-J (Wang & Komatsuzaki 2021, https://github.com/kingoflolz/mesh-transformer-jax): attention and feed-forward read one
// normalised stream, neighbouring dimensions of part of each head are turned together; only the feed-forward block and the
// unembedding have biases.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/weight_reader.h"

namespace regard {

void read_gptj_config(const ConfigReader& reader, ModelConfig& config) {
  config.causal = true;
  config.layers = reader.size("n_layer", {.most = bounds::kLayers}, 28);
  const std::size_t heads = reader.size("n_head", {.most = bounds::kHeads}, 16);
  config.hidden = reader.size("n_embd", {.most = bounds::kHidden}, 4'096);
  if (config.hidden % heads != 0) reader.fail("n_embd", "n × " + std::to_string(heads));
  LayerPlan plan{
      .attention = even_heads(heads, config.hidden), .feed_forward = {.bias = true}, .norms = NormPlace::shared};
  plan.feed_forward.width = reader.size("n_inner", {.most = bounds::kFeedForward}, 4 * config.hidden, Null::missing);
  plan.feed_forward.activation = read_activation(reader, "gelu_new", "activation_function");
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary}, 50'400);
  config.context = reader.size("n_positions", {.most = bounds::kContext}, 2'048);
  config.norm_epsilon = reader.positive("layer_norm_epsilon", 0.1F, 1e-5F);
  config.tied_embeddings = reader.flag("tie_word_embeddings", false);
  const std::size_t head_dim = plan.attention.head_dim;
  const std::size_t turned = reader.is_null("rotary_dim") ? head_dim : 64;  // null: the whole head
  const std::size_t width = reader.size("rotary_dim", {.least = 2, .most = head_dim}, turned, Null::missing);
  if (width > head_dim || width % 2 != 0) reader.fail("rotary_dim", "2, 4 … " + std::to_string(head_dim));
  plan.positions = Rotary{.width = width, .interleaved = true};
  config.plans.assign(config.layers, plan);
}

namespace {

LayerWeights read_gptj_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                             const std::string& name) {
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  LayerWeights layer;
  layer.attention_norm = reader.layer_norm(name + "ln_1", hidden);
  layer.query = reader.linear(name + "attn.q_proj", hidden, hidden, false);
  layer.key = reader.linear(name + "attn.k_proj", hidden, hidden, false);
  layer.value = reader.linear(name + "attn.v_proj", hidden, hidden, false);
  layer.output = reader.linear(name + "attn.out_proj", hidden, hidden, false);
  layer.up = reader.linear(name + "mlp.fc_in", inner, hidden, true);
  layer.down = reader.linear(name + "mlp.fc_out", hidden, inner, true);
  return layer;
}

}  // namespace

Weights read_gptj_weights(const ModelConfig& config, WeightReader& reader) {
  constexpr std::string_view kAnchor = "h.0.ln_1.weight";
  const std::string root =
      config.has_lm_head ? reader.root(kAnchor, {"transformer.", ""}) : reader.root(kAnchor, {"", "transformer."});
  Weights weights;
  weights.token_embedding = read_token_table(config, reader, root + "wte.weight");
  weights.layers = reader.layers(config.layers, root + "h.", [&](std::size_t layer, const std::string& name) {
    return read_gptj_layer(config, config.plans[layer], reader, name);
  });
  weights.final_norm = reader.layer_norm(root + "ln_f", config.hidden);
  read_unembedding(config, reader, weights);
  if (config.has_lm_head) weights.unembedding.bias = reader.vector("lm_head.bias", config.vocabulary);
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
