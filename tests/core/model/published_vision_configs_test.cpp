// SPDX-License-Identifier: Apache-2.0
// config.json and preprocessor_config.json of models that read pictures, as their authors published them (the keys that matter to
// any reader).
#include "core/base/error.h"
#include "core/model/config.h"
#include "core/model/image_input.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

// openai/clip-vit-base-patch32
constexpr const char* kClip = R"({"_name_or_path": "openai/clip-vit-base-patch32", "architectures": ["CLIPModel"],
  "initializer_factor": 1.0, "logit_scale_init_value": 2.6592, "model_type": "clip", "projection_dim": 512,
  "text_config": {"_name_or_path": "", "add_cross_attention": false, "architectures": null, "attention_dropout": 0.0,
    "bos_token_id": 0, "dropout": 0.0, "eos_token_id": 2, "hidden_act": "quick_gelu", "hidden_size": 512,
    "id2label": {"0": "LABEL_0", "1": "LABEL_1"}, "initializer_factor": 1.0, "intermediate_size": 2048,
    "is_decoder": false, "layer_norm_eps": 1e-05, "max_position_embeddings": 77, "model_type": "clip_text_model",
    "num_attention_heads": 8, "num_hidden_layers": 12, "pad_token_id": 1, "problem_type": null, "projection_dim": 512,
    "pruned_heads": {}, "tie_word_embeddings": true, "vocab_size": 49408},
  "text_config_dict": null, "transformers_version": null,
  "vision_config": {"_name_or_path": "", "add_cross_attention": false, "architectures": null,
    "attention_dropout": 0.0, "dropout": 0.0, "hidden_act": "quick_gelu", "hidden_size": 768, "image_size": 224,
    "initializer_factor": 1.0, "intermediate_size": 3072, "is_decoder": false, "layer_norm_eps": 1e-05,
    "model_type": "clip_vision_model", "num_attention_heads": 12, "num_hidden_layers": 12, "patch_size": 32,
    "projection_dim": 512, "pruned_heads": {}, "tie_word_embeddings": true}, "vision_config_dict": null})";
constexpr const char* kClipSteps =
    R"({"crop_size": 224, "do_center_crop": true, "do_normalize": true, "do_resize": true,
  "feature_extractor_type": "CLIPFeatureExtractor", "image_mean": [0.48145466, 0.4578275, 0.40821073],
  "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3, "size": 224})";

// google/siglip-base-patch16-224: sizes are the class's own
constexpr const char* kSiglip = R"({"architectures": ["SiglipModel"], "initializer_factor": 1.0, "model_type": "siglip",
  "text_config": {"model_type": "siglip_text_model"}, "torch_dtype": "float32",
  "vision_config": {"model_type": "siglip_vision_model"}})";
constexpr const char* kSiglipSteps = R"({"do_normalize": true, "do_rescale": true, "do_resize": true,
  "image_mean": [0.5, 0.5, 0.5], "image_processor_type": "SiglipImageProcessor", "image_std": [0.5, 0.5, 0.5],
  "processor_class": "SiglipProcessor", "resample": 3, "rescale_factor": 0.00392156862745098,
  "size": {"height": 224, "width": 224}})";

// facebook/dinov2-base
constexpr const char* kDinov2 = R"({"architectures": ["Dinov2Model"], "attention_probs_dropout_prob": 0.0,
  "drop_path_rate": 0.0, "hidden_act": "gelu", "hidden_dropout_prob": 0.0, "hidden_size": 768, "image_size": 518,
  "initializer_range": 0.02, "layer_norm_eps": 1e-06, "layerscale_value": 1.0, "mlp_ratio": 4, "model_type": "dinov2",
  "num_attention_heads": 12, "num_channels": 3, "num_hidden_layers": 12, "patch_size": 14, "qkv_bias": true,
  "torch_dtype": "float32", "use_swiglu_ffn": false})";
constexpr const char* kDinov2Steps = R"({"crop_size": {"height": 224, "width": 224}, "do_center_crop": true,
  "do_convert_rgb": true, "do_normalize": true, "do_rescale": true, "do_resize": true,
  "image_mean": [0.485, 0.456, 0.406], "image_processor_type": "BitImageProcessor", "image_std": [0.229, 0.224, 0.225],
  "resample": 3, "rescale_factor": 0.00392156862745098, "size": {"shortest_edge": 256}})";

// facebook/dinov2-with-registers-base
constexpr const char* kRegisters = R"({"architectures": ["Dinov2WithRegistersModel"],
  "attention_probs_dropout_prob": 0.0, "drop_path_rate": 0.0, "hidden_act": "gelu", "hidden_dropout_prob": 0.0,
  "hidden_size": 768, "image_size": 518, "initializer_range": 0.02, "interpolate_antialias": true,
  "interpolate_offset": 0.0, "layer_norm_eps": 1e-06, "layerscale_value": 1.0, "mlp_ratio": 4,
  "model_type": "dinov2_with_registers", "num_attention_heads": 12, "num_channels": 3, "num_hidden_layers": 12,
  "num_register_tokens": 4, "patch_size": 14, "qkv_bias": true, "use_swiglu_ffn": false})";

// facebook/dinov3-vits16-pretrain-lvd1689m
constexpr const char* kDinov3 =
    R"({"architectures": ["DINOv3ViTModel"], "attention_dropout": 0.0, "drop_path_rate": 0.0,
  "hidden_act": "gelu", "hidden_size": 384, "image_size": 224, "initializer_range": 0.02, "intermediate_size": 1536,
  "key_bias": false, "layer_norm_eps": 1e-05, "layerscale_value": 1.0, "mlp_bias": true, "model_type": "dinov3_vit",
  "num_attention_heads": 6, "num_channels": 3, "num_hidden_layers": 12, "num_register_tokens": 4, "patch_size": 16,
  "pos_embed_jitter": null, "pos_embed_rescale": 2.0, "pos_embed_shift": null, "proj_bias": true, "query_bias": true,
  "rope_theta": 100.0, "torch_dtype": "float32", "use_gated_mlp": false, "value_bias": true})";
constexpr const char* kDinov3Steps = R"({"crop_size": null, "data_format": "channels_first", "default_to_square": true,
  "do_center_crop": null, "do_convert_rgb": null, "do_normalize": true, "do_rescale": true, "do_resize": true,
  "image_mean": [0.485, 0.456, 0.406], "image_processor_type": "DINOv3ViTImageProcessorFast",
  "image_std": [0.229, 0.224, 0.225], "resample": 2, "rescale_factor": 0.00392156862745098,
  "size": {"height": 224, "width": 224}})";

struct PublishedVision {
  const char* name;
  const char* config;
  const char* steps;
  std::size_t heads, hidden, feed_forward, specials, patches, learned_side;
  Activation activation;
};

class PublishedVisionConfig : public ::testing::TestWithParam<PublishedVision> {};

TEST_P(PublishedVisionConfig, IsReadAsItIsWithThePicturesItsProcessorMakes) {
  const PublishedVision& published = GetParam();
  ModelConfig config = parse_model_config(published.config, published.name);
  const ImageSteps steps = parse_image_steps(published.steps, config, published.name);
  fit_to_steps(steps, config);
  ASSERT_TRUE(config.patches);
  EXPECT_EQ(config.layers, 12U);
  EXPECT_EQ(config.heads(0), published.heads);
  EXPECT_EQ(config.head_dim(11), 64U);
  EXPECT_EQ(config.hidden, published.hidden);
  EXPECT_EQ(config.plans.back().feed_forward.width, published.feed_forward);
  EXPECT_EQ(config.plans.back().feed_forward.activation, published.activation);
  EXPECT_EQ(config.patches->specials(), published.specials);
  EXPECT_EQ(config.patches->patches(), published.patches);
  EXPECT_EQ(config.patches->learned_side, published.learned_side);
  EXPECT_EQ(config.context, published.specials + published.patches);
  EXPECT_FALSE(config.has_lm_head);
  EXPECT_FALSE(config.causal);
  EXPECT_EQ(steps, config.patches->learned_side > 0 ? steps : config.patches->usual_steps);
}

INSTANTIATE_TEST_SUITE_P(
    Models, PublishedVisionConfig,
    ::testing::Values(
        PublishedVision{"clip_b32", kClip, kClipSteps, 12, 768, 3'072, 1, 49, 0, Activation::quick_gelu},
        PublishedVision{"siglip_b16", kSiglip, kSiglipSteps, 12, 768, 3'072, 0, 196, 0, Activation::gelu_tanh},
        PublishedVision{"dinov2_b14", kDinov2, kDinov2Steps, 12, 768, 3'072, 1, 256, 37, Activation::gelu},
        PublishedVision{"dinov2_registers_b14", kRegisters, kDinov2Steps, 12, 768, 3'072, 5, 256, 37, Activation::gelu},
        PublishedVision{"dinov3_s16", kDinov3, kDinov3Steps, 6, 384, 1'536, 5, 196, 0, Activation::gelu}),
    [](const auto& published) { return std::string(published.param.name); });

TEST(PublishedTextTower, OfClipIsCausalOverItsOwnVocabulary) {
  const ModelConfig config = parse_model_config(kClip, "clip", Tower::text);
  EXPECT_EQ(config.architecture, "CLIPTextModel");
  EXPECT_EQ(config.tower, Tower::text);
  EXPECT_TRUE(config.causal);
  EXPECT_FALSE(config.patches);
  EXPECT_FALSE(config.has_lm_head);
  EXPECT_EQ(config.layers, 12U);
  EXPECT_EQ(config.heads(0), 8U);
  EXPECT_EQ(config.hidden, 512U);
  EXPECT_EQ(config.context, 77U);
  EXPECT_EQ(config.vocabulary, 49'408U);
}

TEST(PublishedVisionConfigs, TheLargestDinov2HasGatedBlocksOfItsOwnWidth) {
  // facebook/dinov2-giant
  const ModelConfig config = parse_model_config(
      R"({"architectures": ["Dinov2Model"], "hidden_act": "gelu", "hidden_size": 1536, "image_size": 518,
          "layer_norm_eps": 1e-06, "layerscale_value": 1.0, "mlp_ratio": 4, "model_type": "dinov2",
          "num_attention_heads": 24, "num_hidden_layers": 40, "patch_size": 14, "qkv_bias": true,
          "use_swiglu_ffn": true})",
      "giant");
  EXPECT_EQ(config.plans.back().feed_forward.width, 4'096U);
  EXPECT_TRUE(config.plans.back().feed_forward.gated);
  EXPECT_EQ(config.context, 1 + 37U * 37U);
}

}  // namespace
}  // namespace regard
