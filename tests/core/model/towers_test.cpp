// SPDX-License-Identifier: Apache-2.0
// Two models in one file (CLIP, SigLIP), DINO's tokens without a place in the picture, and what of their files is refused.
#include "core/base/error.h"
#include "core/engine/engine.h"
#include "core/model/catalog.h"
#include "core/model/find_model.h"
#include "core/model/model.h"
#include "core/model/weights.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/model/parse_config.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

using Json = nlohmann::json;
using testing::error_in;
using testing::error_of;
using testing::parse;
using testing::TemporaryFolder;
using testing::TinyCheckpoint;

/// What openai/clip-vit-base-patch32 has, with a vocabulary of nineteen.
constexpr const char* kTokenizer = R"({"version": "1.0", "truncation": null, "padding": null,
  "added_tokens": [
    {"id": 17, "special": true, "content": "<|startoftext|>", "single_word": false, "lstrip": false, "rstrip": false,
     "normalized": true},
    {"id": 18, "special": true, "content": "<|endoftext|>", "single_word": false, "lstrip": false, "rstrip": false,
     "normalized": true}],
  "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"},
    {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "}, {"type": "Lowercase"}]},
  "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
    {"type": "Split", "pattern": {"Regex": "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"},
     "behavior": "Removed", "invert": true},
    {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true}]},
  "post_processor": {"type": "RobertaProcessing", "sep": ["<|endoftext|>", 18], "cls": ["<|startoftext|>", 17],
    "trim_offsets": false, "add_prefix_space": false},
  "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true},
  "model": {"type": "BPE", "dropout": null, "unk_token": "<|endoftext|>", "continuing_subword_prefix": "",
    "end_of_word_suffix": "</w>", "fuse_unk": false,
    "vocab": {"a": 0, "c": 1, "t": 2, "o": 3, "f": 4, "a</w>": 5, "c</w>": 6, "t</w>": 7, "o</w>": 8, "f</w>": 9,
      "ca": 10, "cat</w>": 11, "of</w>": 12, "at</w>": 13, "!</w>": 14, "!": 15, "at": 16,
      "<|startoftext|>": 17, "<|endoftext|>": 18},
    "merges": ["c a", "ca t</w>", "o f</w>"]}})";

void add_linear(TinyCheckpoint& model, const std::string& name, std::size_t out, std::size_t in) {
  model.add(name + ".weight", {out, in});
  model.add(name + ".bias", {out});
}

void add_norm(TinyCheckpoint& model, const std::string& name, std::size_t width) {
  model.add(name + ".weight", {width});
  model.add(name + ".bias", {width});
}

void add_tower(TinyCheckpoint& model, const std::string& root, std::size_t width) {
  const std::string layer = root + "encoder.layers.0.";
  for (const char* part : {"q_proj", "k_proj", "v_proj", "out_proj"})
    add_linear(model, layer + "self_attn." + part, width, width);
  add_norm(model, layer + "layer_norm1", width);
  add_norm(model, layer + "layer_norm2", width);
  add_linear(model, layer + "mlp.fc1", 10, width);
  add_linear(model, layer + "mlp.fc2", width, 10);
}

void add_text_tower(TinyCheckpoint& model) {
  model.add("text_model.embeddings.token_embedding.weight", {19, 8});
  model.add("text_model.embeddings.position_embedding.weight", {9, 8});
  add_tower(model, "text_model.", 8);
  add_norm(model, "text_model.final_layer_norm", 8);
  model.add("text_projection.weight", {6, 8});
}

Json text_settings() {
  return {{"hidden_size", 8},        {"num_attention_heads", 2}, {"num_hidden_layers", 1},
          {"intermediate_size", 10}, {"vocab_size", 19},         {"max_position_embeddings", 9}};
}

Json vision_settings() {
  return {{"hidden_size", 12},       {"num_attention_heads", 3}, {"num_hidden_layers", 1},
          {"intermediate_size", 10}, {"image_size", 8},          {"patch_size", 4}};
}

/// 2 × 2 patches and texts of nine tokens; the towers have different widths.
TinyCheckpoint tiny_clip() {
  TinyCheckpoint model;
  model.config = Json{{"architectures", {"CLIPModel"}},
                      {"model_type", "clip"},
                      {"text_config", text_settings()},
                      {"vision_config", vision_settings()}}
                     .dump();
  add_text_tower(model);  // first: the numbers of this tower are those of tiny_text_tower()
  model.add("vision_model.embeddings.class_embedding", {12});
  model.add("vision_model.embeddings.patch_embedding.weight", {12, 3, 4, 4});
  model.add("vision_model.embeddings.position_embedding.weight", {5, 12});
  add_norm(model, "vision_model.pre_layrnorm", 12);
  add_tower(model, "vision_model.", 12);
  add_norm(model, "vision_model.post_layernorm", 12);
  model.add("visual_projection.weight", {6, 12});
  model.add("logit_scale", {});
  return model;
}

TinyCheckpoint tiny_text_tower() {
  TinyCheckpoint model;
  Json config = text_settings();
  config["architectures"] = {"CLIPTextModelWithProjection"};
  model.config = config.dump();
  add_text_tower(model);
  return model;
}

void write_with_tokenizer(const TinyCheckpoint& model, const std::filesystem::path& folder) {
  model.write_to(folder);
  testing::write(folder / "tokenizer.json", kTokenizer);
}

std::vector<std::int32_t> ids_of(const Model& model, const std::string& text) {
  std::vector<std::int32_t> ids;
  for (const Token& token : model.tokenizer->encode(text).tokens)
    ids.push_back(token.id);
  return ids;
}

TEST(TwoTowers, open_for_pictures_by_the_folder_and_for_texts_by_the_tokenizer) {
  const TemporaryFolder folder;
  write_with_tokenizer(tiny_clip(), folder.path());
  const auto pictures = load_model(folder.path());
  EXPECT_EQ(pictures->config.architecture, "CLIPVisionModel");
  EXPECT_EQ(pictures->config.tower, Tower::vision);
  EXPECT_EQ(pictures->tokenizer->encode("").tokens.size(), 5U);
  EXPECT_EQ(pictures->folder, folder.path());
  EXPECT_EQ(load_model(folder / "model.safetensors")->config.architecture, "CLIPVisionModel");

  const auto texts = load_model(folder / "tokenizer.json");
  EXPECT_EQ(texts->config.architecture, "CLIPTextModel");
  EXPECT_EQ(texts->config.tower, Tower::text);
  EXPECT_EQ(texts->name, folder.path().filename().string() + "#text");
  EXPECT_EQ(texts->folder, folder / "tokenizer.json");
  EXPECT_EQ(ids_of(*texts, "A Cat  of cat!"), (std::vector<std::int32_t>{17, 5, 11, 12, 11, 14, 18}));
  EXPECT_EQ(texts->config.hidden, 8U);
}

TEST(TwoTowers, the_one_for_texts_is_the_same_alone) {
  const TemporaryFolder both, alone;
  write_with_tokenizer(tiny_clip(), both.path());
  write_with_tokenizer(tiny_text_tower(), alone.path());
  const auto one = load_model(both / "tokenizer.json"), other = load_model(alone.path());
  EXPECT_FALSE(other->config.tower);
  EXPECT_EQ(other->name.find('#'), std::string::npos);
  const std::vector<std::int32_t> ids = ids_of(*one, "a cat of");
  EXPECT_EQ(run(one, {.ids = ids})->residual.back(), run(other, {.ids = ids})->residual.back());
}

TEST(TwoTowers, are_both_in_the_list_of_models) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "clip");
  write_with_tokenizer(tiny_clip(), folder / "clip");
  const std::vector<ModelEntry> entries = built_in_entries(folder.path());
  ASSERT_EQ(entries.size(), 1U);  // what we ship is listed once
  const std::filesystem::path recent[] = {folder / "clip"};
  std::vector<ModelEntry> found = list_models(folder / "none", recent);
  std::erase_if(found, [](const ModelEntry& entry) { return entry.place != ModelPlace::recent; });
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "clip");
  EXPECT_EQ(found[0].architecture, "CLIPVisionModel");
  EXPECT_EQ(found[1].name, "clip#text");
  EXPECT_EQ(found[1].architecture, "CLIPTextModel");
  EXPECT_EQ(found[1].folder, folder / "clip" / "tokenizer.json");
  EXPECT_TRUE(found[1].supported);
  EXPECT_EQ(found[1].bytes, found[0].bytes);
  EXPECT_EQ(load_model(found[1].folder)->folder, found[1].folder);  // the list knows which one is on show
  const std::filesystem::path text[] = {folder / "clip" / "tokenizer.json"};
  found = list_models(folder / "none", text);
  ASSERT_GE(found.size(), 2U);
  EXPECT_EQ(found[0].name, "clip#text");
  EXPECT_EQ(found[1].name, "clip");
}

TEST(TwoTowers, of_a_cache_are_found_by_name) {
  const TemporaryFolder hub;
  const std::filesystem::path snapshot = hub / "models--openai--clip" / "snapshots" / "abc";
  std::filesystem::create_directories(snapshot);
  write_with_tokenizer(tiny_clip(), snapshot);
  const std::vector<ModelEntry> entries = models_of_cache(hub.path());
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].name, "openai/clip");
  EXPECT_EQ(entries[1].name, "openai/clip#text");
}

TEST(TwoTowers, are_told_by_the_older_objects_alone_where_there_are_some) {
  Json config = Json::parse(tiny_clip().config);
  config["vision_config_dict"] = vision_settings();
  config["vision_config_dict"].erase("hidden_size");
  config["vision_config_dict"]["image_size"] = 16;
  const ModelConfig read = parse(config.dump());
  EXPECT_EQ(read.patches->patches(), 16U);
  EXPECT_EQ(read.hidden, 768U);  // what the class takes, not what the other object says
  config["vision_config_dict"] = 7;
  EXPECT_EQ(error_in(config.dump()).details().item, "vision_config_dict");
}

TEST(TwoTowers, name_the_setting_of_a_tower) {
  Json config = Json::parse(tiny_clip().config);
  config["vision_config"]["patch_size"] = 9;
  EXPECT_EQ(error_in(config.dump()).details().item, "vision_config.patch_size");
  config = Json::parse(tiny_clip().config);
  config["vision_config"]["hidden_act"] = "mish";
  EXPECT_EQ(error_in(config.dump()).details().item, "vision_config.hidden_act");
}

TEST(TwoTowers, of_siglip_have_one_that_opens) {
  TinyCheckpoint model = tiny_clip();
  Json config = Json::parse(model.config);
  config["architectures"] = {"SiglipModel"};
  EXPECT_EQ(parse_model_config(config.dump(), "config.json", Tower::text).architecture, "SiglipVisionModel");
  config["architectures"] = {"Siglip2Model"};  // pictures of any shape in one batch
  EXPECT_EQ(error_in(config.dump()).code(), "unknown_architecture");
}

TEST(TwoTowers, refuse_what_is_missing_of_another_shape_or_unknown_in_the_tower_that_is_read) {
  const auto error_without = [](const std::string& name, const std::vector<std::size_t>& shape) {
    const TemporaryFolder folder;
    TinyCheckpoint model = tiny_clip();
    model.remove(name);
    if (!shape.empty()) model.add(name, shape);
    write_with_tokenizer(model, folder.path());
    return error_of([&] { static_cast<void>(load_model(folder.path())); });
  };
  EXPECT_EQ(error_without("vision_model.pre_layrnorm.weight", {}).code(), "tensor_missing");
  EXPECT_EQ(error_without("vision_model.embeddings.class_embedding", {13}).code(), "tensor_shape");
  EXPECT_EQ(error_without("vision_model.embeddings.patch_embedding.bias", {12}).code(), "tensor_unknown");
  EXPECT_EQ(error_without("vision_model.encoder.layers.1.mlp.fc1.bias", {10}).code(), "tensor_unknown");
  const TemporaryFolder folder;
  TinyCheckpoint without_texts = tiny_clip();
  std::erase_if(without_texts.tensors, [](const auto& tensor) { return tensor.name.starts_with("text_model."); });
  write_with_tokenizer(without_texts, folder.path());
  EXPECT_NO_THROW(static_cast<void>(load_model(folder.path())));
  EXPECT_EQ(error_of([&] { static_cast<void>(load_model(folder / "tokenizer.json")); }).code(), "tensor_missing");
}

Json dino_settings(const std::string& architecture) {
  return {{"architectures", {architecture}},
          {"hidden_size", 12},
          {"num_attention_heads", 3},
          {"num_hidden_layers", 1},
          {"image_size", 12},
          {"patch_size", 4},
          {"mlp_ratio", 1},
          {"num_register_tokens", 2},
          {"intermediate_size", 10}};
}

/// 3 × 3 patches, two registers.
TinyCheckpoint tiny_dino() {
  TinyCheckpoint model;
  model.config = dino_settings("Dinov2WithRegistersModel").dump();
  model.add("embeddings.cls_token", {1, 1, 12});
  model.add("embeddings.mask_token", {1, 12});
  model.add("embeddings.register_tokens", {1, 2, 12});
  model.add("embeddings.position_embeddings", {1, 10, 12});
  model.add("embeddings.patch_embeddings.projection.weight", {12, 3, 4, 4});
  model.add("embeddings.patch_embeddings.projection.bias", {12});
  const std::string layer = "encoder.layer.0.";
  for (const char* part : {"attention.attention.query", "attention.attention.key", "attention.attention.value",
                           "attention.output.dense", "mlp.fc1", "mlp.fc2"})
    add_linear(model, layer + part, 12, 12);
  add_norm(model, layer + "norm1", 12);
  add_norm(model, layer + "norm2", 12);
  model.add(layer + "layer_scale1.lambda1", {12});
  model.add(layer + "layer_scale2.lambda1", {12});
  add_norm(model, "layernorm", 12);
  return model;
}

std::vector<float> row_of(const TensorView& table, std::size_t row) {
  std::vector<float> values(table.cols());
  copy_as_f32(table, row * values.size(), values);
  return values;
}

std::vector<float> numbers_in(const testing::FileTensor& tensor) {
  std::vector<float> values(tensor.bytes.size() / sizeof(float));
  std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

TEST(Dino, calls_its_registers_by_number_and_gives_them_no_positions) {
  const TemporaryFolder folder;
  const TinyCheckpoint tiny = tiny_dino();
  tiny.write_to(folder.path());
  const auto model = load_model(folder.path());
  const std::vector<Token> tokens = model->tokenizer->encode("").tokens;
  ASSERT_EQ(tokens.size(), 12U);
  EXPECT_EQ(tokens[0].text, "[CLS]");
  EXPECT_EQ(tokens[1].text, "[REG1]");
  EXPECT_EQ(tokens[2].text, "[REG2]");
  EXPECT_TRUE(tokens[2].special);
  EXPECT_EQ(tokens[3].text, "r0 c0");
  const TensorView& table = model->weights->position_embedding;
  ASSERT_EQ(table.rows(), 12U);
  EXPECT_EQ(row_of(table, 1), std::vector<float>(12, 0.0F));
  EXPECT_EQ(row_of(table, 2), std::vector<float>(12, 0.0F));
  TinyCheckpoint copy = tiny;
  const std::vector<float> learned = numbers_in(copy.at("embeddings.position_embeddings"));
  EXPECT_EQ(row_of(table, 0), std::vector<float>(learned.begin(), learned.begin() + 12));
  EXPECT_EQ(row_of(table, 3), std::vector<float>(learned.begin() + 12, learned.begin() + 24));
  EXPECT_EQ(row_of(table, 11), std::vector<float>(learned.end() - 12, learned.end()));
}

TEST(Dino, multiplies_the_last_matrix_of_a_block_by_the_scales) {
  const TemporaryFolder folder;
  TinyCheckpoint tiny = tiny_dino();
  tiny.write_to(folder.path());
  const auto model = load_model(folder.path());
  const std::vector<float> scale = numbers_in(tiny.at("encoder.layer.0.layer_scale1.lambda1"));
  const std::vector<float> weight = numbers_in(tiny.at("encoder.layer.0.attention.output.dense.weight"));
  const std::vector<float> bias = numbers_in(tiny.at("encoder.layer.0.attention.output.dense.bias"));
  const Linear& output = model->weights->layers[0].output;
  EXPECT_TRUE(model->config.plans[0].layer_scale);
  for (std::size_t row = 0; row < 12; ++row) {
    const std::vector<float> ours = row_of(output.weight, row);
    for (std::size_t column = 0; column < 12; ++column)
      EXPECT_EQ(ours[column], scale[row] * weight[row * 12 + column]);
    EXPECT_EQ(output.bias[row], scale[row] * bias[row]);
  }
}

TEST(Dino, reads_pictures_as_large_as_its_processor_makes_them) {
  const TemporaryFolder folder;
  tiny_dino().write_to(folder.path());
  testing::write(folder / "preprocessor_config.json",
                 R"({"size": {"shortest_edge": 11}, "do_center_crop": true, "crop_size": {"height": 9, "width": 21}})");
  const auto model = load_model(folder.path());
  EXPECT_EQ(model->config.patches->rows(), 2U);
  EXPECT_EQ(model->config.patches->cols(), 5U);
  EXPECT_EQ(model->config.context, 13U);
  EXPECT_EQ(model->config.vocabulary, 13U);
  EXPECT_EQ(model->weights->position_embedding.rows(), 13U);
  EXPECT_EQ(model->tokenizer->encode("").tokens.back().text, "r1 c4");

  for (const char* crop : {"4096", "3", "{\"height\": 4, \"width\": 3}"}) {
    testing::write(folder / "preprocessor_config.json", std::string(R"({"crop_size": )") + crop + "}");
    const Error error = error_of([&] { static_cast<void>(load_model(folder.path())); });
    EXPECT_EQ(error.details().item, "crop_size") << crop;
  }
}

TEST(Dino, refuses_settings_that_its_class_does_not_know) {
  Json config = dino_settings("Dinov2Model");
  config["image_size"] = {12, 16};
  EXPECT_EQ(error_in(config.dump()).details().item, "image_size");
  config = dino_settings("Dinov2Model");
  config["mlp_ratio"] = 1e-9;
  EXPECT_EQ(error_in(config.dump()).details().item, "mlp_ratio");
  config = dino_settings("Dinov2WithRegistersModel");
  config["num_register_tokens"] = 1'000'000;
  EXPECT_EQ(error_in(config.dump()).details().item, "num_register_tokens");
  config = dino_settings("DINOv3ViTModel");
  config["value_bias"] = false;
  EXPECT_EQ(error_in(config.dump()).details().item, "value_bias");
  config = dino_settings("DINOv3ViTModel");
  config["hidden_size"] = 18;  // heads of 6 cannot be turned about two axes
  EXPECT_EQ(error_in(config.dump()).details().item, "hidden_size");
  config = dino_settings("DINOv3ViTModel");
  config["rope_parameters"] = {{"rope_type", "yarn"}};
  EXPECT_EQ(error_in(config.dump()).details().item, "rope_parameters.rope_type");
  config["rope_parameters"] = {{"rope_type", "default"}, {"rope_theta", 50.0}};
  EXPECT_EQ(testing::rotary_of(parse(config.dump())).rope.base, 50.0F);
  EXPECT_TRUE(testing::rotary_of(parse(config.dump())).two_axes);
}

TEST(Dino, of_the_third_kind_resizes_real_numbers_unless_another_processor_is_named) {
  const ModelConfig config = parse(dino_settings("DINOv3ViTModel").dump());
  const auto steps_of = [&](const std::string& keys) { return parse_image_steps(keys, config, "preprocessor"); };
  EXPECT_TRUE(steps_of("{}").unrounded);
  EXPECT_TRUE(steps_of(R"({"image_processor_type": "DINOv3ViTImageProcessorFast"})").unrounded);
  EXPECT_FALSE(steps_of(R"({"image_processor_type": "BitImageProcessor"})").unrounded);
  const Error error = error_of([&] { static_cast<void>(steps_of(R"({"do_center_crop": true})")); });
  EXPECT_EQ(error.details().item, "do_center_crop");
}

TEST(ClipSteps, take_a_number_for_the_shorter_side) {
  const ModelConfig config = parse(tiny_clip().config);
  const ImageSteps steps = parse_image_steps(R"({"size": 10, "crop_size": 8})", config, "preprocessor");
  EXPECT_EQ(steps.shortest_edge, 10U);
  EXPECT_EQ(steps.height, 0U);
  EXPECT_EQ(steps.crop_width, 8U);
  EXPECT_EQ(steps.mean, kClipMean);
}

}  // namespace
}  // namespace regard
