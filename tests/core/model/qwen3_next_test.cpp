// SPDX-License-Identifier: Apache-2.0
// config.json of Qwen3-Next and Qwen3.5 as published, and files that contradict themselves.
#include "core/base/error.h"
#include "core/model/config.h"
#include "tests/core/base/expect_error.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

using testing::error_of;

// Qwen/Qwen3-Next-80B-A3B-Thinking
constexpr const char* kQwen3Next = R"({"architectures": ["Qwen3NextForCausalLM"], "attention_dropout": 0.0,
  "bos_token_id": 151643, "decoder_sparse_step": 1, "eos_token_id": 151645, "full_attention_interval": 4, "head_dim": 256,
  "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": 5120,
  "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128, "linear_num_key_heads": 16, "linear_num_value_heads": 32,
  "linear_value_head_dim": 128, "max_position_embeddings": 262144, "mlp_only_layers": [], "model_type": "qwen3_next",
  "moe_intermediate_size": 512, "norm_topk_prob": true, "num_attention_heads": 16, "num_experts": 512,
  "num_experts_per_tok": 10, "num_hidden_layers": 48, "num_key_value_heads": 2, "output_router_logits": false,
  "partial_rotary_factor": 0.25, "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 10000000,
  "router_aux_loss_coef": 0.001, "shared_expert_intermediate_size": 512, "tie_word_embeddings": false,
  "torch_dtype": "bfloat16", "transformers_version": "4.57.0.dev0", "use_cache": true, "use_sliding_window": false,
  "vocab_size": 151936})";

// Qwen/Qwen3.5-397B-A17B; the list of 60 layer types, every fourth full_attention, is left to full_attention_interval, which it has, too
constexpr const char* kQwen35 = R"({"architectures": ["Qwen3_5MoeForConditionalGeneration"], "image_token_id": 248056,
  "model_type": "qwen3_5_moe", "text_config": {"attention_bias": false, "attention_dropout": 0.0, "attn_output_gate": true,
  "dtype": "bfloat16", "eos_token_id": 248044, "full_attention_interval": 4, "head_dim": 256, "hidden_act": "silu",
  "hidden_size": 4096, "initializer_range": 0.02, "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128,
  "linear_num_key_heads": 16, "linear_num_value_heads": 64, "linear_value_head_dim": 128,
  "max_position_embeddings": 262144, "mlp_only_layers": [], "model_type": "qwen3_5_moe_text",
  "moe_intermediate_size": 1024, "mtp_num_hidden_layers": 1, "mtp_use_dedicated_embeddings": false,
  "num_attention_heads": 32, "num_experts": 512, "num_experts_per_tok": 10, "num_hidden_layers": 60,
  "num_key_value_heads": 2, "rms_norm_eps": 1e-06, "router_aux_loss_coef": 0.001,
  "shared_expert_intermediate_size": 1024, "use_cache": true, "vocab_size": 248320}, "tie_word_embeddings": false,
  "transformers_version": "4.57.0.dev0", "video_token_id": 248057, "vision_config": {"depth": 27,
  "hidden_act": "gelu_pytorch_tanh", "hidden_size": 1152, "in_channels": 3, "intermediate_size": 4304,
  "model_type": "qwen3_5_moe", "num_heads": 16, "num_position_embeddings": 2304, "out_hidden_size": 4096,
  "patch_size": 16, "spatial_merge_size": 2, "temporal_patch_size": 2}, "vision_end_token_id": 248054,
  "vision_start_token_id": 248053})";

TEST(Qwen3Next, IsReadAsPublished) {
  const ModelConfig config = parse_model_config(kQwen3Next, "config.json");
  EXPECT_EQ(config.layers, 48U);
  EXPECT_EQ(config.context, 262'144U);
  EXPECT_EQ(first_without_softmax(config), 0U);
  EXPECT_EQ(softmax_heads(config).size(), 12U * 16U);
  EXPECT_EQ(head_count(config), 12U * 16U + 36U * 32U);
  const LayerPlan &delta = config.plans[2], &full = config.plans[3];
  EXPECT_EQ(delta.mixer, Mixer(GatedDelta{.key_heads = 16, .convolution = 4}));
  EXPECT_EQ(delta.attention.heads, 32U);
  EXPECT_EQ(delta.attention.head_dim, 128U);
  EXPECT_TRUE(std::holds_alternative<NoPositions>(delta.positions));
  EXPECT_TRUE(has_softmax(full));
  EXPECT_EQ(full.attention.kv_heads, 2U);
  EXPECT_EQ(full.attention.head_dim, 256U);
  EXPECT_EQ(full.attention.qk_norm, QkNorm::each_head);
  EXPECT_TRUE(full.attention.output_gate);
  EXPECT_EQ(std::get<Rotary>(full.positions).width, 64U);
  EXPECT_EQ(std::get<Rotary>(full.positions).rope.base, 1e7F);
  for (const LayerPlan& plan : config.plans)
    EXPECT_EQ(plan.feed_forward.experts,
              (Experts{.count = 512, .chosen = 10, .gates_sum_to_1 = true, .shared_width = 512}));
}

TEST(Qwen3Next, OfTheNextSizeIsReadFromTheObjectThatTellsOfItsText) {
  const ModelConfig config = parse_model_config(kQwen35, "config.json");
  EXPECT_EQ(config.architecture, "Qwen3_5MoeForConditionalGeneration");
  EXPECT_TRUE(config.has_lm_head);
  EXPECT_EQ(config.layers, 60U);
  EXPECT_EQ(config.hidden, 4096U);
  EXPECT_EQ(config.heads(0), 64U);
  EXPECT_EQ(config.heads(3), 32U);
  EXPECT_EQ(config.plans[5].feed_forward.width, 1024U);
  EXPECT_EQ(config.plans[5].feed_forward.experts->shared_width, 1024U);
}

/// The published config with one value changed.
Error error_with(const char* key, const nlohmann::json& value) {
  nlohmann::json config = nlohmann::json::parse(kQwen3Next);
  config[key] = value;
  return error_of([&] { (void)parse_model_config(config.dump(), "config.json"); });
}

TEST(Qwen3Next, ThatCannotBeRunAsItSaysIsRefused) {
  EXPECT_EQ(error_with("linear_value_head_dim", 64).code(), "config_value");
  EXPECT_EQ(error_with("linear_num_key_heads", 5).code(), "config_value") << "does not divide 32";
  EXPECT_EQ(error_with("linear_conv_kernel_dim", 0).code(), "config_value");
  EXPECT_EQ(error_with("layer_types", {"linear_attention"}).code(), "config_value");
  EXPECT_EQ(error_with("layer_types", nlohmann::json::array_t(48, "mamba")).code(), "config_value");
  EXPECT_EQ(error_with("attn_output_gate", false).code(), "config_value");
  EXPECT_EQ(error_with("hidden_act", "gelu").code(), "config_value");
  EXPECT_EQ(error_with("use_sliding_window", true).code(), "config_value");
}

}  // namespace
}  // namespace regard
