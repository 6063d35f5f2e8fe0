// SPDX-License-Identifier: Apache-2.0
#include "core/model/config.h"
#include "core/model/family.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/model/parse_config.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <cmath>
#include <set>

namespace regard {
namespace {

using testing::error_in;
using testing::parse;
using Scaling = RopeConfig::Scaling;

/// A Llama-like config with more keys.
std::string llama_with(const std::string& keys, const std::string& architecture = "LlamaForCausalLM") {
  const bool others = architecture != "LlamaForCausalLM";  // their classes have another default than one for each head
  return R"({"architectures": [")" + architecture + (others ? R"("], "num_key_value_heads": 8)" : R"("])") +
         R"(, "hidden_size": 64, "num_hidden_layers": 4, "num_attention_heads": 8,
        "intermediate_size": 172, "vocab_size": 512, "max_position_embeddings": 2048)" +
         (keys.empty() ? "" : ", ") + keys + "}";
}

std::string bert_with(const std::string& keys) {
  return R"({"architectures": ["BertModel"], "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3,
        "intermediate_size": 48, "vocab_size": 100, "max_position_embeddings": 64)" +
         std::string(keys.empty() ? "" : ", ") + keys + "}";
}

TEST(ModelConfig, reads_berts_sizes_and_switches) {
  const ModelConfig config = parse(testing::tiny_bert().config);
  EXPECT_EQ(config.architecture, "BertForMaskedLM");
  EXPECT_EQ(config.layers, 2U);
  EXPECT_EQ(config.heads(0), 3U);
  EXPECT_EQ(config.kv_heads(0), 3U);
  EXPECT_EQ(config.head_dim(0), 4U);
  EXPECT_EQ(config.hidden, 12U);
  EXPECT_EQ(testing::plan_of(config).feed_forward.width, 10U);
  EXPECT_EQ(config.vocabulary, 11U);
  EXPECT_EQ(config.context, 9U);
  EXPECT_EQ(config.token_types, 2U);
  EXPECT_EQ(testing::plan_of(config).feed_forward.activation, Activation::gelu);
  EXPECT_FLOAT_EQ(config.norm_epsilon, 1e-12F);
  EXPECT_FALSE(config.causal);
  EXPECT_TRUE(config.tied_embeddings);
  EXPECT_TRUE(config.has_lm_head);
  EXPECT_EQ(testing::windows_of(config), (std::vector<std::size_t>{0, 0}));
  EXPECT_FALSE(parse(bert_with("")).has_lm_head);
}

TEST(ModelConfig, reads_llamas_sizes_and_the_defaults_of_its_class) {
  const ModelConfig config = parse(llama_with(""));
  EXPECT_TRUE(config.causal);
  EXPECT_EQ(config.kv_heads(0), 8U);
  EXPECT_EQ(config.head_dim(0), 8U);
  EXPECT_EQ(testing::plan_of(config).feed_forward.activation, Activation::silu);
  EXPECT_FLOAT_EQ(config.norm_epsilon, 1e-6F);
  EXPECT_FLOAT_EQ(testing::rotary_of(config).rope.base, 10000.0F);
  EXPECT_FALSE(config.tied_embeddings);
  EXPECT_EQ(testing::plan_of(config).attention.qk_norm, QkNorm::none);
  EXPECT_FALSE(testing::plan_of(config).attention.bias || testing::plan_of(config).attention.output_bias ||
               testing::plan_of(config).feed_forward.bias);
  const ModelConfig grouped =
      parse(llama_with(R"("num_key_value_heads": 2, "head_dim": 16, "tie_word_embeddings": true)"));
  EXPECT_EQ(grouped.queries_width(0), 128U);
  EXPECT_EQ(grouped.keys_width(0), 32U);
  EXPECT_EQ(grouped.kv_head_of(0, 3), 0U);
  EXPECT_EQ(grouped.kv_head_of(0, 4), 1U);
  EXPECT_TRUE(grouped.tied_embeddings);
}

TEST(ModelConfig, knows_where_each_relative_of_llama_has_biases_and_norms) {
  const ModelConfig qwen2 = parse(llama_with("", "Qwen2ForCausalLM"));
  EXPECT_TRUE(testing::plan_of(qwen2).attention.bias);
  EXPECT_FALSE(testing::plan_of(qwen2).attention.output_bias);
  const ModelConfig qwen3 = parse(llama_with("", "Qwen3ForCausalLM"));
  EXPECT_EQ(testing::plan_of(qwen3).attention.qk_norm, QkNorm::each_head);
  EXPECT_FALSE(testing::plan_of(qwen3).attention.bias);
  const ModelConfig llama = parse(llama_with(R"("attention_bias": true, "mlp_bias": true)"));
  EXPECT_TRUE(testing::plan_of(llama).attention.bias && testing::plan_of(llama).attention.output_bias &&
              testing::plan_of(llama).feed_forward.bias);
  EXPECT_FALSE(parse(llama_with("", "MistralModel")).has_lm_head);
}

TEST(ModelConfig, gives_alibi_the_published_slopes) {
  const auto slopes_for = [](std::size_t heads) {
    return std::get<Alibi>(
               testing::plan_of(
                   parse(
                       R"({"architectures": ["BloomModel"], "n_layer": 1, "hidden_size": 48, "vocab_size": 9, "n_head": )" +
                       std::to_string(heads) + "}"))
                   .positions)
        .slopes;
  };
  const std::vector<float> eight = slopes_for(8);
  const std::vector<float> twelve = slopes_for(12);
  ASSERT_EQ(twelve.size(), 12U);
  for (std::size_t head = 0; head < 8; ++head) {
    EXPECT_FLOAT_EQ(eight[head], std::exp2(-static_cast<float>(head + 1)));
    EXPECT_FLOAT_EQ(twelve[head], eight[head]);
  }
  for (std::size_t head = 8; head < 12; ++head)
    EXPECT_FLOAT_EQ(twelve[head], std::exp2(-0.5F - static_cast<float>(head - 8)));
}

TEST(ModelConfig, counts_robertas_positions_from_behind_the_padding) {
  const std::string sizes = R"("hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3,
        "intermediate_size": 48, "vocab_size": 100, "max_position_embeddings": )";
  const ModelConfig config = parse(R"({"architectures": ["RobertaForMaskedLM"], )" + sizes + "514}");
  EXPECT_EQ(config.context, 512U);
  EXPECT_EQ(std::get<LearnedPositions>(config.embedded_positions).offset, 2U);
  EXPECT_EQ(std::get<LearnedPositions>(config.embedded_positions).unplaced_id, 1);
  EXPECT_EQ(error_in(R"({"architectures": ["RobertaModel"], )" + sizes + "2}").details().item,
            "max_position_embeddings");
}

TEST(ModelConfig, scales_gpt2s_scores_layer_by_layer_if_the_file_says_so) {
  const std::string gpt2 = R"({"architectures": ["GPT2LMHeadModel"], "n_embd": 48, "n_layer": 3)";
  EXPECT_EQ(testing::scales_of(parse(gpt2 + "}")), std::vector<float>(3, 0.5F));
  EXPECT_EQ(testing::scales_of(parse(gpt2 + R"(, "scale_attn_weights": false})")), std::vector<float>(3, 1.0F));
  EXPECT_EQ(testing::scales_of(parse(gpt2 + R"(, "scale_attn_by_inverse_layer_idx": true})")),
            (std::vector<float>{0.5F, 0.25F, 0.5F / 3.0F}));
}

TEST(ModelConfig, reads_gemmas_windows_caps_and_scales) {
  using Windows = std::vector<std::size_t>;
  const std::string keys =
      R"("head_dim": 16, "query_pre_attn_scalar": 64, "sliding_window": 8, "attn_logit_softcapping": 50.0)";
  const ModelConfig gemma2 = parse(llama_with(keys, "Gemma2ForCausalLM"));
  EXPECT_EQ(testing::windows_of(gemma2), (Windows{8, 0, 8, 0}));
  EXPECT_EQ(testing::scales_of(gemma2), std::vector<float>(4, 0.125F));
  EXPECT_EQ(testing::plan_of(gemma2).attention.cap, 50.0F);
  EXPECT_EQ(gemma2.logit_cap, 30.0F) << "the class's own";
  EXPECT_EQ(gemma2.embedding_scale, 8.0F);
  EXPECT_TRUE(gemma2.tied_embeddings);
  EXPECT_EQ(testing::plan_of(gemma2).norms, NormPlace::both);
  const ModelConfig gemma3 = parse(llama_with(keys + R"(, "sliding_window_pattern": 3)", "Gemma3ForCausalLM"));
  EXPECT_EQ(testing::windows_of(gemma3), (Windows{8, 8, 0, 8}));
  EXPECT_EQ(testing::far_rotary_of(gemma3).rope.base, 1e6F);
  EXPECT_EQ(testing::local_rotary_of(gemma3).rope.base, 1e4F);
  EXPECT_EQ(testing::plan_of(parse(llama_with("", "GemmaForCausalLM"))).feed_forward.activation, Activation::gelu_tanh);
}

TEST(ModelConfig, reads_sliding_windows_layer_by_layer) {
  using Windows = std::vector<std::size_t>;
  EXPECT_EQ(testing::windows_of(parse(llama_with(R"("sliding_window": 16)", "MistralForCausalLM"))),
            (Windows{16, 16, 16, 16}));
  EXPECT_EQ(testing::windows_of(parse(llama_with(R"("sliding_window": null)", "MistralForCausalLM"))),
            (Windows{0, 0, 0, 0}));
  const std::string half = R"("sliding_window": 16, "max_window_layers": 2, "use_sliding_window": )";
  EXPECT_EQ(testing::windows_of(parse(llama_with(half + "false", "Qwen2ForCausalLM"))), (Windows{0, 0, 0, 0}));
  EXPECT_EQ(testing::windows_of(parse(llama_with(half + "true", "Qwen2ForCausalLM"))), (Windows{0, 0, 16, 16}));
  const std::string types =
      R"(, "layer_types": ["sliding_attention", "full_attention", "full_attention", "sliding_attention"])";
  EXPECT_EQ(testing::windows_of(parse(llama_with(half + "true" + types, "Qwen3ForCausalLM"))), (Windows{16, 0, 0, 16}));
  EXPECT_EQ(
      error_in(llama_with(half + R"(true, "layer_types": ["full_attention"])", "Qwen3ForCausalLM")).details().item,
      "layer_types");
}

TEST(ModelConfig, reads_every_kind_of_rope_scaling_under_either_name) {
  EXPECT_EQ(testing::rotary_of(parse(llama_with(R"("rope_scaling": null, "rope_theta": 500000)"))).rope.base,
            500000.0F);
  EXPECT_EQ(testing::rotary_of(parse(llama_with(R"("rope_scaling": {"rope_type": "default"})"))).rope.scaling,
            Scaling::none);
  const RopeConfig linear =
      testing::rotary_of(parse(llama_with(R"("rope_scaling": {"type": "linear", "factor": 4})"))).rope;
  EXPECT_EQ(linear.scaling, Scaling::linear);
  EXPECT_EQ(linear.factor, 4.0F);
  const ModelConfig dynamic = parse(llama_with(R"("rope_scaling": {"type": "dynamic", "factor": 2.0})"));
  EXPECT_EQ(testing::rotary_of(dynamic).rope.scaling, Scaling::dynamic);
  EXPECT_EQ(testing::rotary_of(dynamic).rope.original_context, 2048.0F);
  EXPECT_EQ(dynamic.context, 4096U) << "a stretched model reads more than its file's context";
  const RopeConfig llama3 =
      testing::rotary_of(
          parse(llama_with(R"("rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
        "high_freq_factor": 4.0, "original_max_position_embeddings": 1024})")))
          .rope;
  EXPECT_EQ(llama3.scaling, Scaling::llama3);
  EXPECT_EQ(llama3.original_context, 1024.0F);
  EXPECT_EQ(llama3.high_frequency_factor, 4.0F);
  const ModelConfig yarn =
      parse(llama_with(R"("rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 1024})"));
  EXPECT_EQ(testing::rotary_of(yarn).rope.scaling, Scaling::yarn);
  EXPECT_FLOAT_EQ(testing::rotary_of(yarn).rope.attention_factor, 0.1F * std::log(4.0F) + 1.0F);
  EXPECT_EQ(testing::rotary_of(yarn).rope.beta_fast, 32.0F);
  EXPECT_EQ(yarn.context, 4096U);
  const RopeConfig told =
      testing::rotary_of(parse(llama_with(R"("rope_scaling": {"type": "yarn", "factor": 4, "attention_factor": 0.5})")))
          .rope;
  EXPECT_EQ(told.attention_factor, 0.5F);
  const RopeConfig newer =
      testing::rotary_of(
          parse(llama_with(R"("rope_parameters": {"rope_type": "linear", "factor": 2, "rope_theta": 1e6})")))
          .rope;
  EXPECT_EQ(newer.base, 1e6F);
  EXPECT_EQ(newer.scaling, Scaling::linear);
}

TEST(ModelConfig, refuses_a_rope_it_would_compute_wrongly) {
  EXPECT_EQ(error_in(llama_with(R"("rope_scaling": {"type": "spiral", "factor": 4})")).details().found, "\"spiral\"");
  EXPECT_EQ(error_in(llama_with(R"("rope_scaling": {"type": "longrope", "short_factor": [1, 1, 1]})")).details().item,
            "rope_scaling.short_factor")
      << "a head of 8 dimensions has 4 pairs";
  EXPECT_EQ(error_in(llama_with(R"("rope_scaling": {"type": "linear"})")).details().item, "rope_scaling.factor");
  EXPECT_EQ(error_in(llama_with(R"("rope_scaling": {"type": "linear", "factor": 0.5})")).details().expected, "≥ 1");
  EXPECT_EQ(error_in(llama_with(R"("rope_scaling": 3)")).details().item, "rope_scaling");
  EXPECT_EQ(error_in(llama_with(R"("rope_theta": -1)")).details().item, "rope_theta");
  EXPECT_EQ(error_in(llama_with(R"("rope_theta": 1)")).details().expected,
            "> 1");  // its logarithm is a divisor in YaRN
  EXPECT_EQ(error_in(llama_with(R"("head_dim": 7)")).details().item, "head_dim");
}

TEST(ModelConfig, names_an_unknown_architecture_and_one_of_every_known_kind) {
  const Error error = error_in(R"({"architectures": ["RwkvForCausalLM"], "model_type": "rwkv"})");
  EXPECT_EQ(error.code(), "unknown_architecture");
  const std::string sentence = error.what();
  EXPECT_NE(sentence.find("RwkvForCausalLM"), std::string::npos) << sentence;
  std::set<std::string_view> kinds;
  for (const Architecture& known : architectures())
    if (kinds.insert(known.model_type).second) {
      EXPECT_NE(sentence.find(known.name), std::string::npos) << sentence;
    }
}

TEST(ModelConfig, goes_by_the_model_type_where_no_architecture_is_listed) {
  const std::string sizes =
      R"("hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 48,
        "vocab_size": 100, "max_position_embeddings": 64})";
  EXPECT_EQ(parse(R"({"model_type": "bert", )" + sizes).architecture, "BertForMaskedLM");
  EXPECT_EQ(error_in(R"({"model_type": "rwkv", )" + sizes).code(), "unknown_architecture");
  const Error error = error_in("{" + sizes);
  EXPECT_EQ(error.code(), "config_missing");
  EXPECT_EQ(error.details().item, "architectures");
}

TEST(ModelConfig, says_which_size_is_missing_or_senseless_and_what_would_do) {
  const Error missing = error_in(R"({"architectures": ["BertModel"]})");
  EXPECT_EQ(missing.code(), "config_missing");
  EXPECT_EQ(missing.details().item, "num_hidden_layers");
  for (const char* value : {"0", "-4", "1e9", "\"8\"", "99999999999", "18446744073709551616", "[8]", "2.5", "true"}) {
    auto model = testing::tiny_bert();
    testing::edit(model, R"("num_hidden_layers": 2)", std::string(R"("num_hidden_layers": )") + value);
    const Error error = error_in(model.config);
    EXPECT_EQ(error.code(), "config_value") << value;
    EXPECT_EQ(error.details().item, "num_hidden_layers") << value;
    EXPECT_EQ(error.details().expected, "1…1000") << value;
  }
  EXPECT_EQ(error_in(llama_with(R"("num_key_value_heads": 3)")).details().item, "num_key_value_heads");
  EXPECT_EQ(error_in(llama_with(R"("num_key_value_heads": 9)")).details().item, "num_key_value_heads");
  EXPECT_EQ(error_in(llama_with(R"("tie_word_embeddings": "yes")")).details().item, "tie_word_embeddings");
  EXPECT_EQ(error_in(llama_with(R"("hidden_act": "mish")")).details().found, "\"mish\"");
  EXPECT_EQ(error_in(llama_with(R"("rms_norm_eps": 0)")).details().item, "rms_norm_eps");
  EXPECT_EQ(error_in(bert_with(R"("position_embedding_type": "relative_key")")).details().item,
            "position_embedding_type");
  EXPECT_EQ(error_in("[]").code(), "json_value");
  EXPECT_EQ(error_in("{").code(), "json_syntax");
  auto uneven = testing::tiny_bert();
  testing::edit(uneven, R"("num_attention_heads": 3)", R"("num_attention_heads": 5)");
  EXPECT_EQ(error_in(uneven.config).details().item, "hidden_size");
}

Quantization quantization_of(const std::string& settings) {
  return parse(llama_with("\"quantization_config\": {" + settings + "}")).quantization;
}

Error quantization_error(const std::string& settings) {
  return error_in(llama_with("\"quantization_config\": {" + settings + "}"));
}

TEST(ModelConfig, refuses_quantised_weights_by_their_method) {
  const std::pair<const char*, const char*> refused[] = {
      {R"("quant_method": "bitsandbytes", "load_in_4bit": true)", "bitsandbytes"},
      {R"("quant_method": "hqq")", "hqq"},
      {R"("quant_method": "exl2", "bits": 4.0)", "exl2"},
      {R"("load_in_8bit": true)", "?"},
      {R"("quant_method": "gptq", "bits": 3)", "GPTQ, 3 bit"},
      {R"("quant_method": "gptq", "bits": 2)", "GPTQ, 2 bit"},
      {R"("quant_method": "gptq", "bits": 4, "checkpoint_format": "marlin")", "GPTQ, marlin"},
      {R"("quant_method": "awq", "bits": 8)", "AWQ, 8 bit"},
      {R"("quant_method": "awq", "bits": 4, "version": "gemv")", "AWQ, gemv"},
      {R"("quant_method": "compressed-tensors", "format": "pack-quantized")", "compressed-tensors, pack-quantized"},
  };
  for (const auto& [settings, found] : refused) {
    const Error error = quantization_error(settings);
    EXPECT_EQ(error.code(), "config_quantized") << settings;
    EXPECT_EQ(error.details().found, found);
  }
}

TEST(ModelConfig, reads_how_weights_are_quantised) {
  const Quantization gptq = quantization_of(R"("quant_method": "gptq", "bits": 4, "group_size": 32, "desc_act": true)");
  EXPECT_EQ(gptq.method, Quantization::Method::gptq);
  EXPECT_EQ(gptq.group, 32U);
  EXPECT_TRUE(gptq.act_order && gptq.zeros_less_one);
  const Quantization second =
      quantization_of(R"("quant_method": "gptq", "bits": 8, "group_size": -1, "checkpoint_format": "gptq_v2")");
  EXPECT_EQ(second.group, 0U);
  EXPECT_FALSE(second.act_order || second.zeros_less_one);
  EXPECT_EQ(second.packed_type(), StoredType::gptq_8);
  const Quantization awq = quantization_of(
      R"("quant_method": "awq", "w_bit": 4, "q_group_size": 64, "modules_to_not_convert": ["lm_head"])");
  EXPECT_EQ(awq.packed_type(), StoredType::awq_4);
  EXPECT_EQ(awq.group, 64U);
  EXPECT_EQ(awq.unquantised, std::vector<std::string>{"lm_head"});
  const Quantization fp8 = quantization_of(R"("quant_method": "fp8", "fmt": "e4m3", "weight_block_size": [128, 64])");
  EXPECT_EQ(fp8.method, Quantization::Method::fp8);
  EXPECT_EQ(fp8.block_rows, 128U);
  EXPECT_EQ(fp8.block_cols, 64U);
  EXPECT_EQ(quantization_of(R"("quant_method": "fbgemm_fp8")").method, Quantization::Method::fp8);
  EXPECT_EQ(quantization_of(R"("quant_method": "compressed-tensors", "format": "float-quantized", "config_groups":
      {"group_0": {"weights": {"num_bits": 8, "type": "float", "strategy": "channel"}}}, "ignore": ["lm_head"])")
                .unquantised,
            std::vector<std::string>{"lm_head"});
}

TEST(ModelConfig, reads_quantisation_as_published_files_describe_it) {
  const Quantization gptq = quantization_of(
      R"("batch_size": 1, "bits": 4, "block_name_to_quantize": null, "cache_block_outputs": true, "damp_percent": 0.01,
         "dataset": null, "desc_act": false, "exllama_config": {"version": 1}, "group_size": 128,
         "max_input_length": null, "model_seqlen": null, "modules_in_block_to_quantize": null, "pad_token_id": null,
         "quant_method": "gptq", "sym": true, "tokenizer": null, "true_sequential": true, "use_cuda_fp16": false)");
  EXPECT_EQ(gptq.packed_type(), StoredType::gptq_4);  // Qwen2.5-…-GPTQ-Int4
  EXPECT_EQ(gptq.group, 128U);
  const Quantization newer = quantization_of(
      R"("bits": 8, "checkpoint_format": "gptq", "desc_act": true, "dynamic": null, "group_size": 32, "lm_head": false,
         "meta": {"damp_percent": 0.1, "quantizer": ["gptqmodel:2.0.0"]}, "pack_dtype": "int32", "quant_method": "gptq",
         "sym": true, "true_sequential": true)");
  EXPECT_TRUE(newer.act_order && newer.zeros_less_one);
  const Quantization awq = quantization_of(
      R"("bits": 4, "group_size": 128, "modules_to_not_convert": null, "quant_method": "awq", "version": "gemm",
         "zero_point": true)");
  EXPECT_EQ(awq.group, 128U);  // Qwen2.5-…-AWQ
  const Quantization blocks = quantization_of(
      R"("activation_scheme": "dynamic", "fmt": "e4m3", "quant_method": "fp8", "weight_block_size": [128, 128],
         "modules_to_not_convert": ["lm_head", "model.layers.0.input_layernorm"])");
  EXPECT_EQ(blocks.block_rows, 128U);  // DeepSeek-V3, Qwen3-…-FP8
  const Quantization channels = quantization_of(
      R"("config_groups": {"group_0": {"input_activations": {"dynamic": true, "num_bits": 8, "strategy": "token",
         "type": "float"}, "output_activations": null, "targets": ["Linear"], "weights": {"actorder": null,
         "block_structure": null, "dynamic": false, "group_size": null, "num_bits": 8, "observer": "minmax",
         "strategy": "channel", "symmetric": true, "type": "float"}}}, "format": "float-quantized",
         "ignore": ["lm_head"], "kv_cache_scheme": null, "quant_method": "compressed-tensors",
         "quantization_status": "compressed", "sparsity_config": {}, "transform_config": {})");
  EXPECT_EQ(channels.method, Quantization::Method::fp8);  // …-FP8-dynamic
  EXPECT_EQ(channels.block_cols, 0U);
}

TEST(ModelConfig, refuses_settings_of_quantisation_that_it_does_not_know) {
  EXPECT_EQ(quantization_error(R"("quant_method": "gptq")").details().item, "quantization_config.bits");
  EXPECT_EQ(quantization_error(R"("quant_method": "gptq", "bits": 4, "group_size": 0)").details().item,
            "quantization_config.group_size");
  EXPECT_EQ(quantization_error(R"("quant_method": "gptq", "bits": 4, "dynamic": {"+:.*": {"bits": 8}})").code(),
            "config_setting");
  EXPECT_EQ(quantization_error(R"("quant_method": "awq", "bits": 4, "zero_point": false)").details().item,
            "quantization_config.zero_point");
  EXPECT_EQ(quantization_error(R"("quant_method": "fp8", "weight_block_size": [128, 48])").details().item,
            "quantization_config.weight_block_size");
  EXPECT_EQ(quantization_error(R"("quant_method": "fp8", "kv_cache_scheme": {"num_bits": 8})").code(),
            "config_setting");
  EXPECT_EQ(quantization_error(R"("quant_method": "compressed-tensors", "format": "float-quantized", "config_groups":
      {"group_0": {"weights": {"num_bits": 4, "type": "float", "strategy": "tensor"}}})")
                .code(),
            "config_quantized");
}

TEST(ModelConfig, reads_every_spelling_of_the_activations) {
  EXPECT_EQ(testing::plan_of(parse(bert_with(R"("hidden_act": "relu")"))).feed_forward.activation, Activation::relu);
  EXPECT_EQ(testing::plan_of(parse(bert_with(R"("hidden_act": "gelu_new")"))).feed_forward.activation,
            Activation::gelu_tanh);
  EXPECT_EQ(testing::plan_of(parse(bert_with(R"("hidden_act": "gelu_pytorch_tanh")"))).feed_forward.activation,
            Activation::gelu_tanh);
  EXPECT_EQ(testing::plan_of(parse(bert_with(R"("hidden_act": "swish")"))).feed_forward.activation, Activation::silu);
}

}  // namespace
}  // namespace regard
