// SPDX-License-Identifier: Apache-2.0
// config.json files as their authors published them (the keys that matter to any reader), by the names people ask for.
#include "core/base/error.h"
#include "core/model/config.h"
#include "core/model/family.h"
#include "core/model/model.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

using testing::TemporaryFolder;

// HuggingFaceTB/SmolLM-135M
constexpr const char* kSmolLm = R"({"architectures": ["LlamaForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "bos_token_id": 0, "eos_token_id": 0, "hidden_act": "silu", "hidden_size": 576,
  "initializer_range": 0.02, "intermediate_size": 1536, "max_position_embeddings": 2048, "mlp_bias": false,
  "model_type": "llama", "num_attention_heads": 9, "num_hidden_layers": 30, "num_key_value_heads": 3,
  "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_scaling": null, "rope_theta": 10000.0,
  "tie_word_embeddings": true, "torch_dtype": "float32", "use_cache": true, "vocab_size": 49152})";

// HuggingFaceTB/SmolLM2-135M
constexpr const char* kSmolLm2 = R"({"architectures": ["LlamaForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "bos_token_id": 0, "eos_token_id": 0, "hidden_act": "silu", "hidden_size": 576,
  "initializer_range": 0.041666666666666664, "intermediate_size": 1536, "is_llama_config": true,
  "max_position_embeddings": 8192, "model_type": "llama", "num_attention_heads": 9, "num_hidden_layers": 30,
  "num_key_value_heads": 3, "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_interleaved": false,
  "rope_scaling": null, "rope_theta": 100000, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
  "use_cache": true, "vocab_size": 49152})";

// TinyLlama/TinyLlama-1.1B-Chat-v1.0
constexpr const char* kTinyLlama = R"({"architectures": ["LlamaForCausalLM"], "attention_bias": false,
  "bos_token_id": 1, "eos_token_id": 2, "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02,
  "intermediate_size": 5632, "max_position_embeddings": 2048, "model_type": "llama", "num_attention_heads": 32,
  "num_hidden_layers": 22, "num_key_value_heads": 4, "pretraining_tp": 1, "rms_norm_eps": 1e-05,
  "rope_scaling": null, "rope_theta": 10000.0, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
  "use_cache": true, "vocab_size": 32000})";

struct Published {
  const char* name;
  const char* config;
  std::size_t layers, heads, kv_heads, hidden, context;
  bool tied;
};

class PublishedConfig : public ::testing::TestWithParam<Published> {};

TEST_P(PublishedConfig, IsReadAsItIs) {
  const Published& published = GetParam();
  const ModelConfig config = parse_model_config(published.config, published.name);
  EXPECT_EQ(config.layers, published.layers);
  EXPECT_EQ(config.heads(0), published.heads);
  EXPECT_EQ(config.kv_heads(0), published.kv_heads);
  EXPECT_EQ(config.hidden, published.hidden);
  EXPECT_EQ(config.context, published.context);
  EXPECT_EQ(config.tied_embeddings, published.tied);
  EXPECT_EQ(config.head_dim(0), 64U);
  EXPECT_TRUE(config.causal);
}

/// The same config with two layers and narrow matrices, and random tensors under the names of the family.
TEST_P(PublishedConfig, OpensWithNarrowRandomWeights) {
  nlohmann::json config = nlohmann::json::parse(GetParam().config);
  const std::size_t heads = config["num_attention_heads"], kv_heads = config["num_key_value_heads"];
  config["hidden_size"] = 4 * heads;
  config["intermediate_size"] = 7;
  config["num_hidden_layers"] = 2;
  config["vocab_size"] = 11;
  testing::TinyCheckpoint model;
  model.config = config.dump();
  const std::size_t hidden = 4 * heads;
  model.add("model.embed_tokens.weight", {11, hidden});
  for (const std::string name : {"model.layers.0.", "model.layers.1."}) {
    model.add(name + "input_layernorm.weight", {hidden});
    model.add(name + "self_attn.q_proj.weight", {hidden, hidden});
    model.add(name + "self_attn.k_proj.weight", {4 * kv_heads, hidden});
    model.add(name + "self_attn.v_proj.weight", {4 * kv_heads, hidden});
    model.add(name + "self_attn.o_proj.weight", {hidden, hidden});
    model.add(name + "post_attention_layernorm.weight", {hidden});
    model.add(name + "mlp.gate_proj.weight", {7, hidden});
    model.add(name + "mlp.up_proj.weight", {7, hidden});
    model.add(name + "mlp.down_proj.weight", {hidden, 7});
  }
  model.add("model.norm.weight", {hidden});
  if (!GetParam().tied) model.add("lm_head.weight", {11, hidden});
  const TemporaryFolder folder;
  model.write_to(folder / GetParam().name);
  const auto opened = load_model(folder / GetParam().name);
  EXPECT_EQ(opened->name, GetParam().name);
  EXPECT_EQ(opened->config.heads(0), heads);
  EXPECT_EQ(opened->config.kv_heads(0), kv_heads);
}

INSTANTIATE_TEST_SUITE_P(Models, PublishedConfig,
                         ::testing::Values(Published{"SmolLM-135M", kSmolLm, 30, 9, 3, 576, 2048, true},
                                           Published{"SmolLM2-135M", kSmolLm2, 30, 9, 3, 576, 8192, true},
                                           Published{"TinyLlama-1.1B-Chat-v1.0", kTinyLlama, 22, 32, 4, 2048, 2048,
                                                     false}),
                         [](const auto& instance) {
                           std::string name = instance.param.name;
                           std::erase_if(name, [](char letter) { return letter == '-' || letter == '.'; });
                           return name;
                         });

/// SmolLM3 leaves the rotation out of every fourth layer, or of those that the file lists.
TEST(PublishedConfigs, of_smollm3_say_which_layers_do_not_turn) {
  // HuggingFaceTB/SmolLM3-3B
  const std::string start = R"({"architectures": ["SmolLM3ForCausalLM"], "attention_bias": false, "hidden_act": "silu",
      "hidden_size": 2048, "intermediate_size": 11008, "max_position_embeddings": 65536, "mlp_bias": false,
      "model_type": "smollm3", "no_rope_layer_interval": 4, "num_attention_heads": 16, "num_hidden_layers": 8,
      "num_key_value_heads": 4, "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 5000000.0,
      "sliding_window": null, "tie_word_embeddings": true, "use_sliding_window": false, "vocab_size": 128256)";
  const auto unrotated = [&](const std::string& rest) {
    std::vector<bool> left;
    for (const LayerPlan& plan : parse_model_config(start + rest + "}", "config.json").plans)
      left.push_back(std::holds_alternative<NoPositions>(plan.positions));
    return left;
  };
  EXPECT_EQ(unrotated(""), (std::vector<bool>{false, false, false, true, false, false, false, true}));
  EXPECT_EQ(unrotated(R"(, "no_rope_layers": [1, 1, 0, 1, 1, 0, 1, 1])"),
            (std::vector<bool>{false, false, true, false, false, true, false, false}));
  EXPECT_THROW(static_cast<void>(unrotated(R"(, "no_rope_layers": [1, 0])")), Error);
}

TEST(PublishedConfigs, of_m2m100_and_nllb_are_read) {
  // facebook/nllb-200-distilled-600M
  const ModelConfig config = parse_model_config(
      R"({"architectures": ["M2M100ForConditionalGeneration"], "activation_function": "relu", "d_model": 1024,
          "decoder_attention_heads": 16, "decoder_ffn_dim": 4096, "decoder_layers": 12, "decoder_start_token_id": 2,
          "encoder_attention_heads": 16, "encoder_ffn_dim": 4096, "encoder_layers": 12, "is_encoder_decoder": true,
          "max_position_embeddings": 1024, "model_type": "m2m_100", "pad_token_id": 1, "scale_embedding": true,
          "vocab_size": 256206})",
      "config.json");
  EXPECT_TRUE(std::get<Sinusoids>(config.embedded_positions).fairseq && config.tied_embeddings);
  EXPECT_EQ(config.plans.front().norms, NormPlace::before);
  EXPECT_EQ(config.plans.front().feed_forward.activation, Activation::relu);
  EXPECT_EQ(config.embedding_scale, 32.0F);
  EXPECT_EQ(config.decoder_start, (std::vector<std::int32_t>{2}));
}

}  // namespace
}  // namespace regard
