// SPDX-License-Identifier: Apache-2.0
// config.json of Granite 4, Nemotron-H, Falcon-H1, Jamba and Mamba as published, and files that contradict themselves.
#include "core/base/error.h"
#include "core/model/config.h"
#include "tests/core/base/expect_error.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <array>
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

// tiiuae/Falcon-H1-0.5B-Base
constexpr const char* kFalconH1Small = R"({"architectures": ["FalconH1ForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "attention_in_multiplier": 1.0, "attention_out_multiplier": 0.9375, "bos_token_id": 1,
  "embedding_multiplier": 5.656854249492381, "eos_token_id": 11, "head_dim": 64, "hidden_act": "silu", "hidden_size": 1024,
  "initializer_range": 0.02, "intermediate_size": 2048, "key_multiplier": 0.390625, "lm_head_multiplier": 0.0390625,
  "mamba_chunk_size": 128, "mamba_conv_bias": true, "mamba_d_conv": 4, "mamba_d_head": 64, "mamba_d_ssm": 1536,
  "mamba_d_state": 128, "mamba_expand": 2, "mamba_n_groups": 1, "mamba_n_heads": 24, "mamba_norm_before_gate": false,
  "mamba_proj_bias": false, "mamba_rms_norm": false, "mamba_use_mlp": true, "max_position_embeddings": 16384,
  "mlp_bias": false, "mlp_expansion_factor": 8, "mlp_multipliers": [0.8838834764831844, 0.5859375],
  "model_type": "falcon_h1", "num_attention_heads": 8, "num_hidden_layers": 36, "num_key_value_heads": 2,
  "num_logits_to_keep": 1, "pad_token_id": 0, "projectors_bias": false, "rms_norm_eps": 1e-05, "rope_scaling": null,
  "rope_theta": 100000000000.0, "ssm_in_multiplier": 1.25, "ssm_multipliers": [0.3535533905932738, 0.25,
  0.3535533905932738, 0.5, 0.3535533905932738], "ssm_out_multiplier": 0.23570226039551587, "tie_word_embeddings": false,
  "torch_dtype": "bfloat16", "use_cache": true, "vocab_size": 32784})";

// ai21labs/Jamba-v0.1
constexpr const char* kJamba = R"({"architectures": ["JambaForCausalLM"], "attention_dropout": 0.0,
  "attn_layer_offset": 4, "attn_layer_period": 8, "bos_token_id": 1, "eos_token_id": 2, "expert_layer_offset": 1,
  "expert_layer_period": 2, "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02,
  "intermediate_size": 14336, "mamba_conv_bias": true, "mamba_d_conv": 4, "mamba_d_state": 16, "mamba_dt_rank": 256,
  "mamba_expand": 2, "mamba_inner_layernorms": true, "mamba_proj_bias": false, "max_position_embeddings": 262144,
  "model_type": "jamba", "num_attention_heads": 32, "num_experts": 16, "num_experts_per_tok": 2,
  "num_hidden_layers": 32, "num_key_value_heads": 8, "num_logits_to_keep": 1, "output_router_logits": false,
  "pad_token_id": 0, "rms_norm_eps": 1e-06, "router_aux_loss_coef": 0.001, "sliding_window": null,
  "tie_word_embeddings": false, "torch_dtype": "bfloat16", "use_cache": true, "use_mamba_kernels": true,
  "vocab_size": 65536})";

// state-spaces/mamba-130m-hf
constexpr const char* kMamba130m = R"({"architectures": ["MambaForCausalLM"], "bos_token_id": 0, "conv_kernel": 4,
  "d_inner": 1536, "d_model": 768, "eos_token_id": 0, "expand": 2, "fused_add_norm": true, "hidden_act": "silu",
  "hidden_size": 768, "initializer_range": 0.1, "intermediate_size": 1536, "layer_norm_epsilon": 1e-05,
  "model_type": "mamba", "n_layer": 24, "num_hidden_layers": 24, "pad_token_id": 0, "pad_vocab_size_multiple": 8,
  "rescale_prenorm_residual": false, "residual_in_fp32": true, "rms_norm": true, "ssm_cfg": {}, "state_size": 16,
  "time_step_floor": 0.0001, "time_step_init_scheme": "random", "time_step_max": 0.1, "time_step_min": 0.001,
  "time_step_rank": 48, "time_step_scale": 1.0, "torch_dtype": "float32", "use_bias": false, "use_cache": true,
  "use_conv_bias": true, "vocab_size": 50280})";

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

TEST(StateSpaceModels, FalconH1IsReadAsPublished) {
  const ModelConfig config = parse_model_config(kFalconH1Small, "config.json");
  ASSERT_EQ(config.layers, 72U) << "two for each of the file's";
  const LayerPlan &mamba = config.plans[70], &attention = config.plans[71];
  EXPECT_TRUE(keeps_state(mamba) && !mamba.beside && has_softmax(attention) && attention.beside);
  const StateSpace& space = std::get<StateSpace>(mamba.mixer);
  EXPECT_FALSE(space.normed);
  EXPECT_EQ(space.gate_scale, 0.3535533905932738F);
  EXPECT_EQ(space.part_scales, (std::array{0.25F, 0.3535533905932738F, 0.5F}));
  EXPECT_EQ(space.step_scale, 0.3535533905932738F);
  EXPECT_EQ(mamba.attention.heads, 24U);
  EXPECT_EQ(value_dim(mamba.attention), 64U);
  EXPECT_EQ(mamba.attention.head_dim, 128U);
  EXPECT_EQ(mamba.read_scale, 1.25F);
  EXPECT_EQ(mamba.residual_scale, 0.23570226039551587F);
  EXPECT_EQ(mamba.feed_forward.width, 0U);
  EXPECT_EQ(attention.attention.heads * attention.attention.head_dim, 512U);
  EXPECT_FLOAT_EQ(attention.attention.scale, 0.390625F / 8.0F);
  EXPECT_EQ(attention.residual_scale, 0.9375F);
  EXPECT_EQ(attention.feed_forward.gate_scale, 0.8838834764831844F);
  EXPECT_FLOAT_EQ(attention.feed_forward.output_scale * attention.residual_scale, 0.5859375F);
  EXPECT_EQ(first_rotary(config)->rope.base, 1e11F);
  EXPECT_EQ(config.logit_scale, 0.0390625F);
  EXPECT_EQ(config.stream_read(71), 70U);
}

TEST(StateSpaceModels, FalconH1ThatCannotBeRunAsItSaysIsRefused) {
  const auto item = [](const char* key, const nlohmann::json& value) {
    return refused_setting(kFalconH1Small, key, value);
  };
  EXPECT_EQ(item("mamba_n_heads", 23), "mamba_n_heads");
  EXPECT_EQ(item("mamba_d_ssm", nullptr), "mamba_n_heads") << "2 × 1024 is not 24 × 64";
  EXPECT_EQ(item("mamba_d_head", "auto"), "");
  EXPECT_EQ(item("mamba_use_mlp", false), "mamba_use_mlp");
  EXPECT_EQ(item("hidden_act", "gelu"), "hidden_act");
  EXPECT_EQ(item("ssm_multipliers", {1, 1, 1, 1}), "ssm_multipliers");
  EXPECT_EQ(item("ssm_multipliers", nullptr), "");
  EXPECT_EQ(item("mlp_multipliers", {1, -1}), "mlp_multipliers");
  EXPECT_EQ(item("key_multiplier", 0), "key_multiplier");
  EXPECT_EQ(item("lm_head_multiplier", "much"), "lm_head_multiplier");
  EXPECT_EQ(item("time_step_limit", {0.001, 0.1}), "time_step_limit");
  EXPECT_EQ(item("layers_block_type", {"mamba"}), "layers_block_type");
  EXPECT_EQ(item("sliding_window", 128), "sliding_window");
}

TEST(StateSpaceModels, JambaIsReadAsPublished) {
  const ModelConfig config = parse_model_config(kJamba, "config.json");
  EXPECT_EQ(softmax_heads(config).size(), 4U * 32U);
  EXPECT_EQ(head_count(config), 4U * 32U + 28U * 8192U);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    EXPECT_EQ(has_softmax(config.plans[layer]), layer % 8 == 4);
    EXPECT_EQ(config.plans[layer].feed_forward.experts.has_value(), layer % 2 == 1);
    EXPECT_TRUE(std::holds_alternative<NoPositions>(config.plans[layer].positions));
  }
  const LayerPlan& mamba = config.plans.front();
  EXPECT_EQ(mamba.mixer,
            Mixer(StateSpace{.groups = 1, .convolution = 4, .normed = false, .step_rank = 256, .inner_norms = true}));
  EXPECT_EQ(value_dim(mamba.attention), 1U);
  EXPECT_EQ(convolved_channels(mamba), 8192U);
  EXPECT_FALSE(config.plans[1].feed_forward.experts->gates_sum_to_1);
}

TEST(StateSpaceModels, JambaThatCannotBeRunAsItSaysIsRefused) {
  const auto item = [](const char* key, const nlohmann::json& value) { return refused_setting(kJamba, key, value); };
  EXPECT_EQ(item("attn_layer_offset", 8), "attn_layer_offset");
  EXPECT_EQ(item("expert_layer_period", 0), "expert_layer_period");
  EXPECT_EQ(item("num_experts_per_tok", 17), "num_experts_per_tok");
  EXPECT_EQ(item("num_experts", 1), "");
  EXPECT_EQ(item("mamba_inner_layernorms", false), "mamba_inner_layernorms");
  EXPECT_EQ(item("mamba_dt_rank", "automatic"), "mamba_dt_rank");
  EXPECT_EQ(item("mamba_dt_rank", "auto"), "");
  EXPECT_EQ(item("mamba_expand", 17), "mamba_expand") << "17 × 4096 channels";
  EXPECT_EQ(item("sliding_window", 4096), "sliding_window");
  EXPECT_EQ(item("layers_block_type", nlohmann::json::array_t(32, "mamba")), "layers_block_type");
  EXPECT_EQ(item("hidden_act", "gelu"), "hidden_act");
}

TEST(StateSpaceModels, MambaAloneIsReadAsPublished) {
  const ModelConfig config = parse_model_config(kMamba130m, "config.json");
  EXPECT_EQ(config.layers, 24U);
  EXPECT_TRUE(softmax_heads(config).empty());
  EXPECT_EQ(head_count(config), 24U * 1536U);
  EXPECT_TRUE(config.tied_embeddings);
  EXPECT_EQ(std::get<StateSpace>(config.plans.front().mixer).step_rank, 48U);
  EXPECT_EQ(config.plans.front().feed_forward.width, 0U);
  EXPECT_EQ(refused_setting(kMamba130m, "hidden_act", "gelu"), "hidden_act");
  EXPECT_EQ(refused_setting(kMamba130m, "state_size", 0), "state_size");
  EXPECT_EQ(refused_setting(kMamba130m, "expand", 65), "expand");
  nlohmann::json second = nlohmann::json::parse(kMamba130m);
  second["architectures"] = {"Mamba2ForCausalLM"};
  second["num_heads"] = 24;
  second["n_groups"] = 1;
  EXPECT_EQ(parse_model_config(second.dump(), "config.json").plans.front().attention.heads, 24U);
  EXPECT_EQ(refused_setting(second.dump().c_str(), "n_groups", 8), "n_groups");
}

TEST(StateSpaceModels, OfOtherKindsAreRefusedByName) {
  for (const char* name : {"BambaForCausalLM", "Zamba2ForCausalLM", "FalconMambaForCausalLM"}) {
    const nlohmann::json config{{"architectures", nlohmann::json::array({name})}};
    const Error error = error_of([&] { (void)parse_model_config(config.dump(), "config.json"); });
    EXPECT_EQ(error.code(), "unknown_architecture");
    EXPECT_EQ(error.details().found, name);
  }
}

}  // namespace
}  // namespace regard
