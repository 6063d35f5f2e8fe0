// SPDX-License-Identifier: Apache-2.0
// T5 (Raffel et al. 2020, https://arxiv.org/abs/1910.10683), T5 1.1 and Flan-T5, mT5 and umT5: RMSNorm before each block, no
// biases, scores that are not divided by √d, learned biases of the scores for relative positions.
#include "core/model/config_reader.h"
#include "core/model/family.h"
#include "core/model/relative_bias.h"
#include "core/model/shared_table.h"
#include "core/model/weight_reader.h"

#include <cmath>

namespace regard {
namespace {

constexpr std::size_t kMostTokens = 8'192;           // positions are relative: no table ends a text
constexpr std::size_t kMostBiases = 32 * 1'048'576;  // numbers of a table of biases by offset

/// What the lines of T5 leave to say.
struct Defaults {
  const char* feed_forward = "relu";
  bool tied = true;
  bool bias_by_layer = false;
};

/// "relu", "gated-gelu", "gated-silu": the tanh form of gelu is meant there.
FeedForward read_feed_forward(const ConfigReader& reader, const char* fallback) {
  FeedForward plan{.width = reader.size("d_ff", {.most = bounds::kFeedForward}, 2'048)};
  const std::string kind = reader.text("feed_forward_proj", fallback);
  plan.gated = kind.starts_with("gated-");
  const std::string activation = plan.gated ? kind.substr(6) : kind;
  if (activation == "relu")
    plan.activation = Activation::relu;
  else if (activation == "silu")
    plan.activation = Activation::silu;
  else if (activation == "gelu" || activation == "gelu_new")
    plan.activation = plan.gated || activation == "gelu_new" ? Activation::gelu_tanh : Activation::gelu;
  else
    reader.fail("feed_forward_proj", "relu, gelu, gated-gelu, gated-silu");
  // Newer files say it a second time, and the library takes their word for it.
  if (reader.flag("is_gated_act", plan.gated) != plan.gated) reader.fail("is_gated_act", plan.gated ? "true" : "false");
  if (reader.has("dense_act_fn") && read_activation(reader, activation, "dense_act_fn") != plan.activation)
    reader.fail("dense_act_fn", "feed_forward_proj = " + kind);
  return plan;
}

/// `tables`: heads, of every layer where each has its own.
RelativeBias read_relative_bias(const ConfigReader& reader, std::size_t tables) {
  RelativeBias bias;
  bias.buckets = reader.size("relative_attention_num_buckets", {.least = 4, .most = 4'096}, 32);
  if (bias.buckets % 2 != 0) reader.fail("relative_attention_num_buckets", "2 × n");
  // Beyond as many offsets as have a bucket of their own, or the logarithm has nothing to divide by.
  bias.distance = reader.size("relative_attention_max_distance", {.least = bias.buckets / 2 + 1, .most = 65'536}, 128);
  if (tables * bias.width() > kMostBiases)
    reader.fail("relative_attention_max_distance", "≤ " + std::to_string(kMostBiases / tables / 2));
  return bias;
}

void read_sizes(const ConfigReader& reader, const Defaults& defaults, ModelConfig& config) {
  config.layers = reader.size("num_layers", {.most = bounds::kLayers}, 6);
  config.hidden = reader.size("d_model", {.most = bounds::kHidden}, 512);
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary}, 32'128);
  config.context = kMostTokens;
  config.norm_epsilon = reader.positive("layer_norm_epsilon", 0.1F, 1e-6F);
  config.tied_embeddings = reader.flag("tie_word_embeddings", defaults.tied);
}

/// Scores are not divided by √d.
void plan_layers(const ConfigReader& reader, const Defaults& defaults, ModelConfig& config) {
  const std::size_t heads = reader.size("num_heads", {.most = bounds::kHeads}, 8);
  const SoftmaxAttention attention{
      .heads = heads, .kv_heads = heads, .head_dim = reader.size("d_kv", {.most = bounds::kHeadDim}, 64)};
  RelativeBias bias = read_relative_bias(reader, heads * (defaults.bias_by_layer ? config.layers : 1));
  const FeedForward feed_forward = read_feed_forward(reader, defaults.feed_forward);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    bias.shared = layer > 0 && !defaults.bias_by_layer;
    config.plans.push_back({.attention = attention, .positions = bias, .feed_forward = feed_forward});
  }
}

void read_config(const ConfigReader& reader, const Defaults& defaults, ModelConfig& config) {
  read_sizes(reader, defaults, config);
  ModelConfig encoder = config;
  encoder.has_lm_head = false;
  plan_layers(reader, defaults, encoder);

  config.layers = reader.size("num_decoder_layers", {.most = bounds::kLayers}, config.layers, Null::missing);
  plan_layers(reader, defaults, config);
  for (LayerPlan& plan : config.plans)
    plan.cross = true;
  config.causal = true;
  if (config.tied_embeddings) config.logit_scale = 1.0F / std::sqrt(static_cast<float>(config.hidden));
  const ConfigReader::Bounds ids{.least = 0, .most = config.vocabulary - 1};
  const std::size_t padding = reader.has("decoder_start_token_id") ? 0 : reader.size("pad_token_id", ids, 0);
  const std::size_t start = reader.size("decoder_start_token_id", ids, padding, Null::missing);
  config.decoder_start = {static_cast<std::int32_t>(start)};
  config.encoder = std::make_shared<const ModelConfig>(std::move(encoder));
}

/// The names of one attention block's four matrices.
struct Attention {
  Linear query, key, value, output;
};

Attention read_attention(std::size_t width, std::size_t hidden, WeightReader& reader, const std::string& name) {
  return {reader.linear(name + ".q", width, hidden, false), reader.linear(name + ".k", width, hidden, false),
          reader.linear(name + ".v", width, hidden, false), reader.linear(name + ".o", hidden, width, false)};
}

void read_feed_forward_weights(const FeedForward& plan, std::size_t hidden, WeightReader& reader,
                               const std::string& name, LayerWeights& layer) {
  const std::size_t inner = plan.width;
  const std::string dense = name + "DenseReluDense.";
  if (plan.gated) layer.gate = reader.linear(dense + "wi_0", inner, hidden, false);
  layer.up = reader.linear(dense + (plan.gated ? "wi_1" : "wi"), inner, hidden, false);
  layer.down = reader.linear(dense + "wo", hidden, inner, false);
  layer.feed_forward_norm = reader.rms_norm(name + "layer_norm", hidden);
}

LayerWeights read_t5_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                           const std::string& block) {
  const std::size_t width = plan.attention.heads * plan.attention.head_dim;
  LayerWeights layer;
  Attention self = read_attention(width, config.hidden, reader, block + "layer.0.SelfAttention");
  layer.query = std::move(self.query);
  layer.key = std::move(self.key);
  layer.value = std::move(self.value);
  layer.output = std::move(self.output);
  layer.attention_norm = reader.rms_norm(block + "layer.0.layer_norm", config.hidden);
  if (plan.cross) {
    Attention cross = read_attention(width, config.hidden, reader, block + "layer.1.EncDecAttention");
    layer.cross_query = std::move(cross.query);
    layer.cross_key = std::move(cross.key);
    layer.cross_value = std::move(cross.value);
    layer.cross_output = std::move(cross.output);
    layer.cross_norm = reader.rms_norm(block + "layer.1.layer_norm", config.hidden);
  }
  read_feed_forward_weights(plan.feed_forward, config.hidden, reader, block + (plan.cross ? "layer.2." : "layer.1."),
                            layer);
  return layer;
}

/// The table of relative positions of one layer, by offset; null where it has none of its own.
std::shared_ptr<const std::vector<float>> read_bias_table(const ModelConfig& config, const LayerPlan& plan,
                                                          WeightReader& reader, const std::string& block) {
  const auto& bias = std::get<RelativeBias>(plan.positions);
  if (bias.shared) return nullptr;
  const std::size_t heads = plan.attention.heads;
  const TensorView table =
      reader.tensor(block + "layer.0.SelfAttention.relative_attention_bias.weight", {bias.buckets, heads});
  std::vector<float> numbers(bias.buckets * heads);
  copy_as_f32(table, 0, numbers);
  return std::make_shared<const std::vector<float>>(relative_values(numbers, heads, !config.causal, bias));
}

Weights read_stack(const ModelConfig& config, WeightReader& reader, const std::string& root,
                   const TensorView& token_embedding) {
  Weights weights;
  weights.token_embedding = token_embedding;
  weights.layers = reader.layers(config.layers, root + "block.", [&](std::size_t layer, const std::string& block) {
    LayerWeights read = read_t5_layer(config, config.plans[layer], reader, block);
    weights.relative_bias.push_back(read_bias_table(config, config.plans[layer], reader, block));
    return read;
  });
  weights.final_norm = reader.rms_norm(root + "final_layer_norm", config.hidden);
  return weights;
}

}  // namespace

void read_t5_config(const ConfigReader& reader, ModelConfig& config) {
  read_config(reader, {}, config);
}

void read_mt5_config(const ConfigReader& reader, ModelConfig& config) {
  read_config(reader, {.feed_forward = "gated-gelu", .tied = false}, config);
}

void read_umt5_config(const ConfigReader& reader, ModelConfig& config) {
  read_config(reader, {.feed_forward = "gated-gelu", .tied = false, .bias_by_layer = true}, config);
}

Weights read_t5_weights(const ModelConfig& config, WeightReader& reader) {
  // Heads on a text stand before a "transformer.".
  const std::string root = reader.root("encoder.block.0.layer.0.layer_norm.weight", {"", "transformer."});
  const TensorView table = read_shared_table(config, reader, root);
  if (!config.encoder) {  // an encoder alone
    Weights alone = read_stack(config, reader, root + "encoder.", table);
    alone.storage = reader.take_storage();
    return alone;
  }
  Weights encoder = read_stack(*config.encoder, reader, root + "encoder.", table);
  Weights weights = read_stack(config, reader, root + "decoder.", table);
  if (config.has_lm_head)
    weights.unembedding.weight =
        config.tied_embeddings ? table : reader.tensor("lm_head.weight", {config.vocabulary, config.hidden});
  weights.storage = encoder.storage = reader.take_storage();
  weights.encoder = std::make_shared<const Weights>(std::move(encoder));
  return weights;
}

}  // namespace regard
