// SPDX-License-Identifier: Apache-2.0
// DeepSeek-V2, DeepSeek-V3 and who has its class: what their config files mean, what is refused, files with parts missing.
#include "core/base/error.h"
#include "core/model/config.h"
#include "core/model/model.h"
#include "core/model/weights.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

namespace regard {
namespace {

using nlohmann::json;
using testing::opened;
using testing::TinyCheckpoint;

// deepseek-ai/DeepSeek-V2-Lite
constexpr const char* kV2Lite = R"({"architectures": ["DeepseekV2ForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "aux_loss_alpha": 0.001, "bos_token_id": 100000, "eos_token_id": 100001,
  "first_k_dense_replace": 1, "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02,
  "intermediate_size": 10944, "kv_lora_rank": 512, "max_position_embeddings": 163840, "model_type": "deepseek_v2",
  "moe_intermediate_size": 1408, "moe_layer_freq": 1, "n_group": 1, "n_routed_experts": 64, "n_shared_experts": 2,
  "norm_topk_prob": false, "num_attention_heads": 16, "num_experts_per_tok": 6, "num_hidden_layers": 27,
  "num_key_value_heads": 16, "pretraining_tp": 1, "q_lora_rank": null, "qk_nope_head_dim": 128,
  "qk_rope_head_dim": 64, "rms_norm_eps": 1e-06, "rope_scaling": {"beta_fast": 32, "beta_slow": 1, "factor": 40,
  "mscale": 0.707, "mscale_all_dim": 0.707, "original_max_position_embeddings": 4096, "type": "yarn"},
  "rope_theta": 10000, "routed_scaling_factor": 1.0, "scoring_func": "softmax", "seq_aux": true,
  "tie_word_embeddings": false, "topk_group": 1, "topk_method": "greedy", "torch_dtype": "bfloat16",
  "use_cache": true, "v_head_dim": 128, "vocab_size": 102400})";

// deepseek-ai/DeepSeek-V2
constexpr const char* kV2 = R"({"architectures": ["DeepseekV2ForCausalLM"], "attention_bias": false,
  "first_k_dense_replace": 1, "hidden_act": "silu", "hidden_size": 5120, "intermediate_size": 12288,
  "kv_lora_rank": 512, "max_position_embeddings": 163840, "model_type": "deepseek_v2", "moe_intermediate_size": 1536,
  "moe_layer_freq": 1, "n_group": 8, "n_routed_experts": 160, "n_shared_experts": 2, "norm_topk_prob": false,
  "num_attention_heads": 128, "num_experts_per_tok": 6, "num_hidden_layers": 60, "num_key_value_heads": 128,
  "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "rms_norm_eps": 1e-06,
  "rope_scaling": {"beta_fast": 32, "beta_slow": 1, "factor": 40, "mscale": 0.707, "mscale_all_dim": 0.707,
  "original_max_position_embeddings": 4096, "type": "yarn"}, "rope_theta": 10000, "routed_scaling_factor": 16.0,
  "scoring_func": "softmax", "tie_word_embeddings": false, "topk_group": 3, "topk_method": "group_limited_greedy",
  "v_head_dim": 128, "vocab_size": 102400})";

// deepseek-ai/DeepSeek-V3, as checkpoints widened to BF16 have it: without quantization_config
constexpr const char* kV3 = R"({"architectures": ["DeepseekV3ForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "bos_token_id": 0, "eos_token_id": 1, "ep_size": 1, "first_k_dense_replace": 3,
  "hidden_act": "silu", "hidden_size": 7168, "initializer_range": 0.02, "intermediate_size": 18432,
  "kv_lora_rank": 512, "max_position_embeddings": 163840, "model_type": "deepseek_v3", "moe_intermediate_size": 2048,
  "moe_layer_freq": 1, "n_group": 8, "n_routed_experts": 256, "n_shared_experts": 1, "norm_topk_prob": true,
  "num_attention_heads": 128, "num_experts_per_tok": 8, "num_hidden_layers": 61, "num_key_value_heads": 128,
  "num_nextn_predict_layers": 1, "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
  "rms_norm_eps": 1e-06, "rope_scaling": {"beta_fast": 32, "beta_slow": 1, "factor": 40, "mscale": 1.0,
  "mscale_all_dim": 1.0, "original_max_position_embeddings": 4096, "type": "yarn"}, "rope_theta": 10000,
  "routed_scaling_factor": 2.5, "scoring_func": "sigmoid", "tie_word_embeddings": false, "topk_group": 4,
  "topk_method": "noaux_tc", "torch_dtype": "bfloat16", "use_cache": true, "v_head_dim": 128, "vocab_size": 129280})";

// moonshotai/Kimi-K2-Instruct, likewise
constexpr const char* kKimi = R"({"architectures": ["DeepseekV3ForCausalLM"], "attention_bias": false,
  "first_k_dense_replace": 1, "hidden_act": "silu", "hidden_size": 7168, "intermediate_size": 18432,
  "kv_lora_rank": 512, "max_position_embeddings": 131072, "model_type": "kimi_k2", "moe_intermediate_size": 2048,
  "moe_layer_freq": 1, "n_group": 1, "n_routed_experts": 384, "n_shared_experts": 1, "norm_topk_prob": true,
  "num_attention_heads": 64, "num_experts_per_tok": 8, "num_hidden_layers": 61, "num_key_value_heads": 64,
  "num_nextn_predict_layers": 0, "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
  "rms_norm_eps": 1e-06, "rope_scaling": {"beta_fast": 1.0, "beta_slow": 1.0, "factor": 32.0, "mscale": 1.0,
  "mscale_all_dim": 1.0, "original_max_position_embeddings": 4096, "type": "yarn"}, "rope_theta": 50000.0,
  "routed_scaling_factor": 2.827, "scoring_func": "sigmoid", "tie_word_embeddings": false, "topk_group": 1,
  "topk_method": "noaux_tc", "v_head_dim": 128, "vocab_size": 163840})";

ModelConfig deepseek_config(const json& config) {
  return parse_model_config(config.dump(), "config.json");
}

/// The published file with one setting changed; taken out where there is no value.
json with(const char* published, const char* key, const std::optional<json>& value) {
  json config = json::parse(published);
  config.erase(key);
  if (value) config[key] = *value;
  return config;
}

std::string item_of(const json& config) {
  try {
    static_cast<void>(deepseek_config(config));
  } catch (const Error& error) {
    return error.details().item;
  }
  return "–";
}

void expect_latent(const ModelConfig& config, std::size_t query_rank, double temperature) {
  const SoftmaxAttention& attention = config.plans.front().attention;
  EXPECT_EQ(attention.latent, (LatentAttention{.rank = 512, .query_rank = query_rank, .shared_dims = 64}));
  EXPECT_EQ(config.head_dim(0), 192U);
  EXPECT_EQ(config.value_dim(0), 128U);
  EXPECT_EQ(config.kv_heads(0), config.heads(0));
  EXPECT_NEAR(attention.scale, temperature * temperature / std::sqrt(192.0), 1e-6);
  const Rotary& rotary = *first_rotary(config);
  EXPECT_EQ(rotary.width, 64U);
  EXPECT_EQ(rotary.first, 128U);
  EXPECT_TRUE(rotary.interleaved);
  EXPECT_NEAR(rotary.rope.attention_factor, 1.0F, 1e-6F);
}

TEST(Deepseek, V2LiteHasNoNarrowQueriesAndOneDenseLayer) {
  const ModelConfig config = deepseek_config(json::parse(kV2Lite));
  expect_latent(config, 0, 0.1 * 0.707 * std::log(40.0) + 1.0);
  EXPECT_FALSE(config.plans[0].feed_forward.experts);
  EXPECT_EQ(config.plans[0].feed_forward.width, 10'944U);
  const FeedForward& mixture = config.plans[1].feed_forward;
  EXPECT_EQ(mixture.width, 1'408U);
  EXPECT_EQ(mixture.experts, (Experts{.count = 64, .chosen = 6, .shared_width = 2'816, .shared_is_gated = false}));
  EXPECT_EQ(config.context, 163'840U);
}

TEST(Deepseek, V2ChoosesAmongTheBestGroupsByTheirBestExpert) {
  const ModelConfig config = deepseek_config(json::parse(kV2));
  expect_latent(config, 1'536, 0.1 * 0.707 * std::log(40.0) + 1.0);
  EXPECT_EQ(config.plans.back().feed_forward.experts, (Experts{.count = 160,
                                                               .chosen = 6,
                                                               .shared_width = 3'072,
                                                               .shared_is_gated = false,
                                                               .gate_scale = 16.0F,
                                                               .groups = 8,
                                                               .chosen_groups = 3}));
  // Authors' first files spell it so.
  EXPECT_EQ(deepseek_config(with(kV2, "topk_method", "gready")).plans.back().feed_forward.experts->groups, 1U);
}

TEST(Deepseek, V3ChoosesBySigmoidAndABiasTwoVotesForAGroup) {
  const ModelConfig config = deepseek_config(json::parse(kV3));
  expect_latent(config, 1'536, 0.1 * std::log(40.0) + 1.0);
  EXPECT_FALSE(config.plans[2].feed_forward.experts);
  EXPECT_EQ(config.plans[3].feed_forward.experts, (Experts{.count = 256,
                                                           .chosen = 8,
                                                           .gates_sum_to_1 = true,
                                                           .shared_width = 2'048,
                                                           .shared_is_gated = false,
                                                           .score = RouterScore::sigmoid,
                                                           .gate_scale = 2.5F,
                                                           .groups = 8,
                                                           .chosen_groups = 4,
                                                           .group_votes = 2,
                                                           .has_choice_bias = true}));
  EXPECT_EQ(config.layers, 61U);
  EXPECT_EQ(config.unread_layers, 1U);
}

TEST(Deepseek, KimiK2IsOfV3sClassUnderANameOfItsOwn) {
  json config = json::parse(kKimi);
  expect_latent(deepseek_config(config), 1'536, 0.1 * std::log(32.0) + 1.0);
  for (int named = 0; named < 2; ++named) {
    const ModelConfig read = deepseek_config(config);
    EXPECT_EQ(read.architecture, "DeepseekV3ForCausalLM");
    EXPECT_EQ(read.heads(0), 64U);
    EXPECT_EQ(read.plans[1].feed_forward.experts->count, 384U);
    EXPECT_EQ(read.plans[1].feed_forward.experts->groups, 1U);
    EXPECT_FLOAT_EQ(read.plans[1].feed_forward.experts->gate_scale, 2.827F);
    config.erase("architectures");
  }
}

TEST(Deepseek, SilentFilesMeanWhatTheirClassTakes) {
  const ModelConfig v3 = deepseek_config(json{{"architectures", {"DeepseekV3ForCausalLM"}},
                                              {"num_hidden_layers", 4},
                                              {"num_attention_heads", 2},
                                              {"hidden_size", 32},
                                              {"intermediate_size", 40},
                                              {"vocab_size", 50}});
  const FeedForward& mixture = v3.plans[3].feed_forward;
  EXPECT_EQ(mixture.width, 2'048U);
  EXPECT_EQ(mixture.experts->count, 256U);
  EXPECT_EQ(mixture.experts->groups, 8U);
  EXPECT_EQ(mixture.experts->chosen_groups, 4U);
  EXPECT_TRUE(mixture.experts->gates_sum_to_1);
  EXPECT_FALSE(v3.plans[2].feed_forward.experts);
  EXPECT_EQ(v3.plans[0].attention.latent->query_rank, 1'536U);
  EXPECT_EQ(item_of(with(kV2Lite, "num_experts_per_tok", std::nullopt)), "num_experts_per_tok")
      << "V2's class has none";
  EXPECT_EQ(deepseek_config(with(kV2Lite, "n_routed_experts", json())).plans[5].feed_forward.experts, std::nullopt);
  EXPECT_EQ(deepseek_config(with(kV2Lite, "n_shared_experts", json())).plans[5].feed_forward.experts->shared_width, 0U);
  EXPECT_FALSE(first_rotary(deepseek_config(with(kV3, "rope_interleave", false)))->interleaved);
}

TEST(Deepseek, StretchesWithoutATemperatureOfItsOwnInTheScale) {
  json config = json::parse(kV3);
  config["rope_scaling"].erase("mscale");
  config["rope_scaling"].erase("mscale_all_dim");
  const ModelConfig read = deepseek_config(config);
  EXPECT_FLOAT_EQ(read.plans[0].attention.scale, usual_scale(192));
  EXPECT_NEAR(first_rotary(read)->rope.attention_factor, 0.1 * std::log(40.0) + 1.0, 1e-6);
  config["rope_scaling"] = nullptr;
  EXPECT_FLOAT_EQ(deepseek_config(config).plans[0].attention.scale, usual_scale(192));
}

TEST(Deepseek, SettingsThatNobodyUnderstandsAreRefusedByTheirKey) {
  const std::pair<const char*, json> kWrong[] = {{"scoring_func", "softmax"},
                                                 {"topk_method", "greedy"},
                                                 {"num_key_value_heads", 8},
                                                 {"qk_rope_head_dim", 63},
                                                 {"qk_rope_head_dim", 0},
                                                 {"qk_nope_head_dim", 0},
                                                 {"v_head_dim", 0},
                                                 {"v_head_dim", 1U << 30},
                                                 {"kv_lora_rank", nullptr},
                                                 {"kv_lora_rank", 0},
                                                 {"q_lora_rank", 0},
                                                 {"n_group", 7},
                                                 {"n_group", 512},
                                                 {"topk_group", 9},
                                                 {"topk_group", 0},
                                                 {"num_experts_per_tok", 257},
                                                 {"n_shared_experts", 65},
                                                 {"moe_layer_freq", 0},
                                                 {"routed_scaling_factor", 0.0},
                                                 {"first_k_dense_replace", -1},
                                                 {"num_nextn_predict_layers", 1U << 20},
                                                 {"n_routed_experts", 1U << 20},
                                                 {"sliding_window", 4096},
                                                 {"mlp_bias", true}};
  for (const auto& [key, value] : kWrong)
    EXPECT_EQ(item_of(with(kV3, key, value)), key) << value;
  EXPECT_EQ(item_of(with(kV2, "topk_method", "noaux_tc")), "topk_method");
  EXPECT_EQ(item_of(with(kV2, "norm_topk_prob", true)), "norm_topk_prob") << "nobody agrees on the factor then";
  EXPECT_EQ(item_of(with(kV2Lite, "norm_topk_prob", true)), "–");
  EXPECT_EQ(item_of(with(kV2, "rope_interleave", false)), "rope_interleave");
  EXPECT_EQ(item_of(with(kV3, "topk_group", 1)), "–");
  EXPECT_EQ(item_of(with(kV3, "rope_scaling", json{{"type", "linear"}, {"factor", 4.0}})), "rope_scaling");
  json half = json::parse(kV3);
  half["rope_scaling"].erase("mscale");
  EXPECT_EQ(item_of(half), "rope_scaling.mscale");
}

TEST(Deepseek, ChoosesNoMoreExpertsThanItsGroupsHold) {
  json config = json::parse(kV3);
  config["n_group"] = 64;  // of four
  config["topk_group"] = 1;
  EXPECT_EQ(item_of(config), "topk_group");
  config["topk_group"] = 2;
  EXPECT_EQ(item_of(config), "–");
}

/// 2 layers, 2 heads, hidden 6, latent 5, 4 + 2 dimensions of a key, 3 of a value, 4 experts; and one layer that nobody reads.
TinyCheckpoint tiny_deepseek() {
  TinyCheckpoint tiny;
  tiny.config = R"({"architectures": ["DeepseekV3ForCausalLM"], "hidden_size": 6, "num_hidden_layers": 2,
      "num_attention_heads": 2, "intermediate_size": 7, "vocab_size": 11, "max_position_embeddings": 32,
      "first_k_dense_replace": 1, "kv_lora_rank": 5, "q_lora_rank": 4, "qk_nope_head_dim": 4, "qk_rope_head_dim": 2,
      "v_head_dim": 3, "n_routed_experts": 4, "num_experts_per_tok": 2, "n_group": 2, "topk_group": 1,
      "moe_intermediate_size": 3, "num_nextn_predict_layers": 1})";
  const auto block = [&](const std::string& name, std::size_t width) {
    tiny.add(name + "gate_proj.weight", {width, 6});
    tiny.add(name + "up_proj.weight", {width, 6});
    tiny.add(name + "down_proj.weight", {6, width});
  };
  tiny.add("model.embed_tokens.weight", {11, 6});
  for (const char* layer : {"0", "1", "2"}) {
    const std::string name = std::string("model.layers.") + layer + ".", attention = name + "self_attn.";
    tiny.add(name + "input_layernorm.weight", {6});
    tiny.add(name + "post_attention_layernorm.weight", {6});
    tiny.add(attention + "q_a_proj.weight", {4, 6});
    tiny.add(attention + "q_a_layernorm.weight", {4});
    tiny.add(attention + "q_b_proj.weight", {12, 4});
    tiny.add(attention + "kv_a_proj_with_mqa.weight", {7, 6});
    tiny.add(attention + "kv_a_layernorm.weight", {5});
    tiny.add(attention + "kv_b_proj.weight", {14, 5});
    tiny.add(attention + "o_proj.weight", {6, 6});
    if (*layer == '0') {
      block(name + "mlp.", 7);
      continue;
    }
    tiny.add(name + "mlp.gate.weight", {4, 6});
    tiny.add(name + "mlp.gate.e_score_correction_bias", {4});
    for (const char* expert : {"0.", "1.", "2.", "3."})
      block(name + "mlp.experts." + expert, 3);
    block(name + "mlp.shared_experts.", 3);
  }
  tiny.add("model.layers.2.eh_proj.weight", {6, 12});
  tiny.add("model.norm.weight", {6});
  tiny.add("lm_head.weight", {11, 6});
  return tiny;
}

Error error_of_deepseek(const TinyCheckpoint& tiny) {
  return testing::error_of([&] { static_cast<void>(opened(tiny)); });
}

TEST(Deepseek, LeavesTheLayersForFurtherTokensUnread) {
  TinyCheckpoint tiny = tiny_deepseek();
  const auto model = opened(tiny);
  EXPECT_EQ(model->weights->layers.size(), 2U);
  EXPECT_EQ(model->weights->layers[1].mixture.choice_bias->size(), 4U);
  EXPECT_EQ(model->config.plans[1].feed_forward.experts->choice_bias, model->weights->layers[1].mixture.choice_bias);
  testing::edit(tiny, R"("num_nextn_predict_layers": 1)", R"("num_nextn_predict_layers": 0)");
  EXPECT_EQ(error_of_deepseek(tiny).code(), "tensor_unknown")
      << "a file that does not say so has layers that nobody knows";
}

TEST(Deepseek, ViewsTheFilesLatentMatrices) {
  const auto model = opened(tiny_deepseek());
  const LatentWeights& w = model->weights->layers[1].latent;
  EXPECT_EQ(w.up.weight.shape, (std::vector<std::size_t>{14, 5}));
  EXPECT_EQ(w.shared_key.weight.data - w.down.weight.data, 5 * 6 * 4);
  EXPECT_EQ(w.shared_key.weight.shape, (std::vector<std::size_t>{2, 6}));
}

TEST(Deepseek, IsRefusedWithoutOneOfItsTensorsOrWithOneOfAnotherSize) {
  for (const char* name :
       {"self_attn.q_a_proj.weight", "self_attn.q_a_layernorm.weight", "self_attn.q_b_proj.weight",
        "self_attn.kv_a_proj_with_mqa.weight", "self_attn.kv_a_layernorm.weight", "self_attn.kv_b_proj.weight",
        "self_attn.o_proj.weight", "mlp.gate.weight", "mlp.gate.e_score_correction_bias",
        "mlp.experts.3.up_proj.weight", "mlp.shared_experts.down_proj.weight"}) {
    const std::string whole = std::string("model.layers.1.") + name;
    TinyCheckpoint tiny = tiny_deepseek();
    tiny.remove(whole);
    EXPECT_EQ(error_of_deepseek(tiny).code(), "tensor_missing");
    EXPECT_EQ(error_of_deepseek(tiny).details().item, whole);
    tiny = tiny_deepseek();
    tiny.at(whole).shape.push_back(1);
    EXPECT_EQ(error_of_deepseek(tiny).code(), "tensor_shape");
    EXPECT_EQ(error_of_deepseek(tiny).details().item, whole);
  }
}

TEST(Deepseek, OfUnlikeLayoutsAtOnceIsRefused) {
  TinyCheckpoint tiny = tiny_deepseek();
  tiny.add("model.layers.1.self_attn.k_b_proj.weight", {2, 5, 4});
  EXPECT_EQ(error_of_deepseek(tiny).code(), "tensor_unknown");
  EXPECT_EQ(error_of_deepseek(tiny).details().item, "model.layers.1.self_attn.kv_b_proj.weight");
}

}  // namespace
}  // namespace regard
