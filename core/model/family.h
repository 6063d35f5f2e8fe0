// SPDX-License-Identifier: Apache-2.0
// What a model family has to tell: how its config.json reads, and how its tensors are called. A new family is one .cpp with
// these functions, one declaration here and one line in the table of family.cpp. Not for other rooms.
#pragma once

#include "core/model/config.h"

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace regard {

class ConfigReader;
class WeightReader;
struct Weights;

/// What the tensors of a kind's fine-tuned heads are called, without ".weight"; empty: there is no such tensor.
struct ClassHeadNames {
  std::string_view text_transform{};  ///< of the head on the whole text, before `between`
  ClassHead::Between between = ClassHead::Between::none;
  std::string_view text{};    ///< the matrix [labels, D] of the head on the whole text; empty: that head is not simple
  std::string_view tokens{};  ///< likewise of the head on each token
  std::string_view norm{};    ///< behind `between`
  bool alike =
      false;  ///< spans are read as tokens are, and what stands in front of a text's matrix in front of theirs, too
};

/// One kind of model. Its classes are called class_name + what they are made for: "Bert" + "ForTokenClassification".
struct Architecture {
  std::string_view model_type;  ///< as config.json says
  std::string_view class_name;
  std::string_view name;  ///< the class with a head that predicts words (ViT: classes of pictures)
  /// Fills everything but `architecture` and what is known of the head, which are set before; a plan for each layer. Throws Error.
  void (*read_config)(const ConfigReader& reader, ModelConfig& config);
  /// Throws Error (tensor_missing, tensor_shape, tensor_dtype), Cancelled.
  Weights (*read_weights)(const ModelConfig& config, WeightReader& reader);
  std::string_view word_head{};  ///< a tensor of the head that predicts words; empty: lm_head.weight, unless it is tied
  ClassHeadNames heads{};
  /// Two models in one file have no functions of their own: the classes of its towers, which have; text_tower is empty where that one
  /// cannot be opened.
  std::string_view vision_tower{}, text_tower{};
};

/// What a model is fine-tuned for, as the name of its class says.
struct ModelClass {
  const Architecture* architecture = nullptr;
  bool has_lm_head = false;
  bool encoder_only = false;  ///< half of an encoder–decoder model
  ClassHead::Of classes = ClassHead::Of::nothing;
};

/// Every kind that can be opened.
[[nodiscard]] std::span<const Architecture> architectures();
/// The kind and head of a class ("XLMRobertaForTokenClassification"), any head of any known kind; architecture is nullptr if the
/// name is not known.
[[nodiscard]] ModelClass class_named(std::string_view name);
/// nullptr if the name is not known.
[[nodiscard]] const Architecture* find_architecture(std::string_view name);
/// The kind that "model_type" means, or nullptr.
[[nodiscard]] const Architecture* architecture_of_type(std::string_view model_type);

/// "id2label" counts from "0"; a file without it tells num_labels classes apart, two where it does not say.
[[nodiscard]] std::vector<std::string> read_labels(const ConfigReader& reader);
/// What stands in a head that tells classes apart, "gelu" where the file is silent.
[[nodiscard]] ClassHead::Between read_between(const ConfigReader& reader, std::string_view key);
/// What is known of the head of a fine-tuned model before its weights are read.
void read_class_head(const ConfigReader& reader, const ModelClass& of, ModelConfig& config);
/// Does the checkpoint hold the matrix of config.class_head?
[[nodiscard]] bool has_class_weights(const ModelConfig& config, const WeightReader& reader);
/// The weights of config.class_head, after those of the model. Throws Error.
void read_class_weights(const ModelConfig& config, WeightReader& reader, Weights& weights);

void read_bert_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_bert_weights(const ModelConfig& config, WeightReader& reader);

void read_roberta_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_roberta_weights(const ModelConfig& config, WeightReader& reader);

void read_electra_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_electra_weights(const ModelConfig& config, WeightReader& reader);

void read_albert_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_albert_weights(const ModelConfig& config, WeightReader& reader);

void read_mpnet_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_mpnet_weights(const ModelConfig& config, WeightReader& reader);

void read_deberta_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_deberta_weights(const ModelConfig& config, WeightReader& reader);
void read_deberta_v2_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_deberta_v2_weights(const ModelConfig& config, WeightReader& reader);

void read_modern_bert_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_modern_bert_weights(const ModelConfig& config, WeightReader& reader);

void read_distilbert_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_distilbert_weights(const ModelConfig& config, WeightReader& reader);

void read_gpt2_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_gpt2_weights(const ModelConfig& config, WeightReader& reader);

void read_neox_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_neox_weights(const ModelConfig& config, WeightReader& reader);

void read_opt_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_opt_weights(const ModelConfig& config, WeightReader& reader);

void read_bloom_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_bloom_weights(const ModelConfig& config, WeightReader& reader);

void read_llama_config(const ConfigReader& reader, ModelConfig& config);
void read_mistral_config(const ConfigReader& reader, ModelConfig& config);
void read_qwen2_config(const ConfigReader& reader, ModelConfig& config);
void read_qwen3_config(const ConfigReader& reader, ModelConfig& config);
void read_smollm3_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_llama_weights(const ModelConfig& config, WeightReader& reader);

void read_qwen2_moe_config(const ConfigReader& reader, ModelConfig& config);
void read_qwen3_moe_config(const ConfigReader& reader, ModelConfig& config);
void read_olmoe_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_mixture_weights(const ModelConfig& config, WeightReader& reader);

void read_deepseek_v2_config(const ConfigReader& reader, ModelConfig& config);
void read_deepseek_v3_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_deepseek_weights(const ModelConfig& config, WeightReader& reader);
void read_qwen3_next_config(const ConfigReader& reader, ModelConfig& config);
void read_qwen3_5_config(const ConfigReader& reader, ModelConfig& config);
void read_qwen3_5_moe_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_qwen3_next_weights(const ModelConfig& config, WeightReader& reader);

void read_mixtral_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_mixtral_weights(const ModelConfig& config, WeightReader& reader);

void read_olmo2_config(const ConfigReader& reader, ModelConfig& config);
void read_olmo3_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_olmo2_weights(const ModelConfig& config, WeightReader& reader);

/// Its tensors are Llama's.
void read_granite_config(const ConfigReader& reader, ModelConfig& config);
void read_granite_hybrid_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_granite_hybrid_weights(const ModelConfig& config, WeightReader& reader);

void read_falcon_h1_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_falcon_h1_weights(const ModelConfig& config, WeightReader& reader);

void read_jamba_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_jamba_weights(const ModelConfig& config, WeightReader& reader);

void read_mamba_config(const ConfigReader& reader, ModelConfig& config);
void read_mamba2_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_mamba_weights(const ModelConfig& config, WeightReader& reader);

void read_nemotron_h_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_nemotron_h_weights(const ModelConfig& config, WeightReader& reader);

void read_starcoder2_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_starcoder2_weights(const ModelConfig& config, WeightReader& reader);

void read_stablelm_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_stablelm_weights(const ModelConfig& config, WeightReader& reader);

void read_cohere_config(const ConfigReader& reader, ModelConfig& config);
void read_cohere2_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_cohere_weights(const ModelConfig& config, WeightReader& reader);

void read_gptj_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_gptj_weights(const ModelConfig& config, WeightReader& reader);

void read_falcon_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_falcon_weights(const ModelConfig& config, WeightReader& reader);
void read_gpt_oss_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_gpt_oss_weights(const ModelConfig& config, WeightReader& reader);

/// What `regard train` writes, with LayerNorms or RMSNorms.
void read_regard_decoder_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_regard_decoder_weights(const ModelConfig& config, WeightReader& reader);
[[nodiscard]] Weights read_regard_rms_decoder_weights(const ModelConfig& config, WeightReader& reader);

void read_phi3_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_phi3_weights(const ModelConfig& config, WeightReader& reader);

void read_gemma_config(const ConfigReader& reader, ModelConfig& config);
void read_gemma2_config(const ConfigReader& reader, ModelConfig& config);
void read_gemma3_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_gemma_weights(const ModelConfig& config, WeightReader& reader);
void read_gemma3n_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_gemma3n_weights(const ModelConfig& config, WeightReader& reader);
void read_gemma4_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_gemma4_weights(const ModelConfig& config, WeightReader& reader);

void read_t5_config(const ConfigReader& reader, ModelConfig& config);
void read_mt5_config(const ConfigReader& reader, ModelConfig& config);
void read_umt5_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_t5_weights(const ModelConfig& config, WeightReader& reader);

void read_bart_config(const ConfigReader& reader, ModelConfig& config);
void read_mbart_config(const ConfigReader& reader, ModelConfig& config);
void read_pegasus_config(const ConfigReader& reader, ModelConfig& config);
void read_marian_config(const ConfigReader& reader, ModelConfig& config);
void read_m2m100_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_bart_weights(const ModelConfig& config, WeightReader& reader);

void read_vit_config(const ConfigReader& reader, ModelConfig& config);
void read_deit_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_vit_weights(const ModelConfig& config, WeightReader& reader);

void read_clip_vision_config(const ConfigReader& reader, ModelConfig& config);
void read_clip_text_config(const ConfigReader& reader, ModelConfig& config);
void read_siglip_vision_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_clip_vision_weights(const ModelConfig& config, WeightReader& reader);
[[nodiscard]] Weights read_clip_text_weights(const ModelConfig& config, WeightReader& reader);
[[nodiscard]] Weights read_siglip_vision_weights(const ModelConfig& config, WeightReader& reader);

void read_dinov2_config(const ConfigReader& reader, ModelConfig& config);
void read_dinov2_with_registers_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_dinov2_weights(const ModelConfig& config, WeightReader& reader);

void read_dinov3_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_dinov3_weights(const ModelConfig& config, WeightReader& reader);

/// Rows of the table of learned positions, as the files of the families store it; the model has one.
[[nodiscard]] std::size_t learned_rows(const ModelConfig& config);

/// What a family's rotary settings leave to say.
struct RopeHabits {
  float base = 10000.0F;
  const char* base_key = nullptr;     ///< another key than "rope_theta" for the base
  const char* share_key = nullptr;    ///< of the share of a head that is turned; nullptr: a head is turned whole
  float share = 1.0F;                 ///< where the file does not tell it
  std::optional<float> local_base{};  ///< of layers with a window, where it is another (Gemma 3)
  bool unscaled_windows = false;      ///< layers with a window turn without the scaling (OLMo 3)
  std::size_t trailing = 0;          ///< only so many dimensions at the end of a head are turned; 0: those of the share
  bool interleaved = false;          ///< neighbours are turned together
  bool longrope_only = false;        ///< Phi-3
  std::size_t original_context = 0;  ///< tokens; 0: config.context
  const nlohmann::json* silent =
      nullptr;  ///< the settings of a file that has none; nullptr: queries and keys are turned plainly
};
/// Rotary settings: "rope_scaling" (its kind under "rope_type" or "type") or "rope_parameters", and "rope_theta"; newer files keep
/// base and share inside, and may have an object for each type of layer. config.context, head_dim and the plans' windows must be
/// set. Gives every layer its positions; the context grows where the scaling lets the model read more.
void read_rope(const ConfigReader& reader, ModelConfig& config, const RopeHabits& habits = {});
/// What a pair's wavelength is a power of: more than 1, or the pairs do not differ (and YaRN divides by the logarithm).
[[nodiscard]] float read_rope_base(const ConfigReader& reader, std::string_view key, float fallback);

/// Upper bounds of sizes: generous, but small enough that products of two never overflow.
namespace bounds {
inline constexpr std::size_t kLayers = 1'000;
inline constexpr std::size_t kHeads = 1'024;
inline constexpr std::size_t kHeadDim = 4'096;
inline constexpr std::size_t kChannels = 65'536;  // each is a head in Mamba-1
inline constexpr std::size_t kHidden = 262'144;
inline constexpr std::size_t kFeedForward = 2'097'152;
inline constexpr std::size_t kExperts = 4'096;
inline constexpr std::size_t kVocabulary = 16'777'216;
inline constexpr std::size_t kContext = 16'777'216;
inline constexpr std::size_t kImageSide = 4'096;  // pixels
inline constexpr std::size_t kPatches = 65'536;
inline constexpr std::size_t kRegisters = 256;
}  // namespace bounds

[[nodiscard]] Activation read_activation(const ConfigReader& reader, std::string_view fallback,
                                         std::string_view key = "hidden_act");

}  // namespace regard
