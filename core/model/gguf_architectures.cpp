// SPDX-License-Identifier: Apache-2.0
#include "core/model/gguf_architectures.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <string>

namespace regard {
namespace {

/// Two tables as one.
template <std::size_t First, std::size_t Second>
constexpr std::array<GgufName, First + Second> joined(const GgufName (&first)[First],
                                                      const GgufName (&second)[Second]) {
  std::array<GgufName, First + Second> both{};
  std::copy(std::begin(second), std::end(second), std::copy(std::begin(first), std::end(first), both.begin()));
  return both;
}

// -- keys

constexpr GgufName kLlamaKeys[] = {{"context_length", "max_position_embeddings"},
                                   {"embedding_length", "hidden_size"},
                                   {"block_count", "num_hidden_layers"},
                                   {"feed_forward_length", "intermediate_size"},
                                   {"attention.head_count", "num_attention_heads"},
                                   {"attention.layer_norm_rms_epsilon", "rms_norm_eps"}};
constexpr GgufName kLlamaExtras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                     {"attention.key_length", "head_dim"},
                                     {"rope.freq_base", "rope_theta"}};
constexpr GgufName kMixtralExperts[] = {{"expert_count", "num_local_experts"},
                                        {"expert_used_count", "num_experts_per_tok"}};
constexpr GgufName kOlmoeExperts[] = {{"expert_count", "num_experts"}, {"expert_used_count", "num_experts_per_tok"}};
constexpr GgufName kQwen3Experts[] = {{"expert_count", "num_experts"},
                                      {"expert_used_count", "num_experts_per_tok"},
                                      {"expert_feed_forward_length", "moe_intermediate_size"}};
constexpr GgufName kQwen2Experts[] = {{"expert_count", "num_experts"},
                                      {"expert_used_count", "num_experts_per_tok"},
                                      {"expert_feed_forward_length", "moe_intermediate_size"},
                                      {"expert_shared_feed_forward_length", "shared_expert_intermediate_size"}};
constexpr GgufName kGptOssKeys[] = {{"context_length", "max_position_embeddings"},
                                    {"embedding_length", "hidden_size"},
                                    {"block_count", "num_hidden_layers"},
                                    {"attention.head_count", "num_attention_heads"},
                                    {"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
                                    {"attention.sliding_window", "sliding_window"}};
constexpr GgufName kGptOssExperts[] = {{"expert_count", "num_local_experts"},
                                       {"expert_used_count", "num_experts_per_tok"},
                                       {"expert_feed_forward_length", "intermediate_size"}};
constexpr GgufName kDeepseekKeys[] = {{"context_length", "max_position_embeddings"},
                                      {"embedding_length", "hidden_size"},
                                      {"block_count", "num_hidden_layers"},
                                      {"feed_forward_length", "intermediate_size"},
                                      {"attention.head_count", "num_attention_heads"},
                                      {"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
                                      {"attention.kv_lora_rank", "kv_lora_rank"},
                                      {"rope.dimension_count", "qk_rope_head_dim"}};
constexpr GgufName kDeepseekExtras[] = {{"attention.q_lora_rank", "q_lora_rank"},
                                        {"rope.freq_base", "rope_theta"},
                                        {"leading_dense_block_count", "first_k_dense_replace"},
                                        {"expert_group_count", "n_group"},
                                        {"expert_group_used_count", "topk_group"},
                                        {"expert_weights_scale", "routed_scaling_factor"},
                                        {"expert_weights_norm", "norm_topk_prob"},
                                        {"expert_gating_func", "scoring_func"}};
constexpr GgufName kDeepseekExperts[] = {{"expert_count", "n_routed_experts"},
                                         {"expert_used_count", "num_experts_per_tok"},
                                         {"expert_feed_forward_length", "moe_intermediate_size"},
                                         {"expert_shared_count", "n_shared_experts"}};
constexpr GgufName kGemma2Keys[] = {{"context_length", "max_position_embeddings"},
                                    {"embedding_length", "hidden_size"},
                                    {"block_count", "num_hidden_layers"},
                                    {"feed_forward_length", "intermediate_size"},
                                    {"attention.head_count", "num_attention_heads"},
                                    {"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
                                    {"attn_logit_softcapping", "attn_logit_softcapping"},
                                    {"final_logit_softcapping", "final_logit_softcapping"}};
constexpr GgufName kGemma2Extras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                      {"attention.key_length", "head_dim"},
                                      {"attention.sliding_window", "sliding_window"},
                                      {"rope.freq_base", "rope_theta"}};
constexpr GgufName kGemma3Extras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                      {"attention.key_length", "head_dim"},
                                      {"attention.sliding_window", "sliding_window"},
                                      {"attention.sliding_window_pattern", "sliding_window_pattern"},
                                      {"final_logit_softcapping", "final_logit_softcapping"},
                                      {"rope.freq_base", "rope_theta"},
                                      {"rope.freq_base_swa", "rope_local_base_freq"}};
constexpr GgufName kGemma3nKeys[] = {{"context_length", "max_position_embeddings"},
                                     {"embedding_length", "hidden_size"},
                                     {"block_count", "num_hidden_layers"},
                                     {"attention.head_count", "num_attention_heads"},
                                     {"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
                                     {"attention.sliding_window", "sliding_window"},
                                     {"altup.num_inputs", "altup_num_inputs"},
                                     {"embedding_length_per_layer_input", "hidden_size_per_layer_input"}};
constexpr GgufName kGemma3nExtras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                       {"attention.key_length", "head_dim"},
                                       {"attention.shared_kv_layers", "num_kv_shared_layers"},
                                       {"altup.active_idx", "altup_active_idx"},
                                       {"altup.correct_scale", "altup_correct_scale"},
                                       {"final_logit_softcapping", "final_logit_softcapping"},
                                       {"rope.freq_base", "rope_theta"},
                                       {"rope.freq_base_swa", "rope_local_base_freq"}};
constexpr GgufName kGemma4Keys[] = {{"context_length", "max_position_embeddings"},
                                    {"embedding_length", "hidden_size"},
                                    {"block_count", "num_hidden_layers"},
                                    {"attention.head_count", "num_attention_heads"},
                                    {"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
                                    {"attention.sliding_window", "sliding_window"},
                                    {"attention.key_length", "global_head_dim"},
                                    {"attention.key_length_swa", "head_dim"}};
constexpr GgufName kGemma4Extras[] = {{"attention.shared_kv_layers", "num_kv_shared_layers"},
                                      {"embedding_length_per_layer_input", "hidden_size_per_layer_input"},
                                      {"final_logit_softcapping", "final_logit_softcapping"}};
constexpr GgufName kGemma4Experts[] = {{"expert_count", "num_experts"},
                                       {"expert_used_count", "top_k_experts"},
                                       {"expert_feed_forward_length", "moe_intermediate_size"}};
constexpr GgufName kNemotronKeys[] = {{"context_length", "max_position_embeddings"},
                                      {"embedding_length", "hidden_size"},
                                      {"block_count", "num_hidden_layers"},
                                      {"attention.head_count", "num_attention_heads"},
                                      {"attention.layer_norm_rms_epsilon", "layer_norm_epsilon"},
                                      {"attention.key_length", "head_dim"},
                                      {"ssm.conv_kernel", "conv_kernel"},
                                      {"ssm.state_size", "ssm_state_size"},
                                      {"ssm.group_count", "n_groups"},
                                      {"ssm.time_step_rank", "mamba_num_heads"}};
constexpr GgufName kNemotronExtras[] = {{"expert_weights_scale", "routed_scaling_factor"},
                                        {"expert_weights_norm", "norm_topk_prob"},
                                        {"expert_gating_func", "scoring_func"},
                                        {"expert_group_count", "n_group"},
                                        {"expert_group_used_count", "topk_group"}};
constexpr GgufName kNemotronExperts[] = {{"expert_count", "n_routed_experts"},
                                         {"expert_used_count", "num_experts_per_tok"},
                                         {"expert_feed_forward_length", "moe_intermediate_size"},
                                         {"expert_shared_feed_forward_length", "moe_shared_expert_intermediate_size"},
                                         {"expert_shared_count", "n_shared_experts"}};
constexpr GgufName kDeltaKeys[] = {{"context_length", "max_position_embeddings"},
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
constexpr GgufName kDeltaExtras[] = {{"feed_forward_length", "intermediate_size"},
                                     {"full_attention_interval", "full_attention_interval"},
                                     {"rope.freq_base", "rope_theta"}};
constexpr GgufName kPhi3Extras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                    {"rope.scaling.original_context_length", "original_max_position_embeddings"},
                                    {"rope.freq_base", "rope_theta"}};
constexpr GgufName kGpt2Keys[] = {
    {"context_length", "n_positions"},  {"embedding_length", "n_embd"},
    {"block_count", "n_layer"},         {"feed_forward_length", "n_inner"},
    {"attention.head_count", "n_head"}, {"attention.layer_norm_epsilon", "layer_norm_epsilon"}};
constexpr GgufName kGraniteExtras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                       {"attention.key_length", "head_dim"},
                                       {"rope.freq_base", "rope_theta"},
                                       {"attention.scale", "attention_multiplier"},
                                       {"embedding_scale", "embedding_multiplier"},
                                       {"residual_scale", "residual_multiplier"},
                                       {"logit_scale", "logits_scaling"}};
constexpr GgufName kWindowExtras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                      {"attention.sliding_window", "sliding_window"},
                                      {"rope.freq_base", "rope_theta"}};
constexpr GgufName kStarcoder2Keys[] = {{"context_length", "max_position_embeddings"},
                                        {"embedding_length", "hidden_size"},
                                        {"block_count", "num_hidden_layers"},
                                        {"feed_forward_length", "intermediate_size"},
                                        {"attention.head_count", "num_attention_heads"},
                                        {"attention.layer_norm_epsilon", "norm_epsilon"}};
constexpr GgufName kCohereKeys[] = {{"context_length", "max_position_embeddings"},
                                    {"embedding_length", "hidden_size"},
                                    {"block_count", "num_hidden_layers"},
                                    {"feed_forward_length", "intermediate_size"},
                                    {"attention.head_count", "num_attention_heads"},
                                    {"attention.layer_norm_epsilon", "layer_norm_eps"},
                                    {"logit_scale", "logit_scale"}};
constexpr GgufName kFalconKeys[] = {{"context_length", "max_position_embeddings"},
                                    {"embedding_length", "hidden_size"},
                                    {"block_count", "num_hidden_layers"},
                                    {"feed_forward_length", "ffn_hidden_size"},
                                    {"attention.head_count", "num_attention_heads"},
                                    {"attention.head_count_kv", "num_kv_heads"},
                                    {"attention.layer_norm_epsilon", "layer_norm_epsilon"}};
constexpr GgufName kFalconExtras[] = {{"rope.freq_base", "rope_theta"}};
constexpr GgufName kBertKeys[] = {{"context_length", "max_position_embeddings"},
                                  {"embedding_length", "hidden_size"},
                                  {"block_count", "num_hidden_layers"},
                                  {"feed_forward_length", "intermediate_size"},
                                  {"attention.head_count", "num_attention_heads"},
                                  {"attention.layer_norm_epsilon", "layer_norm_eps"}};
constexpr GgufName kBertExtras[] = {{"attention.causal", "is_decoder"}};
constexpr GgufName kModernBertKeys[] = {{"context_length", "max_position_embeddings"},
                                        {"embedding_length", "hidden_size"},
                                        {"block_count", "num_hidden_layers"},
                                        {"feed_forward_length", "intermediate_size"},
                                        {"attention.head_count", "num_attention_heads"},
                                        {"attention.layer_norm_epsilon", "norm_eps"},
                                        {"attention.sliding_window", "local_attention"},
                                        {"rope.freq_base", "global_rope_theta"},
                                        {"rope.freq_base_swa", "local_rope_theta"}};
constexpr GgufName kModernBertExtras[] = {{"attention.sliding_window_pattern", "global_attn_every_n_layers"},
                                          {"attention.causal", "is_causal"}};

constexpr GgufName kFalconH1Keys[] = {{"context_length", "max_position_embeddings"},
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
constexpr GgufName kGraniteHybridKeys[] = {{"context_length", "max_position_embeddings"},
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
constexpr GgufName kJambaKeys[] = {{"context_length", "max_position_embeddings"},
                                   {"embedding_length", "hidden_size"},
                                   {"block_count", "num_hidden_layers"},
                                   {"feed_forward_length", "intermediate_size"},
                                   {"attention.head_count", "num_attention_heads"},
                                   {"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
                                   {"ssm.conv_kernel", "mamba_d_conv"},
                                   {"ssm.inner_size", "mamba_expand"},
                                   {"ssm.state_size", "mamba_d_state"},
                                   {"ssm.time_step_rank", "mamba_dt_rank"}};
constexpr GgufName kJambaExtras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                     {"expert_count", "num_experts"},
                                     {"expert_used_count", "num_experts_per_tok"}};
constexpr GgufName kMambaKeys[] = {{"embedding_length", "hidden_size"},
                                   {"block_count", "num_hidden_layers"},
                                   {"attention.layer_norm_rms_epsilon", "layer_norm_epsilon"},
                                   {"ssm.conv_kernel", "conv_kernel"},
                                   {"ssm.inner_size", "intermediate_size"},
                                   {"ssm.state_size", "state_size"},
                                   {"ssm.time_step_rank", "time_step_rank"}};
constexpr GgufName kMamba2Keys[] = {{"embedding_length", "hidden_size"},
                                    {"block_count", "num_hidden_layers"},
                                    {"attention.layer_norm_rms_epsilon", "layer_norm_epsilon"},
                                    {"ssm.conv_kernel", "conv_kernel"},
                                    {"ssm.inner_size", "intermediate_size"},
                                    {"ssm.state_size", "state_size"},
                                    {"ssm.time_step_rank", "num_heads"},
                                    {"ssm.group_count", "n_groups"}};

// -- tensors

constexpr GgufName kDecoder[] = {
    {"token_embd", "model.embed_tokens"}, {"output_norm", "model.norm"}, {"output", "lm_head"}};
constexpr GgufName kLlamaLayer[] = {{"attn_norm", "input_layernorm"},    {"attn_q", "self_attn.q_proj"},
                                    {"attn_k", "self_attn.k_proj"},      {"attn_v", "self_attn.v_proj"},
                                    {"attn_output", "self_attn.o_proj"}, {"attn_q_norm", "self_attn.q_norm"},
                                    {"attn_k_norm", "self_attn.k_norm"}, {"ffn_norm", "post_attention_layernorm"},
                                    {"ffn_gate", "mlp.gate_proj"},       {"ffn_up", "mlp.up_proj"},
                                    {"ffn_down", "mlp.down_proj"}};
constexpr GgufName kOlmo2Layer[] = {{"attn_q", "self_attn.q_proj"},
                                    {"attn_k", "self_attn.k_proj"},
                                    {"attn_v", "self_attn.v_proj"},
                                    {"attn_output", "self_attn.o_proj"},
                                    {"attn_q_norm", "self_attn.q_norm"},
                                    {"attn_k_norm", "self_attn.k_norm"},
                                    {"post_attention_norm", "post_attention_layernorm"},
                                    {"ffn_gate", "mlp.gate_proj"},
                                    {"ffn_up", "mlp.up_proj"},
                                    {"ffn_down", "mlp.down_proj"},
                                    {"post_ffw_norm", "post_feedforward_layernorm"}};
constexpr GgufName kStarcoder2Layer[] = {
    {"attn_norm", "input_layernorm"}, {"attn_q", "self_attn.q_proj"},      {"attn_k", "self_attn.k_proj"},
    {"attn_v", "self_attn.v_proj"},   {"attn_output", "self_attn.o_proj"}, {"ffn_norm", "post_attention_layernorm"},
    {"ffn_up", "mlp.c_fc"},           {"ffn_down", "mlp.c_proj"}};
constexpr GgufName kStablelmLayer[] = {{"attn_norm", "input_layernorm"},
                                       {"attn_q", "self_attn.q_proj"},
                                       {"attn_k", "self_attn.k_proj"},
                                       {"attn_v", "self_attn.v_proj"},
                                       {"attn_output", "self_attn.o_proj"},
                                       {"attn_q_norm", "self_attn.q_layernorm"},
                                       {"attn_k_norm", "self_attn.k_layernorm"},
                                       {"ffn_norm", "post_attention_layernorm"},
                                       {"ffn_gate", "mlp.gate_proj"},
                                       {"ffn_up", "mlp.up_proj"},
                                       {"ffn_down", "mlp.down_proj"}};
constexpr GgufName kCohereLayer[] = {{"attn_norm", "input_layernorm"},    {"attn_q", "self_attn.q_proj"},
                                     {"attn_k", "self_attn.k_proj"},      {"attn_v", "self_attn.v_proj"},
                                     {"attn_output", "self_attn.o_proj"}, {"attn_q_norm", "self_attn.q_norm"},
                                     {"attn_k_norm", "self_attn.k_norm"}, {"ffn_gate", "mlp.gate_proj"},
                                     {"ffn_up", "mlp.up_proj"},           {"ffn_down", "mlp.down_proj"}};
constexpr GgufName kFalcon[] = {{"token_embd", "word_embeddings"}, {"output_norm", "ln_f"}, {"output", "lm_head"}};
constexpr GgufName kFalconLayer[] = {{"attn_norm", "input_layernorm"},
                                     {"attn_norm", "ln_mlp"},
                                     {"attn_norm_2", "ln_attn"},
                                     {"attn_qkv", "self_attention.query_key_value"},
                                     {"attn_output", "self_attention.dense"},
                                     {"ffn_up", "mlp.dense_h_to_4h"},
                                     {"ffn_down", "mlp.dense_4h_to_h"}};
constexpr GgufName kMixtureLayer[] = {{"attn_norm", "input_layernorm"},
                                      {"attn_q", "self_attn.q_proj"},
                                      {"attn_k", "self_attn.k_proj"},
                                      {"attn_v", "self_attn.v_proj"},
                                      {"attn_output", "self_attn.o_proj"},
                                      {"attn_q_norm", "self_attn.q_norm"},
                                      {"attn_k_norm", "self_attn.k_norm"},
                                      {"ffn_norm", "post_attention_layernorm"},
                                      {"ffn_gate_inp", "mlp.gate"},
                                      {"ffn_gate_exps", "mlp.experts.gate_proj"},
                                      {"ffn_up_exps", "mlp.experts.up_proj"},
                                      {"ffn_down_exps", "mlp.experts.down_proj"},
                                      {"ffn_gate_inp_shexp", "mlp.shared_expert_gate"},
                                      {"ffn_gate_shexp", "mlp.shared_expert.gate_proj"},
                                      {"ffn_up_shexp", "mlp.shared_expert.up_proj"},
                                      {"ffn_down_shexp", "mlp.shared_expert.down_proj"}};
constexpr GgufName kMixtralLayer[] = {{"attn_norm", "input_layernorm"},
                                      {"attn_q", "self_attn.q_proj"},
                                      {"attn_k", "self_attn.k_proj"},
                                      {"attn_v", "self_attn.v_proj"},
                                      {"attn_output", "self_attn.o_proj"},
                                      {"ffn_norm", "post_attention_layernorm"},
                                      {"ffn_gate_inp", "block_sparse_moe.gate"},
                                      {"ffn_gate_exps", "block_sparse_moe.experts.w1"},
                                      {"ffn_up_exps", "block_sparse_moe.experts.w3"},
                                      {"ffn_down_exps", "block_sparse_moe.experts.w2"}};
constexpr GgufName kGptOssLayer[] = {{"attn_norm", "input_layernorm"},
                                     {"attn_q", "self_attn.q_proj"},
                                     {"attn_k", "self_attn.k_proj"},
                                     {"attn_v", "self_attn.v_proj"},
                                     {"attn_output", "self_attn.o_proj"},
                                     {"attn_sinks", "self_attn.sinks"},
                                     {"post_attention_norm", "post_attention_layernorm"},
                                     {"ffn_gate_inp", "mlp.router"},
                                     {"ffn_gate_exps", "mlp.experts.gate_proj"},
                                     {"ffn_up_exps", "mlp.experts.up_proj"},
                                     {"ffn_down_exps", "mlp.experts.down_proj"}};
constexpr GgufName kDeepseekLayer[] = {{"attn_norm", "input_layernorm"},
                                       {"attn_q", "self_attn.q_proj"},
                                       {"attn_q_a", "self_attn.q_a_proj"},
                                       {"attn_q_a_norm", "self_attn.q_a_layernorm"},
                                       {"attn_q_b", "self_attn.q_b_proj"},
                                       {"attn_kv_a_mqa", "self_attn.kv_a_proj_with_mqa"},
                                       {"attn_kv_a_norm", "self_attn.kv_a_layernorm"},
                                       {"attn_kv_b", "self_attn.kv_b_proj"},
                                       {"attn_k_b", "self_attn.k_b_proj"},
                                       {"attn_v_b", "self_attn.v_b_proj"},
                                       {"attn_output", "self_attn.o_proj"},
                                       {"ffn_norm", "post_attention_layernorm"},
                                       {"ffn_gate", "mlp.gate_proj"},
                                       {"ffn_up", "mlp.up_proj"},
                                       {"ffn_down", "mlp.down_proj"},
                                       {"ffn_gate_inp", "mlp.gate"},
                                       {"exp_probs_b.bias", "mlp.gate.e_score_correction_bias"},
                                       {"ffn_gate_exps", "mlp.experts.gate_proj"},
                                       {"ffn_up_exps", "mlp.experts.up_proj"},
                                       {"ffn_down_exps", "mlp.experts.down_proj"},
                                       {"ffn_gate_shexp", "mlp.shared_experts.gate_proj"},
                                       {"ffn_up_shexp", "mlp.shared_experts.up_proj"},
                                       {"ffn_down_shexp", "mlp.shared_experts.down_proj"}};
constexpr GgufName kGemma2Layer[] = {{"attn_norm", "input_layernorm"},
                                     {"attn_q", "self_attn.q_proj"},
                                     {"attn_k", "self_attn.k_proj"},
                                     {"attn_v", "self_attn.v_proj"},
                                     {"attn_output", "self_attn.o_proj"},
                                     {"attn_q_norm", "self_attn.q_norm"},
                                     {"attn_k_norm", "self_attn.k_norm"},
                                     {"post_attention_norm", "post_attention_layernorm"},
                                     {"ffn_norm", "pre_feedforward_layernorm"},
                                     {"ffn_gate", "mlp.gate_proj"},
                                     {"ffn_up", "mlp.up_proj"},
                                     {"ffn_down", "mlp.down_proj"},
                                     {"post_ffw_norm", "post_feedforward_layernorm"}};
constexpr GgufName kGemma3n[] = {{"token_embd", "model.embed_tokens"},
                                 {"output_norm", "model.norm"},
                                 {"output", "lm_head"},
                                 {"per_layer_token_embd", "model.embed_tokens_per_layer"},
                                 {"per_layer_model_proj", "model.per_layer_model_projection"},
                                 {"per_layer_proj_norm", "model.per_layer_projection_norm"},
                                 {"altup_proj", "model.altup_projections"},
                                 {"altup_unembd_proj", "model.altup_unembed_projections"}};
constexpr GgufName kGemma3nLayer[] = {{"altup_correct_scale.weight", "altup.correct_output_scale"},
                                      {"attn_norm", "input_layernorm"},
                                      {"attn_q", "self_attn.q_proj"},
                                      {"attn_k", "self_attn.k_proj"},
                                      {"attn_v", "self_attn.v_proj"},
                                      {"attn_output", "self_attn.o_proj"},
                                      {"attn_q_norm", "self_attn.q_norm"},
                                      {"attn_k_norm", "self_attn.k_norm"},
                                      {"post_attention_norm", "post_attention_layernorm"},
                                      {"ffn_norm", "pre_feedforward_layernorm"},
                                      {"ffn_gate", "mlp.gate_proj"},
                                      {"ffn_up", "mlp.up_proj"},
                                      {"ffn_down", "mlp.down_proj"},
                                      {"post_ffw_norm", "post_feedforward_layernorm"},
                                      {"inp_gate", "per_layer_input_gate"},
                                      {"proj", "per_layer_projection"},
                                      {"post_norm", "post_per_layer_input_norm"},
                                      {"laurel_l", "laurel.linear_left"},
                                      {"laurel_r", "laurel.linear_right"},
                                      {"laurel_post_norm", "laurel.post_laurel_norm"},
                                      {"altup_correct_coef", "altup.correction_coefs"},
                                      {"altup_predict_coef", "altup.prediction_coefs"},
                                      {"altup_router", "altup.modality_router"},
                                      {"altup_router_norm", "altup.router_norm"}};
constexpr GgufName kGemma4[] = {{"token_embd", "model.embed_tokens"},
                                {"output_norm", "model.norm"},
                                {"output", "lm_head"},
                                {"per_layer_token_embd", "model.embed_tokens_per_layer"},
                                {"per_layer_model_proj", "model.per_layer_model_projection"},
                                {"per_layer_proj_norm", "model.per_layer_projection_norm"}};
constexpr GgufName kGemma4Layer[] = {{"layer_output_scale.weight", "layer_scalar"},
                                     {"ffn_gate_inp.scale", "router.scale"},
                                     {"ffn_down_exps.scale", "router.per_expert_scale"},
                                     {"ffn_gate_up_exps.weight", "experts.gate_up_proj"},
                                     {"ffn_down_exps.weight", "experts.down_proj.weight"},
                                     {"ffn_down_exps.weight", "experts.down_proj"},
                                     {"attn_norm", "input_layernorm"},
                                     {"attn_q", "self_attn.q_proj"},
                                     {"attn_k", "self_attn.k_proj"},
                                     {"attn_v", "self_attn.v_proj"},
                                     {"attn_output", "self_attn.o_proj"},
                                     {"attn_q_norm", "self_attn.q_norm"},
                                     {"attn_k_norm", "self_attn.k_norm"},
                                     {"post_attention_norm", "post_attention_layernorm"},
                                     {"ffn_norm", "pre_feedforward_layernorm"},
                                     {"ffn_gate", "mlp.gate_proj"},
                                     {"ffn_up", "mlp.up_proj"},
                                     {"ffn_down", "mlp.down_proj"},
                                     {"post_ffw_norm", "post_feedforward_layernorm"},
                                     {"ffn_gate_inp", "router.proj"},
                                     {"ffn_gate_exps", "experts.gate_proj"},
                                     {"ffn_up_exps", "experts.up_proj"},
                                     {"pre_ffw_norm_2", "pre_feedforward_layernorm_2"},
                                     {"post_ffw_norm_1", "post_feedforward_layernorm_1"},
                                     {"post_ffw_norm_2", "post_feedforward_layernorm_2"},
                                     {"inp_gate", "per_layer_input_gate"},
                                     {"proj", "per_layer_projection"},
                                     {"post_norm", "post_per_layer_input_norm"}};
constexpr GgufName kNemotron[] = {
    {"token_embd", "backbone.embeddings"}, {"output_norm", "backbone.norm_f"}, {"output", "lm_head"}};
constexpr GgufName kNemotronLayer[] = {{"ssm_dt.bias", "mixer.dt_bias"},
                                       {"ssm_conv1d.bias", "mixer.conv1d.bias"},
                                       {"exp_probs_b.bias", "mixer.gate.e_score_correction_bias"},
                                       {"ssm_a", "mixer.A_log"},
                                       {"ssm_d", "mixer.D"},
                                       {"attn_norm", "norm"},
                                       {"ssm_in", "mixer.in_proj"},
                                       {"ssm_conv1d", "mixer.conv1d"},
                                       {"ssm_norm", "mixer.norm"},
                                       {"ssm_out", "mixer.out_proj"},
                                       {"attn_q", "mixer.q_proj"},
                                       {"attn_k", "mixer.k_proj"},
                                       {"attn_v", "mixer.v_proj"},
                                       {"attn_output", "mixer.o_proj"},
                                       {"ffn_up", "mixer.up_proj"},
                                       {"ffn_down", "mixer.down_proj"},
                                       {"ffn_gate_inp", "mixer.gate"},
                                       {"ffn_up_exps", "mixer.experts.up_proj"},
                                       {"ffn_down_exps", "mixer.experts.down_proj"},
                                       {"ffn_up_shexp", "mixer.shared_experts.up_proj"},
                                       {"ffn_down_shexp", "mixer.shared_experts.down_proj"}};
constexpr GgufName kDeltaLayer[] = {{"ssm_dt.bias", "linear_attn.dt_bias"},
                                    {"ssm_a", "linear_attn.A_log"},
                                    {"attn_norm", "input_layernorm"},
                                    {"attn_q", "self_attn.q_proj"},
                                    {"attn_k", "self_attn.k_proj"},
                                    {"attn_v", "self_attn.v_proj"},
                                    {"attn_output", "self_attn.o_proj"},
                                    {"attn_q_norm", "self_attn.q_norm"},
                                    {"attn_k_norm", "self_attn.k_norm"},
                                    {"attn_qkv", "linear_attn.in_proj_qkv"},
                                    {"attn_gate", "linear_attn.in_proj_z"},
                                    {"ssm_in", "linear_attn.in_proj_qkvz"},
                                    {"ssm_ba", "linear_attn.in_proj_ba"},
                                    {"ssm_beta", "linear_attn.in_proj_b"},
                                    {"ssm_alpha", "linear_attn.in_proj_a"},
                                    {"ssm_conv1d", "linear_attn.conv1d"},
                                    {"ssm_norm", "linear_attn.norm"},
                                    {"ssm_out", "linear_attn.out_proj"},
                                    {"post_attention_norm", "post_attention_layernorm"},
                                    {"ffn_gate", "mlp.gate_proj"},
                                    {"ffn_up", "mlp.up_proj"},
                                    {"ffn_down", "mlp.down_proj"},
                                    {"ffn_gate_inp", "mlp.gate"},
                                    {"ffn_gate_exps", "mlp.experts.gate_proj"},
                                    {"ffn_up_exps", "mlp.experts.up_proj"},
                                    {"ffn_down_exps", "mlp.experts.down_proj"},
                                    {"ffn_gate_inp_shexp", "mlp.shared_expert_gate"},
                                    {"ffn_gate_shexp", "mlp.shared_expert.gate_proj"},
                                    {"ffn_up_shexp", "mlp.shared_expert.up_proj"},
                                    {"ffn_down_shexp", "mlp.shared_expert.down_proj"}};
constexpr GgufName kPhi3Layer[] = {{"attn_norm", "input_layernorm"},    {"attn_qkv", "self_attn.qkv_proj"},
                                   {"attn_output", "self_attn.o_proj"}, {"ffn_norm", "post_attention_layernorm"},
                                   {"ffn_up", "mlp.gate_up_proj"},      {"ffn_down", "mlp.down_proj"}};
constexpr GgufName kGpt2[] = {
    {"token_embd", "wte"}, {"position_embd", "wpe"}, {"output_norm", "ln_f"}, {"output", "lm_head"}};
constexpr GgufName kGpt2Layer[] = {{"attn_norm", "ln_1"}, {"attn_qkv", "attn.c_attn"}, {"attn_output", "attn.c_proj"},
                                   {"ffn_norm", "ln_2"},  {"ffn_up", "mlp.c_fc"},      {"ffn_down", "mlp.c_proj"}};
constexpr GgufName kBert[] = {{"token_embd", "embeddings.word_embeddings"},
                              {"position_embd", "embeddings.position_embeddings"},
                              {"token_types", "embeddings.token_type_embeddings"},
                              {"token_embd_norm", "embeddings.LayerNorm"}};
constexpr GgufName kBertLayer[] = {{"attn_q", "attention.self.query"},
                                   {"attn_k", "attention.self.key"},
                                   {"attn_v", "attention.self.value"},
                                   {"attn_output", "attention.output.dense"},
                                   {"attn_output_norm", "attention.output.LayerNorm"},
                                   {"ffn_up", "intermediate.dense"},
                                   {"ffn_down", "output.dense"},
                                   {"layer_output_norm", "output.LayerNorm"}};

constexpr GgufName kModernBert[] = {{"token_embd", "embeddings.tok_embeddings"},
                                    {"token_embd_norm", "embeddings.norm"},
                                    {"output_norm", "final_norm"},
                                    {"cls", "head.dense"},  // of a head that these files do not hold whole
                                    {"cls.norm", "head.norm"}};
constexpr GgufName kModernBertLayer[] = {{"attn_norm", "attn_norm"}, {"attn_qkv", "attn.Wqkv"},
                                         {"attn_output", "attn.Wo"}, {"ffn_norm", "mlp_norm"},
                                         {"ffn_up", "mlp.Wi"},       {"ffn_down", "mlp.Wo"}};

constexpr GgufName kFinalDecoder[] = {
    {"token_embd", "model.embed_tokens"}, {"output_norm", "model.final_layernorm"}, {"output", "lm_head"}};
/// Softmax and Mamba-2, of which a layer has one or both.
constexpr GgufName kHybridMixers[] = {{"attn_norm", "input_layernorm"},
                                      {"attn_q", "self_attn.q_proj"},
                                      {"attn_k", "self_attn.k_proj"},
                                      {"attn_v", "self_attn.v_proj"},
                                      {"attn_output", "self_attn.o_proj"},
                                      {"ssm_in", "mamba.in_proj"},
                                      {"ssm_conv1d", "mamba.conv1d"},
                                      {"ssm_conv1d.bias", "mamba.conv1d.bias"},
                                      {"ssm_dt.bias", "mamba.dt_bias"},
                                      {"ssm_a", "mamba.A_log"},
                                      {"ssm_d", "mamba.D"},
                                      {"ssm_norm", "mamba.norm"},
                                      {"ssm_out", "mamba.out_proj"}};
constexpr GgufName kFalconH1Rest[] = {{"ffn_norm", "pre_ff_layernorm"},
                                      {"ffn_gate", "feed_forward.gate_proj"},
                                      {"ffn_up", "feed_forward.up_proj"},
                                      {"ffn_down", "feed_forward.down_proj"}};
constexpr auto kFalconH1Layer = joined(kHybridMixers, kFalconH1Rest);
constexpr GgufName kGraniteHybridRest[] = {{"ffn_norm", "post_attention_layernorm"},
                                           {"ffn_gate", "shared_mlp.gate_linear"},
                                           {"ffn_up", "shared_mlp.up_linear"},
                                           {"ffn_down", "shared_mlp.output_linear"}};
constexpr auto kGraniteHybridLayer = joined(kHybridMixers, kGraniteHybridRest);
constexpr GgufName kGraniteMixtureRest[] = {
    {"ffn_norm", "post_attention_layernorm"},          {"ffn_gate_inp", "block_sparse_moe.router.layer"},
    {"ffn_gate_exps", "block_sparse_moe.gate_linear"}, {"ffn_up_exps", "block_sparse_moe.up_linear"},
    {"ffn_down_exps", "block_sparse_moe.down_linear"}, {"ffn_gate_shexp", "shared_mlp.gate_linear"},
    {"ffn_up_shexp", "shared_mlp.up_linear"},          {"ffn_down_shexp", "shared_mlp.output_linear"}};
constexpr auto kGraniteMixtureLayer = joined(kHybridMixers, kGraniteMixtureRest);
constexpr GgufName kJambaLayer[] = {{"attn_norm", "input_layernorm"},
                                    {"attn_q", "self_attn.q_proj"},
                                    {"attn_k", "self_attn.k_proj"},
                                    {"attn_v", "self_attn.v_proj"},
                                    {"attn_output", "self_attn.o_proj"},
                                    {"ssm_in", "mamba.in_proj"},
                                    {"ssm_conv1d", "mamba.conv1d"},
                                    {"ssm_conv1d.bias", "mamba.conv1d.bias"},
                                    {"ssm_x", "mamba.x_proj"},
                                    {"ssm_dt", "mamba.dt_proj"},
                                    {"ssm_dt.bias", "mamba.dt_proj.bias"},
                                    {"ssm_dt_norm", "mamba.dt_layernorm"},
                                    {"ssm_b_norm", "mamba.b_layernorm"},
                                    {"ssm_c_norm", "mamba.c_layernorm"},
                                    {"ssm_a", "mamba.A_log"},
                                    {"ssm_d", "mamba.D"},
                                    {"ssm_out", "mamba.out_proj"},
                                    {"ffn_norm", "pre_ff_layernorm"},
                                    {"ffn_gate", "feed_forward.gate_proj"},
                                    {"ffn_up", "feed_forward.up_proj"},
                                    {"ffn_down", "feed_forward.down_proj"},
                                    {"ffn_gate_inp", "feed_forward.router"},
                                    {"ffn_gate_exps", "feed_forward.experts.gate_proj"},
                                    {"ffn_up_exps", "feed_forward.experts.up_proj"},
                                    {"ffn_down_exps", "feed_forward.experts.down_proj"}};
constexpr GgufName kMamba[] = {
    {"token_embd", "backbone.embeddings"}, {"output_norm", "backbone.norm_f"}, {"output", "lm_head"}};
constexpr GgufName kMambaLayer[] = {{"attn_norm", "norm"},
                                    {"ssm_in", "mixer.in_proj"},
                                    {"ssm_conv1d", "mixer.conv1d"},
                                    {"ssm_conv1d.bias", "mixer.conv1d.bias"},
                                    {"ssm_x", "mixer.x_proj"},
                                    {"ssm_dt", "mixer.dt_proj"},
                                    {"ssm_dt.bias", "mixer.dt_proj.bias"},
                                    {"ssm_a", "mixer.A_log"},
                                    {"ssm_d", "mixer.D"},
                                    {"ssm_out", "mixer.out_proj"}};
constexpr GgufName kMamba2Layer[] = {{"attn_norm", "norm"},
                                     {"ssm_in", "mixer.in_proj"},
                                     {"ssm_conv1d", "mixer.conv1d"},
                                     {"ssm_conv1d.bias", "mixer.conv1d.bias"},
                                     {"ssm_dt.bias", "mixer.dt_bias"},
                                     {"ssm_a", "mixer.A_log"},
                                     {"ssm_d", "mixer.D"},
                                     {"ssm_norm", "mixer.norm"},
                                     {"ssm_out", "mixer.out_proj"}};

constexpr std::string_view kDecoderLayers = "model.layers.";

/// Named and built like Llama; the biases are those that the file holds.
constexpr GgufArchitecture like_llama(std::string_view name, const char* huggingface) {
  return {.name = name,
          .huggingface = huggingface,
          .layers = kDecoderLayers,
          .required = kLlamaKeys,
          .optional = kLlamaExtras,
          .outside = kDecoder,
          .of_layer = kLlamaLayer,
          .biases = GgufBiases::as_held};
}

/// The same with a mixture of experts in its layers.
constexpr GgufArchitecture mixture_like_llama(std::string_view name, const char* huggingface,
                                              std::span<const GgufName> experts,
                                              std::span<const GgufName> of_layer = kMixtureLayer) {
  GgufArchitecture architecture = like_llama(name, huggingface);
  architecture.experts = experts;
  architecture.of_layer = of_layer;
  return architecture;
}

/// The same with LayerNorms.
constexpr GgufArchitecture shifted_like_llama(std::string_view name, const char* huggingface,
                                              std::span<const GgufName> required, std::span<const GgufName> of_layer) {
  GgufArchitecture architecture = like_llama(name, huggingface);
  architecture.required = required;
  architecture.of_layer = of_layer;
  architecture.shifted_norms = true;
  return architecture;
}

/// Command R and its successor, which has no biases: LayerNorms that shift by nothing.
constexpr GgufArchitecture like_cohere(std::string_view name, const char* huggingface,
                                       std::span<const GgufName> optional, GgufBiases biases) {
  GgufArchitecture architecture = shifted_like_llama(name, huggingface, kCohereKeys, kCohereLayer);
  architecture.optional = optional;
  architecture.biases = biases;
  architecture.shifted_norms = false;
  return architecture;
}

constexpr GgufArchitecture granite() {
  GgufArchitecture architecture = like_llama("granite", "GraniteForCausalLM");
  architecture.optional = kGraniteExtras;
  return architecture;
}

constexpr GgufArchitecture gemma4(std::span<const GgufName> experts) {
  return {.name = "gemma4",
          .huggingface = "Gemma4ForCausalLM",
          .layers = kDecoderLayers,
          .required = kGemma4Keys,
          .optional = kGemma4Extras,
          .experts = experts,
          .outside = kGemma4,
          .of_layer = kGemma4Layer,
          .layers_differ = true};
}

/// Softmax in some layers, Mamba-2 in others.
constexpr GgufArchitecture nemotron(std::string_view name, std::span<const GgufName> experts) {
  return {.name = name,
          .huggingface = "NemotronHForCausalLM",
          .layers = "backbone.layers.",
          .required = kNemotronKeys,
          .optional = kNemotronExtras,
          .experts = experts,
          .outside = kNemotron,
          .of_layer = kNemotronLayer,
          .layers_differ = true,
          .whole_rates = true};
}

/// Softmax in some layers, the gated delta rule in others.
constexpr GgufArchitecture delta(std::string_view name, const char* huggingface, std::span<const GgufName> experts,
                                 bool values_by_turns) {
  return {.name = name,
          .huggingface = huggingface,
          .layers = kDecoderLayers,
          .required = kDeltaKeys,
          .optional = kDeltaExtras,
          .experts = experts,
          .outside = kDecoder,
          .of_layer = kDeltaLayer,
          .whole_norms = true,
          .layers_differ = true,
          .whole_rates = true,
          .values_by_turns = values_by_turns};
}

/// Granite 4, dense or with experts.
constexpr GgufArchitecture granite_hybrid(std::span<const GgufName> experts, std::span<const GgufName> of_layer) {
  return {.name = "granitehybrid",
          .huggingface = "GraniteMoeHybridForCausalLM",
          .layers = kDecoderLayers,
          .required = kGraniteHybridKeys,
          .optional = kGraniteExtras,
          .experts = experts,
          .outside = kDecoder,
          .of_layer = of_layer,
          .interleaved = true,
          .states = true};
}

/// Rows of queries and keys lie in pairs in files of this name.
constexpr GgufArchitecture interleaved(GgufArchitecture architecture) {
  architecture.interleaved = true;
  return architecture;
}

constexpr GgufArchitecture kGgufArchitectures[] = {
    interleaved(like_llama("llama", "LlamaForCausalLM")),
    like_llama("qwen2", "Qwen2ForCausalLM"),
    like_llama("qwen3", "Qwen3ForCausalLM"),
    interleaved(mixture_like_llama("llama", "MixtralForCausalLM", kMixtralExperts, kMixtralLayer)),
    mixture_like_llama("qwen2moe", "Qwen2MoeForCausalLM", kQwen2Experts),
    mixture_like_llama("qwen3moe", "Qwen3MoeForCausalLM", kQwen3Experts),
    mixture_like_llama("olmoe", "OlmoeForCausalLM", kOlmoeExperts),
    interleaved(granite()),
    shifted_like_llama("starcoder2", "Starcoder2ForCausalLM", kStarcoder2Keys, kStarcoder2Layer),
    shifted_like_llama("stablelm", "StableLmForCausalLM", kBertKeys, kStablelmLayer),
    like_cohere("command-r", "CohereForCausalLM", kLlamaExtras, GgufBiases::as_held),
    like_cohere("cohere2", "Cohere2ForCausalLM", kWindowExtras, GgufBiases::none),
    {.name = "olmo2",  // OLMo 3, too: with windows
     .huggingface = "Olmo2ForCausalLM",
     .layers = kDecoderLayers,
     .required = kLlamaKeys,
     .optional = kWindowExtras,
     .outside = kDecoder,
     .of_layer = kOlmo2Layer},
    {.name = "falcon",
     .huggingface = "FalconForCausalLM",
     .layers = "h.",
     .required = kFalconKeys,
     .optional = kFalconExtras,
     .outside = kFalcon,
     .of_layer = kFalconLayer,
     .shifted_norms = true,
     .parts_apart = true},
    {.name = "gpt-oss",
     .huggingface = "GptOssForCausalLM",
     .layers = kDecoderLayers,
     .required = kGptOssKeys,
     .optional = kLlamaExtras,
     .experts = kGptOssExperts,
     .outside = kDecoder,
     .of_layer = kGptOssLayer,
     .biases = GgufBiases::as_held},
    {.name = "deepseek2",
     .huggingface = "DeepseekV2ForCausalLM",
     .layers = kDecoderLayers,
     .required = kDeepseekKeys,
     .optional = kDeepseekExtras,
     .experts = kDeepseekExperts,
     .outside = kDecoder,
     .of_layer = kDeepseekLayer,
     .latent = true},
    {.name = "falcon-h1",  // its numbers are multiplied into the matrices
     .huggingface = "FalconH1ForCausalLM",
     .layers = kDecoderLayers,
     .required = kFalconH1Keys,
     .optional = kLlamaExtras,
     .outside = kFinalDecoder,
     .of_layer = kFalconH1Layer,
     .states = true,
     .halves = 2},
    granite_hybrid({}, kGraniteHybridLayer),
    granite_hybrid(kMixtralExperts, kGraniteMixtureLayer),
    {.name = "jamba",
     .huggingface = "JambaForCausalLM",
     .layers = kDecoderLayers,
     .required = kJambaKeys,
     .optional = kJambaExtras,
     .outside = kFinalDecoder,
     .of_layer = kJambaLayer,
     .states = true},
    {.name = "mamba",
     .huggingface = "MambaForCausalLM",
     .layers = "backbone.layers.",
     .required = kMambaKeys,
     .optional = {},
     .outside = kMamba,
     .of_layer = kMambaLayer,
     .states = true},
    {.name = "mamba2",
     .huggingface = "Mamba2ForCausalLM",
     .layers = "backbone.layers.",
     .required = kMamba2Keys,
     .optional = {},
     .outside = kMamba,
     .of_layer = kMamba2Layer,
     .states = true},
    {.name = "gpt2",
     .huggingface = "GPT2LMHeadModel",
     .layers = "h.",
     .required = kGpt2Keys,
     .optional = {},
     .outside = kGpt2,
     .of_layer = kGpt2Layer,
     .biases = GgufBiases::all,
     .outputs_first = true},
    {.name = "gemma",
     .huggingface = "GemmaForCausalLM",
     .layers = kDecoderLayers,
     .required = kLlamaKeys,
     .optional = kLlamaExtras,
     .outside = kDecoder,
     .of_layer = kLlamaLayer,
     .whole_norms = true},
    {.name = "gemma2",
     .huggingface = "Gemma2ForCausalLM",
     .layers = kDecoderLayers,
     .required = kGemma2Keys,
     .optional = kGemma2Extras,
     .outside = kDecoder,
     .of_layer = kGemma2Layer,
     .whole_norms = true,
     .scaled_by_width = 46},  // Gemma 2 27B
    {.name = "gemma3",
     .huggingface = "Gemma3ForCausalLM",
     .layers = kDecoderLayers,
     .required = kLlamaKeys,
     .optional = kGemma3Extras,
     .outside = kDecoder,
     .of_layer = kGemma2Layer,
     .whole_norms = true,
     .scaled_by_width = 62},  // Gemma 3 27B
    {.name = "gemma3n",
     .huggingface = "Gemma3nForCausalLM",
     .layers = kDecoderLayers,
     .required = kGemma3nKeys,
     .optional = kGemma3nExtras,
     .outside = kGemma3n,
     .of_layer = kGemma3nLayer},
    gemma4({}),
    gemma4(kGemma4Experts),
    nemotron("nemotron_h", {}),
    nemotron("nemotron_h_moe", kNemotronExperts),
    delta("qwen3next", "Qwen3NextForCausalLM", kQwen2Experts, false),
    delta("qwen35", "Qwen3_5ForCausalLM", {}, true),
    delta("qwen35moe", "Qwen3_5MoeForCausalLM", kQwen2Experts, true),
    {.name = "phi3",
     .huggingface = "Phi3ForCausalLM",
     .layers = kDecoderLayers,
     .required = kLlamaKeys,
     .optional = kPhi3Extras,
     .outside = kDecoder,
     .of_layer = kPhi3Layer},
    {.name = "bert",
     .huggingface = "BertModel",
     .layers = "encoder.layer.",
     .required = kBertKeys,
     .optional = kBertExtras,
     .outside = kBert,
     .of_layer = kBertLayer,
     .biases = GgufBiases::all},
    {.name = "modern-bert",
     .huggingface = "ModernBertModel",
     .layers = "layers.",
     .required = kModernBertKeys,
     .optional = kModernBertExtras,
     .outside = kModernBert,
     .of_layer = kModernBertLayer},
};

bool is_first_of_its_name(const GgufArchitecture& entry) {
  const auto* first = std::find_if(std::begin(kGgufArchitectures), std::end(kGgufArchitectures),
                                   [&](const GgufArchitecture& each) { return each.name == entry.name; });
  return first == &entry;
}

}  // namespace

std::span<const GgufArchitecture> gguf_architectures() {
  return kGgufArchitectures;
}

const GgufArchitecture& gguf_architecture_of(const Gguf& gguf) {
  const auto name = gguf.text("general.architecture");
  if (!name)
    throw Error("config_missing", {.file = gguf.file, .item = "general.architecture", .expected = "\"llama\""});
  const GgufValue* count = gguf.find(std::string(*name) + ".expert_count");
  const auto* number = count == nullptr ? nullptr : std::get_if<std::uint64_t>(count);
  const bool experts = number != nullptr && *number > 1;
  const GgufArchitecture* found = nullptr;
  std::string known;
  for (const GgufArchitecture& each : kGgufArchitectures) {
    if (each.name == *name && (found == nullptr || each.experts.empty() != experts)) found = &each;
    if (is_first_of_its_name(each)) known += (known.empty() ? "" : ", ") + std::string(each.name);
  }
  if (found != nullptr) return *found;
  throw Error("unknown_architecture", {.file = gguf.file, .expected = known, .found = std::string(*name)});
}

}  // namespace regard
