// SPDX-License-Identifier: Apache-2.0
// What a model family has to tell: how its config.json reads, and how its tensors are called. A new family is one .cpp with
// these functions, one declaration here and one line in the table of family.cpp. Not for other rooms.
#pragma once

#include "core/model/config.h"

#include <span>
#include <string_view>

namespace regard {

class ConfigReader;
class WeightReader;
struct Weights;

/// One name that "architectures" may hold.
struct Architecture {
  std::string_view name;
  std::string_view model_type;  ///< as "model_type" in files that list no architecture
  bool has_lm_head;
  /// Fills everything but `architecture` and `has_lm_head`, which are set before. Throws Error.
  void (*read_config)(const ConfigReader& reader, ModelConfig& config);
  /// Throws Error (tensor_missing, tensor_shape, tensor_dtype), Cancelled.
  Weights (*read_weights)(const ModelConfig& config, WeightReader& reader);
};

/// Every architecture that can be opened, the one for a bare "model_type" first among its own.
[[nodiscard]] std::span<const Architecture> architectures();
/// nullptr if the name is not known.
[[nodiscard]] const Architecture* find_architecture(std::string_view name);

void read_bert_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_bert_weights(const ModelConfig& config, WeightReader& reader);

void read_roberta_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_roberta_weights(const ModelConfig& config, WeightReader& reader);

void read_electra_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_electra_weights(const ModelConfig& config, WeightReader& reader);

/// The embeddings and layers that BERT and its relatives share: tensors named root + "embeddings.…" and "encoder.…". The root is
/// `prefix`, or nothing in the files of a bare model.
[[nodiscard]] Weights read_bert_encoder(const ModelConfig& config, WeightReader& reader, std::string_view prefix);

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

void read_phi3_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_phi3_weights(const ModelConfig& config, WeightReader& reader);

void read_gemma_config(const ConfigReader& reader, ModelConfig& config);
void read_gemma2_config(const ConfigReader& reader, ModelConfig& config);
void read_gemma3_config(const ConfigReader& reader, ModelConfig& config);
[[nodiscard]] Weights read_gemma_weights(const ModelConfig& config, WeightReader& reader);

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

/// Rotary settings: "rope_scaling" (its kind under "rope_type" or "type") or "rope_parameters", and "rope_theta".
/// config.context must be set; it grows where the scaling lets the model read more.
void read_rope(const ConfigReader& reader, ModelConfig& config);
/// What a pair's wavelength is a power of: more than 1, or the pairs do not differ (and YaRN divides by the logarithm).
[[nodiscard]] float read_rope_base(const ConfigReader& reader, std::string_view key, float fallback);

/// Upper bounds of sizes: generous, but small enough that products of two never overflow.
namespace bounds {
inline constexpr std::size_t kLayers = 1'000;
inline constexpr std::size_t kHeads = 1'024;
inline constexpr std::size_t kHeadDim = 4'096;
inline constexpr std::size_t kHidden = 262'144;
inline constexpr std::size_t kFeedForward = 2'097'152;
inline constexpr std::size_t kVocabulary = 16'777'216;
inline constexpr std::size_t kContext = 16'777'216;
inline constexpr std::size_t kImageSide = 4'096;  // pixels
inline constexpr std::size_t kPatches = 65'536;
}  // namespace bounds

[[nodiscard]] Activation read_activation(const ConfigReader& reader, std::string_view fallback,
                                         std::string_view key = "hidden_act");

}  // namespace regard
