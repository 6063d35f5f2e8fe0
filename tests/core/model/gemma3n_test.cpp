// SPDX-License-Identifier: Apache-2.0
// config.json of Gemma 3n. The numbers are those of google/gemma-3n-E4B-it and -E2B-it as other open readers of these files quote them;
// lists by layer are written by their rule.
#include "core/base/error.h"
#include "core/model/config.h"
#include "tests/core/base/expect_error.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

using nlohmann::json;
using testing::error_of;

json whole_3n(std::size_t layers, std::size_t width, std::size_t shared) {
  json text = json::parse(R"({"altup_active_idx": 0, "altup_coef_clip": 120.0, "altup_correct_scale": true,
    "altup_lr_multiplier": 1.0, "altup_num_inputs": 4, "attention_bias": false, "attention_dropout": 0.0,
    "final_logit_softcapping": 30.0, "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 2048,
    "hidden_size_per_layer_input": 256, "initializer_range": 0.02, "laurel_rank": 64,
    "max_position_embeddings": 32768, "model_type": "gemma3n_text", "num_attention_heads": 8,
    "num_key_value_heads": 2, "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06, "rope_local_base_freq": 10000.0,
    "rope_scaling": null, "rope_theta": 1000000.0, "sliding_window": 512, "torch_dtype": "bfloat16",
    "use_cache": true, "vocab_size": 262400, "vocab_size_per_layer_input": 262144})");
  text["num_hidden_layers"] = layers;
  text["num_kv_shared_layers"] = shared;
  text["intermediate_size"] = std::vector<std::size_t>(layers, width);
  for (std::size_t layer = 0; layer < layers; ++layer) {
    text["activation_sparsity_pattern"].push_back(layer < 10 ? 0.95 : 0.0);
    text["layer_types"].push_back((layer + 1) % 5 == 0 ? "full_attention" : "sliding_attention");
  }
  return {{"architectures", {"Gemma3nForConditionalGeneration"}},
          {"model_type", "gemma3n"},
          {"audio_config", {{"model_type", "gemma3n_audio"}, {"hidden_size", 1536}}},
          {"vision_config", {{"model_type", "gemma3n_vision"}, {"hidden_size", 2048}}},
          {"vision_soft_tokens_per_image", 256},
          {"hidden_size", 2048},
          {"text_config", std::move(text)}};
}

json e4b() {
  return whole_3n(35, 16'384, 15);
}
json e2b() {
  return whole_3n(30, 8'192, 10);
}

ModelConfig config_3n(const json& document) {
  return parse_model_config(document.dump(), "config.json");
}

TEST(Gemma3nConfig, of_e4b_is_read_as_it_is) {
  const ModelConfig config = config_3n(e4b());
  EXPECT_EQ(config.architecture, "Gemma3nForConditionalGeneration");
  EXPECT_TRUE(config.has_lm_head);
  EXPECT_TRUE(config.tied_embeddings);
  EXPECT_EQ(config.layers, 35U);
  EXPECT_EQ(config.logit_cap, 30.0F);
  EXPECT_EQ(config.vocabulary, 262'400U);
  EXPECT_EQ(config.token_rows, 262'144U);
  EXPECT_EQ(config.streams, (Streams{.count = 4, .scaled_rows = true, .largest_correction = 120.0F}));
  const LayerPlan &near = config.plans[0], &far = config.plans[4];
  EXPECT_EQ(near.attention.window.width, 512U);
  EXPECT_EQ(near.attention.heads, 8U);
  EXPECT_EQ(near.attention.kv_heads, 2U);
  EXPECT_EQ(near.attention.scale, 1.0F);
  EXPECT_EQ(near.attention.cap, 0.0F);
  EXPECT_EQ(near.attention.qk_norm, QkNorm::each_head);
  EXPECT_TRUE(near.attention.value_norm);
  EXPECT_EQ(std::get<Rotary>(near.positions), (Rotary{.rope = {.base = 1e4F}, .width = 256}));
  EXPECT_EQ(far.attention.window.width, 0U);
  EXPECT_EQ(std::get<Rotary>(far.positions), (Rotary{.rope = {.base = 1e6F}, .width = 256}));
  EXPECT_EQ(near.norms, NormPlace::both);
  EXPECT_EQ(near.side_rank, 64U);
  EXPECT_EQ(near.token_row, 256U);
  EXPECT_FLOAT_EQ(near.feed_forward.cutoff.value(), 1.6448534F);
  EXPECT_FALSE(config.plans[10].feed_forward.cutoff);
  EXPECT_EQ(far.feed_forward.width, 16'384U);
}

TEST(Gemma3nConfig, of_both_sizes_shares_keys_in_its_last_layers) {
  const ModelConfig large = config_3n(e4b()), small = config_3n(e2b());
  for (const auto& [config, near, far] :
       {std::tuple(&large, std::size_t{18}, std::size_t{19}), std::tuple(&small, std::size_t{18}, std::size_t{19})}) {
    EXPECT_FALSE(config->plans[19].attention.keys_of);
    for (std::size_t layer = 20; layer < config->layers; ++layer)
      EXPECT_EQ(config->plans[layer].attention.keys_of, layer % 5 == 4 ? far : near);
  }
  EXPECT_EQ(small.plans[29].feed_forward.width, 8'192U);
}

TEST(Gemma3nConfig, without_settings_is_what_its_class_takes) {
  const ModelConfig config = config_3n({{"architectures", {"Gemma3nForCausalLM"}}, {"model_type", "gemma3n_text"}});
  json text = e4b()["text_config"];
  text["architectures"] = {"Gemma3nForCausalLM"};
  const ModelConfig told = config_3n(text);
  EXPECT_EQ(config.layers, told.layers);
  EXPECT_EQ(config.streams, told.streams);
  EXPECT_EQ(config.logit_cap, told.logit_cap);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    EXPECT_EQ(config.plans[layer].feed_forward, told.plans[layer].feed_forward) << layer;
    EXPECT_EQ(config.plans[layer].attention.window, told.plans[layer].attention.window) << layer;
    EXPECT_EQ(config.plans[layer].attention.keys_of, told.plans[layer].attention.keys_of) << layer;
    EXPECT_EQ(std::get<Rotary>(config.plans[layer].positions), std::get<Rotary>(told.plans[layer].positions)) << layer;
  }
}

TEST(Gemma3nConfig, in_the_newer_words_turns_alike) {
  json text = e4b()["text_config"];
  for (const char* key : {"rope_theta", "rope_local_base_freq", "rope_scaling"})
    text.erase(key);
  text["rope_parameters"] = json::parse(R"({"full_attention": {"rope_theta": 1000000.0, "rope_type": "default"},
    "sliding_attention": {"rope_theta": 10000.0, "rope_type": "default"}})");
  const ModelConfig config = config_3n(text);
  EXPECT_EQ(std::get<Rotary>(config.plans[3].positions).rope.base, 1e4F);
  EXPECT_EQ(std::get<Rotary>(config.plans[4].positions).rope.base, 1e6F);
}

TEST(Gemma3nConfig, with_widths_of_its_own_for_each_layer_keeps_them) {
  json document = e2b();
  document["text_config"]["intermediate_size"][7] = 5'120;
  const ModelConfig config = config_3n(document);
  EXPECT_EQ(config.plans[7].feed_forward.width, 5'120U);
  EXPECT_EQ(config.plans[8].feed_forward.width, 8'192U);
}

TEST(Gemma3nConfig, a_setting_that_is_not_understood_is_refused_by_name) {
  const auto refused = [](const char* key, const json& value) {
    json document = e2b();
    document["text_config"][key] = value;
    return error_of([&] { (void)config_3n(document); }).details().item;
  };
  EXPECT_EQ(refused("altup_active_idx", 2), "text_config.altup_active_idx");
  EXPECT_EQ(refused("altup_num_inputs", 1'000'000'000), "text_config.altup_num_inputs");
  EXPECT_EQ(refused("activation_sparsity_pattern", {0.5, 0.5}), "text_config.activation_sparsity_pattern");
  EXPECT_EQ(refused("layer_types", {"full_attention"}), "text_config.layer_types");
  EXPECT_EQ(refused("num_kv_shared_layers", 29), "text_config.num_kv_shared_layers")
      << "no layer that sees everything is left to share keys with";
  EXPECT_EQ(refused("attn_logit_softcapping", 50.0), "attn_logit_softcapping");
  EXPECT_EQ(refused("num_experts", 8), "num_experts");
  EXPECT_EQ(refused("use_bidirectional_attention", true), "use_bidirectional_attention");
}

TEST(Gemma3nConfig, its_settings_are_refused_in_families_that_do_not_read_them) {
  const json gemma3 = {{"architectures", {"Gemma3ForCausalLM"}},
                       {"model_type", "gemma3_text"},
                       {"hidden_size", 64},
                       {"num_attention_heads", 4},
                       {"num_hidden_layers", 2},
                       {"intermediate_size", 30},
                       {"vocab_size", 11}};
  EXPECT_NO_THROW((void)config_3n(gemma3));
  const json settings = {{"altup_num_inputs", 4}, {"laurel_rank", 64}, {"activation_sparsity_pattern", {0.95, 0.0}}};
  for (const auto& [key, value] : settings.items()) {
    json other = gemma3;
    other[key] = value;
    EXPECT_EQ(error_of([&] { (void)config_3n(other); }).details().item, key);
  }
}

}  // namespace
}  // namespace regard
