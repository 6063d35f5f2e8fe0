// SPDX-License-Identifier: Apache-2.0
#include "core/model/gguf_architectures.h"

#include "core/base/error.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace regard {
namespace {

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
constexpr GgufName kPhi3Extras[] = {{"attention.head_count_kv", "num_key_value_heads"},
                                    {"rope.scaling.original_context_length", "original_max_position_embeddings"},
                                    {"rope.freq_base", "rope_theta"}};
constexpr GgufName kGpt2Keys[] = {
    {"context_length", "n_positions"},  {"embedding_length", "n_embd"},
    {"block_count", "n_layer"},         {"feed_forward_length", "n_inner"},
    {"attention.head_count", "n_head"}, {"attention.layer_norm_epsilon", "layer_norm_epsilon"}};
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

// -- tensors

constexpr GgufName kDecoder[] = {
    {"token_embd", "model.embed_tokens"}, {"output_norm", "model.norm"}, {"output", "lm_head"}};
constexpr GgufName kLlamaLayer[] = {{"attn_norm", "input_layernorm"},    {"attn_q", "self_attn.q_proj"},
                                    {"attn_k", "self_attn.k_proj"},      {"attn_v", "self_attn.v_proj"},
                                    {"attn_output", "self_attn.o_proj"}, {"attn_q_norm", "self_attn.q_norm"},
                                    {"attn_k_norm", "self_attn.k_norm"}, {"ffn_norm", "post_attention_layernorm"},
                                    {"ffn_gate", "mlp.gate_proj"},       {"ffn_up", "mlp.up_proj"},
                                    {"ffn_down", "mlp.down_proj"}};
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

/// Rows of queries and keys lie in pairs in files of this name.
constexpr GgufArchitecture interleaved(GgufArchitecture architecture) {
  architecture.interleaved = true;
  return architecture;
}

constexpr GgufArchitecture kArchitectures[] = {
    interleaved(like_llama("llama", "LlamaForCausalLM")),
    like_llama("qwen2", "Qwen2ForCausalLM"),
    like_llama("qwen3", "Qwen3ForCausalLM"),
    interleaved(mixture_like_llama("llama", "MixtralForCausalLM", kMixtralExperts, kMixtralLayer)),
    mixture_like_llama("qwen2moe", "Qwen2MoeForCausalLM", kQwen2Experts),
    mixture_like_llama("qwen3moe", "Qwen3MoeForCausalLM", kQwen3Experts),
    mixture_like_llama("olmoe", "OlmoeForCausalLM", kOlmoeExperts),
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
  const auto* first = std::find_if(std::begin(kArchitectures), std::end(kArchitectures),
                                   [&](const GgufArchitecture& each) { return each.name == entry.name; });
  return first == &entry;
}

}  // namespace

std::span<const GgufArchitecture> gguf_architectures() {
  return kArchitectures;
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
  for (const GgufArchitecture& each : kArchitectures) {
    if (each.name == *name && (found == nullptr || each.experts.empty() != experts)) found = &each;
    if (is_first_of_its_name(each)) known += (known.empty() ? "" : ", ") + std::string(each.name);
  }
  if (found != nullptr) return *found;
  throw Error("unknown_architecture", {.file = gguf.file, .expected = known, .found = std::string(*name)});
}

}  // namespace regard
