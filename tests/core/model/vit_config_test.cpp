// SPDX-License-Identifier: Apache-2.0
#include "core/format/json.h"
#include "core/model/image_input.h"
#include "core/model/model.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/model/parse_config.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

using testing::error_in;
using testing::error_of;
using testing::parse;

std::string vit_with(const std::string& keys, const std::string& architecture = "ViTForImageClassification") {
  return R"({"architectures": [")" + architecture + R"("], "hidden_size": 12, "num_hidden_layers": 1,
        "num_attention_heads": 3, "intermediate_size": 10, "image_size": 8, "patch_size": 4)" +
         (keys.empty() ? "" : ", ") + keys + "}";
}

ImageSteps steps_of(const std::string& json, const std::string& config = vit_with("")) {
  return parse_image_steps(json, parse(config), "preprocessor_config.json");
}

/// One layer, three heads of 4, 2 × 2 patches of 4 × 4 pixels, two classes.
testing::TinyCheckpoint tiny_vit() {
  testing::TinyCheckpoint model;
  model.config = vit_with(R"("id2label": {"0": "a cat", "1": "a dog"})");
  const auto linear = [&](const std::string& name, std::size_t out, std::size_t in) {
    model.add(name + ".weight", {out, in});
    model.add(name + ".bias", {out});
  };
  model.add("vit.embeddings.cls_token", {1, 1, 12});
  model.add("vit.embeddings.position_embeddings", {1, 5, 12});
  model.add("vit.embeddings.patch_embeddings.projection.weight", {12, 3, 4, 4});
  model.add("vit.embeddings.patch_embeddings.projection.bias", {12});
  const std::string layer = "vit.encoder.layer.0.";
  for (const char* norm : {"layernorm_before", "layernorm_after"}) {
    model.add(layer + norm + ".weight", {12});
    model.add(layer + norm + ".bias", {12});
  }
  for (const char* part : {"query", "key", "value"})
    linear(layer + "attention.attention." + part, 12, 12);
  linear(layer + "attention.output.dense", 12, 12);
  linear(layer + "intermediate.dense", 10, 12);
  linear(layer + "output.dense", 12, 10);
  model.add("vit.layernorm.weight", {12});
  model.add("vit.layernorm.bias", {12});
  linear("classifier", 2, 12);
  return model;
}

TEST(VitConfig, counts_tokens_from_the_sizes_of_picture_and_patch) {
  const ModelConfig config = parse(vit_with(R"("id2label": {"0": "a cat", "1": "a dog", "2": "a house"})"));
  ASSERT_TRUE(config.patches);
  EXPECT_EQ(config.patches->rows(), 2U);
  EXPECT_EQ(config.context, 5U);
  EXPECT_EQ(config.vocabulary, 3U);
  EXPECT_EQ(config.labels[2], "a house");
  EXPECT_FALSE(config.causal);
  EXPECT_TRUE(testing::plan_of(config).attention.bias);
  EXPECT_FALSE(testing::plan_of(parse(vit_with(R"("qkv_bias": false)"))).attention.bias);
}

TEST(VitConfig, takes_sides_of_different_lengths_and_leaves_pixels_over) {
  const ModelConfig config = parse(
      R"({"model_type": "vit", "hidden_size": 12, "num_attention_heads": 3, "image_size": [9, 21], "patch_size": 4})");
  EXPECT_EQ(config.patches->rows(), 2U);
  EXPECT_EQ(config.patches->cols(), 5U);
  EXPECT_EQ(config.context, 11U);
  EXPECT_EQ(config.layers, 12U);
}

TEST(VitConfig, gives_deit_a_second_special_token) {
  const ModelConfig config = parse(vit_with("", "DeiTModel"));
  EXPECT_EQ(config.patches->special_tokens, (std::vector<std::string>{"[CLS]", "[DIST]"}));
  EXPECT_EQ(config.context, 6U);
  EXPECT_FALSE(config.has_lm_head);
  EXPECT_TRUE(config.labels.empty());
}

TEST(VitConfig, names_the_key_that_makes_no_sense) {
  EXPECT_EQ(error_in(vit_with(R"("num_channels": 2)")).details().item, "num_channels");
  EXPECT_EQ(error_in(R"({"model_type": "vit", "image_size": 8, "patch_size": 9})").details().item, "patch_size");
  EXPECT_EQ(error_in(R"({"model_type": "vit", "image_size": [8], "patch_size": 4})").details().item, "image_size");
  EXPECT_EQ(error_in(R"({"model_type": "vit", "image_size": 99999999})").details().item, "image_size");
  EXPECT_EQ(error_in(R"({"model_type": "vit", "image_size": 4096, "patch_size": 1})").details().item, "patch_size");
  EXPECT_EQ(error_in(vit_with(R"("id2label": {"1": "a dog"})")).details().item, "id2label.0");
  EXPECT_EQ(error_in(vit_with(R"("id2label": {"0": 7})")).details().item, "id2label.0");
}

TEST(VitModel, opens_from_a_folder_without_a_tokenizer) {
  const testing::TemporaryFolder folder;
  const testing::TinyCheckpoint checkpoint = tiny_vit();
  checkpoint.write_to(folder.path());
  std::filesystem::remove(folder / "vocab.txt");
  const auto model = load_model(folder.path());
  const std::vector<Token> tokens = model->tokenizer->encode("any text").tokens;
  ASSERT_EQ(tokens.size(), 5U);
  EXPECT_EQ(tokens[0].text, "[CLS]");
  EXPECT_TRUE(tokens[0].special);
  EXPECT_EQ(tokens[4].text, "r1 c1");
  EXPECT_EQ(tokens[4].id, 4);
  EXPECT_EQ(model->tokenizer->readable(1), "a dog");
  EXPECT_EQ(model->image_steps, model->config.patches->usual_steps);
}

TEST(VitModel, names_a_tensor_of_another_shape) {
  const testing::TemporaryFolder folder;
  testing::TinyCheckpoint checkpoint = tiny_vit();
  checkpoint.remove("vit.embeddings.position_embeddings");
  checkpoint.add("vit.embeddings.position_embeddings", {1, 6, 12});
  checkpoint.write_to(folder.path());
  const Error error = error_of([&] { static_cast<void>(load_model(folder.path())); });
  EXPECT_EQ(error.code(), "tensor_shape");
  EXPECT_EQ(error.details().item, "vit.embeddings.position_embeddings");
}

TEST(ImageSteps, fall_back_to_what_the_family_does) {
  const ImageSteps vit = steps_of("{}");
  EXPECT_EQ(vit, parse(vit_with("")).patches->usual_steps);
  EXPECT_EQ(vit.height, 8U);
  EXPECT_EQ(vit.filter, Resample::bilinear);
  EXPECT_FALSE(vit.crop);
  const ImageSteps deit = steps_of("{}", vit_with(R"("patch_size": 4)", "DeiTModel"));
  EXPECT_EQ(deit.height, 9U);
  EXPECT_EQ(deit.filter, Resample::bicubic);
  EXPECT_TRUE(deit.crop);
  EXPECT_EQ(deit.crop_width, 8U);
}

TEST(ImageSteps, read_every_form_of_size) {
  EXPECT_EQ(steps_of(R"({"size": 10})").width, 10U);
  EXPECT_EQ(steps_of(R"({"size": {"height": 6, "width": 7}})").width, 7U);
  const ImageSteps edge = steps_of(R"({"size": {"shortest_edge": 9}, "do_center_crop": true, "crop_size": 8})");
  EXPECT_EQ(edge.shortest_edge, 9U);
  EXPECT_EQ(edge.crop_height, 8U);
  EXPECT_EQ(steps_of(R"({"resample": 3})").filter, Resample::bicubic);
  EXPECT_EQ(steps_of(R"({"do_rescale": false})").rescale, 1.0F);
  EXPECT_EQ(steps_of(R"({"do_normalize": false})").mean[1], 0.0F);
}

TEST(ImageSteps, name_the_key_that_makes_no_sense) {
  const auto item = [](const std::string& json) {
    return error_of([&] { static_cast<void>(steps_of(json)); }).details().item;
  };
  EXPECT_EQ(item(R"({"size": "large"})"), "size");
  EXPECT_EQ(item(R"({"size": {"height": 0, "width": 7}})"), "size.height");
  EXPECT_EQ(item(R"({"size": {"shortest_edge": 100000}})"), "size.shortest_edge");
  EXPECT_EQ(item(R"({"resample": 9})"), "resample");
  EXPECT_EQ(item(R"({"image_mean": [0.5]})"), "image_mean");
  EXPECT_EQ(item(R"({"image_std": [0.5, 0, 0.5]})"), "image_std");
}

TEST(PreparedImage, is_normalised_and_cut_row_by_row) {
  PatchConfig patches{.height = 2, .width = 4, .patch_height = 2, .patch_width = 2};
  RgbImage image(4, 2);
  for (std::size_t at = 0; at < image.pixels.size(); ++at)
    image.pixels[at] = static_cast<std::uint8_t>(at);
  ImageSteps steps{.height = 2, .width = 4, .rescale = 1.0F};
  steps.mean = {0.0F, 1.0F, 2.0F};
  steps.deviation = {1.0F, 1.0F, 2.0F};
  const ImageInput input = prepare_image(image, steps, patches);
  ASSERT_EQ(input.patches.rows, 2U);
  EXPECT_EQ(std::vector<float>(input.patches.row(1).begin(), input.patches.row(1).end()),
            (std::vector<float>{6, 9, 18, 21, 6, 9, 18, 21, 3, 4.5F, 9, 10.5F}));
}

TEST(PreparedImage, of_a_sliver_takes_bounded_memory) {
  const PatchConfig patches{.height = 8, .width = 8, .patch_height = 4, .patch_width = 4};
  ImageSteps steps{.shortest_edge = 4'096};
  const ImageInput input = prepare_image(RgbImage(3'000, 1), steps, patches);
  EXPECT_EQ(input.picture.width, 8U);
}

}  // namespace
}  // namespace regard
