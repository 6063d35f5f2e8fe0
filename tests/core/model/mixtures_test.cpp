// SPDX-License-Identifier: Apache-2.0
// Mixtures of experts: configs as they were published, small checkpoints in every layout, damaged files, numbers nobody expects.
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

// Qwen/Qwen3-30B-A3B
constexpr const char* kQwen3 = R"({"architectures": ["Qwen3MoeForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "bos_token_id": 151643, "decoder_sparse_step": 1, "eos_token_id": 151645, "head_dim": 128,
  "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": 6144,
  "max_position_embeddings": 40960, "max_window_layers": 48, "mlp_only_layers": [], "model_type": "qwen3_moe",
  "moe_intermediate_size": 768, "norm_topk_prob": true, "num_attention_heads": 32, "num_experts": 128,
  "num_experts_per_tok": 8, "num_hidden_layers": 48, "num_key_value_heads": 4, "output_router_logits": false,
  "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 1000000.0, "router_aux_loss_coef": 0.001,
  "sliding_window": null, "tie_word_embeddings": false, "torch_dtype": "bfloat16", "use_cache": true,
  "use_sliding_window": false, "vocab_size": 151936})";

// Qwen/Qwen1.5-MoE-A2.7B
constexpr const char* kQwen2 = R"({"architectures": ["Qwen2MoeForCausalLM"], "attention_dropout": 0.0,
  "bos_token_id": 151643, "decoder_sparse_step": 1, "eos_token_id": 151643, "hidden_act": "silu", "hidden_size": 2048,
  "initializer_range": 0.02, "intermediate_size": 5632, "max_position_embeddings": 8192, "max_window_layers": 21,
  "model_type": "qwen2_moe", "moe_intermediate_size": 1408, "norm_topk_prob": false, "num_attention_heads": 16,
  "num_experts": 60, "num_experts_per_tok": 4, "num_hidden_layers": 24, "num_key_value_heads": 16,
  "output_router_logits": false, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "router_aux_loss_coef": 0.001,
  "shared_expert_intermediate_size": 5632, "sliding_window": 32768, "tie_word_embeddings": false,
  "torch_dtype": "bfloat16", "use_cache": true, "use_sliding_window": false, "vocab_size": 151936})";

// mistralai/Mixtral-8x7B-v0.1
constexpr const char* kMixtral = R"({"architectures": ["MixtralForCausalLM"], "attention_dropout": 0.0,
  "bos_token_id": 1, "eos_token_id": 2, "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02,
  "intermediate_size": 14336, "max_position_embeddings": 32768, "model_type": "mixtral", "num_attention_heads": 32,
  "num_experts_per_tok": 2, "num_hidden_layers": 32, "num_key_value_heads": 8, "num_local_experts": 8,
  "output_router_logits": false, "rms_norm_eps": 1e-05, "rope_theta": 1000000.0, "router_aux_loss_coef": 0.02,
  "sliding_window": null, "tie_word_embeddings": false, "torch_dtype": "bfloat16", "use_cache": true,
  "vocab_size": 32000})";

// allenai/OLMoE-1B-7B-0924
constexpr const char* kOlmoe = R"({"architectures": ["OlmoeForCausalLM"], "attention_bias": false,
  "attention_dropout": 0.0, "clip_qkv": null, "eos_token_id": 50279, "hidden_act": "silu", "hidden_size": 2048,
  "initializer_range": 0.02, "intermediate_size": 1024, "max_position_embeddings": 4096, "model_type": "olmoe",
  "norm_topk_prob": false, "num_attention_heads": 16, "num_experts": 64, "num_experts_per_tok": 8,
  "num_hidden_layers": 16, "num_key_value_heads": 16, "output_router_logits": false, "pad_token_id": 1,
  "rms_norm_eps": 1e-05, "rope_scaling": null, "rope_theta": 10000.0, "router_aux_loss_coef": 0.01,
  "tie_word_embeddings": false, "torch_dtype": "bfloat16", "use_cache": true, "vocab_size": 50304})";

struct PublishedSizes {
  const char* name;
  const char* config;
  std::size_t layers, heads, kv_heads, head_dim, width, context;
  Experts experts;
  QkNorm qk_norm;
  std::size_t parameters;  ///< as published
  double active;           ///< likewise, billions
};

class PublishedMixture : public ::testing::TestWithParam<PublishedSizes> {};

TEST_P(PublishedMixture, IsReadAsItIs) {
  const PublishedSizes& published = GetParam();
  const ModelConfig config = parse(published.config);
  EXPECT_EQ(config.layers, published.layers);
  EXPECT_EQ(config.heads(0), published.heads);
  EXPECT_EQ(config.context, published.context);
  EXPECT_TRUE(config.causal && config.has_lm_head && !config.tied_embeddings);
  for (const LayerPlan& plan : config.plans) {
    EXPECT_EQ(plan.attention.kv_heads, published.kv_heads);
    EXPECT_EQ(plan.attention.head_dim, published.head_dim);
    EXPECT_EQ(plan.attention.window.width, 0U);
    EXPECT_EQ(plan.attention.qk_norm, published.qk_norm);
    EXPECT_EQ(
        plan.feed_forward,
        (FeedForward{
            .width = published.width, .activation = Activation::silu, .gated = true, .experts = published.experts}));
  }
  EXPECT_NEAR(static_cast<double>(published.parameters - idle_parameters(config)) / 1e9, published.active, 0.06);
}

/// The same config with two layers, five experts and narrow matrices.
nlohmann::json narrowed(const char* published) {
  nlohmann::json config = nlohmann::json::parse(published);
  for (const auto& [key, value] :
       {std::pair("hidden_size", 12), std::pair("num_attention_heads", 6), std::pair("num_key_value_heads", 2),
        std::pair("num_hidden_layers", 2), std::pair("intermediate_size", 7), std::pair("vocab_size", 11),
        std::pair("num_experts_per_tok", 2)})
    config[key] = value;
  for (const auto& [key, value] : {std::pair("head_dim", 4), std::pair("moe_intermediate_size", 5),
                                   std::pair("shared_expert_intermediate_size", 3), std::pair("num_experts", 5),
                                   std::pair("num_local_experts", 5)})
    if (config.contains(key)) config[key] = value;
  return config;
}

void add_block(TinyCheckpoint& model, const std::string& name, const std::array<const char*, 3>& parts,
               std::size_t width) {
  model.add(name + parts[0] + ".weight", {width, 12});
  model.add(name + parts[1] + ".weight", {width, 12});
  model.add(name + parts[2] + ".weight", {12, width});
}

/// Random tensors under the names of the family. Layer 0 has no experts where config.mlp_only_layers says so.
TinyCheckpoint tiny_mixture(const nlohmann::json& config) {
  const std::string type = config["model_type"];
  const bool mixtral = type == "mixtral";
  const std::size_t head = config.value("head_dim", 2), queries = 6 * head, keys = 2 * head;
  const std::size_t width = config.value("moe_intermediate_size", 7);
  const bool first_is_dense = config.contains("mlp_only_layers") && !config["mlp_only_layers"].empty();
  constexpr std::array kUsual{"gate_proj", "up_proj", "down_proj"};
  constexpr std::array kOfMixtral{"w1", "w3", "w2"};
  TinyCheckpoint model;
  model.config = config.dump();
  model.add("model.embed_tokens.weight", {11, 12});
  for (const std::string layer : {"0", "1"}) {
    const std::string name = "model.layers." + layer + ".";
    model.add(name + "input_layernorm.weight", {12});
    model.add(name + "self_attn.q_proj.weight", {queries, 12});
    model.add(name + "self_attn.k_proj.weight", {keys, 12});
    model.add(name + "self_attn.v_proj.weight", {keys, 12});
    model.add(name + "self_attn.o_proj.weight", {12, queries});
    if (type == "qwen2_moe") {
      model.add(name + "self_attn.q_proj.bias", {queries});
      model.add(name + "self_attn.k_proj.bias", {keys});
      model.add(name + "self_attn.v_proj.bias", {keys});
    }
    if (type == "qwen3_moe" || type == "olmoe") {
      model.add(name + "self_attn.q_norm.weight", {type == "olmoe" ? queries : head});
      model.add(name + "self_attn.k_norm.weight", {type == "olmoe" ? keys : head});
    }
    model.add(name + "post_attention_layernorm.weight", {12});
    if (first_is_dense && layer == "0") {
      add_block(model, name + "mlp.", kUsual, 7);
      continue;
    }
    const std::string mixture = name + (mixtral ? "block_sparse_moe." : "mlp.");
    model.add(mixture + "gate.weight", {5, 12});
    for (std::size_t expert = 0; expert < 5; ++expert)
      add_block(model, mixture + "experts." + std::to_string(expert) + ".", mixtral ? kOfMixtral : kUsual, width);
    if (type != "qwen2_moe") continue;
    add_block(model, name + "mlp.shared_expert.", kUsual, 3);
    model.add(name + "mlp.shared_expert_gate.weight", {1, 12});
  }
  model.add("model.norm.weight", {12});
  model.add("lm_head.weight", {11, 12});
  return model;
}

Error error_of_opening_mixture(const TinyCheckpoint& model) {
  return error_of([&] { static_cast<void>(opened(model)); });
}

TEST_P(PublishedMixture, OpensWithNarrowRandomWeights) {
  const TinyCheckpoint tiny = tiny_mixture(narrowed(GetParam().config));
  const auto model = opened(tiny);
  std::size_t numbers = 0;
  for (const testing::FileTensor& tensor : tiny.tensors)
    numbers += tensor.bytes.size() / 4;
  EXPECT_EQ(model->parameters, numbers);
  for (const LayerWeights& layer : model->weights->layers) {
    EXPECT_EQ(layer.mixture.experts.size(), 5U);
    EXPECT_TRUE(layer.up.weight.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Models, PublishedMixture,
                         ::testing::Values(PublishedSizes{"Qwen3_30B_A3B",
                                                          kQwen3,
                                                          48,
                                                          32,
                                                          4,
                                                          128,
                                                          768,
                                                          40'960,
                                                          {.count = 128, .chosen = 8, .gates_sum_to_1 = true},
                                                          QkNorm::each_head,
                                                          30'532'122'624,
                                                          3.3},
                                           PublishedSizes{"Qwen15_MoE_A27B",
                                                          kQwen2,
                                                          24,
                                                          16,
                                                          16,
                                                          128,
                                                          1'408,
                                                          8'192,
                                                          {.count = 60, .chosen = 4, .shared_width = 5'632},
                                                          QkNorm::none,
                                                          14'315'784'192,
                                                          2.7},
                                           PublishedSizes{"Mixtral_8x7B",
                                                          kMixtral,
                                                          32,
                                                          32,
                                                          8,
                                                          128,
                                                          14'336,
                                                          32'768,
                                                          {.count = 8, .chosen = 2, .gates_sum_to_1 = true},
                                                          QkNorm::none,
                                                          46'702'792'704,
                                                          12.9},
                                           PublishedSizes{"OLMoE_1B_7B",
                                                          kOlmoe,
                                                          16,
                                                          16,
                                                          16,
                                                          128,
                                                          1'024,
                                                          4'096,
                                                          {.count = 64, .chosen = 8},
                                                          QkNorm::all_heads,
                                                          6'919'161'856,
                                                          1.3}),
                         [](const auto& instance) { return std::string(instance.param.name); });

std::vector<bool> mixtures_of(const ModelConfig& config) {
  std::vector<bool> layers;
  for (const LayerPlan& plan : config.plans)
    layers.push_back(plan.feed_forward.experts.has_value());
  return layers;
}

TEST(Mixtures, StandInEveryNthLayerThatIsNotListed) {
  nlohmann::json config = narrowed(kQwen3);
  config["num_hidden_layers"] = 6;
  config["decoder_sparse_step"] = 2;
  EXPECT_EQ(mixtures_of(parse(config.dump())), (std::vector<bool>{false, true, false, true, false, true}));
  config["mlp_only_layers"] = {3, 0};
  const ModelConfig read = parse(config.dump());
  EXPECT_EQ(mixtures_of(read), (std::vector<bool>{false, true, false, false, false, true}));
  EXPECT_EQ(read.plans[0].feed_forward.width, 7U);
  EXPECT_EQ(read.plans[1].feed_forward.width, 5U);
}

TEST(Mixtures, OpenWithADenseLayerBetween) {
  nlohmann::json config = narrowed(kQwen3);
  config["mlp_only_layers"] = {0};
  const auto model = opened(tiny_mixture(config));
  EXPECT_FALSE(model->weights->layers[0].up.weight.empty());
  EXPECT_TRUE(model->weights->layers[0].mixture.experts.empty());
  EXPECT_EQ(model->weights->layers[1].mixture.experts.size(), 5U);
}

TEST(Mixtures, AreRefusedWithoutOneOfTheirTensors) {
  for (const char* name :
       {"model.layers.1.mlp.experts.3.up_proj.weight", "model.layers.0.mlp.gate.weight",
        "model.layers.1.mlp.shared_expert.down_proj.weight", "model.layers.1.mlp.shared_expert_gate.weight"}) {
    TinyCheckpoint tiny = tiny_mixture(narrowed(kQwen2));
    tiny.remove(name);
    const Error error = error_of_opening_mixture(tiny);
    EXPECT_EQ(error.code(), "tensor_missing");
    EXPECT_EQ(error.details().item, name);
  }
}

TEST(Mixtures, AreRefusedWithAnExpertOfAnotherSizeOrOneTooMany) {
  const std::string name = "model.layers.1.block_sparse_moe.experts.";
  TinyCheckpoint tiny = tiny_mixture(narrowed(kMixtral));
  std::swap(tiny.at(name + "4.w2.weight").shape[0], tiny.at(name + "4.w2.weight").shape[1]);
  EXPECT_EQ(error_of_opening_mixture(tiny).code(), "tensor_shape");
  EXPECT_EQ(error_of_opening_mixture(tiny).details().item, name + "4.w2.weight");
  tiny = tiny_mixture(narrowed(kMixtral));
  tiny.add(name + "5.w2.weight", {12, 7});
  EXPECT_EQ(error_of_opening_mixture(tiny).code(), "tensor_unknown");
  EXPECT_EQ(error_of_opening_mixture(tiny).details().item, name + "5.w2.weight");
}

/// One tensor for gates and ups, one for downs, each [5, …].
TinyCheckpoint glued_mixture(const std::vector<std::size_t>& inner) {
  TinyCheckpoint tiny = tiny_mixture(narrowed(kOlmoe));
  std::erase_if(tiny.tensors, [](const auto& tensor) { return tensor.name.find(".experts.") != std::string::npos; });
  for (const std::string layer : {"0", "1"}) {
    tiny.add("model.layers." + layer + ".mlp.experts.gate_up_proj", inner);
    tiny.add("model.layers." + layer + ".mlp.experts.down_proj", {5, 12, 7});
  }
  return tiny;
}

TEST(Mixtures, OfNewerFilesAreViewsOfOneTensor) {
  const auto model = opened(glued_mixture({5, 14, 12}));
  const MixtureWeights& mixture = model->weights->layers[1].mixture;
  ASSERT_EQ(mixture.experts.size(), 5U);
  EXPECT_EQ(mixture.experts[0].up.weight.data - mixture.experts[0].gate.weight.data, 7 * 12 * 4);
  EXPECT_EQ(mixture.experts[3].gate.weight.data - mixture.experts[0].gate.weight.data, 3 * 14 * 12 * 4);
  EXPECT_EQ(mixture.experts[3].down.weight.data - mixture.experts[0].down.weight.data, 3 * 12 * 7 * 4);
  EXPECT_EQ(mixture.experts[3].down.weight.shape, (std::vector<std::size_t>{12, 7}));
  const Error error = error_of_opening_mixture(glued_mixture({5, 12, 14}));
  EXPECT_EQ(error.code(), "tensor_shape");
  EXPECT_EQ(error.details().expected, "[5, 14, 12]");
}

TEST(Mixtures, OfNumbersNobodyExpectsAreRefusedByTheirKey) {
  const auto item_with = [](const char* published, const char* key, const nlohmann::json& value) {
    nlohmann::json config = narrowed(published);
    config[key] = value;
    return error_in(config.dump()).details().item;
  };
  for (const char* key : {"num_experts", "num_experts_per_tok", "moe_intermediate_size",
                          "shared_expert_intermediate_size", "decoder_sparse_step"})
    for (const nlohmann::json& value :
         {nlohmann::json(0), nlohmann::json(std::uint64_t{1} << 60), nlohmann::json(-1), nlohmann::json(1.5)})
      EXPECT_EQ(item_with(kQwen2, key, value), key) << value;
  EXPECT_EQ(item_with(kMixtral, "num_local_experts", std::uint64_t{1} << 60), "num_local_experts");
  EXPECT_EQ(item_with(kMixtral, "num_experts_per_tok", 6), "num_experts_per_tok");  // of five
  nlohmann::json silent = narrowed(kOlmoe);
  silent.erase("num_experts_per_tok");  // the class takes 8
  EXPECT_EQ(error_in(silent.dump()).details().item, "num_experts_per_tok");
  EXPECT_EQ(item_with(kQwen3, "mlp_only_layers", {-1}), "mlp_only_layers");
  EXPECT_EQ(item_with(kQwen3, "mlp_only_layers", "1"), "mlp_only_layers");
}

TEST(Mixtures, OfQwen3SayInEitherWordHowManyExpertsThereAre) {
  nlohmann::json config = narrowed(kQwen3);
  const auto count = [](const nlohmann::json& from) {
    return parse_model_config(from.dump(), "config.json").plans.back().feed_forward.experts->count;
  };
  const std::size_t before = count(config);
  config["num_local_experts"] = config["num_experts"];
  EXPECT_EQ(error_in(config.dump()).details().item, "num_experts") << "said twice";
  config.erase("num_experts");
  EXPECT_EQ(count(config), before);
}

TEST(Mixtures, AreRefusedWithSettingsThatNobodyReads) {
  const auto item_with = [](const char* published, const char* key, const nlohmann::json& value) {
    nlohmann::json config = narrowed(published);
    config[key] = value;
    return error_in(config.dump()).details().item;
  };
  EXPECT_EQ(item_with(kOlmoe, "clip_qkv", 8.0), "clip_qkv");
  EXPECT_EQ(item_with(kQwen3, "use_sliding_window", true), "use_sliding_window");
  EXPECT_EQ(item_with(kQwen3, "scoring_func", "sigmoid"), "scoring_func");
  EXPECT_EQ(item_with(kQwen3, "routed_scaling_factor", 2.5), "routed_scaling_factor");
  EXPECT_EQ(item_with(kQwen3, "n_group", 4), "n_group");
  EXPECT_EQ(item_with(kQwen3, "first_k_dense_replace", 1), "first_k_dense_replace");
  EXPECT_EQ(item_with(kMixtral, "shared_expert_intermediate_size", 64), "shared_expert_intermediate_size");
  EXPECT_EQ(item_with(kQwen3, "use_qk_norm", false), "use_qk_norm");
  EXPECT_EQ(item_with(kQwen3, "qkv_bias", true), "qkv_bias");
}

TEST(Mixtures, OpenWithSettingsOfTrainingAndOfOtherWriters) {
  nlohmann::json config = narrowed(kQwen3);  // as Qwen3-Coder-30B-A3B-Instruct has them
  config["router_aux_loss_coef"] = 0.5;
  config["router_jitter_noise"] = 0.1;
  config["shared_expert_intermediate_size"] = 0;
  config["use_qk_norm"] = true;
  config["qkv_bias"] = false;
  EXPECT_EQ(parse(config.dump()).plans.front().feed_forward.experts->shared_width, 0U);
}

}  // namespace
}  // namespace regard
