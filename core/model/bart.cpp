// SPDX-License-Identifier: Apache-2.0
// BART (Lewis et al. 2020, https://arxiv.org/abs/1910.13461), mBART (Liu et al. 2020), Pegasus (Zhang et al. 2020) and Marian
// (Junczys-Dowmunt et al. 2018), M2M100 (Fan et al. 2020) and NLLB: an encoder and a decoder with LayerNorm and biases, before or after each block.
#include "core/model/config_reader.h"
#include "core/model/family.h"
#include "core/model/shared_table.h"
#include "core/model/weight_reader.h"

#include <cmath>

namespace regard {
namespace {

/// What tells the members of the family apart.
struct Kind {
  bool pre_norm = false;       ///< normalised before each block, and once at the end of each stack
  bool embedding_norm = true;  ///< learned positions and a norm of the embeddings; else sines and no norm
  const char* activation = "gelu";
  std::size_t context = 1'024;
  bool starts_with_padding = false;
  bool fairseq = false;  ///< fairseq's sines, which begin behind the padding's place
};

/// Older files spell out what the architecture's name says already; a file that contradicts it is of another kind.
void check_flag(const ConfigReader& reader, const char* key, bool expected) {
  if (reader.flag(key, expected) != expected) reader.fail(key, expected ? "true" : "false");
}

/// One of the two stacks; `plan` is what both have in common.
ModelConfig read_stack_sizes(const ConfigReader& reader, ModelConfig config, LayerPlan plan, const std::string& stack) {
  config.layers = reader.size(stack + "_layers", {.most = bounds::kLayers});
  const std::size_t heads = reader.size(stack + "_attention_heads", {.most = bounds::kHeads});
  if (config.hidden % heads != 0) reader.fail("d_model", "n × " + std::to_string(heads));
  plan.attention = even_heads(heads, config.hidden);
  plan.attention.bias = plan.attention.output_bias = true;
  plan.feed_forward.width = reader.size(stack + "_ffn_dim", {.most = bounds::kFeedForward});
  config.plans.assign(config.layers, plan);
  return config;
}

std::vector<std::int32_t> read_start(const ConfigReader& reader, const Kind& kind, const ModelConfig& config) {
  const ConfigReader::Bounds ids{.least = 0, .most = config.vocabulary - 1};
  std::optional<std::size_t> fallback = 2;  // </s>
  if (kind.starts_with_padding) fallback = reader.size("pad_token_id", ids);
  std::vector<std::int32_t> start{
      static_cast<std::int32_t>(reader.size("decoder_start_token_id", ids, std::min(*fallback, ids.most)))};
  if (!reader.has("forced_bos_token_id") &&
      reader.flag("force_bos_token_to_be_generated", false))  // older files of BART
    start.push_back(static_cast<std::int32_t>(reader.size("bos_token_id", ids, 0)));
  if (reader.has("forced_bos_token_id"))
    start.push_back(static_cast<std::int32_t>(reader.size("forced_bos_token_id", ids)));
  return start;
}

void read_config(const ConfigReader& reader, const Kind& kind, ModelConfig& config) {
  check_flag(reader, "normalize_before", kind.pre_norm);
  check_flag(reader, "add_final_layer_norm", kind.pre_norm);
  check_flag(reader, "normalize_embedding", kind.embedding_norm);
  check_flag(reader, "static_position_embeddings", !kind.embedding_norm);
  check_flag(reader, "share_encoder_decoder_embeddings", true);
  config.hidden = reader.size("d_model", {.most = bounds::kHidden}, 1'024);
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary});
  if (reader.size("decoder_vocab_size", {.most = bounds::kVocabulary}, config.vocabulary, Null::missing) !=
      config.vocabulary)
    reader.fail("decoder_vocab_size", std::to_string(config.vocabulary));
  config.context = reader.size("max_position_embeddings", {.most = bounds::kContext}, kind.context);
  config.embedded_positions = Sinusoids{.fairseq = kind.fairseq};
  if (kind.embedding_norm) config.embedded_positions = LearnedPositions{.offset = 2};
  LayerPlan plan{.feed_forward = {.bias = true}};
  plan.feed_forward.activation = read_activation(reader, kind.activation, "activation_function");
  plan.norms = kind.pre_norm ? NormPlace::before : NormPlace::after;
  config.tied_embeddings = reader.flag("tie_word_embeddings", true);
  if (reader.flag("scale_embedding", false)) config.embedding_scale = std::sqrt(static_cast<float>(config.hidden));

  ModelConfig encoder = read_stack_sizes(reader, config, plan, "encoder");
  encoder.has_lm_head = false;
  plan.cross = true;
  config = read_stack_sizes(reader, config, plan, "decoder");
  config.causal = true;
  config.decoder_start = read_start(reader, kind, config);
  config.encoder = std::make_shared<const ModelConfig>(std::move(encoder));
}

LayerWeights read_bart_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                             const std::string& name) {
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  LayerWeights layer;
  layer.query = reader.linear(name + "self_attn.q_proj", hidden, hidden, true);
  layer.key = reader.linear(name + "self_attn.k_proj", hidden, hidden, true);
  layer.value = reader.linear(name + "self_attn.v_proj", hidden, hidden, true);
  layer.output = reader.linear(name + "self_attn.out_proj", hidden, hidden, true);
  layer.attention_norm = reader.layer_norm(name + "self_attn_layer_norm", hidden);
  if (plan.cross) {
    layer.cross_query = reader.linear(name + "encoder_attn.q_proj", hidden, hidden, true);
    layer.cross_key = reader.linear(name + "encoder_attn.k_proj", hidden, hidden, true);
    layer.cross_value = reader.linear(name + "encoder_attn.v_proj", hidden, hidden, true);
    layer.cross_output = reader.linear(name + "encoder_attn.out_proj", hidden, hidden, true);
    layer.cross_norm = reader.layer_norm(name + "encoder_attn_layer_norm", hidden);
  }
  layer.up = reader.linear(name + "fc1", inner, hidden, true);
  layer.down = reader.linear(name + "fc2", hidden, inner, true);
  layer.feed_forward_norm = reader.layer_norm(name + "final_layer_norm", hidden);
  return layer;
}

Weights read_stack(const ModelConfig& config, WeightReader& reader, const std::string& root,
                   const TensorView& token_embedding) {
  Weights weights;
  weights.token_embedding = token_embedding;
  if (std::holds_alternative<LearnedPositions>(config.embedded_positions)) {
    weights.position_embedding = reader.tensor(root + "embed_positions.weight", {learned_rows(config), config.hidden});
    weights.embedding_norm = reader.layer_norm(root + "layernorm_embedding", config.hidden);
  }
  weights.layers = reader.layers(config.layers, root + "layers.", [&](std::size_t layer, const std::string& name) {
    return read_bart_layer(config, config.plans[layer], reader, name);
  });
  if (config.plans.back().norms == NormPlace::before)
    weights.final_norm = reader.layer_norm(root + "layer_norm", config.hidden);
  return weights;
}

void read_bart_unembedding(const ModelConfig& config, WeightReader& reader, Weights& weights) {
  weights.unembedding.weight = config.tied_embeddings
                                   ? weights.token_embedding
                                   : reader.tensor("lm_head.weight", {config.vocabulary, config.hidden});
  if (!reader.has("final_logits_bias")) return;
  weights.unembedding.bias.resize(config.vocabulary);
  copy_as_f32(reader.tensor("final_logits_bias", {1, config.vocabulary}), 0, weights.unembedding.bias);
}

}  // namespace

void read_bart_config(const ConfigReader& reader, ModelConfig& config) {
  read_config(reader, {}, config);
}

void read_mbart_config(const ConfigReader& reader, ModelConfig& config) {
  read_config(reader, {.pre_norm = true}, config);
}

void read_pegasus_config(const ConfigReader& reader, ModelConfig& config) {
  read_config(reader, {.pre_norm = true, .embedding_norm = false, .starts_with_padding = true}, config);
}

void read_marian_config(const ConfigReader& reader, ModelConfig& config) {
  read_config(reader, {.embedding_norm = false, .context = 512, .starts_with_padding = true}, config);
}

void read_m2m100_config(const ConfigReader& reader, ModelConfig& config) {
  read_config(reader, {.pre_norm = true, .embedding_norm = false, .activation = "relu", .fairseq = true}, config);
  if (config.hidden % 2 != 0 || config.hidden < 4) reader.fail("d_model", "4, 6, 8 …");
}

Weights read_bart_weights(const ModelConfig& config, WeightReader& reader) {
  // A bare model is saved without the prefix, a model with a head with it.
  constexpr std::string_view kAnchor = "decoder.layers.0.fc1.weight";
  const std::string root =
      config.has_lm_head ? reader.root(kAnchor, {"model.", ""}) : reader.root(kAnchor, {"", "model."});
  const TensorView table = read_shared_table(config, reader, root);
  Weights encoder = read_stack(*config.encoder, reader, root + "encoder.", table);
  Weights weights = read_stack(config, reader, root + "decoder.", table);
  if (config.has_lm_head) read_bart_unembedding(config, reader, weights);
  weights.storage = encoder.storage = reader.take_storage();
  weights.encoder = std::make_shared<const Weights>(std::move(encoder));
  return weights;
}

}  // namespace regard
