// SPDX-License-Identifier: Apache-2.0
// What BERT and its relatives have in common: sizes, tables, the blocks of a layer. For the files of the model families.
#pragma once

#include "core/model/config.h"
#include "core/model/weight_reader.h"
#include "core/model/weights.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace regard {

class ConfigReader;

/// What the class of a relative takes where its file is silent.
struct EncoderDefaults {
  std::optional<std::size_t> token_types = 2;  ///< nullopt: it knows of none
  std::string_view activation = "gelu";
  float epsilon = 1e-12F;
};

/// Sizes, norms after each block, learned positions from row 0 on, and a head that predicts words with the blocks' activation.
void read_encoder_config(const ConfigReader& reader, const EncoderDefaults& defaults, ModelConfig& config);

/// The tensors of a layer, behind its name. Empty: read elsewhere.
struct EncoderNames {
  std::string_view query{}, key{}, value{};
  std::string_view output{}, attention_norm{};
  std::string_view up{}, down{}, feed_forward_norm{};
};
inline constexpr EncoderNames kBertNames{.query = "attention.self.query",
                                         .key = "attention.self.key",
                                         .value = "attention.self.value",
                                         .output = "attention.output.dense",
                                         .attention_norm = "attention.output.LayerNorm",
                                         .up = "intermediate.dense",
                                         .down = "output.dense",
                                         .feed_forward_norm = "output.LayerNorm"};
[[nodiscard]] LayerWeights read_encoder_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                              const std::string& name, const EncoderNames& names);

/// What stands before a model's own tensors: `prefix`, or nothing in the files of a bare model, which are saved without it.
[[nodiscard]] std::string encoder_root(const ModelConfig& config, WeightReader& reader, std::string_view anchor,
                                       std::string_view prefix);

/// root + "embeddings.…": the tables that the config knows of and their norm. `decoder`: the head's name for the table of tokens,
/// where they are tied.
[[nodiscard]] Weights read_encoder_tables(const ModelConfig& config, WeightReader& reader, const std::string& root,
                                          std::string_view decoder);

/// All layers: `layers` + "0." + names, …
void read_encoder_layers(const ModelConfig& config, WeightReader& reader, const std::string& layers,
                         const EncoderNames& names, Weights& weights);

/// Tables and layers of a model whose tensors BERT named.
[[nodiscard]] Weights read_bert_encoder(const ModelConfig& config, WeightReader& reader, std::string_view prefix,
                                        std::string_view decoder);

/// Where the parts of a head that predicts words lie.
struct WordHeadNames {
  std::string dense, norm, bias,
      decoder;  ///< decoder + ".weight", where it is not tied; decoder + ".bias" may double `bias`
};
void read_word_head(const ModelConfig& config, WeightReader& reader, const WordHeadNames& names, Weights& weights);

/// The head of BERT, and of DeBERTa as the library saves it: "cls.predictions.…".
void read_bert_head(const ModelConfig& config, WeightReader& reader, Weights& weights);

/// The head of RoBERTa and MPNet: "lm_head.…".
void read_roberta_head(const ModelConfig& config, WeightReader& reader, Weights& weights);

/// LayerNorm, of the stream; its shift is 0 where config.norms_shift says so.
[[nodiscard]] Norm read_stream_norm(const ModelConfig& config, WeightReader& reader, const std::string& name);

}  // namespace regard
