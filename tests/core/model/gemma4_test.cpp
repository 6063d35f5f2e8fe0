// SPDX-License-Identifier: Apache-2.0
// config.json of Gemma 4 and files that contradict themselves. The numbers are those of google/gemma-4-31B-it, -E2B-it and -26B-A4B-it
// as other open readers of these files quote them; lists of layer types are written by their rule, which is every sixth or fifth.
#include "core/base/error.h"
#include "core/model/config.h"
#include "tests/core/base/expect_error.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

using nlohmann::json;
using testing::error_of;

json types_of(std::size_t layers, std::size_t every) {
  json types = json::array();
  for (std::size_t layer = 0; layer < layers; ++layer)
    types.push_back((layer + 1) % every == 0 ? "full_attention" : "sliding_attention");
  return types;
}

json whole(json text) {
  text["rope_parameters"] = json::parse(R"({"full_attention": {"partial_rotary_factor": 0.25, "rope_theta": 1000000.0,
    "rope_type": "proportional"}, "sliding_attention": {"rope_theta": 10000.0, "rope_type": "default"}})");
  const json usual = json::parse(R"({"attention_bias": false, "attention_dropout": 0.0, "dtype": "bfloat16",
    "final_logit_softcapping": 30.0, "global_head_dim": 512, "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh",
    "model_type": "gemma4_text", "rms_norm_eps": 1e-06, "tie_word_embeddings": true, "use_cache": true,
    "use_bidirectional_attention": null, "vocab_size": 262144, "vocab_size_per_layer_input": 262144})");
  for (const auto& [key, value] : usual.items())
    text[key] = value;
  return {{"architectures", {"Gemma4ForConditionalGeneration"}},
          {"model_type", "gemma4"},
          {"tie_word_embeddings", true},
          {"text_config", std::move(text)},
          {"vision_config", {{"model_type", "gemma4_vision"}, {"hidden_size", 768}}}};
}

json dense_31b() {
  return whole({{"attention_k_eq_v", true},
                {"enable_moe_block", false},
                {"hidden_size", 5376},
                {"hidden_size_per_layer_input", 0},
                {"intermediate_size", 21504},
                {"layer_types", types_of(60, 6)},
                {"max_position_embeddings", 262144},
                {"moe_intermediate_size", nullptr},
                {"num_attention_heads", 32},
                {"num_experts", nullptr},
                {"num_global_key_value_heads", 4},
                {"num_hidden_layers", 60},
                {"num_key_value_heads", 16},
                {"num_kv_shared_layers", 0},
                {"sliding_window", 1024},
                {"top_k_experts", nullptr},
                {"use_double_wide_mlp", false}});
}

json small_e2b() {
  return whole({{"attention_k_eq_v", false},
                {"hidden_size", 1536},
                {"hidden_size_per_layer_input", 256},
                {"intermediate_size", 6144},
                {"layer_types", types_of(35, 5)},
                {"max_position_embeddings", 131072},
                {"num_attention_heads", 8},
                {"num_global_key_value_heads", nullptr},
                {"num_hidden_layers", 35},
                {"num_key_value_heads", 1},
                {"num_kv_shared_layers", 20},
                {"sliding_window", 512},
                {"use_double_wide_mlp", true}});
}

json mixture_26b() {
  return whole({{"attention_k_eq_v", true},
                {"enable_moe_block", true},
                {"hidden_size", 2816},
                {"hidden_size_per_layer_input", nullptr},
                {"intermediate_size", 2112},
                {"layer_types", types_of(30, 6)},
                {"max_position_embeddings", 262144},
                {"moe_intermediate_size", 704},
                {"num_attention_heads", 16},
                {"num_experts", 128},
                {"num_global_key_value_heads", 2},
                {"num_hidden_layers", 30},
                {"num_key_value_heads", 8},
                {"num_kv_shared_layers", 0},
                {"sliding_window", 1024},
                {"top_k_experts", 8},
                {"use_double_wide_mlp", false}});
}

ModelConfig config_of(const json& document) {
  return parse_model_config(document.dump(), "config.json");
}

TEST(Gemma4, OfTheLargestSizeHasTwoKindsOfLayers) {
  const ModelConfig config = config_of(dense_31b());
  EXPECT_EQ(config.architecture, "Gemma4ForConditionalGeneration");
  EXPECT_TRUE(config.has_lm_head);
  EXPECT_EQ(config.layers, 60U);
  EXPECT_EQ(config.logit_cap, 30.0F);
  EXPECT_EQ(config.context, 262'144U);
  const LayerPlan &near = config.plans[0], &far = config.plans[5];
  EXPECT_EQ(near.attention.window.width, 1024U);
  EXPECT_EQ(near.attention.head_dim, 256U);
  EXPECT_EQ(near.attention.kv_heads, 16U);
  EXPECT_EQ(near.attention.scale, 1.0F);
  EXPECT_FALSE(near.attention.values_are_keys);
  EXPECT_TRUE(near.attention.value_norm);
  EXPECT_EQ(std::get<Rotary>(near.positions), (Rotary{.rope = {.base = 1e4F}, .width = 256}));
  EXPECT_EQ(far.attention.window.width, 0U);
  EXPECT_EQ(far.attention.head_dim, 512U);
  EXPECT_EQ(far.attention.kv_heads, 4U);
  EXPECT_TRUE(far.attention.values_are_keys);
  EXPECT_EQ(std::get<Rotary>(far.positions), (Rotary{.rope = {.base = 1e6F, .turned = 64}, .width = 512}));
  EXPECT_EQ(far.norms, NormPlace::both);
  EXPECT_EQ(far.token_row, 0U);
  EXPECT_FALSE(layers_alike(config));
}

TEST(Gemma4, OfTheSmallSizesSharesKeysAndBringsARowForEachToken) {
  const ModelConfig config = config_of(small_e2b());
  EXPECT_FALSE(config.plans[14].attention.keys_of);
  EXPECT_EQ(config.plans[14].feed_forward.width, 6144U);
  for (std::size_t layer = 15; layer < 35; ++layer) {
    EXPECT_EQ(config.plans[layer].attention.keys_of, layer % 5 == 4 ? 14U : 13U);
    EXPECT_EQ(config.plans[layer].feed_forward.width, 2U * 6144U);
  }
  EXPECT_EQ(config.plans[20].token_row, 256U);
  EXPECT_EQ(config.token_rows, 262'144U);
  EXPECT_EQ(config.plans[4].attention.kv_heads, 1U);
}

TEST(Gemma4, WithExpertsHasThemBesideADenseBlock) {
  const ModelConfig config = config_of(mixture_26b());
  const FeedForward& block = config.plans[3].feed_forward;
  EXPECT_EQ(block.width, 704U);
  EXPECT_EQ(block.experts, (Experts{.count = 128,
                                    .chosen = 8,
                                    .gates_sum_to_1 = true,
                                    .shared_width = 2112,
                                    .shared_is_gated = false,
                                    .has_gate_factors = true,
                                    .own_norms = true}));
  EXPECT_EQ(config.plans[5].attention.kv_heads, 2U);
}

TEST(Gemma4, WithoutSettingsIsWhatItsClassTakes) {
  const ModelConfig config = config_of({{"architectures", {"Gemma4ForCausalLM"}}, {"model_type", "gemma4_text"}});
  EXPECT_EQ(config.layers, 30U);
  EXPECT_EQ(config.hidden, 2304U);
  EXPECT_EQ(config.plans[0].attention.window.width, 512U);
  EXPECT_EQ(config.plans[5].attention.window.width, 0U);
  EXPECT_EQ(std::get<Rotary>(config.plans[5].positions).rope.turned, std::size_t{64});
  EXPECT_EQ(config.plans[0].token_row, 256U);
}

std::string refused_item(json document, const char* key, const json& value) {
  document["text_config"][key] = value;
  const Error error = error_of([&] { (void)config_of(document); });
  return error.details().item;
}

TEST(Gemma4, ASettingThatIsNotUnderstoodIsRefusedByName) {
  EXPECT_EQ(refused_item(dense_31b(), "use_bidirectional_attention", "all"), "text_config.use_bidirectional_attention");
  EXPECT_EQ(refused_item(dense_31b(), "per_layer_config", {{"0", {{"head_dim", 64}}}}), "per_layer_config");
  EXPECT_EQ(refused_item(dense_31b(), "num_kv_shared_layers", 60), "text_config.num_kv_shared_layers");
  EXPECT_EQ(refused_item(small_e2b(), "num_kv_shared_layers", 34), "text_config.num_kv_shared_layers")
      << "no layer that sees everything is left to share keys with";
  EXPECT_EQ(refused_item(small_e2b(), "vocab_size_per_layer_input", 1000), "text_config.vocab_size_per_layer_input");
  EXPECT_EQ(refused_item(mixture_26b(), "top_k_experts", 129), "text_config.top_k_experts");
  EXPECT_EQ(
      refused_item(dense_31b(), "rope_parameters",
                   {{"full_attention", {{"rope_type", "yarn"}}}, {"sliding_attention", {{"rope_type", "default"}}}}),
      "text_config.rope_parameters.full_attention.rope_type");
  EXPECT_EQ(refused_item(dense_31b(), "rope_parameters",
                         {{"full_attention", {{"rope_type", "default"}, {"partial_rotary_factor", 0.25}}},
                          {"sliding_attention", {{"rope_type", "default"}}}}),
            "rope_parameters.full_attention.partial_rotary_factor");
  EXPECT_EQ(refused_item(dense_31b(), "rope_parameters", {{"full_attention", {{"rope_type", "default"}}}}),
            "text_config.rope_parameters.sliding_attention");
}

TEST(Gemma4, ItsSettingsAreRefusedInFamiliesThatDoNotReadThem) {
  const json gemma3 = {{"architectures", {"Gemma3ForCausalLM"}},
                       {"model_type", "gemma3_text"},
                       {"hidden_size", 64},
                       {"num_attention_heads", 4},
                       {"num_hidden_layers", 2},
                       {"intermediate_size", 30},
                       {"vocab_size", 11}};
  EXPECT_NO_THROW((void)config_of(gemma3));
  const json settings = {{"attention_k_eq_v", true},
                         {"global_head_dim", 512},
                         {"num_kv_shared_layers", 1},
                         {"hidden_size_per_layer_input", 8},
                         {"enable_moe_block", true}};
  for (const auto& [key, value] : settings.items()) {
    json other = gemma3;
    other[key] = value;
    EXPECT_EQ(error_of([&] { (void)config_of(other); }).details().item, key);
  }
}

}  // namespace
}  // namespace regard
