// SPDX-License-Identifier: Apache-2.0
// What tensors of GGUF files are called in the families' own files, architecture by architecture. Private to gguf_architectures.cpp.
#pragma once

#include "core/model/gguf_architectures.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace regard::gguf {

/// Two tables as one.
template <std::size_t First, std::size_t Second>
constexpr std::array<GgufName, First + Second> joined(const GgufName (&first)[First],
                                                      const GgufName (&second)[Second]) {
  std::array<GgufName, First + Second> both{};
  std::copy(std::begin(second), std::end(second), std::copy(std::begin(first), std::end(first), both.begin()));
  return both;
}

inline constexpr GgufName kDecoder[] = {
    {"token_embd", "model.embed_tokens"}, {"output_norm", "model.norm"}, {"output", "lm_head"}};
inline constexpr GgufName kLlamaLayer[] = {
    {"attn_norm", "input_layernorm"},    {"attn_q", "self_attn.q_proj"},
    {"attn_k", "self_attn.k_proj"},      {"attn_v", "self_attn.v_proj"},
    {"attn_output", "self_attn.o_proj"}, {"attn_q_norm", "self_attn.q_norm"},
    {"attn_k_norm", "self_attn.k_norm"}, {"ffn_norm", "post_attention_layernorm"},
    {"ffn_gate", "mlp.gate_proj"},       {"ffn_up", "mlp.up_proj"},
    {"ffn_down", "mlp.down_proj"}};
inline constexpr GgufName kOlmo2Layer[] = {{"attn_q", "self_attn.q_proj"},
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
inline constexpr GgufName kStarcoder2Layer[] = {
    {"attn_norm", "input_layernorm"}, {"attn_q", "self_attn.q_proj"},      {"attn_k", "self_attn.k_proj"},
    {"attn_v", "self_attn.v_proj"},   {"attn_output", "self_attn.o_proj"}, {"ffn_norm", "post_attention_layernorm"},
    {"ffn_up", "mlp.c_fc"},           {"ffn_down", "mlp.c_proj"}};
inline constexpr GgufName kStablelmLayer[] = {{"attn_norm", "input_layernorm"},
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
inline constexpr GgufName kCohereLayer[] = {{"attn_norm", "input_layernorm"},    {"attn_q", "self_attn.q_proj"},
                                            {"attn_k", "self_attn.k_proj"},      {"attn_v", "self_attn.v_proj"},
                                            {"attn_output", "self_attn.o_proj"}, {"attn_q_norm", "self_attn.q_norm"},
                                            {"attn_k_norm", "self_attn.k_norm"}, {"ffn_gate", "mlp.gate_proj"},
                                            {"ffn_up", "mlp.up_proj"},           {"ffn_down", "mlp.down_proj"}};
inline constexpr GgufName kFalcon[] = {
    {"token_embd", "word_embeddings"}, {"output_norm", "ln_f"}, {"output", "lm_head"}};
inline constexpr GgufName kFalconLayer[] = {{"attn_norm", "input_layernorm"},
                                            {"attn_norm", "ln_mlp"},
                                            {"attn_norm_2", "ln_attn"},
                                            {"attn_qkv", "self_attention.query_key_value"},
                                            {"attn_output", "self_attention.dense"},
                                            {"ffn_up", "mlp.dense_h_to_4h"},
                                            {"ffn_down", "mlp.dense_4h_to_h"}};
inline constexpr GgufName kMixtureLayer[] = {{"attn_norm", "input_layernorm"},
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
inline constexpr GgufName kMixtralLayer[] = {{"attn_norm", "input_layernorm"},
                                             {"attn_q", "self_attn.q_proj"},
                                             {"attn_k", "self_attn.k_proj"},
                                             {"attn_v", "self_attn.v_proj"},
                                             {"attn_output", "self_attn.o_proj"},
                                             {"ffn_norm", "post_attention_layernorm"},
                                             {"ffn_gate_inp", "block_sparse_moe.gate"},
                                             {"ffn_gate_exps", "block_sparse_moe.experts.w1"},
                                             {"ffn_up_exps", "block_sparse_moe.experts.w3"},
                                             {"ffn_down_exps", "block_sparse_moe.experts.w2"}};
inline constexpr GgufName kGptOssLayer[] = {{"attn_norm", "input_layernorm"},
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
inline constexpr GgufName kDeepseekLayer[] = {{"attn_norm", "input_layernorm"},
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
inline constexpr GgufName kGemma2Layer[] = {{"attn_norm", "input_layernorm"},
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
inline constexpr GgufName kGemma3n[] = {{"token_embd", "model.embed_tokens"},
                                        {"output_norm", "model.norm"},
                                        {"output", "lm_head"},
                                        {"per_layer_token_embd", "model.embed_tokens_per_layer"},
                                        {"per_layer_model_proj", "model.per_layer_model_projection"},
                                        {"per_layer_proj_norm", "model.per_layer_projection_norm"},
                                        {"altup_proj", "model.altup_projections"},
                                        {"altup_unembd_proj", "model.altup_unembed_projections"}};
inline constexpr GgufName kGemma3nLayer[] = {{"altup_correct_scale.weight", "altup.correct_output_scale"},
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
inline constexpr GgufName kGemma4[] = {{"token_embd", "model.embed_tokens"},
                                       {"output_norm", "model.norm"},
                                       {"output", "lm_head"},
                                       {"per_layer_token_embd", "model.embed_tokens_per_layer"},
                                       {"per_layer_model_proj", "model.per_layer_model_projection"},
                                       {"per_layer_proj_norm", "model.per_layer_projection_norm"}};
inline constexpr GgufName kGemma4Layer[] = {{"layer_output_scale.weight", "layer_scalar"},
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
inline constexpr GgufName kNemotron[] = {
    {"token_embd", "backbone.embeddings"}, {"output_norm", "backbone.norm_f"}, {"output", "lm_head"}};
inline constexpr GgufName kNemotronLayer[] = {{"ssm_dt.bias", "mixer.dt_bias"},
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
inline constexpr GgufName kDeltaLayer[] = {{"ssm_dt.bias", "linear_attn.dt_bias"},
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
inline constexpr GgufName kPhi3Layer[] = {{"attn_norm", "input_layernorm"},    {"attn_qkv", "self_attn.qkv_proj"},
                                          {"attn_output", "self_attn.o_proj"}, {"ffn_norm", "post_attention_layernorm"},
                                          {"ffn_up", "mlp.gate_up_proj"},      {"ffn_down", "mlp.down_proj"}};
inline constexpr GgufName kGpt2[] = {
    {"token_embd", "wte"}, {"position_embd", "wpe"}, {"output_norm", "ln_f"}, {"output", "lm_head"}};
inline constexpr GgufName kGpt2Layer[] = {{"attn_norm", "ln_1"},          {"attn_qkv", "attn.c_attn"},
                                          {"attn_output", "attn.c_proj"}, {"ffn_norm", "ln_2"},
                                          {"ffn_up", "mlp.c_fc"},         {"ffn_down", "mlp.c_proj"}};
inline constexpr GgufName kBert[] = {{"token_embd", "embeddings.word_embeddings"},
                                     {"position_embd", "embeddings.position_embeddings"},
                                     {"token_types", "embeddings.token_type_embeddings"},
                                     {"token_embd_norm", "embeddings.LayerNorm"}};
inline constexpr GgufName kBertLayer[] = {{"attn_q", "attention.self.query"},
                                          {"attn_k", "attention.self.key"},
                                          {"attn_v", "attention.self.value"},
                                          {"attn_output", "attention.output.dense"},
                                          {"attn_output_norm", "attention.output.LayerNorm"},
                                          {"ffn_up", "intermediate.dense"},
                                          {"ffn_down", "output.dense"},
                                          {"layer_output_norm", "output.LayerNorm"}};

inline constexpr GgufName kModernBert[] = {{"token_embd", "embeddings.tok_embeddings"},
                                           {"token_embd_norm", "embeddings.norm"},
                                           {"output_norm", "final_norm"},
                                           {"cls", "head.dense"},  // of a head that these files do not hold whole
                                           {"cls.norm", "head.norm"}};
inline constexpr GgufName kModernBertLayer[] = {{"attn_norm", "attn_norm"}, {"attn_qkv", "attn.Wqkv"},
                                                {"attn_output", "attn.Wo"}, {"ffn_norm", "mlp_norm"},
                                                {"ffn_up", "mlp.Wi"},       {"ffn_down", "mlp.Wo"}};

inline constexpr GgufName kFinalDecoder[] = {
    {"token_embd", "model.embed_tokens"}, {"output_norm", "model.final_layernorm"}, {"output", "lm_head"}};
/// Softmax and Mamba-2, of which a layer has one or both.
inline constexpr GgufName kHybridMixers[] = {{"attn_norm", "input_layernorm"},
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
inline constexpr GgufName kFalconH1Rest[] = {{"ffn_norm", "pre_ff_layernorm"},
                                             {"ffn_gate", "feed_forward.gate_proj"},
                                             {"ffn_up", "feed_forward.up_proj"},
                                             {"ffn_down", "feed_forward.down_proj"}};
inline constexpr auto kFalconH1Layer = joined(kHybridMixers, kFalconH1Rest);
inline constexpr GgufName kGraniteHybridRest[] = {{"ffn_norm", "post_attention_layernorm"},
                                                  {"ffn_gate", "shared_mlp.gate_linear"},
                                                  {"ffn_up", "shared_mlp.up_linear"},
                                                  {"ffn_down", "shared_mlp.output_linear"}};
inline constexpr auto kGraniteHybridLayer = joined(kHybridMixers, kGraniteHybridRest);
inline constexpr GgufName kGraniteMixtureRest[] = {
    {"ffn_norm", "post_attention_layernorm"},          {"ffn_gate_inp", "block_sparse_moe.router.layer"},
    {"ffn_gate_exps", "block_sparse_moe.gate_linear"}, {"ffn_up_exps", "block_sparse_moe.up_linear"},
    {"ffn_down_exps", "block_sparse_moe.down_linear"}, {"ffn_gate_shexp", "shared_mlp.gate_linear"},
    {"ffn_up_shexp", "shared_mlp.up_linear"},          {"ffn_down_shexp", "shared_mlp.output_linear"}};
inline constexpr auto kGraniteMixtureLayer = joined(kHybridMixers, kGraniteMixtureRest);
inline constexpr GgufName kJambaLayer[] = {{"attn_norm", "input_layernorm"},
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
inline constexpr GgufName kMamba[] = {
    {"token_embd", "backbone.embeddings"}, {"output_norm", "backbone.norm_f"}, {"output", "lm_head"}};
inline constexpr GgufName kMambaLayer[] = {{"attn_norm", "norm"},
                                           {"ssm_in", "mixer.in_proj"},
                                           {"ssm_conv1d", "mixer.conv1d"},
                                           {"ssm_conv1d.bias", "mixer.conv1d.bias"},
                                           {"ssm_x", "mixer.x_proj"},
                                           {"ssm_dt", "mixer.dt_proj"},
                                           {"ssm_dt.bias", "mixer.dt_proj.bias"},
                                           {"ssm_a", "mixer.A_log"},
                                           {"ssm_d", "mixer.D"},
                                           {"ssm_out", "mixer.out_proj"}};
inline constexpr GgufName kMamba2Layer[] = {{"attn_norm", "norm"},
                                            {"ssm_in", "mixer.in_proj"},
                                            {"ssm_conv1d", "mixer.conv1d"},
                                            {"ssm_conv1d.bias", "mixer.conv1d.bias"},
                                            {"ssm_dt.bias", "mixer.dt_bias"},
                                            {"ssm_a", "mixer.A_log"},
                                            {"ssm_d", "mixer.D"},
                                            {"ssm_norm", "mixer.norm"},
                                            {"ssm_out", "mixer.out_proj"}};

}  // namespace regard::gguf
