// SPDX-License-Identifier: Apache-2.0
// Nemotron-H (NVIDIA 2025, https://arxiv.org/abs/2504.03624), Nemotron Nano 2 and Nemotron 3 Nano: each layer is one block, Mamba-2 (M),
// softmax attention without positions (*), feed-forward with relu² (-) or a mixture of such experts (E), chosen as DeepSeek-V3 chooses.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/expert_weights.h"
#include "core/model/family.h"
#include "core/model/llama_layout.h"
#include "core/model/state_weights.h"

#include <algorithm>

namespace regard {
namespace {

constexpr MixtureNames kNemotronMixture{.router = "mixer.gate",
                                        .experts = "mixer.experts.",
                                        .up = "up_proj",
                                        .down = "down_proj",
                                        .shared = "mixer.shared_experts.",
                                        .choice_bias = "mixer.gate.e_score_correction_bias"};

/// The letters of "hybrid_override_pattern", which newer files write out as a list of words, under either of two keys.
std::string read_pattern(const ConfigReader& reader, const ModelConfig& config) {
  constexpr const char* kLetters = "hybrid_override_pattern";
  const char* key = reader.has("layers_block_type") ? "layers_block_type" : "layer_types";
  std::string pattern;
  for (const std::string& type : reader.texts(key)) {
    if (type == "mamba" || type == "linear_attention")
      pattern += 'M';
    else if (type == "attention" || type == "full_attention")
      pattern += '*';
    else if (type == "mlp")
      pattern += '-';
    else if (type == "moe")
      pattern += 'E';
    else
      reader.fail(key, "linear_attention, full_attention, mlp, moe");
  }
  const std::string letters = reader.text(kLetters, pattern);
  if (!pattern.empty() && letters != pattern) reader.fail(kLetters, key);
  if (letters.size() != config.layers || letters.find_first_not_of("M*-E") != std::string::npos)
    reader.fail(kLetters, std::to_string(config.layers) + " × M, *, -, E");
  return letters;
}

LayerPlan read_mamba2_plan(const ConfigReader& reader) {
  // Each of these has another name in the files of the first models.
  const auto either = [&](const char* key, const char* other) { return reader.has(other) ? other : key; };
  const StateSpaceKeys keys{.heads = "mamba_num_heads",
                            .head_dim = "mamba_head_dim",
                            .state = "ssm_state_size",
                            .groups = either("n_groups", "mamba_n_groups"),
                            .convolution = either("conv_kernel", "mamba_d_conv"),
                            .convolution_bias = either("use_conv_bias", "mamba_conv_bias"),
                            .bias = "use_bias",
                            .usual_heads = 128,
                            .usual_head_dim = 64,
                            .usual_state = 128,
                            .usual_groups = 8};
  if (read_activation(reader, "silu", "mamba_hidden_act") != Activation::silu) reader.fail("mamba_hidden_act", "silu");
  LayerPlan plan = read_state_space_plan(reader, keys, {});
  StateSpace& space = std::get<StateSpace>(plan.mixer);
  space.norm_parts = space.groups;
  if (reader.flag("mamba_proj_bias", space.bias) != space.bias) reader.fail("mamba_proj_bias", "use_bias");
  return plan;
}

/// Read where a layer is a mixture alone.
FeedForward read_nemotron_mixture(const ConfigReader& reader, FeedForward block) {
  if (reader.has("moe_latent_size")) reader.fail("moe_latent_size", "null");
  block.width = reader.size("moe_intermediate_size", {.most = bounds::kFeedForward}, 7'688);
  Experts experts;
  const char* count = reader.has("num_local_experts") ? "num_local_experts" : "n_routed_experts";
  experts.count = reader.size(count, {.most = bounds::kExperts}, 8);
  experts.chosen = reader.size("num_experts_per_tok", {.most = experts.count}, std::min<std::size_t>(experts.count, 2));
  if (reader.size("n_shared_experts", {.most = 64}, 1) != 1) reader.fail("n_shared_experts", "1");
  experts.shared_width = reader.size("moe_shared_expert_intermediate_size", {.most = bounds::kFeedForward}, 7'688);
  experts.shared_is_gated = false;
  experts.gates_sum_to_1 = reader.flag("norm_topk_prob", true);
  experts.score = RouterScore::sigmoid;
  experts.gate_scale = reader.positive("routed_scaling_factor", 1e4F, 1.0F);
  experts.has_choice_bias = true;
  read_expert_groups(reader, 1, 1, experts);
  if (experts.groups > 1 && experts.count / experts.groups < 2) reader.fail("n_group", "≤ n_routed_experts ÷ 2");
  experts.group_votes = experts.groups > 1 ? 2 : 1;
  block.experts = experts;
  return block;
}

/// The settings of blocks that the model has none of mean nothing.
void pass_over_mixtures(const ConfigReader& reader) {
  for (const char* key :
       {"num_local_experts", "n_routed_experts", "n_shared_experts", "routed_scaling_factor", "n_group", "topk_group"})
    reader.pass_over(key);
}

LayerWeights read_nemotron_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                 const std::string& name) {
  LayerWeights layer;
  const std::size_t hidden = config.hidden;
  (plan.attention.heads > 0 ? layer.attention_norm : layer.feed_forward_norm) = reader.rms_norm(name + "norm", hidden);
  const std::string mixer = name + "mixer.";
  if (const auto* space = std::get_if<StateSpace>(&plan.mixer)) {
    read_state_space(plan, *space, hidden, reader, mixer, layer);
  } else if (plan.attention.heads > 0) {
    const std::size_t queries = plan.attention.heads * plan.attention.head_dim;
    const std::size_t keys = plan.attention.kv_heads * plan.attention.head_dim;
    layer.query = reader.linear(mixer + "q_proj", queries, hidden, false);
    layer.key = reader.linear(mixer + "k_proj", keys, hidden, false);
    layer.value = reader.linear(mixer + "v_proj", keys, hidden, false);
    layer.output = reader.linear(mixer + "o_proj", hidden, queries, false);
  } else if (plan.feed_forward.experts) {
    layer.mixture = read_mixture(plan.feed_forward, hidden, reader, name, kNemotronMixture);
  } else {
    layer.up = reader.linear(mixer + "up_proj", plan.feed_forward.width, hidden, false);
    layer.down = reader.linear(mixer + "down_proj", hidden, plan.feed_forward.width, false);
  }
  return layer;
}

}  // namespace

void read_nemotron_h_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config,
                   {.context = 4'096,
                    .kv_heads = 8,
                    .head_dim = 128,
                    .norm_epsilon = 1e-5F,
                    .epsilon_key = "layer_norm_epsilon",
                    .gated = false,
                    .feed_forward = 21'504});
  for (const char* key : {"rope_theta", "partial_rotary_factor"})  // nothing is turned, whatever the file says
    reader.pass_over(key);
  const LayerPlan usual = config.plans.front();
  const std::size_t own_head_dim = usual.attention.head_dim;
  if (reader.size("attention_head_dim", {.most = bounds::kHeadDim}, own_head_dim) != own_head_dim)
    reader.fail("attention_head_dim", std::to_string(own_head_dim));
  if (reader.text("mlp_hidden_act", "relu2") != "relu2") reader.fail("mlp_hidden_act", "relu2");
  FeedForward block = usual.feed_forward;
  block.activation = Activation::relu_squared;
  const std::string pattern = read_pattern(reader, config);
  const auto has = [&](char letter) { return pattern.find(letter) != std::string::npos; };
  const LayerPlan mamba = has('M') ? read_mamba2_plan(reader) : LayerPlan{};
  const FeedForward mixture = has('E') ? read_nemotron_mixture(reader, block) : FeedForward{};
  if (!has('E')) pass_over_mixtures(reader);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    LayerPlan& plan = config.plans[layer];
    plan = pattern[layer] == 'M' ? mamba : LayerPlan{};
    if (pattern[layer] == '*') plan.attention = usual.attention;
    if (pattern[layer] == '-') plan.feed_forward = block;
    if (pattern[layer] == 'E') plan.feed_forward = mixture;
  }
}

Weights read_nemotron_h_weights(const ModelConfig& config, WeightReader& reader) {
  const std::string root = reader.root("layers.0.norm.weight", {"backbone.", "model.", ""});
  Weights weights;
  weights.token_embedding = read_token_table(config, reader, root + "embeddings.weight");
  weights.layers = reader.layers(config.layers, root + "layers.", [&](std::size_t layer, const std::string& name) {
    return read_nemotron_layer(config, config.plans[layer], reader, name);
  });
  weights.final_norm = reader.rms_norm(root + "norm_f", config.hidden);
  read_unembedding(config, reader, weights);
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
