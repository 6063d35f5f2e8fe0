// SPDX-License-Identifier: Apache-2.0
// ALBERT, MPNet, DeBERTa and ModernBERT: config.json files as their authors published them, and what their files hold. That their
// numbers are right is shown by tests/core/engine/reference_test.cpp.
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/model/config.h"
#include "core/model/disentangled.h"
#include "core/model/model.h"
#include "core/model/weights.h"
#include "core/trace/allowed_keys.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/engine/reference.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>

namespace regard {
namespace {

// answerdotai/ModernBERT-base
constexpr const char* kModernBertBase = R"({"architectures": ["ModernBertForMaskedLM"], "attention_bias": false,
  "attention_dropout": 0.0, "bos_token_id": 50281, "classifier_activation": "gelu", "classifier_bias": false,
  "classifier_dropout": 0.0, "classifier_pooling": "mean", "cls_token_id": 50281, "decoder_bias": true,
  "deterministic_flash_attn": false, "embedding_dropout": 0.0, "eos_token_id": 50282,
  "global_attn_every_n_layers": 3, "global_rope_theta": 160000.0, "gradient_checkpointing": false,
  "hidden_activation": "gelu", "hidden_size": 768, "initializer_cutoff_factor": 2.0, "initializer_range": 0.02,
  "intermediate_size": 1152, "layer_norm_eps": 1e-05, "local_attention": 128, "local_rope_theta": 10000.0,
  "max_position_embeddings": 8192, "mlp_bias": false, "mlp_dropout": 0.0, "model_type": "modernbert",
  "norm_bias": false, "norm_eps": 1e-05, "num_attention_heads": 12, "num_hidden_layers": 22, "pad_token_id": 50283,
  "position_embedding_type": "absolute", "sep_token_id": 50282, "tie_word_embeddings": true,
  "torch_dtype": "float32", "vocab_size": 50368})";

// microsoft/deberta-v3-base
constexpr const char* kDebertaV3Base = R"({"model_type": "deberta-v2", "attention_probs_dropout_prob": 0.1,
  "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "hidden_size": 768, "initializer_range": 0.02,
  "intermediate_size": 3072, "max_position_embeddings": 512, "relative_attention": true, "position_buckets": 256,
  "norm_rel_ebd": "layer_norm", "share_att_key": true, "pos_att_type": "p2c|c2p", "layer_norm_eps": 1e-7,
  "max_relative_positions": -1, "position_biased_input": false, "num_attention_heads": 12, "num_hidden_layers": 12,
  "type_vocab_size": 0, "vocab_size": 128100})";

// microsoft/deberta-base
constexpr const char* kDebertaBase = R"({"model_type": "deberta", "attention_probs_dropout_prob": 0.1,
  "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "hidden_size": 768, "initializer_range": 0.02,
  "intermediate_size": 3072, "max_position_embeddings": 512, "relative_attention": true, "pos_att_type": "c2p|p2c",
  "layer_norm_eps": 1e-7, "padding_idx": 0, "type_vocab_size": 0, "vocab_size": 50265, "num_attention_heads": 12,
  "num_hidden_layers": 12, "max_relative_positions": -1, "position_biased_input": false})";

// albert-base-v2
constexpr const char* kAlbertBase = R"({"architectures": ["AlbertForMaskedLM"], "attention_probs_dropout_prob": 0,
  "bos_token_id": 2, "classifier_dropout_prob": 0.1, "down_scale_factor": 1, "embedding_size": 128,
  "eos_token_id": 3, "gap_size": 0, "hidden_act": "gelu_new", "hidden_dropout_prob": 0, "hidden_size": 768,
  "initializer_range": 0.02, "inner_group_num": 1, "intermediate_size": 3072, "layer_norm_eps": 1e-12,
  "max_position_embeddings": 512, "model_type": "albert", "net_structure_type": 0, "num_attention_heads": 12,
  "num_hidden_groups": 1, "num_hidden_layers": 12, "num_memory_blocks": 0, "pad_token_id": 0,
  "type_vocab_size": 2, "vocab_size": 30000})";

// microsoft/mpnet-base
constexpr const char* kMpnetBase = R"({"architectures": ["MPNetForMaskedLM"], "attention_probs_dropout_prob": 0.1,
  "bos_token_id": 0, "eos_token_id": 2, "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "hidden_size": 768,
  "initializer_range": 0.02, "intermediate_size": 3072, "layer_norm_eps": 1e-05, "max_position_embeddings": 514,
  "model_type": "mpnet", "num_attention_heads": 12, "num_hidden_layers": 12, "pad_token_id": 1,
  "relative_attention_num_buckets": 32, "vocab_size": 30527})";

ModelConfig parsed(const std::string& json) {
  return parse_model_config(json, "config.json");
}

/// The published config with one setting changed.
std::string with(const char* config, const char* key, const char* value) {
  nlohmann::json changed = nlohmann::json::parse(config);
  changed[key] = nlohmann::json::parse(value);
  return changed.dump();
}

/// The item that the config is refused for; "" where it is not.
std::string refused(const std::string& json) {
  try {
    static_cast<void>(parsed(json));
    return "";
  } catch (const Error& error) {
    return error.details().item;
  }
}

TEST(LaterEncoders, modern_bert_sees_far_in_every_third_layer_and_64_tokens_to_either_side_in_the_others) {
  const ModelConfig config = parsed(kModernBertBase);
  EXPECT_EQ(config.layers, 22U);
  EXPECT_EQ(config.heads(0), 12U);
  EXPECT_EQ(config.context, 8192U);
  EXPECT_TRUE(config.has_lm_head && config.tied_embeddings && !config.causal && !config.norms_shift);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const LayerPlan& plan = config.plans[layer];
    const bool far = layer % 3 == 0;
    EXPECT_EQ(plan.attention.window.width, far ? 0U : 65U) << layer;
    EXPECT_EQ(std::get<Rotary>(plan.positions).rope.base, far ? 160000.0F : 10000.0F) << layer;
    EXPECT_EQ(std::get<Rotary>(plan.positions).width, 64U);
    EXPECT_TRUE(plan.feed_forward.gated && !plan.feed_forward.bias && !plan.attention.bias);
    EXPECT_EQ(plan.norms, NormPlace::before);
  }
  EXPECT_EQ(allowed_keys(config.plans[1].attention.window, false, 100, 300).window, (Range{36, 165}));
}

TEST(LaterEncoders, deberta_v3_has_512_rows_of_offsets_and_no_positions_in_the_stream) {
  const ModelConfig config = parsed(kDebertaV3Base);
  EXPECT_TRUE(std::holds_alternative<NoPositions>(config.embedded_positions));
  EXPECT_EQ(config.token_types, 0U);
  EXPECT_FLOAT_EQ(config.plans[0].attention.scale, 1.0F / std::sqrt(64.0F * 3.0F));
  const auto& offsets = std::get<Disentangled>(config.plans[11].positions);
  EXPECT_TRUE(offsets.content_to_position && offsets.position_to_content);
  EXPECT_TRUE(offsets.normed && offsets.shares_projections);
  EXPECT_EQ(offsets.span, 256U);
  EXPECT_EQ(offsets.distance, 512U);
  // Near offsets have a row each; 511 has the last one, −511 the first but one.
  EXPECT_EQ(offset_row(0, offsets), 256U);
  EXPECT_EQ(offset_row(128, offsets), 384U);
  EXPECT_EQ(offset_row(-128, offsets), 128U);
  EXPECT_EQ(offset_row(129, offsets), 385U);
  EXPECT_EQ(offset_row(511, offsets), 511U);
  EXPECT_EQ(offset_row(-511, offsets), 1U);
  EXPECT_EQ(offset_row(100'000, offsets), 511U);
  EXPECT_EQ(offset_row(-100'000, offsets), 0U);
}

TEST(LaterEncoders, heads_know_every_activation_that_layers_know) {
  using Between = ClassHead::Between;
  for (const auto& [name, between] : {std::pair("gelu", Between::gelu),
                                      {"gelu_new", Between::gelu_tanh},
                                      {"tanh", Between::tanh},
                                      {"relu", Between::relu},
                                      {"silu", Between::silu},
                                      {"quick_gelu", Between::quick_gelu}})
    EXPECT_EQ(
        parsed(with(kDebertaV3Base, "pooler_hidden_act", ("\"" + std::string(name) + "\"").c_str())).class_head.between,
        between)
        << name;
}

TEST(LaterEncoders, deberta_v1_has_a_row_for_every_offset) {
  const ModelConfig config = parsed(kDebertaBase);
  const auto& offsets = std::get<Disentangled>(config.plans[0].positions);
  EXPECT_EQ(offsets.span, 512U);
  EXPECT_EQ(offset_row(-511, offsets), 1U);
  EXPECT_EQ(offset_row(300, offsets), 812U);
  EXPECT_EQ(refused(with(kDebertaBase, "talking_head", "true")), "talking_head");
}

TEST(LaterEncoders, albert_has_narrow_tables_and_one_set_of_weights) {
  const ModelConfig config = parsed(kAlbertBase);
  EXPECT_EQ(config.layers, 12U);
  EXPECT_EQ(config.table_width(), 128U);
  EXPECT_EQ(config.sharing.groups, 1U);
  EXPECT_EQ(config.plans[0].feed_forward.activation, Activation::gelu_tanh);
  EXPECT_EQ(config.head_activation, Activation::gelu_tanh);
}

TEST(LaterEncoders, mpnet_counts_from_2_and_has_one_table_of_biases) {
  const ModelConfig config = parsed(kMpnetBase);
  EXPECT_EQ(config.context, 512U);
  EXPECT_EQ(std::get<LearnedPositions>(config.embedded_positions).offset, 2U);
  EXPECT_EQ(config.token_types, 0U);
  EXPECT_FALSE(std::get<RelativeBias>(config.plans[0].positions).shared);
  EXPECT_TRUE(std::get<RelativeBias>(config.plans[11].positions).shared);
}

TEST(LaterEncoders, refuse_by_name_what_they_do_not_know) {
  EXPECT_EQ(refused(with(kDebertaV3Base, "conv_kernel_size", "3")), "conv_kernel_size");  // v2-xlarge
  EXPECT_EQ(refused(with(kDebertaV3Base, "conv_kernel_size", "0")), "");
  EXPECT_EQ(refused(with(kDebertaV3Base, "pos_att_type", R"("p2p|c2p")")), "pos_att_type");
  EXPECT_EQ(refused(with(kDebertaV3Base, "pos_att_type", R"(["c2p", "p2c"])")), "");
  EXPECT_EQ(refused(with(kDebertaV3Base, "norm_rel_ebd", R"("batch_norm")")), "norm_rel_ebd");
  EXPECT_EQ(refused(with(kDebertaV3Base, "attention_head_size", "32")), "attention_head_size");
  EXPECT_EQ(refused(with(kDebertaV3Base, "pooler_hidden_size", "32")), "pooler_hidden_size");
  EXPECT_EQ(refused(with(kDebertaV3Base, "position_buckets", "1")), "position_buckets");
  EXPECT_EQ(refused(with(kDebertaV3Base, "position_buckets", "16000000")), "max_relative_positions");
  EXPECT_EQ(refused(with(kDebertaBase, "max_relative_positions", "16000000")), "max_relative_positions");
  EXPECT_EQ(refused(with(kAlbertBase, "num_hidden_groups", "13")), "num_hidden_groups");
  EXPECT_EQ(refused(with(kAlbertBase, "inner_group_num", "100")), "inner_group_num");
  EXPECT_EQ(refused(with(kAlbertBase, "position_embedding_type", R"("relative_key")")), "position_embedding_type");
  EXPECT_EQ(refused(with(kMpnetBase, "relative_attention_num_buckets", "64")), "relative_attention_num_buckets");
  EXPECT_EQ(refused(with(kMpnetBase, "max_position_embeddings", "2")), "max_position_embeddings");
  EXPECT_EQ(refused(with(kModernBertBase, "layer_types", R"(["full_attention"])")), "layer_types");
  EXPECT_EQ(refused(with(kModernBertBase, "rope_scaling", R"({"rope_type": "linear", "factor": 2.0})")),
            "rope_scaling");
  EXPECT_EQ(refused(with(kModernBertBase, "classifier_pooling", R"("max")")), "classifier_pooling");
}

/// A distance's part in the scores is not passed over by a BERT that happens to say so.
TEST(LaterEncoders, relative_attention_is_refused_where_a_family_does_not_read_it) {
  EXPECT_EQ(refused(with(kMpnetBase, "relative_attention", "true")), "relative_attention");
}

TEST(LaterEncoders, albert_keeps_the_weights_of_its_layers_once) {
  const auto one = load_model(testing::reference_folder("albert-f32"));
  EXPECT_EQ(one->weights->layers[0].query.weight.data, one->weights->layers[2].query.weight.data);
  const auto four = load_model(testing::reference_folder("albert-groups-f16"));
  ASSERT_EQ(four->config.layers, 10U);  // 5 times 2 inner ones, in 2 groups
  std::vector<const std::byte*> different;
  for (const LayerWeights& layer : four->weights->layers)
    different.push_back(layer.up.weight.data);
  EXPECT_EQ(different[0], different[4]);
  EXPECT_EQ(different[6], different[8]);
  std::sort(different.begin(), different.end());
  EXPECT_EQ(std::unique(different.begin(), different.end()) - different.begin(), 4);
  const auto numbers = [](const Model& model) { return model.parameters * 2; };  // F16
  EXPECT_LT(numbers(*four), four->bytes_on_disk);
  EXPECT_GT(numbers(*four) + 12'000, four->bytes_on_disk);  // beside the header
}

/// A tensor of this name is called something else.
Error error_without(const std::string& model, const std::string& tensor) {
  const std::filesystem::path known = testing::reference_folder(model);
  std::string bytes = read_file(known / "model.safetensors", 64 << 20);
  const std::size_t at = bytes.find("\"" + tensor + "\"");
  EXPECT_NE(at, std::string::npos) << tensor;
  bytes[at + tensor.size()] = '!';
  const testing::TemporaryFolder folder;
  testing::write(folder / "model.safetensors", bytes);
  for (const char* file : {"config.json", "vocab.txt", "tokenizer_config.json"})
    std::filesystem::create_symlink(known / file, folder / file);
  try {
    static_cast<void>(load_model(folder.path()));
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << model << " opens without " << tensor;
  return Error("none", {});
}

TEST(LaterEncoders, name_the_tensor_that_is_missing) {
  for (const auto& [model, tensor] : {
           std::pair("deberta-v3-f32", "deberta.encoder.rel_embeddings.weight"),
           {"deberta-v3-f32", "deberta.encoder.LayerNorm.bias"},
           {"deberta-v2-own-projections-f16", "deberta.encoder.layer.2.attention.self.pos_query_proj.bias"},
           {"deberta-v2-own-projections-f16", "deberta.embeddings.embed_proj.weight"},
           {"deberta-v2-short-f32", "lm_predictions.lm_head.bias"},
           {"deberta-v1-f32", "deberta.encoder.layer.1.attention.self.v_bias"},
           {"albert-groups-f16", "albert.encoder.albert_layer_groups.1.albert_layers.1.ffn.weight"},
           {"albert-f32", "albert.encoder.embedding_hidden_mapping_in.bias"},
           {"mpnet-f32", "mpnet.encoder.relative_attention_bias.weight"},
           {"modern-bert-f32", "model.layers.3.attn.Wqkv.weight"},
           {"modern-bert-f32", "decoder.bias"},
           {"modern-bert-biases-f16", "model.layers.0.mlp_norm.bias"},
       }) {
    const Error error = error_without(model, tensor);
    EXPECT_EQ(error.code(), "tensor_missing") << model;
    EXPECT_EQ(error.details().item, tensor) << model;
  }
}

/// The released files of the third version were trained to tell replaced tokens from given ones; the rests of other heads in them
/// were not, and the library ignores their positions.
TEST(LaterEncoders, a_discriminator_that_names_no_class_predicts_no_words) {
  const auto model = load_model(testing::reference_folder("deberta-v2-to-content-bf16"));
  EXPECT_FALSE(model->config.has_lm_head);
  nlohmann::json config =
      nlohmann::json::parse(std::ifstream(testing::reference_folder("deberta-v2-to-content-bf16") / "config.json"));
  config.erase("architectures");
  const testing::TemporaryFolder folder;
  for (const char* file : {"model.safetensors", "vocab.txt", "tokenizer_config.json"})
    std::filesystem::create_symlink(testing::reference_folder("deberta-v2-to-content-bf16") / file, folder / file);
  testing::write(folder / "config.json", config.dump());
  EXPECT_FALSE(load_model(folder.path())->config.has_lm_head);
}

}  // namespace
}  // namespace regard
