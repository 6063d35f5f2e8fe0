// SPDX-License-Identifier: Apache-2.0
// config.json of Granite 4 and Nemotron-H as published, and files that contradict themselves.
#include "core/base/error.h"
#include "core/model/config.h"
#include "tests/core/base/expect_error.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace regard {
namespace {

using testing::error_of;

// ibm-granite/granite-4.0-h-350m, what tells of the model
constexpr const char* kGranite350m = R"({"architectures": ["GraniteMoeHybridForCausalLM"], "attention_bias": false,
  "attention_multiplier": 0.015625, "embedding_multiplier": 12, "eos_token_id": 100257, "hidden_act": "silu",
  "hidden_size": 768, "intermediate_size": 2048, "layer_types": ["mamba", "mamba", "mamba", "mamba", "mamba", "mamba",
  "mamba", "mamba", "mamba", "mamba", "attention", "mamba", "mamba", "attention", "mamba", "mamba", "mamba", "attention",
  "mamba", "mamba", "mamba", "mamba", "mamba", "mamba", "mamba", "mamba", "mamba", "attention", "mamba", "mamba", "mamba",
  "mamba"], "logits_scaling": 3, "mamba_conv_bias": true, "mamba_d_conv": 4, "mamba_d_head": 32, "mamba_d_state": 128,
  "mamba_expand": 2, "mamba_n_groups": 1, "mamba_n_heads": 48, "mamba_proj_bias": false, "max_position_embeddings": 32768,
  "model_type": "granitemoehybrid", "num_attention_heads": 12, "num_experts_per_tok": 0, "num_hidden_layers": 32,
  "num_key_value_heads": 4, "num_local_experts": 0, "position_embedding_type": "nope", "residual_multiplier": 0.246,
  "rms_norm_eps": 1e-05, "rope_theta": 10000, "shared_intermediate_size": 2048, "tie_word_embeddings": true,
  "vocab_size": 100352})";

// nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16
constexpr const char* kNemotron3Nano = R"({"architectures": ["NemotronHForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "bos_token_id": 1, "chunk_size": 128, "conv_kernel": 4, "eos_token_id": 2, "expand": 2,
  "head_dim": 128, "hidden_dropout": 0.0, "hidden_size": 2688,
  "hybrid_override_pattern": "MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME", "initializer_range": 0.02,
  "intermediate_size": 1856, "layer_norm_epsilon": 1e-05, "mamba_head_dim": 64, "mamba_hidden_act": "silu",
  "mamba_num_heads": 64, "mamba_proj_bias": false, "mamba_ssm_cache_dtype": "float32", "max_position_embeddings": 262144,
  "mlp_bias": false, "mlp_hidden_act": "relu2", "model_type": "nemotron_h", "moe_intermediate_size": 1856,
  "moe_shared_expert_intermediate_size": 3712, "n_group": 1, "n_groups": 8, "n_routed_experts": 128,
  "n_shared_experts": 1, "norm_eps": 1e-05, "norm_topk_prob": true, "num_attention_heads": 32, "num_experts_per_tok": 6,
  "num_hidden_layers": 52, "num_key_value_heads": 2, "num_logits_to_keep": 1, "pad_token_id": 0,
  "partial_rotary_factor": 1.0, "rescale_prenorm_residual": true, "residual_in_fp32": false, "rope_theta": 10000,
  "routed_scaling_factor": 2.5, "sliding_window": null, "ssm_state_size": 128, "tie_word_embeddings": false,
  "time_step_floor": 0.0001, "time_step_max": 0.1, "time_step_min": 0.001, "topk_group": 1, "torch_dtype": "bfloat16",
  "transformers_version": "4.55.4", "use_bias": false, "use_cache": true, "use_conv_bias": true,
  "use_mamba_kernels": true, "vocab_size": 131072})";

ModelConfig changed_file(const char* published, const std::string& key, const nlohmann::json& value) {
  nlohmann::json config = nlohmann::json::parse(published);
  config[key] = value;
  return parse_model_config(config.dump(), "config.json");
}

/// The key that the error is about; empty: there is none.
std::string refused_setting(const char* published, const std::string& key, const nlohmann::json& value) {
  try {
    (void)changed_file(published, key, value);
  } catch (const Error& error) {
    return error.details().item;
  }
  return "";
}

TEST(StateSpaceModels, GraniteIsReadAsPublished) {
  const ModelConfig config = parse_model_config(kGranite350m, "config.json");
  EXPECT_EQ(config.layers, 32U);
  EXPECT_EQ(softmax_heads(config).size(), 4U * 12U);
  EXPECT_EQ(head_count(config), 4U * 12U + 28U * 48U);
  const LayerPlan &mamba = config.plans[0], &full = config.plans[10];
  EXPECT_EQ(mamba.mixer, Mixer(StateSpace{.groups = 1, .convolution = 4}));
  EXPECT_EQ(mamba.attention.heads, 48U);
  EXPECT_EQ(mamba.attention.head_dim, 128U);
  EXPECT_EQ(config.value_dim(0), 32U);
  EXPECT_EQ(config.queries_width(0), 128U);
  EXPECT_EQ(config.values_width(0), 48U * 32U);
  EXPECT_TRUE(has_softmax(full));
  EXPECT_EQ(full.attention.kv_heads, 4U);
  EXPECT_EQ(full.attention.head_dim, 64U);
  EXPECT_EQ(full.attention.scale, 0.015625F);
  EXPECT_TRUE(std::holds_alternative<NoPositions>(full.positions)) << "whatever rope_theta says";
  for (const LayerPlan& plan : config.plans) {
    EXPECT_EQ(plan.residual_scale, 0.246F);
    EXPECT_EQ(plan.feed_forward, (FeedForward{.width = 2048, .activation = Activation::silu, .gated = true}));
  }
  EXPECT_EQ(config.embedding_scale, 12.0F);
  EXPECT_EQ(config.logit_scale, 1.0F / 3.0F);
}

TEST(StateSpaceModels, GraniteWithExpertsHasABlockBesideThem) {
  nlohmann::json file = nlohmann::json::parse(kGranite350m);
  file["num_local_experts"] = 64;  // as in Granite-4.0-H-Tiny
  file["num_experts_per_tok"] = 6;
  file["intermediate_size"] = 512;
  file["shared_intermediate_size"] = 1024;
  const ModelConfig config = parse_model_config(file.dump(), "config.json");
  for (const LayerPlan& plan : config.plans) {
    EXPECT_EQ(plan.feed_forward.width, 512U);
    EXPECT_EQ(
        plan.feed_forward.experts,
        (Experts{.count = 64, .chosen = 6, .gates_sum_to_1 = true, .shared_width = 1024, .shared_is_gated = false}));
  }
  file["num_experts_per_tok"] = 0;
  EXPECT_EQ(error_of([&] { (void)parse_model_config(file.dump(), "config.json"); }).details().item,
            "num_experts_per_tok");
}

TEST(StateSpaceModels, NemotronIsReadAsPublished) {
  const ModelConfig config = parse_model_config(kNemotron3Nano, "config.json");
  EXPECT_EQ(config.layers, 52U);
  EXPECT_EQ(std::count_if(config.plans.begin(), config.plans.end(), [](const auto& plan) { return has_softmax(plan); }),
            6);
  const LayerPlan &mamba = config.plans[0], &mixture = config.plans[1], &full = config.plans[5];
  EXPECT_EQ(mamba.mixer, Mixer(StateSpace{.groups = 8, .convolution = 4, .norm_parts = 8}));
  EXPECT_EQ(mamba.attention.heads, 64U);
  EXPECT_EQ(mamba.attention.head_dim, 128U);
  EXPECT_EQ(mamba.attention.value_dim, 64U);
  EXPECT_EQ(mamba.feed_forward.width, 0U);
  EXPECT_EQ(mixture.attention.heads, 0U);
  EXPECT_EQ(mixture.feed_forward.width, 1856U);
  EXPECT_FALSE(mixture.feed_forward.gated);
  EXPECT_EQ(mixture.feed_forward.activation, Activation::relu_squared);
  EXPECT_EQ(mixture.feed_forward.experts, (Experts{.count = 128,
                                                   .chosen = 6,
                                                   .gates_sum_to_1 = true,
                                                   .shared_width = 3712,
                                                   .shared_is_gated = false,
                                                   .score = RouterScore::sigmoid,
                                                   .gate_scale = 2.5F,
                                                   .has_choice_bias = true}));
  EXPECT_EQ(full.attention.kv_heads, 2U);
  EXPECT_EQ(full.attention.scale, usual_scale(128));
  EXPECT_TRUE(std::holds_alternative<NoPositions>(full.positions));
  EXPECT_EQ(full.feed_forward.width, 0U);
}

TEST(StateSpaceModels, NemotronSaysItsLayersInWordsToo) {
  nlohmann::json config = nlohmann::json::parse(kNemotron3Nano);
  config.erase("hybrid_override_pattern");
  config["num_hidden_layers"] = 4;
  config["layers_block_type"] = {"linear_attention", "moe", "full_attention", "mlp"};
  const ModelConfig read = parse_model_config(config.dump(), "config.json");
  EXPECT_TRUE(keeps_state(read.plans[0]));
  EXPECT_TRUE(read.plans[1].feed_forward.experts.has_value());
  EXPECT_TRUE(has_softmax(read.plans[2]));
  EXPECT_EQ(read.plans[3].feed_forward.width, 1856U);
  config["layers_block_type"] = {"mamba", "moe", "attention", "mlp"};
  EXPECT_TRUE(keeps_state(parse_model_config(config.dump(), "config.json").plans[0]));
  config["hybrid_override_pattern"] = "ME*E";
  EXPECT_EQ(error_of([&] { (void)parse_model_config(config.dump(), "config.json"); }).code(), "config_value")
      << "and the two must agree";
}

TEST(StateSpaceModels, GraniteThatCannotBeRunAsItSaysIsRefused) {
  const auto item = [](const char* key, const nlohmann::json& value) {
    return refused_setting(kGranite350m, key, value);
  };
  EXPECT_EQ(item("mamba_d_head", 31), "mamba_n_heads");
  EXPECT_EQ(item("mamba_d_head", "automatic"), "mamba_d_head");
  EXPECT_EQ(item("mamba_d_head", "auto"), "");
  EXPECT_EQ(item("mamba_n_heads", 47), "mamba_n_heads");
  EXPECT_EQ(item("mamba_n_groups", 5), "mamba_n_groups") << "does not divide 48";
  EXPECT_EQ(item("mamba_d_conv", 0), "mamba_d_conv");
  EXPECT_EQ(item("mamba_d_state", 1'000'000), "mamba_d_state");
  EXPECT_EQ(item("mamba_expand", 65), "mamba_expand");
  EXPECT_EQ(item("layer_types", {"mamba"}), "layer_types");
  EXPECT_EQ(item("layer_types", nlohmann::json::array_t(32, "linear_attention")), "layer_types");
  EXPECT_EQ(item("hidden_act", "gelu"), "hidden_act");
  EXPECT_EQ(item("position_embedding_type", "alibi"), "position_embedding_type");
  EXPECT_EQ(item("time_step_limit", {0.001, 0.1}), "time_step_limit");
  EXPECT_EQ(item("time_step_limit", {0.0, 1e30}), "");
}

TEST(StateSpaceModels, NemotronThatCannotBeRunAsItSaysIsRefused) {
  const auto item = [](const char* key, const nlohmann::json& value) {
    return refused_setting(kNemotron3Nano, key, value);
  };
  EXPECT_EQ(item("hybrid_override_pattern", "ME*-"), "hybrid_override_pattern");
  EXPECT_EQ(item("hybrid_override_pattern", std::string(52, 'O')), "hybrid_override_pattern");
  EXPECT_EQ(item("hybrid_override_pattern", std::string(52, 'E')), "num_attention_heads") << "nobody attends";
  EXPECT_EQ(item("mlp_hidden_act", "silu"), "mlp_hidden_act");
  EXPECT_EQ(item("mamba_hidden_act", "gelu"), "mamba_hidden_act");
  EXPECT_EQ(item("n_groups", 7), "n_groups");
  EXPECT_EQ(item("mamba_proj_bias", true), "mamba_proj_bias");
  EXPECT_EQ(item("moe_latent_size", 1024), "moe_latent_size") << "Nemotron 3 Super";
  EXPECT_EQ(item("n_shared_experts", 2), "n_shared_experts");
  EXPECT_EQ(item("n_group", 3), "n_group");
  EXPECT_EQ(item("attention_bias", true), "attention_bias");
  EXPECT_EQ(item("sliding_window", 128), "sliding_window");
  EXPECT_EQ(item("attention_head_dim", 64), "attention_head_dim");
}

TEST(StateSpaceModels, OfOtherKindsAreRefusedByName) {
  for (const char* name : {"FalconH1ForCausalLM", "JambaForCausalLM", "BambaForCausalLM", "Mamba2ForCausalLM"}) {
    const nlohmann::json config{{"architectures", nlohmann::json::array({name})}};
    const Error error = error_of([&] { (void)parse_model_config(config.dump(), "config.json"); });
    EXPECT_EQ(error.code(), "unknown_architecture");
    EXPECT_EQ(error.details().found, name);
  }
}

}  // namespace
}  // namespace regard
