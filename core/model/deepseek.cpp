// SPDX-License-Identifier: Apache-2.0
// DeepSeek-V2 (DeepSeek-AI 2024, https://arxiv.org/abs/2405.04434) and V3 (https://arxiv.org/abs/2412.19437), whose class GigaChat 3
// and Kimi K2 have, too: latent attention, YaRN whose temperature is squared into the scale, mixtures with shared experts behind
// some dense layers. V2 chooses experts by softmax, V3 by σ and a learned bias. Where the classes of Hugging Face's library and the
// authors' own code differ, the authors' counts: they scale V2's scores by YaRN, too.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/expert_weights.h"
#include "core/model/family.h"
#include "core/model/latent_weights.h"
#include "core/model/llama_layout.h"
#include "core/model/weight_reader.h"

#include <cmath>
#include <optional>
#include <string>

namespace regard {
namespace {

constexpr MixtureNames kDeepseekMixture{.router = "mlp.gate",
                                        .experts = "mlp.experts.",
                                        .gate = "gate_proj",
                                        .up = "up_proj",
                                        .down = "down_proj",
                                        .shared = "mlp.shared_experts.",
                                        .choice_bias = "mlp.gate.e_score_correction_bias"};

/// Where the two classes differ.
struct DeepseekDefaults {
  std::size_t context;
  std::size_t expert_width, dense_layers;
  std::optional<std::size_t> experts, chosen;
  std::size_t shared, groups, chosen_groups;
  bool gates_sum_to_1;
  float gate_scale;
};
constexpr DeepseekDefaults kV2{2'048, 1'407, 0, 64, {}, 2, 1, 1, false, 1.0F};
constexpr DeepseekDefaults kV3{4'096, 2'048, 3, 256, 8, 1, 8, 4, true, 2.5F};

/// 0: null.
std::size_t size_or_null(const ConfigReader& reader, const char* key, std::size_t most, std::size_t fallback) {
  return reader.is_null(key) ? reader.size(key, {.least = 0, .most = most}, 0, Null::missing)
                             : reader.size(key, {.most = most}, fallback);
}

SoftmaxAttention read_latent_attention(const ConfigReader& reader, std::size_t heads) {
  LatentAttention latent;
  latent.rank = reader.size("kv_lora_rank", {.most = bounds::kHidden}, 512);
  latent.query_rank = size_or_null(reader, "q_lora_rank", bounds::kHidden, 1'536);
  latent.shared_dims = reader.size("qk_rope_head_dim", {.least = 2, .most = bounds::kHeadDim / 2}, 64);
  if (latent.shared_dims % 2 != 0) reader.fail("qk_rope_head_dim", "2, 4, 6 …");
  const std::size_t content = reader.size("qk_nope_head_dim", {.most = bounds::kHeadDim / 2}, 128);
  SoftmaxAttention attention{.heads = heads, .kv_heads = heads, .head_dim = content + latent.shared_dims};
  attention.value_dim = reader.size("v_head_dim", {.most = bounds::kHeadDim}, 128);
  attention.scale = usual_scale(attention.head_dim);
  attention.bias = attention.output_bias = reader.flag("attention_bias", false);
  attention.latent = latent;
  for (const char* key : {"head_dim", "qk_head_dim"})  // the library writes what follows from the others
    reader.pass_over(key);
  if (reader.size("num_key_value_heads", {.most = bounds::kHeads}, heads, Null::missing) != heads)
    reader.fail("num_key_value_heads", std::to_string(heads));
  return attention;
}

/// YaRN's temperature stands squared in the scale of the scores, as far as mscale_all_dim goes; cos and sin have the rest.
void scale_by_yarn(const ConfigReader& reader, ModelConfig& config) {
  const RopeConfig& rope = first_rotary(config)->rope;
  const char* settings = reader.has("rope_scaling") ? "rope_scaling" : "rope_parameters";
  if (rope.scaling == RopeConfig::Scaling::none) return;
  if (rope.scaling != RopeConfig::Scaling::yarn) reader.fail(settings, R"({"rope_type": "yarn"})");
  const auto yarn = reader.object(settings);
  if (yarn->has("mscale") != yarn->has("mscale_all_dim")) yarn->fail("mscale", "mscale, mscale_all_dim");
  if (!yarn->has("mscale_all_dim")) return;
  const float all = yarn->positive("mscale_all_dim", 100.0F);
  const float temperature = rope.factor > 1.0F ? 0.1F * all * std::log(rope.factor) + 1.0F : 1.0F;
  for (LayerPlan& plan : config.plans)
    plan.attention.scale *= temperature * temperature;
}

/// Nothing where all layers are dense.
std::optional<FeedForward> read_deepseek_mixture(const ConfigReader& reader, const DeepseekDefaults& defaults,
                                                 FeedForward mixture) {
  mixture.width = reader.size("moe_intermediate_size", {.most = bounds::kFeedForward}, defaults.expert_width);
  if (reader.is_null("n_routed_experts")) {
    for (const char* key : {"n_routed_experts", "n_shared_experts", "routed_scaling_factor", "n_group", "topk_group",
                            "scoring_func", "topk_method", "first_k_dense_replace", "moe_layer_freq"})
      reader.pass_over(key);
    return std::nullopt;
  }
  Experts experts;
  experts.count = reader.size("n_routed_experts", {.most = bounds::kExperts}, defaults.experts);
  const bool fits = defaults.chosen.value_or(1) <= experts.count;
  experts.chosen = reader.size("num_experts_per_tok", {.most = experts.count}, fits ? defaults.chosen : std::nullopt);
  const std::size_t shared = reader.size("n_shared_experts", {.least = 0, .most = 64}, defaults.shared, Null::missing);
  experts.shared_width = reader.is_null("n_shared_experts") ? 0 : shared * mixture.width;
  if (experts.shared_width > bounds::kFeedForward)
    reader.fail("n_shared_experts", "× moe_intermediate_size ≤ " + std::to_string(bounds::kFeedForward));
  experts.shared_is_gated = false;
  experts.gates_sum_to_1 = reader.flag("norm_topk_prob", defaults.gates_sum_to_1);
  experts.gate_scale = reader.positive("routed_scaling_factor", 1e4F, defaults.gate_scale);
  read_expert_groups(reader, defaults.groups, defaults.chosen_groups, experts);
  mixture.experts = experts;
  return mixture;
}

/// Every layer behind the first dense ones, or every `step`-th of them.
void place_mixtures(const ConfigReader& reader, const DeepseekDefaults& defaults, const FeedForward& mixture,
                    ModelConfig& config) {
  const ConfigReader::Bounds bounds{.least = 0, .most = bounds::kLayers};
  const std::size_t dense = reader.size("first_k_dense_replace", bounds, defaults.dense_layers);
  const std::size_t step = reader.size("moe_layer_freq", {.most = bounds::kLayers}, 1);
  for (std::size_t layer = dense; layer < config.layers; ++layer)
    if (layer % step == 0) config.plans[layer].feed_forward = mixture;
}

void expect_text(const ConfigReader& reader, const char* key, const std::string& only) {
  if (reader.text(key, only, Null::missing) != only) reader.fail(key, only);
}

/// Everything but how V2 and V3 choose their experts: that is done to the mixture before it is placed.
void read_deepseek_config(const ConfigReader& reader, ModelConfig& config, const DeepseekDefaults& defaults,
                          void (*read_choice)(const ConfigReader& reader, Experts& experts)) {
  config.causal = true;
  config.layers = reader.size("num_hidden_layers", {.most = bounds::kLayers});
  const std::size_t heads = reader.size("num_attention_heads", {.most = bounds::kHeads});
  config.hidden = reader.size("hidden_size", {.most = bounds::kHidden});
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary});
  config.context = reader.size("max_position_embeddings", {.most = bounds::kContext}, defaults.context);
  config.norm_epsilon = reader.positive("rms_norm_eps", 0.1F, 1e-6F);
  config.tied_embeddings = reader.flag("tie_word_embeddings", false);
  config.unread_layers =
      reader.size("num_nextn_predict_layers", {.least = 0, .most = bounds::kLayers}, 0, Null::missing);
  LayerPlan plan{.attention = read_latent_attention(reader, heads), .feed_forward = {.gated = true}};
  plan.feed_forward.width = reader.size("intermediate_size", {.most = bounds::kFeedForward});
  plan.feed_forward.activation = read_activation(reader, "silu");
  config.plans.assign(config.layers, plan);
  if (auto mixture = read_deepseek_mixture(reader, defaults, plan.feed_forward)) {
    read_choice(reader, *mixture->experts);
    place_mixtures(reader, defaults, *mixture, config);
  }
  read_rope(reader, config,
            {.trailing = plan.attention.latent->shared_dims, .interleaved = reader.flag("rope_interleave", true)});
  scale_by_yarn(reader, config);
}

void read_v2_choice(const ConfigReader& reader, Experts& experts) {
  expect_text(reader, "scoring_func", "softmax");
  const std::string method = reader.text("topk_method", "greedy", Null::missing);
  if (method == "greedy" || method == "gready")  // as the authors' first files spell it
    experts.groups = experts.chosen_groups = 1;
  else if (method != "group_limited_greedy")
    reader.fail("topk_method", "greedy, group_limited_greedy");
  // The authors' code leaves the factor out then, other programs do not.
  if (experts.gates_sum_to_1 && experts.gate_scale != 1.0F) reader.fail("norm_topk_prob", "false");
}

void read_v3_choice(const ConfigReader& reader, Experts& experts) {
  expect_text(reader, "scoring_func", "sigmoid");
  expect_text(reader, "topk_method", "noaux_tc");
  experts.score = RouterScore::sigmoid;
  experts.group_votes = 2;
  experts.has_choice_bias = true;
}

LayerWeights read_deepseek_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                 const std::string& name) {
  LayerWeights layer = read_latent_layer(config, plan, reader, name);
  if (plan.feed_forward.experts)
    layer.mixture = read_mixture(plan.feed_forward, config.hidden, reader, name, kDeepseekMixture);
  else
    read_feed_forward(config, plan.feed_forward, reader, name, layer);
  return layer;
}

}  // namespace

void read_deepseek_v2_config(const ConfigReader& reader, ModelConfig& config) {
  read_deepseek_config(reader, config, kV2, read_v2_choice);
  if (!first_rotary(config)->interleaved) reader.fail("rope_interleave", "true");
}

void read_deepseek_v3_config(const ConfigReader& reader, ModelConfig& config) {
  read_deepseek_config(reader, config, kV3, read_v3_choice);
}

Weights read_deepseek_weights(const ModelConfig& config, WeightReader& reader) {
  return read_decoder(
      config, reader, read_deepseek_layer,
      [](WeightReader& from, const std::string& name, std::size_t size) { return from.rms_norm(name, size); });
}

}  // namespace regard
