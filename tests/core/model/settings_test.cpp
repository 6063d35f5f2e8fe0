// SPDX-License-Identifier: Apache-2.0
// Keys of config.json that change numbers: read, or refused; null as the library means it; the newest forms of RoPE's settings.
#include "core/model/config.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/model/parse_config.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace regard {
namespace {

using testing::error_in;
using testing::parse;
using Scaling = RopeConfig::Scaling;
using Windows = std::vector<std::size_t>;

/// A small config of a decoder: 4 layers, 8 heads of 8.
std::string decoder(const std::string& architecture, const std::string& keys) {
  return R"({"architectures": [")" + architecture +
         R"("], "hidden_size": 64, "num_hidden_layers": 4, "num_attention_heads": 8, "num_key_value_heads": 8,
        "intermediate_size": 172, "vocab_size": 512, "max_position_embeddings": 2048)" +
         (keys.empty() ? "" : ", ") + keys + "}";
}

std::string bert(const std::string& keys) {
  return R"({"architectures": ["BertModel"], "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3,
        "intermediate_size": 48, "vocab_size": 100, "max_position_embeddings": 64, )" +
         keys + "}";
}

struct Foreign {
  const char* architecture;
  const char* key;
  const char* value;
  const char* neutral;
};

class ForeignSetting : public ::testing::TestWithParam<Foreign> {};

/// A setting of another model is refused by its name, and harmless where it has the value that changes nothing.
TEST_P(ForeignSetting, IsRefusedUnlessItChangesNothing) {
  const auto& [architecture, key, value, neutral] = GetParam();
  const auto with = [&foreign = GetParam()](const std::string& told) {
    return decoder(foreign.architecture, "\"" + std::string(foreign.key) + "\": " + told);
  };
  const Error error = error_in(with(value));
  EXPECT_EQ(error.code(), "config_setting") << key;
  EXPECT_EQ(error.details().item, key);
  EXPECT_FALSE(error.details().found.empty());
  EXPECT_NO_THROW(static_cast<void>(parse(with(neutral)))) << key;
  EXPECT_NO_THROW(static_cast<void>(parse(with("null")))) << key;
}

INSTANTIATE_TEST_SUITE_P(
    Settings, ForeignSetting,
    ::testing::Values(Foreign{"Gemma3TextModel", "use_bidirectional_attention", "true", "false"},
                      Foreign{"LlamaForCausalLM", "use_bidirectional_attention", "true", "false"},
                      Foreign{"Qwen2Model", "is_causal", "false", "true"},
                      Foreign{"LlamaForCausalLM", "layer_types",
                              R"(["full_attention", "sliding_attention", "full_attention", "full_attention"])",
                              R"(["full_attention", "full_attention", "full_attention", "full_attention"])"},
                      Foreign{"LlamaForCausalLM", "attn_logit_softcapping", "50.0", "null"},
                      Foreign{"GemmaForCausalLM", "final_logit_softcapping", "30.0", "null"},
                      Foreign{"LlamaForCausalLM", "num_local_experts", "8", "0"},
                      Foreign{"Qwen3ForCausalLM", "num_experts", "128", "0"},
                      Foreign{"LlamaForCausalLM", "partial_rotary_factor", "0.5", "1.0"},
                      Foreign{"MistralForCausalLM", "partial_rotary_factor", "0.5", "1"},
                      Foreign{"Qwen3ForCausalLM", "partial_rotary_factor", "0.25", "1.0"},
                      Foreign{"LlamaForCausalLM", "sliding_window", "4096", "null"},
                      Foreign{"LlamaForCausalLM", "residual_multiplier", "0.22", "1.0"},
                      Foreign{"LlamaForCausalLM", "attention_multiplier", "0.015625", "null"},
                      Foreign{"LlamaForCausalLM", "logits_scaling", "8", "1.0"},
                      Foreign{"LlamaForCausalLM", "rope_interleaved", "true", "false"},
                      Foreign{"MistralForCausalLM", "mlp_bias", "true", "false"},
                      Foreign{"Phi3ForCausalLM", "attention_bias", "true", "false"},
                      Foreign{"LlamaForCausalLM", "pruned_heads", R"({"1": [2]})", "{}"},
                      Foreign{"GPTNeoXForCausalLM", "alibi", "true", "false"},
                      Foreign{"LlamaForCausalLM", "no_rope_layers", "[1, 1, 1, 0]", "[1, 1, 1, 1]"}),
    [](const auto& instance) { return std::string(instance.param.architecture) + "_" + instance.param.key; });

TEST(Settings, of_another_model_are_refused_within_ropes_object_too) {
  const auto with = [&](const std::string& rope) {
    return decoder("LlamaForCausalLM", R"("rope_parameters": )" + rope);
  };
  const Error share = error_in(with(R"({"rope_type": "default", "partial_rotary_factor": 0.5})"));
  EXPECT_EQ(share.code(), "config_setting");
  EXPECT_EQ(share.details().item, "rope_parameters.partial_rotary_factor");
  EXPECT_NO_THROW(static_cast<void>(parse(with(R"({"rope_type": "default", "partial_rotary_factor": 1.0})"))));
  EXPECT_EQ(error_in(with(R"({"rope_type": "dynamic", "factor": 2, "alpha": 1000})")).details().item,
            "rope_parameters.alpha");
  EXPECT_EQ(error_in(bert(R"("rope_scaling": {"type": "linear", "factor": 2})")).details().item, "rope_scaling");
  EXPECT_EQ(error_in(bert(R"("is_causal": true)")).details().item, "is_causal");
  EXPECT_NO_THROW(static_cast<void>(parse(bert(R"("is_causal": false, "use_bidirectional_attention": true)"))));
}

TEST(Settings, of_mistral_give_every_layer_the_window_or_none) {
  const std::string mixed =
      R"("sliding_window": 16, "layer_types": ["sliding_attention", "full_attention", "sliding_attention", "full_attention"])";
  EXPECT_EQ(error_in(decoder("MistralForCausalLM", mixed)).details().item, "layer_types");
  const std::string alike =
      R"("sliding_window": 16, "layer_types": ["sliding_attention", "sliding_attention", "sliding_attention", "sliding_attention"])";
  EXPECT_EQ(testing::windows_of(parse(decoder("MistralForCausalLM", alike))), (Windows{16, 16, 16, 16}));
}

TEST(Settings, that_a_qwen_does_not_use_are_no_harm) {
  EXPECT_EQ(testing::windows_of(
                parse(decoder("Qwen2ForCausalLM", R"("sliding_window": 131072, "use_sliding_window": false)"))),
            (Windows{0, 0, 0, 0}));
  EXPECT_EQ(error_in(decoder("Qwen2ForCausalLM",
                             R"("use_sliding_window": false, "layer_types": ["sliding_attention", "full_attention",
                                "full_attention", "full_attention"])"))
                .details()
                .item,
            "layer_types");
}

TEST(Settings, of_t5_must_not_contradict_its_feed_forward) {
  const auto with = [](const std::string& keys) {
    return R"({"architectures": ["T5ForConditionalGeneration"], "feed_forward_proj": "gated-gelu")" + keys + "}";
  };
  EXPECT_TRUE(
      testing::plan_of(parse(with(R"(, "is_gated_act": true, "dense_act_fn": "gelu_new")"))).feed_forward.gated);
  EXPECT_EQ(error_in(with(R"(, "is_gated_act": false)")).details().item, "is_gated_act");
  EXPECT_EQ(error_in(with(R"(, "dense_act_fn": "relu")")).details().item, "dense_act_fn");
}

// -- null

/// Where the library's default for a missing key and its meaning of null differ, both are followed.
TEST(Null, is_a_value_and_no_missing_key) {
  const auto mistral = [](const std::string& keys) { return parse(decoder("MistralForCausalLM", keys)); };
  EXPECT_EQ(testing::windows_of(mistral("")), (Windows{4096, 4096, 4096, 4096}));
  EXPECT_EQ(testing::windows_of(mistral(R"("sliding_window": null)")), (Windows{0, 0, 0, 0}));

  const std::string no_heads = R"({"architectures": ["MistralForCausalLM"], "hidden_size": 64, "num_hidden_layers": 1,
      "num_attention_heads": 16, "intermediate_size": 7, "vocab_size": 9)";
  EXPECT_EQ(parse(no_heads + "}").kv_heads(0), 8U) << "the class's own number";
  EXPECT_EQ(parse(no_heads + R"(, "num_key_value_heads": null})").kv_heads(0), 16U) << "as many as query heads";

  const auto gemma2 = [](const std::string& keys) { return parse(decoder("Gemma2ForCausalLM", keys)); };
  EXPECT_EQ(testing::plan_of(gemma2("")).attention.cap, 50.0F);
  EXPECT_EQ(gemma2("").logit_cap, 30.0F);
  EXPECT_EQ(
      testing::plan_of(gemma2(R"("attn_logit_softcapping": null, "final_logit_softcapping": null)")).attention.cap,
      0.0F);
  EXPECT_EQ(gemma2(R"("final_logit_softcapping": null)").logit_cap, 0.0F);
  EXPECT_EQ(parse(decoder("Gemma3ForCausalLM", "")).logit_cap, 0.0F);

  EXPECT_EQ(parse(decoder("Qwen3ForCausalLM", "")).head_dim(0), 128U);
  EXPECT_EQ(error_in(decoder("Qwen3ForCausalLM", R"("head_dim": null)")).details().item, "head_dim");
  EXPECT_EQ(parse(decoder("LlamaForCausalLM", R"("head_dim": null)")).head_dim(0), 8U);
  EXPECT_FLOAT_EQ(parse(decoder("Phi3ForCausalLM", "")).norm_epsilon, 1e-5F);
  EXPECT_TRUE(parse(decoder("SmolLM3ForCausalLM", "")).tied_embeddings);
  EXPECT_EQ(testing::rotary_of(parse(decoder("SmolLM3ForCausalLM", ""))).rope.base, 2e6F);
}

TEST(Null, is_false_under_a_flag) {
  EXPECT_FALSE(parse(bert(R"("tie_word_embeddings": null)")).tied_embeddings);
  const std::string gpt2 = R"({"architectures": ["GPT2LMHeadModel"], "n_embd": 48, "n_layer": 1)";
  EXPECT_EQ(testing::scales_of(parse(gpt2 + R"(, "scale_attn_weights": null})")), std::vector<float>(1, 1.0F));
  EXPECT_EQ(testing::plan_of(parse(gpt2 + R"(, "n_inner": null})")).feed_forward.width, 192U);
}

TEST(Null, is_refused_where_the_library_fails_over_it) {
  for (const char* key : {"rms_norm_eps", "rope_theta", "hidden_act", "max_position_embeddings", "vocab_size"}) {
    const Error error = error_in(decoder("LlamaForCausalLM", "\"" + std::string(key) + "\": null"));
    EXPECT_EQ(error.code(), "config_value") << key;
    EXPECT_EQ(error.details().item, key);
    EXPECT_EQ(error.details().found, "null");
  }
  EXPECT_EQ(error_in(bert(R"("position_embedding_type": null)")).details().item, "position_embedding_type");
  EXPECT_EQ(error_in(decoder("Gemma2ForCausalLM", R"("query_pre_attn_scalar": null)")).details().item,
            "query_pre_attn_scalar");
}

// -- RoPE

TEST(RopeParameters, hold_the_share_that_is_turned) {
  const auto neox = [](const std::string& keys) { return parse(decoder("GPTNeoXForCausalLM", keys)); };
  EXPECT_EQ(testing::rotary_of(neox(R"("rotary_pct": 0.5)")).width, 4U);
  EXPECT_EQ(
      testing::rotary_of(
          neox(R"("rope_parameters": {"rope_type": "default", "rope_theta": 500.0, "partial_rotary_factor": 0.5})"))
          .width,
      4U);
  EXPECT_EQ(
      testing::rotary_of(neox(R"("rope_parameters": {"rope_theta": 500.0, "partial_rotary_factor": 0.5})")).rope.base,
      500.0F);
  EXPECT_EQ(testing::rotary_of(neox("")).width, 2U) << "a quarter";
  EXPECT_EQ(testing::rotary_of(neox(R"("rotary_emb_base": 77)")).rope.base, 77.0F);
  const auto phi3 = [](const std::string& keys) { return parse(decoder("Phi3ForCausalLM", keys)); };
  EXPECT_EQ(
      testing::rotary_of(phi3(R"("rope_parameters": {"rope_type": "default", "partial_rotary_factor": 0.75})")).width,
      6U);
  EXPECT_EQ(testing::rotary_of(phi3("")).width, 8U);
  const ModelConfig stretched = phi3(R"("max_position_embeddings": 8192, "rope_parameters": {"rope_type": "longrope",
      "rope_theta": 10000.0, "partial_rotary_factor": 0.75, "original_max_position_embeddings": 4096,
      "short_factor": [1, 1.5, 2], "long_factor": [1, 2, 4]})");
  EXPECT_EQ(testing::rotary_of(stretched).rope.long_factors, (std::vector<float>{1, 2, 4}))
      << "three pairs are turned, not four";
  EXPECT_FLOAT_EQ(testing::rotary_of(stretched).rope.attention_factor,
                  std::sqrt(1.0F + std::log(2.0F) / std::log(4096.0F)));
  EXPECT_EQ(
      error_in(decoder("GPTNeoXForCausalLM", R"("rope_parameters": {"partial_rotary_factor": 0.1})")).details().item,
      "rope_parameters.partial_rotary_factor");
  EXPECT_EQ(
      error_in(decoder("GPTNeoXForCausalLM", R"("rotary_pct": 0.5, "partial_rotary_factor": 0.25)")).details().item,
      "partial_rotary_factor");
}

TEST(RopeParameters, may_be_told_for_each_type_of_layer) {
  const ModelConfig gemma3 = parse(decoder("Gemma3ForCausalLM", R"("head_dim": 16, "sliding_window": 8,
      "layer_types": ["sliding_attention", "full_attention", "sliding_attention", "full_attention"],
      "rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 2000000.0},
                          "sliding_attention": {"rope_type": "default", "rope_theta": 5000.0}})"));
  EXPECT_EQ(testing::far_rotary_of(gemma3).rope.base, 2e6F);
  EXPECT_EQ(testing::far_rotary_of(gemma3).rope.scaling, Scaling::linear);
  EXPECT_EQ(testing::local_rotary_of(gemma3).rope.base, 5000.0F);
  EXPECT_EQ(testing::local_rotary_of(gemma3).rope.scaling, Scaling::none);
  const ModelConfig silent = parse(decoder("Gemma3ForCausalLM", R"("head_dim": 16, "sliding_window": 8,
      "layer_types": ["sliding_attention", "full_attention", "sliding_attention", "full_attention"],
      "rope_parameters": {"full_attention": {"rope_type": "default"}, "sliding_attention": {"rope_type": "default"}})"));
  EXPECT_EQ(testing::far_rotary_of(silent).rope.base, 1e6F);
  EXPECT_EQ(testing::local_rotary_of(silent).rope.base, 1e4F);
  // A family whose layers are all of one type reads that one.
  const std::string both = R"(, "rope_parameters": {"full_attention": {"rope_theta": 3000.0},
      "sliding_attention": {"rope_theta": 4000.0}})";
  EXPECT_EQ(testing::rotary_of(parse(decoder("MistralForCausalLM", R"("sliding_window": null)" + both))).rope.base,
            3000.0F);
  EXPECT_EQ(testing::rotary_of(parse(decoder("MistralForCausalLM", R"("sliding_window": 16)" + both))).rope.base,
            4000.0F);
  EXPECT_EQ(error_in(decoder("LlamaForCausalLM", R"("rope_parameters": {"chunked_attention": {"rope_theta": 4.0}})"))
                .details()
                .item,
            "rope_parameters.full_attention");
  EXPECT_EQ(error_in(decoder("LlamaForCausalLM", R"("rope_parameters": {"full_attention": {"rope_type": "spiral"}})"))
                .details()
                .item,
            "rope_parameters.full_attention.rope_type");
}

TEST(RopeParameters, of_a_file_with_both_forms_are_those_of_the_older_one) {
  const ModelConfig config = parse(decoder("LlamaForCausalLM", R"("rope_theta": 7000.0,
      "rope_scaling": {"rope_type": "linear", "factor": 2.0}, "rope_parameters": {"rope_type": "linear", "factor": 4.0})"));
  EXPECT_EQ(testing::rotary_of(config).rope.factor, 2.0F);
  EXPECT_EQ(testing::rotary_of(config).rope.base, 7000.0F);
  EXPECT_EQ(testing::rotary_of(
                parse(decoder("LlamaForCausalLM", R"("rope_scaling": {}, "rope_parameters": {"rope_theta": 9000.0})")))
                .rope.base,
            9000.0F);
}

TEST(RopeParameters, hold_null_where_the_library_computes) {
  const ModelConfig yarn = parse(decoder("LlamaForCausalLM", R"("rope_scaling": {"rope_type": "yarn", "factor": 4.0,
      "attention_factor": null, "beta_fast": null, "original_max_position_embeddings": 1024})"));
  EXPECT_FLOAT_EQ(testing::rotary_of(yarn).rope.attention_factor, 0.1F * std::log(4.0F) + 1.0F);
  EXPECT_EQ(testing::rotary_of(yarn).rope.beta_fast, 32.0F);
}

// -- numbers that JSON has no words for

TEST(ConfigNumbers, NanAndInfinityAreReadAsPythonWritesThem) {
  EXPECT_NO_THROW(static_cast<void>(
      parse(decoder("LlamaForCausalLM", R"("router_jitter_noise": NaN, "max_length": Infinity, "min": -Infinity)"))));
  const Error error = error_in(decoder("LlamaForCausalLM", R"("rms_norm_eps": NaN)"));
  EXPECT_EQ(error.code(), "config_value");
  EXPECT_EQ(error.details().found, "NaN");
  EXPECT_EQ(error_in(decoder("LlamaForCausalLM", R"("rope_theta": -Infinity)")).details().found, "-Infinity");
  EXPECT_EQ(parse(decoder("LlamaForCausalLM", R"("note": "NaN, Infinity and \"NaN\"", "a": NaN)")).layers, 4U)
      << "within texts they are texts";
  const Error syntax = error_in("{\"a\": NaN, \"b\": [Infinity,\n  nonsense]}");
  EXPECT_EQ(syntax.code(), "json_syntax");
  EXPECT_EQ(syntax.details().item.substr(0, 2), "2:") << "the place in the file as it is";
}

}  // namespace
}  // namespace regard
