// SPDX-License-Identifier: Apache-2.0
// Mamba (Gu & Dao 2023, https://arxiv.org/abs/2312.00752) and Mamba-2 (Dao & Gu 2024, https://arxiv.org/abs/2405.21060) by themselves:
// every layer is a norm and a state space, there is no feed-forward, no softmax, and nothing tells positions.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/state_weights.h"

namespace regard {
namespace {

constexpr std::size_t kLongText = 1 << 20;  // tokens: no file names a limit, and there is none
constexpr ScanKeys kMambaScanKeys{.expand = "expand",
                                  .state = "state_size",
                                  .convolution = "conv_kernel",
                                  .convolution_bias = "use_conv_bias",
                                  .bias = "use_bias",
                                  .step_rank = "time_step_rank"};
constexpr StateSpaceKeys kMambaSpaceKeys{.heads = "num_heads",
                                         .head_dim = "head_dim",
                                         .state = "state_size",
                                         .groups = "n_groups",
                                         .convolution = "conv_kernel",
                                         .convolution_bias = "use_conv_bias",
                                         .bias = "use_bias",
                                         .usual_heads = 128,
                                         .usual_head_dim = 64,
                                         .usual_state = 128,
                                         .usual_groups = 8};

/// What both have in common but the layers' plan.
void read_mamba_sizes(const ConfigReader& reader, ModelConfig& config, bool tied) {
  config.causal = true;
  config.layers = reader.size("num_hidden_layers", {.most = bounds::kLayers});
  config.hidden = reader.size("hidden_size", {.most = bounds::kHidden});
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary});
  config.context = kLongText;
  config.norm_epsilon = reader.positive("layer_norm_epsilon", 0.1F, 1e-5F);
  config.tied_embeddings = reader.flag("tie_word_embeddings", tied);
  if (read_activation(reader, "silu") != Activation::silu) reader.fail("hidden_act", "silu");
}

LayerWeights read_mamba_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                              const std::string& name) {
  LayerWeights layer;
  layer.attention_norm = reader.rms_norm(name + "norm", config.hidden);
  const StateSpace& space = std::get<StateSpace>(plan.mixer);
  if (space.step_rank > 0)
    read_scan(plan, space, config.hidden, reader, name + "mixer.", layer);
  else
    read_state_space(plan, space, config.hidden, reader, name + "mixer.", layer);
  return layer;
}

}  // namespace

void read_mamba_config(const ConfigReader& reader, ModelConfig& config) {
  read_mamba_sizes(reader, config, true);
  config.plans.assign(config.layers, read_scan_plan(reader, kMambaScanKeys, config.hidden, {}));
}

void read_mamba2_config(const ConfigReader& reader, ModelConfig& config) {
  read_mamba_sizes(reader, config, false);
  const LayerPlan plan = read_state_space_plan(reader, kMambaSpaceKeys, {});
  // With more, the programs that run these files do not agree what is normalised together.
  if (std::get<StateSpace>(plan.mixer).groups != 1) reader.fail("n_groups", "1");
  if (!reader.flag("rms_norm", true)) reader.fail("rms_norm", "true");
  config.plans.assign(config.layers, plan);
}

Weights read_mamba_weights(const ModelConfig& config, WeightReader& reader) {
  const std::string root = reader.root("layers.0.norm.weight", {"backbone.", "model.", ""});
  const bool older = reader.has(root + "embedding.weight");
  Weights weights;
  weights.token_embedding = read_token_table(config, reader, root + (older ? "embedding.weight" : "embeddings.weight"));
  weights.layers = reader.layers(config.layers, root + "layers.", [&](std::size_t layer, const std::string& name) {
    return read_mamba_layer(config, config.plans[layer], reader, name);
  });
  weights.final_norm = reader.rms_norm(root + "norm_f", config.hidden);
  read_unembedding(config, reader, weights);
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
