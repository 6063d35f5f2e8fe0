// SPDX-License-Identifier: Apache-2.0
// Dense decoders: config.json files as their authors published them (the keys that matter to any reader), held to the number of
// weights they published; and what each family reads or refuses.
#include "core/model/decoder_layout.h"
#include "core/model/model.h"
#include "tests/core/model/parse_config.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace regard {
namespace {

using testing::error_in;
using testing::parse;
using testing::plan_of;
using testing::rotary_of;

// allenai/OLMo-2-0425-1B
constexpr const char* kOlmo2 =
    R"({"architectures": ["Olmo2ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
  "eos_token_id": 100257, "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": 8192,
  "max_position_embeddings": 4096, "model_type": "olmo2", "num_attention_heads": 16, "num_hidden_layers": 16,
  "num_key_value_heads": 16, "pad_token_id": 100277, "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 500000,
  "tie_word_embeddings": false, "torch_dtype": "float32", "use_cache": false, "vocab_size": 100352})";

// allenai/Olmo-3-7B-Instruct, but for layer_types, which say what the class says
constexpr const char* kOlmo3 =
    R"({"architectures": ["Olmo3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
  "eos_token_id": 100257, "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 11008,
  "max_position_embeddings": 65536, "model_type": "olmo3", "num_attention_heads": 32, "num_hidden_layers": 32,
  "num_key_value_heads": 32, "pad_token_id": 100277, "rms_norm_eps": 1e-06, "rope_scaling": {
  "attention_factor": 1.2079441541679836, "beta_fast": 32.0, "beta_slow": 1.0, "factor": 8.0,
  "original_max_position_embeddings": 8192, "rope_type": "yarn"}, "rope_theta": 500000, "sliding_window": 4096,
  "tie_word_embeddings": false, "use_cache": true, "vocab_size": 100278})";

// microsoft/phi-4
constexpr const char* kPhi4 =
    R"({"architectures": ["Phi3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
  "bos_token_id": 100257, "embd_pdrop": 0.0, "eos_token_id": 100265, "hidden_act": "silu", "hidden_size": 5120,
  "initializer_range": 0.02, "intermediate_size": 17920, "max_position_embeddings": 16384, "model_type": "phi3",
  "num_attention_heads": 40, "num_hidden_layers": 40, "num_key_value_heads": 10, "original_max_position_embeddings": 16384,
  "pad_token_id": 100349, "resid_pdrop": 0.0, "rms_norm_eps": 1e-05, "rope_scaling": null, "rope_theta": 250000,
  "sliding_window": null, "tie_word_embeddings": false, "torch_dtype": "bfloat16", "use_cache": true, "vocab_size": 100352})";

// ibm-granite/granite-3.1-2b-base
constexpr const char* kGranite = R"({"architectures": ["GraniteForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "attention_multiplier": 0.015625, "bos_token_id": 0, "embedding_multiplier": 12.0,
  "eos_token_id": 0, "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": 8192,
  "logits_scaling": 8.0, "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "granite",
  "num_attention_heads": 32, "num_hidden_layers": 40, "num_key_value_heads": 8, "pad_token_id": 0,
  "residual_multiplier": 0.22, "rms_norm_eps": 1e-05, "rope_scaling": null, "rope_theta": 5000000.0,
  "tie_word_embeddings": true, "torch_dtype": "bfloat16", "use_cache": true, "vocab_size": 49152})";

// bigcode/starcoder2-3b
constexpr const char* kStarcoder2 = R"({"architectures": ["Starcoder2ForCausalLM"], "attention_dropout": 0.1,
  "attention_softmax_in_fp32": true, "bos_token_id": 0, "embedding_dropout": 0.1, "eos_token_id": 0,
  "hidden_act": "gelu_pytorch_tanh", "hidden_size": 3072, "initializer_range": 0.018042, "intermediate_size": 12288,
  "layer_norm_epsilon": 1e-05, "max_position_embeddings": 16384, "mlp_type": "default", "model_type": "starcoder2",
  "norm_epsilon": 1e-05, "norm_type": "layer_norm", "num_attention_heads": 24, "num_hidden_layers": 30,
  "num_key_value_heads": 2, "residual_dropout": 0.1, "rope_theta": 999999.4420358813, "sliding_window": 4096,
  "use_bias": true, "use_cache": true, "vocab_size": 49152})";

// stabilityai/stablelm-2-1_6b
constexpr const char* kStablelm = R"({"architectures": ["StableLmForCausalLM"], "bos_token_id": 100257,
  "eos_token_id": 100257, "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": 5632,
  "layer_norm_eps": 1e-05, "max_position_embeddings": 4096, "model_type": "stablelm", "num_attention_heads": 32,
  "num_hidden_layers": 24, "num_key_value_heads": 32, "partial_rotary_factor": 0.25, "rope_theta": 10000,
  "tie_word_embeddings": false, "torch_dtype": "float16", "use_cache": true, "use_qkv_bias": true, "vocab_size": 100352})";

// CohereLabs/c4ai-command-r-plus
constexpr const char* kCommandRPlus = R"({"architectures": ["CohereForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "bos_token_id": 5, "eos_token_id": 255001, "hidden_act": "silu", "hidden_size": 12288,
  "initializer_range": 0.02, "intermediate_size": 33792, "layer_norm_eps": 1e-05, "logit_scale": 0.8333333333333334,
  "max_position_embeddings": 131072, "model_type": "cohere", "num_attention_heads": 96, "num_hidden_layers": 64,
  "num_key_value_heads": 8, "pad_token_id": 0, "rope_theta": 75000000.0, "torch_dtype": "float16", "use_cache": true,
  "use_qk_norm": true, "vocab_size": 256000})";

// CohereLabs/c4ai-command-r7b-12-2024
constexpr const char* kCommandR7b = R"({"architectures": ["Cohere2ForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "bos_token_id": 5, "cache_implementation": "hybrid", "eos_token_id": 255001, "head_dim": 128,
  "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 14336,
  "layer_norm_eps": 1e-05, "layer_switch": 4, "logit_scale": 0.25, "max_position_embeddings": 132096,
  "model_type": "cohere2", "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8,
  "order_of_interleaved_layers": "local_attn_first", "pad_token_id": 0, "position_embedding_type": "rope_gptj",
  "rope_scaling": null, "rope_theta": 50000, "rotary_pct": 1.0, "sliding_window": 4096, "sliding_window_pattern": 4,
  "torch_dtype": "bfloat16", "use_cache": true, "use_embedding_sharing": true, "use_gated_activation": true,
  "use_parallel_block": true, "use_parallel_embedding": true, "vocab_size": 256000})";

// EleutherAI/gpt-j-6b
constexpr const char* kGptj = R"({"activation_function": "gelu_new", "architectures": ["GPTJForCausalLM"],
  "attn_pdrop": 0.0, "bos_token_id": 50256, "embd_pdrop": 0.0, "eos_token_id": 50256, "gradient_checkpointing": false,
  "initializer_range": 0.02, "layer_norm_epsilon": 1e-05, "model_type": "gptj", "n_embd": 4096, "n_head": 16,
  "n_inner": null, "n_layer": 28, "n_positions": 2048, "resid_pdrop": 0.0, "rotary": true, "rotary_dim": 64,
  "scale_attn_weights": true, "summary_activation": null, "summary_first_dropout": 0.1, "summary_proj_to_labels": true,
  "summary_type": "cls_index", "summary_use_proj": true, "tie_word_embeddings": false, "tokenizer_class": "GPT2Tokenizer",
  "use_cache": true, "vocab_size": 50400})";

// tiiuae/falcon-7b, with the number of key heads that some copies of it name
constexpr const char* kFalcon7b = R"({"alibi": false, "apply_residual_connection_post_layernorm": false,
  "architectures": ["FalconForCausalLM"], "attention_dropout": 0.0, "bias": false, "bos_token_id": 11, "eos_token_id": 11,
  "hidden_dropout": 0.0, "hidden_size": 4544, "initializer_range": 0.02, "layer_norm_epsilon": 1e-05,
  "model_type": "falcon", "multi_query": true, "new_decoder_architecture": false, "num_attention_heads": 71,
  "num_hidden_layers": 32, "num_kv_heads": 71, "parallel_attn": true, "torch_dtype": "bfloat16", "use_cache": true,
  "vocab_size": 65024})";

// tiiuae/falcon-40b
constexpr const char* kFalcon40b = R"({"alibi": false, "apply_residual_connection_post_layernorm": false,
  "architectures": ["FalconForCausalLM"], "attention_dropout": 0.0, "bias": false, "bos_token_id": 11, "eos_token_id": 11,
  "hidden_dropout": 0.0, "hidden_size": 8192, "initializer_range": 0.02, "layer_norm_epsilon": 1e-05,
  "model_type": "falcon", "multi_query": true, "new_decoder_architecture": true, "num_attention_heads": 128,
  "num_hidden_layers": 60, "num_kv_heads": 8, "parallel_attn": true, "torch_dtype": "bfloat16", "use_cache": true,
  "vocab_size": 65024})";

// tiiuae/falcon-rw-1b
constexpr const char* kFalconRw = R"({"alibi": true, "apply_residual_connection_post_layernorm": false,
  "architectures": ["FalconForCausalLM"], "attention_dropout": 0.0, "bias": true, "bos_token_id": 1, "eos_token_id": 2,
  "hidden_dropout": 0.0, "hidden_size": 2048, "initializer_range": 0.02, "layer_norm_epsilon": 1e-05,
  "model_type": "falcon", "multi_query": false, "new_decoder_architecture": false, "num_attention_heads": 32,
  "num_hidden_layers": 24, "num_kv_heads": 32, "parallel_attn": false, "torch_dtype": "bfloat16", "use_cache": true,
  "vocab_size": 50304})";

/// microsoft/Phi-4-mini-instruct; the factors of its 48 pairs are left to the test.
std::string phi4_mini() {
  const nlohmann::json factors(48, 1.5);
  nlohmann::json config = nlohmann::json::parse(R"({"architectures": ["Phi3ForCausalLM"], "attention_bias": false,
    "attention_dropout": 0.0, "bos_token_id": 199999, "embd_pdrop": 0.0, "eos_token_id": 199999, "full_attn_mod": 1,
    "hidden_act": "silu", "hidden_size": 3072, "initializer_range": 0.02, "intermediate_size": 8192, "interpolate_factor": 1,
    "lm_head_bias": false, "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "phi3",
    "num_attention_heads": 24, "num_hidden_layers": 32, "num_key_value_heads": 8, "original_max_position_embeddings": 4096,
    "pad_token_id": 199999, "partial_rotary_factor": 0.75, "resid_pdrop": 0.0, "rms_norm_eps": 1e-05,
    "rope_theta": 10000.0, "sliding_window": 262144, "tie_word_embeddings": true, "use_cache": true, "vocab_size": 200064})");
  config["rope_scaling"] = {{"type", "longrope"}, {"short_factor", factors}, {"long_factor", factors}};
  return config.dump();
}

/// Numbers of a norm of the stream: a scale, of LayerNorms a shift, too.
std::size_t norm_numbers(const ModelConfig& config) {
  const std::string_view name = config.architecture;
  const bool shifts = name.starts_with("Starcoder2") || name.starts_with("StableLm") || name.starts_with("GPTJ") ||
                      name.starts_with("Falcon");
  return shifts ? 2 * config.hidden : config.hidden;
}

std::size_t attention_numbers(const ModelConfig& config, std::size_t layer) {
  const SoftmaxAttention& attention = config.plans[layer].attention;
  const std::size_t queries = config.queries_width(layer), keys = config.keys_width(layer);
  std::size_t sum = 2 * (queries + keys) * config.hidden;
  if (attention.bias) sum += queries + 2 * keys;
  if (attention.output_bias) sum += config.hidden;
  if (attention.qk_norm == QkNorm::all_heads || attention.qk_norm == QkNorm::each_head_own) sum += queries + keys;
  return sum;
}

std::size_t layer_numbers(const ModelConfig& config, std::size_t layer) {
  const LayerPlan& plan = config.plans[layer];
  const FeedForward& block = plan.feed_forward;
  std::size_t sum = attention_numbers(config, layer) + feed_forward_matrices(block) * block.width * config.hidden;
  if (block.bias) sum += (feed_forward_matrices(block) - 1) * block.width + config.hidden;
  return sum + (plan.norms == NormPlace::shared ? 1 : 2) * norm_numbers(config);
}

std::size_t numbers_of(const ModelConfig& config) {
  std::size_t sum = config.vocabulary * config.hidden * (config.tied_embeddings ? 1 : 2) + norm_numbers(config);
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    sum += layer_numbers(config, layer);
  return sum + (config.architecture == "GPTJForCausalLM" ? config.vocabulary : 0);
}

struct PublishedDecoder {
  const char* name;
  std::string config;
  std::size_t heads, kv_heads, head_dim, turned, context;
  NormPlace norms;
  QkNorm qk_norm;
  std::size_t parameters;
};

class PublishedDenseDecoder : public ::testing::TestWithParam<PublishedDecoder> {};

TEST_P(PublishedDenseDecoder, HasAsManyNumbersAsPublished) {
  const PublishedDecoder& published = GetParam();
  const ModelConfig config = parse(published.config);
  EXPECT_EQ(config.heads(0), published.heads);
  EXPECT_EQ(config.context, published.context);
  EXPECT_TRUE(config.causal && config.has_lm_head);
  for (const LayerPlan& plan : config.plans) {
    EXPECT_EQ(plan.attention.kv_heads, published.kv_heads);
    EXPECT_EQ(plan.attention.head_dim, published.head_dim);
    EXPECT_EQ(plan.attention.qk_norm, published.qk_norm);
    EXPECT_EQ(plan.norms, published.norms);
  }
  const Rotary* rotary = first_rotary(config);
  EXPECT_EQ(rotary == nullptr ? 0 : rotary->width, published.turned);
  EXPECT_EQ(numbers_of(config), published.parameters);
}

INSTANTIATE_TEST_SUITE_P(Models, PublishedDenseDecoder,
                         ::testing::Values(PublishedDecoder{"OLMo_2_1B", kOlmo2, 16, 16, 128, 128, 4'096,
                                                            NormPlace::written, QkNorm::all_heads, 1'484'916'736},
                                           PublishedDecoder{"Olmo_3_7B", kOlmo3, 32, 32, 128, 128, 65'536,
                                                            NormPlace::written, QkNorm::all_heads, 7'298'011'136},
                                           PublishedDecoder{"phi_4", kPhi4, 40, 10, 128, 128, 16'384, NormPlace::before,
                                                            QkNorm::none, 14'659'507'200},
                                           PublishedDecoder{"Phi_4_mini", phi4_mini(), 24, 8, 128, 96, 131'072,
                                                            NormPlace::before, QkNorm::none, 3'836'021'760},
                                           PublishedDecoder{"granite_31_2b", kGranite, 32, 8, 64, 64, 131'072,
                                                            NormPlace::before, QkNorm::none, 2'533'525'504},
                                           PublishedDecoder{"starcoder2_3b", kStarcoder2, 24, 2, 128, 128, 16'384,
                                                            NormPlace::before, QkNorm::none, 3'030'371'328},
                                           PublishedDecoder{"stablelm_2_16b", kStablelm, 32, 32, 64, 16, 4'096,
                                                            NormPlace::before, QkNorm::none, 1'644'515'328},
                                           PublishedDecoder{"command_r_plus", kCommandRPlus, 96, 8, 128, 128, 131'072,
                                                            NormPlace::shared, QkNorm::each_head_own, 103'810'674'688},
                                           PublishedDecoder{"command_r7b", kCommandR7b, 32, 8, 128, 128, 132'096,
                                                            NormPlace::shared, QkNorm::none, 8'028'033'024},
                                           PublishedDecoder{"gpt_j_6b", kGptj, 16, 16, 256, 64, 2'048,
                                                            NormPlace::shared, QkNorm::none, 6'050'882'784},
                                           PublishedDecoder{"falcon_7b", kFalcon7b, 71, 1, 64, 64, 2'048,
                                                            NormPlace::shared, QkNorm::none, 6'921'720'704},
                                           PublishedDecoder{"falcon_40b", kFalcon40b, 128, 8, 64, 64, 2'048,
                                                            NormPlace::parallel, QkNorm::none, 41'303'293'952},
                                           PublishedDecoder{"falcon_rw_1b", kFalconRw, 32, 32, 64, 0, 2'048,
                                                            NormPlace::before, QkNorm::none, 1'311'625'216}),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(DenseDecoders, of_olmo_3_stretch_positions_only_where_they_see_everything) {
  const ModelConfig config = parse(kOlmo3);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const auto& rotary = std::get<Rotary>(config.plans[layer].positions);
    const bool full = layer % 4 == 3;
    EXPECT_EQ(config.plans[layer].attention.window.width, full ? 0U : 4'096U);
    EXPECT_EQ(rotary.rope.scaling, full ? RopeConfig::Scaling::yarn : RopeConfig::Scaling::none);
    EXPECT_EQ(rotary.rope.base, 500'000.0F);
  }
}

TEST(DenseDecoders, of_command_r7b_turn_only_where_they_see_a_window) {
  const ModelConfig config = parse(kCommandR7b);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const LayerPlan& plan = config.plans[layer];
    const bool full = layer % 4 == 3;
    EXPECT_EQ(plan.attention.window.width, full ? 0U : 4'096U);
    EXPECT_EQ(std::holds_alternative<NoPositions>(plan.positions), full);
  }
  EXPECT_TRUE(rotary_of(config).interleaved);
  EXPECT_EQ(config.logit_scale, 0.25F);
}

TEST(DenseDecoders, of_granite_multiply_by_their_own_numbers) {
  const ModelConfig config = parse(kGranite);
  EXPECT_EQ(config.embedding_scale, 12.0F);
  EXPECT_EQ(config.logit_scale, 0.125F);
  EXPECT_EQ(plan_of(config).attention.scale, 0.015625F);
  EXPECT_EQ(plan_of(config).residual_scale, 0.22F);
}

TEST(DenseDecoders, of_falcon_have_one_key_head_whatever_their_number_says) {
  EXPECT_EQ(parse(kFalcon7b).kv_heads(0), 1U);
  EXPECT_EQ(parse(kFalcon40b).kv_heads(0), 8U);
  const ModelConfig rw = parse(kFalconRw);
  EXPECT_EQ(rw.kv_heads(0), 32U);
  const auto& alibi = std::get<Alibi>(plan_of(rw).positions);
  // 2^(−1/4), the nearest bfloat16, divided by √64
  EXPECT_NEAR(alibi.slopes.front(), 0.83984375F / 8.0F, 1e-9);
}

/// Settings that would change the numbers are refused by their names.
TEST(DenseDecoders, name_what_they_cannot_read) {
  const auto item = [](const char* config, const std::string& from, const std::string& to) {
    std::string text = config;
    text.replace(text.find(from), from.size(), to);
    return error_in(text).details().item;
  };
  EXPECT_EQ(item(kOlmo3, "\"sliding_window\": 4096", "\"sliding_window\": null"), "sliding_window");
  EXPECT_EQ(item(kOlmo3, "\"rope_theta\"", "\"layer_types\": [\"full_attention\"], \"rope_theta\""), "layer_types");
  EXPECT_EQ(item(kGranite, "\"residual_multiplier\": 0.22", "\"residual_multiplier\": 0"), "residual_multiplier");
  EXPECT_EQ(item(kGranite, "\"logits_scaling\": 8.0", "\"logits_scaling\": -8"), "logits_scaling");
  EXPECT_EQ(item(kCommandR7b, "rope_gptj", "alibi"), "position_embedding_type");
  EXPECT_EQ(item(kCommandR7b, "\"rotary_pct\": 1.0", "\"rotary_pct\": 0.5"), "rotary_pct");
  EXPECT_EQ(item(kGptj, "\"rotary_dim\": 64", "\"rotary_dim\": 63"), "rotary_dim");
  EXPECT_EQ(item(kGptj, "\"rotary_dim\": 64", "\"rotary_dim\": 512"), "rotary_dim");
  EXPECT_EQ(item(kFalcon40b, "\"num_kv_heads\": 8", "\"num_kv_heads\": 7"), "num_kv_heads");
  EXPECT_EQ(item(kFalcon40b, "\"parallel_attn\": true", "\"parallel_attn\": false"), "parallel_attn");
  EXPECT_EQ(item(kFalcon7b, "\"bias\": false", "\"bias\": false, \"num_ln_in_parallel_attn\": 2"),
            "num_ln_in_parallel_attn");
  EXPECT_EQ(item(kFalcon7b, "\"apply_residual_connection_post_layernorm\": false",
                 "\"apply_residual_connection_post_layernorm\": true"),
            "apply_residual_connection_post_layernorm");
  EXPECT_EQ(item(kStarcoder2, "\"use_bias\": true", "\"use_bias\": true, \"qk_layernorm\": true"), "qk_layernorm");
}

TEST(DenseDecoders, are_refused_without_a_tensor_of_theirs) {
  testing::TinyCheckpoint tiny = testing::tiny_llama("Olmo2ForCausalLM");
  tiny.remove("model.layers.0.input_layernorm.weight");
  tiny.remove("model.layers.1.input_layernorm.weight");
  for (const std::string layer : {"model.layers.0.", "model.layers.1."}) {
    tiny.add(layer + "self_attn.q_norm.weight", {24});
    tiny.add(layer + "self_attn.k_norm.weight", {8});
    tiny.add(layer + "post_feedforward_layernorm.weight", {10});
  }
  const testing::TemporaryFolder folder;
  tiny.write_to(folder / "whole");
  EXPECT_EQ(load_model(folder / "whole")->config.plans.front().norms, NormPlace::written);
  for (const char* name :
       {"self_attn.k_norm.weight", "post_feedforward_layernorm.weight", "post_attention_layernorm.weight"}) {
    testing::TinyCheckpoint damaged = tiny;
    damaged.remove(std::string("model.layers.1.") + name);
    damaged.write_to(folder / "damaged");
    const Error error = testing::error_of([&] { static_cast<void>(load_model(folder / "damaged")); });
    EXPECT_EQ(error.code(), "tensor_missing");
    EXPECT_EQ(error.details().item, std::string("model.layers.1.") + name);
  }
  tiny.add("model.layers.1.input_layernorm.weight", {10});  // a norm that nobody asks for would change the numbers
  tiny.write_to(folder / "more");
  EXPECT_EQ(testing::error_of([&] { static_cast<void>(load_model(folder / "more")); }).code(), "tensor_unknown");
}

}  // namespace
}  // namespace regard
