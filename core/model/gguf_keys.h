// SPDX-License-Identifier: Apache-2.0
// What keys of GGUF files are called in config.json, architecture by architecture. Private to gguf_architectures.cpp.
#pragma once

#include "core/model/gguf_architectures.h"

namespace regard::gguf {

inline constexpr GgufName kLlamaKeys[] = {{"context_length", "max_position_embeddings"},
                                          {"embedding_length", "hidden_size"},
                                          {"block_count", "num_hidden_layers"},
                                          {"feed_forward_length", "intermediate_size"},
                                          {"attention.head_count", "num_attention_heads"},
                                          {"attention.layer_norm_rms_epsilon", "rms_norm_eps"}};
inline constexpr GgufName kLlamaExtras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                            {"attention.key_length", "head_dim"},
                                            {"rope.freq_base", "rope_theta"}};
inline constexpr GgufName kMixtralExperts[] = {{"expert_count", "num_local_experts"},
                                               {"expert_used_count", "num_experts_per_tok"}};
inline constexpr GgufName kOlmoeExperts[] = {{"expert_count", "num_experts"},
                                             {"expert_used_count", "num_experts_per_tok"}};
inline constexpr GgufName kQwen3Experts[] = {{"expert_count", "num_experts"},
                                             {"expert_used_count", "num_experts_per_tok"},
                                             {"expert_feed_forward_length", "moe_intermediate_size"}};
inline constexpr GgufName kQwen2Experts[] = {{"expert_count", "num_experts"},
                                             {"expert_used_count", "num_experts_per_tok"},
                                             {"expert_feed_forward_length", "moe_intermediate_size"},
                                             {"expert_shared_feed_forward_length", "shared_expert_intermediate_size"}};
inline constexpr GgufName kGptOssKeys[] = {{"context_length", "max_position_embeddings"},
                                           {"embedding_length", "hidden_size"},
                                           {"block_count", "num_hidden_layers"},
                                           {"attention.head_count", "num_attention_heads"},
                                           {"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
                                           {"attention.sliding_window", "sliding_window"}};
inline constexpr GgufName kGptOssExperts[] = {{"expert_count", "num_local_experts"},
                                              {"expert_used_count", "num_experts_per_tok"},
                                              {"expert_feed_forward_length", "intermediate_size"}};
inline constexpr GgufName kDeepseekKeys[] = {{"context_length", "max_position_embeddings"},
                                             {"embedding_length", "hidden_size"},
                                             {"block_count", "num_hidden_layers"},
                                             {"feed_forward_length", "intermediate_size"},
                                             {"attention.head_count", "num_attention_heads"},
                                             {"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
                                             {"attention.kv_lora_rank", "kv_lora_rank"},
                                             {"rope.dimension_count", "qk_rope_head_dim"}};
inline constexpr GgufName kDeepseekExtras[] = {{"attention.q_lora_rank", "q_lora_rank"},
                                               {"rope.freq_base", "rope_theta"},
                                               {"leading_dense_block_count", "first_k_dense_replace"},
                                               {"expert_group_count", "n_group"},
                                               {"expert_group_used_count", "topk_group"},
                                               {"expert_weights_scale", "routed_scaling_factor"},
                                               {"expert_weights_norm", "norm_topk_prob"},
                                               {"expert_gating_func", "scoring_func"}};
inline constexpr GgufName kDeepseekExperts[] = {{"expert_count", "n_routed_experts"},
                                                {"expert_used_count", "num_experts_per_tok"},
                                                {"expert_feed_forward_length", "moe_intermediate_size"},
                                                {"expert_shared_count", "n_shared_experts"}};
inline constexpr GgufName kGemma2Keys[] = {{"context_length", "max_position_embeddings"},
                                           {"embedding_length", "hidden_size"},
                                           {"block_count", "num_hidden_layers"},
                                           {"feed_forward_length", "intermediate_size"},
                                           {"attention.head_count", "num_attention_heads"},
                                           {"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
                                           {"attn_logit_softcapping", "attn_logit_softcapping"},
                                           {"final_logit_softcapping", "final_logit_softcapping"}};
inline constexpr GgufName kGemma2Extras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                             {"attention.key_length", "head_dim"},
                                             {"attention.sliding_window", "sliding_window"},
                                             {"rope.freq_base", "rope_theta"}};
inline constexpr GgufName kGemma3Extras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                             {"attention.key_length", "head_dim"},
                                             {"attention.sliding_window", "sliding_window"},
                                             {"attention.sliding_window_pattern", "sliding_window_pattern"},
                                             {"final_logit_softcapping", "final_logit_softcapping"},
                                             {"rope.freq_base", "rope_theta"},
                                             {"rope.freq_base_swa", "rope_local_base_freq"}};
inline constexpr GgufName kGemma3nKeys[] = {{"context_length", "max_position_embeddings"},
                                            {"embedding_length", "hidden_size"},
                                            {"block_count", "num_hidden_layers"},
                                            {"attention.head_count", "num_attention_heads"},
                                            {"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
                                            {"attention.sliding_window", "sliding_window"},
                                            {"altup.num_inputs", "altup_num_inputs"},
                                            {"embedding_length_per_layer_input", "hidden_size_per_layer_input"}};
inline constexpr GgufName kGemma3nExtras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                              {"attention.key_length", "head_dim"},
                                              {"attention.shared_kv_layers", "num_kv_shared_layers"},
                                              {"altup.active_idx", "altup_active_idx"},
                                              {"altup.correct_scale", "altup_correct_scale"},
                                              {"final_logit_softcapping", "final_logit_softcapping"},
                                              {"rope.freq_base", "rope_theta"},
                                              {"rope.freq_base_swa", "rope_local_base_freq"}};
inline constexpr GgufName kGemma4Keys[] = {{"context_length", "max_position_embeddings"},
                                           {"embedding_length", "hidden_size"},
                                           {"block_count", "num_hidden_layers"},
                                           {"attention.head_count", "num_attention_heads"},
                                           {"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
                                           {"attention.sliding_window", "sliding_window"},
                                           {"attention.key_length", "global_head_dim"},
                                           {"attention.key_length_swa", "head_dim"}};
inline constexpr GgufName kGemma4Extras[] = {{"attention.shared_kv_layers", "num_kv_shared_layers"},
                                             {"embedding_length_per_layer_input", "hidden_size_per_layer_input"},
                                             {"final_logit_softcapping", "final_logit_softcapping"}};
inline constexpr GgufName kGemma4Experts[] = {{"expert_count", "num_experts"},
                                              {"expert_used_count", "top_k_experts"},
                                              {"expert_feed_forward_length", "moe_intermediate_size"}};
inline constexpr GgufName kNemotronKeys[] = {{"context_length", "max_position_embeddings"},
                                             {"embedding_length", "hidden_size"},
                                             {"block_count", "num_hidden_layers"},
                                             {"attention.head_count", "num_attention_heads"},
                                             {"attention.layer_norm_rms_epsilon", "layer_norm_epsilon"},
                                             {"attention.key_length", "head_dim"},
                                             {"ssm.conv_kernel", "conv_kernel"},
                                             {"ssm.state_size", "ssm_state_size"},
                                             {"ssm.group_count", "n_groups"},
                                             {"ssm.time_step_rank", "mamba_num_heads"}};
inline constexpr GgufName kNemotronExtras[] = {{"expert_weights_scale", "routed_scaling_factor"},
                                               {"expert_weights_norm", "norm_topk_prob"},
                                               {"expert_gating_func", "scoring_func"},
                                               {"expert_group_count", "n_group"},
                                               {"expert_group_used_count", "topk_group"}};
inline constexpr GgufName kNemotronExperts[] = {
    {"expert_count", "n_routed_experts"},
    {"expert_used_count", "num_experts_per_tok"},
    {"expert_feed_forward_length", "moe_intermediate_size"},
    {"expert_shared_feed_forward_length", "moe_shared_expert_intermediate_size"},
    {"expert_shared_count", "n_shared_experts"}};
inline constexpr GgufName kDeltaKeys[] = {{"context_length", "max_position_embeddings"},
                                          {"embedding_length", "hidden_size"},
                                          {"block_count", "num_hidden_layers"},
                                          {"attention.head_count", "num_attention_heads"},
                                          {"attention.head_count_kv", "num_key_value_heads"},
                                          {"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
                                          {"attention.key_length", "head_dim"},
                                          {"ssm.conv_kernel", "linear_conv_kernel_dim"},
                                          {"ssm.state_size", "linear_key_head_dim"},
                                          {"ssm.group_count", "linear_num_key_heads"},
                                          {"ssm.time_step_rank", "linear_num_value_heads"}};
inline constexpr GgufName kDeltaExtras[] = {{"feed_forward_length", "intermediate_size"},
                                            {"full_attention_interval", "full_attention_interval"},
                                            {"rope.freq_base", "rope_theta"}};
inline constexpr GgufName kPhi3Extras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                           {"rope.scaling.original_context_length", "original_max_position_embeddings"},
                                           {"rope.freq_base", "rope_theta"}};
inline constexpr GgufName kGpt2Keys[] = {
    {"context_length", "n_positions"},  {"embedding_length", "n_embd"},
    {"block_count", "n_layer"},         {"feed_forward_length", "n_inner"},
    {"attention.head_count", "n_head"}, {"attention.layer_norm_epsilon", "layer_norm_epsilon"}};
inline constexpr GgufName kGraniteExtras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                              {"attention.key_length", "head_dim"},
                                              {"rope.freq_base", "rope_theta"},
                                              {"attention.scale", "attention_multiplier"},
                                              {"embedding_scale", "embedding_multiplier"},
                                              {"residual_scale", "residual_multiplier"},
                                              {"logit_scale", "logits_scaling"}};
inline constexpr GgufName kWindowExtras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                             {"attention.sliding_window", "sliding_window"},
                                             {"rope.freq_base", "rope_theta"}};
inline constexpr GgufName kStarcoder2Keys[] = {{"context_length", "max_position_embeddings"},
                                               {"embedding_length", "hidden_size"},
                                               {"block_count", "num_hidden_layers"},
                                               {"feed_forward_length", "intermediate_size"},
                                               {"attention.head_count", "num_attention_heads"},
                                               {"attention.layer_norm_epsilon", "norm_epsilon"}};
inline constexpr GgufName kCohereKeys[] = {{"context_length", "max_position_embeddings"},
                                           {"embedding_length", "hidden_size"},
                                           {"block_count", "num_hidden_layers"},
                                           {"feed_forward_length", "intermediate_size"},
                                           {"attention.head_count", "num_attention_heads"},
                                           {"attention.layer_norm_epsilon", "layer_norm_eps"},
                                           {"logit_scale", "logit_scale"}};
inline constexpr GgufName kFalconKeys[] = {{"context_length", "max_position_embeddings"},
                                           {"embedding_length", "hidden_size"},
                                           {"block_count", "num_hidden_layers"},
                                           {"feed_forward_length", "ffn_hidden_size"},
                                           {"attention.head_count", "num_attention_heads"},
                                           {"attention.head_count_kv", "num_kv_heads"},
                                           {"attention.layer_norm_epsilon", "layer_norm_epsilon"}};
inline constexpr GgufName kFalconExtras[] = {{"rope.freq_base", "rope_theta"}};
inline constexpr GgufName kBertKeys[] = {{"context_length", "max_position_embeddings"},
                                         {"embedding_length", "hidden_size"},
                                         {"block_count", "num_hidden_layers"},
                                         {"feed_forward_length", "intermediate_size"},
                                         {"attention.head_count", "num_attention_heads"},
                                         {"attention.layer_norm_epsilon", "layer_norm_eps"}};
inline constexpr GgufName kBertExtras[] = {{"attention.causal", "is_decoder"}};
inline constexpr GgufName kModernBertKeys[] = {{"context_length", "max_position_embeddings"},
                                               {"embedding_length", "hidden_size"},
                                               {"block_count", "num_hidden_layers"},
                                               {"feed_forward_length", "intermediate_size"},
                                               {"attention.head_count", "num_attention_heads"},
                                               {"attention.layer_norm_epsilon", "norm_eps"},
                                               {"attention.sliding_window", "local_attention"},
                                               {"rope.freq_base", "global_rope_theta"},
                                               {"rope.freq_base_swa", "local_rope_theta"}};
inline constexpr GgufName kModernBertExtras[] = {{"attention.sliding_window_pattern", "global_attn_every_n_layers"},
                                                 {"attention.causal", "is_causal"}};

inline constexpr GgufName kFalconH1Keys[] = {{"context_length", "max_position_embeddings"},
                                             {"embedding_length", "hidden_size"},
                                             {"block_count", "num_hidden_layers"},
                                             {"feed_forward_length", "intermediate_size"},
                                             {"attention.head_count", "num_attention_heads"},
                                             {"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
                                             {"ssm.conv_kernel", "mamba_d_conv"},
                                             {"ssm.inner_size", "mamba_d_ssm"},
                                             {"ssm.state_size", "mamba_d_state"},
                                             {"ssm.time_step_rank", "mamba_n_heads"},
                                             {"ssm.group_count", "mamba_n_groups"}};
inline constexpr GgufName kGraniteHybridKeys[] = {{"context_length", "max_position_embeddings"},
                                                  {"embedding_length", "hidden_size"},
                                                  {"block_count", "num_hidden_layers"},
                                                  {"feed_forward_length", "intermediate_size"},
                                                  {"attention.head_count", "num_attention_heads"},
                                                  {"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
                                                  {"ssm.conv_kernel", "mamba_d_conv"},
                                                  {"ssm.inner_size", "mamba_expand"},
                                                  {"ssm.state_size", "mamba_d_state"},
                                                  {"ssm.time_step_rank", "mamba_n_heads"},
                                                  {"ssm.group_count", "mamba_n_groups"},
                                                  {"expert_shared_feed_forward_length", "shared_intermediate_size"}};
inline constexpr GgufName kJambaKeys[] = {{"context_length", "max_position_embeddings"},
                                          {"embedding_length", "hidden_size"},
                                          {"block_count", "num_hidden_layers"},
                                          {"feed_forward_length", "intermediate_size"},
                                          {"attention.head_count", "num_attention_heads"},
                                          {"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
                                          {"ssm.conv_kernel", "mamba_d_conv"},
                                          {"ssm.inner_size", "mamba_expand"},
                                          {"ssm.state_size", "mamba_d_state"},
                                          {"ssm.time_step_rank", "mamba_dt_rank"}};
inline constexpr GgufName kJambaExtras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                            {"expert_count", "num_experts"},
                                            {"expert_used_count", "num_experts_per_tok"}};
inline constexpr GgufName kMambaKeys[] = {{"embedding_length", "hidden_size"},
                                          {"block_count", "num_hidden_layers"},
                                          {"attention.layer_norm_rms_epsilon", "layer_norm_epsilon"},
                                          {"ssm.conv_kernel", "conv_kernel"},
                                          {"ssm.inner_size", "intermediate_size"},
                                          {"ssm.state_size", "state_size"},
                                          {"ssm.time_step_rank", "time_step_rank"}};
inline constexpr GgufName kMamba2Keys[] = {{"embedding_length", "hidden_size"},
                                           {"block_count", "num_hidden_layers"},
                                           {"attention.layer_norm_rms_epsilon", "layer_norm_epsilon"},
                                           {"ssm.conv_kernel", "conv_kernel"},
                                           {"ssm.inner_size", "intermediate_size"},
                                           {"ssm.state_size", "state_size"},
                                           {"ssm.time_step_rank", "num_heads"},
                                           {"ssm.group_count", "n_groups"}};

}  // namespace regard::gguf
