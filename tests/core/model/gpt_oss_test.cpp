// SPDX-License-Identifier: Apache-2.0
// gpt-oss: the config as it was published, both layouts of experts, damaged files. Its numbers: reference_test.cpp.
#include "core/base/mxfp4.h"
#include "core/engine/linear.h"
#include "core/format/mxfp4.h"
#include "core/model/model.h"
#include "core/model/weights.h"
#include "tests/core/model/parse_config.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

using testing::error_in;
using testing::error_of;
using testing::opened;
using testing::parse;
using testing::TinyCheckpoint;

// openai/gpt-oss-20b
constexpr const char* kGptOss =
    R"({"architectures": ["GptOssForCausalLM"], "attention_bias": true, "attention_dropout": 0.0,
  "eos_token_id": 200002, "experts_per_token": 4, "head_dim": 64, "hidden_act": "silu", "hidden_size": 2880,
  "initial_context_length": 4096, "initializer_range": 0.02, "intermediate_size": 2880, "layer_types": [
  "sliding_attention", "full_attention", "sliding_attention", "full_attention", "sliding_attention", "full_attention",
  "sliding_attention", "full_attention", "sliding_attention", "full_attention", "sliding_attention", "full_attention",
  "sliding_attention", "full_attention", "sliding_attention", "full_attention", "sliding_attention", "full_attention",
  "sliding_attention", "full_attention", "sliding_attention", "full_attention", "sliding_attention", "full_attention"],
  "max_position_embeddings": 131072, "model_type": "gpt_oss", "num_attention_heads": 64, "num_experts_per_tok": 4,
  "num_hidden_layers": 24, "num_key_value_heads": 8, "num_local_experts": 32, "output_router_logits": false,
  "pad_token_id": 199999, "quantization_config": {"modules_to_not_convert": ["model.layers.*.self_attn",
  "model.layers.*.mlp.router", "model.embed_tokens", "lm_head"], "quant_method": "mxfp4"}, "rms_norm_eps": 1e-05,
  "rope_scaling": {"beta_fast": 32.0, "beta_slow": 1.0, "factor": 32.0, "original_max_position_embeddings": 4096,
  "rope_type": "yarn", "truncate": false}, "rope_theta": 150000, "router_aux_loss_coef": 0.9, "sliding_window": 128,
  "swiglu_limit": 7.0, "tie_word_embeddings": false, "transformers_version": "4.55.0.dev0", "use_cache": true,
  "vocab_size": 201088})";

TEST(GptOss, IsReadAsItWasPublished) {
  const ModelConfig config = parse(kGptOss);
  EXPECT_EQ(config.layers, 24U);
  EXPECT_EQ(config.heads(0), 64U);
  EXPECT_EQ(config.context, 131'072U);
  EXPECT_TRUE(config.causal && config.has_lm_head && !config.tied_embeddings);
  EXPECT_EQ(config.norm_epsilon, 1e-5F);
  for (std::size_t layer = 0; layer < 24; ++layer) {
    const LayerPlan& plan = config.plans[layer];
    EXPECT_EQ(plan.attention.window.width, layer % 2 == 0 ? 128U : 0U);
    EXPECT_EQ(plan.attention.kv_heads, 8U);
    EXPECT_EQ(plan.attention.head_dim, 64U);
    EXPECT_TRUE(plan.attention.sink && plan.attention.bias && plan.attention.output_bias);
    EXPECT_EQ(plan.feed_forward, (FeedForward{.width = 2'880,
                                              .activation = Activation::silu,
                                              .gated = true,
                                              .clamped = ClampedGate{1.702F, 7.0F},
                                              .bias = true,
                                              .experts = Experts{.count = 32, .chosen = 4, .gates_sum_to_1 = true}}));
    const auto& rope = std::get<Rotary>(plan.positions).rope;
    EXPECT_EQ(rope.scaling, RopeConfig::Scaling::yarn);
    EXPECT_FALSE(rope.truncate);
    EXPECT_EQ(rope.base, 150'000.0F);
    EXPECT_EQ(rope.original_context, 4'096.0F);
    EXPECT_NEAR(rope.attention_factor, 0.1F * std::log(32.0F) + 1.0F, 1e-6F);
  }
  EXPECT_EQ(idle_parameters(config), std::size_t{24} * 28 * (3 * 2'880 * 2'880 + 3 * 2'880));
}

TEST(GptOss, ThatIsSilentIsWhatItsClassTakes) {
  const ModelConfig config = parse(R"({"architectures": ["GptOssForCausalLM"], "hidden_size": 2880, "vocab_size": 9,
      "num_hidden_layers": 3, "num_attention_heads": 64, "intermediate_size": 2880})");
  EXPECT_EQ(config.plans[0].attention.window.width, 128U);
  EXPECT_EQ(config.plans[1].attention.window.width, 0U);
  EXPECT_EQ(config.plans[2].attention.window.width, 128U);
  EXPECT_EQ(config.plans[0].feed_forward.experts, (Experts{.count = 128, .chosen = 4, .gates_sum_to_1 = true}));
  const auto& rope = std::get<Rotary>(config.plans[0].positions).rope;
  EXPECT_EQ(rope.scaling, RopeConfig::Scaling::yarn);
  EXPECT_EQ(rope.factor, 32.0F);
  EXPECT_FALSE(rope.truncate);
}

/// The published config with two layers, five experts and narrow matrices.
nlohmann::json narrow(bool quantised) {
  nlohmann::json config = nlohmann::json::parse(kGptOss);
  for (const auto& [key, value] :
       {std::pair("hidden_size", 32), std::pair("num_attention_heads", 6), std::pair("num_key_value_heads", 2),
        std::pair("num_hidden_layers", 2), std::pair("intermediate_size", 32), std::pair("vocab_size", 11),
        std::pair("head_dim", 4), std::pair("num_local_experts", 5), std::pair("num_experts_per_tok", 2),
        std::pair("experts_per_token", 2)})
    config[key] = value;
  config["layer_types"] = {"full_attention", "sliding_attention"};
  if (!quantised) config.erase("quantization_config");
  return config;
}

TinyCheckpoint tiny(bool quantised) {
  TinyCheckpoint model;
  model.config = narrow(quantised).dump();
  model.add("model.embed_tokens.weight", {11, 32});
  const auto linear = [&](const std::string& name, std::size_t out, std::size_t in) {
    model.add(name + ".weight", {out, in});
    model.add(name + ".bias", {out});
  };
  const auto experts = [&](const std::string& name, std::size_t out, std::size_t in) {
    model.add(name + "_bias", {5, out});
    if (!quantised) return model.add(name, {5, in, out});
    std::string halves(5 * out * in / 2, '\0');
    for (std::size_t at = 0; at < halves.size(); ++at)
      halves[at] = static_cast<char>(at * 7 + at / 31);
    model.tensors.push_back({name + "_blocks", "U8", {5, out, in / 32, 16}, halves});
    model.tensors.push_back({name + "_scales", "U8", {5, out, in / 32}, std::string(5 * out * in / 32, '\x7E')});
  };
  for (const std::string layer : {"0", "1"}) {
    const std::string name = "model.layers." + layer + ".";
    model.add(name + "input_layernorm.weight", {32});
    linear(name + "self_attn.q_proj", 24, 32);
    linear(name + "self_attn.k_proj", 8, 32);
    linear(name + "self_attn.v_proj", 8, 32);
    linear(name + "self_attn.o_proj", 32, 24);
    model.add(name + "self_attn.sinks", {6});
    model.add(name + "post_attention_layernorm.weight", {32});
    linear(name + "mlp.router", 5, 32);
    experts(name + "mlp.experts.gate_up_proj", 64, 32);
    experts(name + "mlp.experts.down_proj", 32, 32);
  }
  model.add("model.norm.weight", {32});
  model.add("lm_head.weight", {11, 32});
  return model;
}

Error error_of_folder(const TinyCheckpoint& model) {
  return error_of([&] { static_cast<void>(opened(model)); });
}

TEST(GptOss, OpensInBothLayoutsAndCountsItsNumbers) {
  for (const bool quantised : {false, true}) {
    TinyCheckpoint checkpoint = tiny(quantised);
    if (quantised) checkpoint.shrink("BF16");
    const auto model = opened(checkpoint);
    const auto plain = opened(tiny(false));
    EXPECT_EQ(model->parameters, plain->parameters);
    const LayerWeights& layer = model->weights->layers[1];
    EXPECT_EQ(layer.sinks.size(), 6U);
    ASSERT_EQ(layer.mixture.experts.size(), 5U);
    const Linear& inner = layer.mixture.experts[3].gate_and_up;
    EXPECT_EQ(inner.weight.dtype, quantised ? DType::mxfp4 : DType::f32);
    EXPECT_EQ(inner.weight.shape, (std::vector<std::size_t>{64, 32}));
    EXPECT_EQ(inner.bias.size(), 64U);
    EXPECT_EQ(model->stored_as, quantised ? "MXFP4" : "F32");
    EXPECT_EQ(layer.mixture.router.bias.size(), 5U);
  }
}

TEST(GptOss, KeepsExpertsOfFourBitsWhereTheyLie) {
  const auto model = opened(tiny(true));
  const auto& experts = model->weights->layers[0].mixture.experts;
  EXPECT_EQ(experts[3].gate_and_up.weight.data - experts[0].gate_and_up.weight.data, 3 * 64 * 16);
  EXPECT_EQ(experts[3].gate_and_up.weight.scales - experts[0].gate_and_up.weight.scales, 3 * 64);
  std::vector<float> row(32);
  copy_weights_of(experts[2].gate_and_up, 5, row);
  const std::size_t first = (2 * 64 + 5) * 16;  // byte of the file; scale 2^−1
  for (std::size_t column = 0; column < 32; ++column) {
    const std::size_t at = first + column / 2;
    const unsigned byte = static_cast<unsigned char>(at * 7 + at / 31);
    EXPECT_EQ(row[column], 0.5F * kE2M1[column % 2 == 0 ? byte & 15U : byte >> 4]) << column;
  }
}

TEST(GptOss, IsRefusedWithoutOneOfItsTensors) {
  for (const std::string name :
       {"model.layers.1.self_attn.sinks", "model.layers.0.mlp.router.bias", "model.layers.1.mlp.experts.down_proj_bias",
        "model.layers.1.mlp.experts.gate_up_proj_scales", "model.layers.0.mlp.experts.down_proj_scales"}) {
    TinyCheckpoint model = tiny(true);
    model.remove(name);
    EXPECT_EQ(error_of_folder(model).code(), "tensor_missing");
    EXPECT_EQ(error_of_folder(model).details().item, name);
  }
}

TEST(GptOss, IsRefusedWithTensorsOfAnotherShapeOrKind) {
  const std::string experts = "model.layers.1.mlp.experts.";
  const auto code_with = [&](const std::string& name, std::vector<std::size_t> shape, const std::string& type = "U8") {
    TinyCheckpoint model = tiny(true);
    model.at(name).shape = std::move(shape);
    model.at(name).type = type;
    const Error error = error_of_folder(model);
    EXPECT_EQ(error.details().item, name);
    return error.code();
  };
  EXPECT_EQ(code_with(experts + "down_proj_blocks", {5, 32, 16, 1}), "tensor_shape");
  EXPECT_EQ(code_with(experts + "down_proj_scales", {5, 1, 32}), "tensor_shape");
  EXPECT_EQ(code_with(experts + "down_proj_scales", {5, 32, 1}, "I8"), "tensor_dtype");
  EXPECT_EQ(code_with(experts + "gate_up_proj_blocks", {5, 64, 1, 16}, "F8_E4M3"), "tensor_dtype");
  EXPECT_EQ(code_with("model.layers.0.self_attn.sinks", {3, 2}, "F32"), "tensor_shape");
}

TEST(GptOss, OfWidthsThatAreNoWholeBlocksIsRefused) {
  TinyCheckpoint model = tiny(true);
  nlohmann::json config = narrow(true);
  config["intermediate_size"] = 24;
  model.config = config.dump();
  model.at("model.layers.0.mlp.experts.gate_up_proj_blocks").shape = {5, 48, 1, 16};
  model.at("model.layers.0.mlp.experts.gate_up_proj_blocks").bytes.resize(5 * 48 * 16);
  model.at("model.layers.0.mlp.experts.gate_up_proj_scales").shape = {5, 48, 1};
  model.at("model.layers.0.mlp.experts.gate_up_proj_scales").bytes.resize(5 * 48);
  model.at("model.layers.0.mlp.experts.gate_up_proj_bias").shape = {5, 48};
  model.at("model.layers.0.mlp.experts.gate_up_proj_bias").bytes.resize(5 * 48 * 4);
  const Error error = error_of_folder(model);
  EXPECT_EQ(error.code(), "tensor_shape");
  EXPECT_EQ(error.details().item, "model.layers.0.mlp.experts.down_proj_blocks");
}

TEST(GptOss, OfSettingsNobodyExpectsIsRefusedByTheirKey) {
  const auto item_with = [](const char* key, const nlohmann::json& value) {
    nlohmann::json config = narrow(false);
    config[key] = value;
    return error_in(config.dump()).details().item;
  };
  EXPECT_EQ(item_with("hidden_act", "gelu"), "hidden_act");
  EXPECT_EQ(item_with("experts_per_token", 3), "experts_per_token");
  EXPECT_EQ(item_with("num_experts_per_tok", 6), "num_experts_per_tok");
  EXPECT_EQ(item_with("layer_types", {"full_attention", "chunked_attention"}), "layer_types");
  EXPECT_EQ(item_with("layer_types", {"full_attention"}), "layer_types");
  EXPECT_EQ(item_with("sliding_window", nullptr), "sliding_window");
  EXPECT_EQ(item_with("swiglu_limit", 0), "swiglu_limit");
  EXPECT_EQ(item_with("swiglu_alpha", -1), "swiglu_alpha");
  nlohmann::json config = narrow(false);
  config["quantization_config"] = {{"quant_method", "hqq"}};
  EXPECT_EQ(error_in(config.dump()).code(), "config_quantized");
}

TEST(Mxfp4, OfSafetensorsIsJoinedToBlocksWithTheSameNumbers) {
  std::vector<std::byte> numbers(2 * kMxfp4Halves), scales{std::byte{0x7F}, std::byte{0x80}};
  for (std::size_t at = 0; at < numbers.size(); ++at)
    numbers[at] = static_cast<std::byte>(at * 37 + 11);
  std::vector<std::byte> blocks(2 * (kMxfp4Halves + 1));
  join_mxfp4(numbers, scales, blocks);
  for (std::size_t block = 0; block < 2; ++block) {
    const std::byte* joined = blocks.data() + block * 17;
    EXPECT_EQ(joined[0], scales[block]);
    for (std::size_t number = 0; number < kMxfp4Numbers; ++number) {
      const auto half = [](std::byte byte, bool high) { return high ? byte >> 4 : byte & std::byte{0x0F}; };
      EXPECT_EQ(half(joined[1 + number % 16], number >= 16), half(numbers[block * 16 + number / 2], number % 2 == 1))
          << block << ", " << number;
    }
  }
}

TEST(Mxfp4, HasPowersOfTwoForScales) {
  EXPECT_EQ(e8m0(127), 1.0F);
  EXPECT_EQ(e8m0(0), std::ldexp(1.0F, -127));
  EXPECT_EQ(e8m0(1), std::ldexp(1.0F, -126));
  EXPECT_EQ(e8m0(254), std::ldexp(1.0F, 127));
  EXPECT_TRUE(std::isnan(e8m0(255)));
}

}  // namespace
}  // namespace regard
