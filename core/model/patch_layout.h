// SPDX-License-Identifier: Apache-2.0
// What models that read pictures share. For the files of the model families only.
#pragma once

#include "core/model/config.h"
#include "core/model/fused.h"
#include "core/model/weight_reader.h"

#include <cstddef>
#include <span>
#include <string>

namespace regard {

class ConfigReader;

/// "image_size" (224 where the file is silent), "patch_size" and "num_channels", behind one [CLS]. Throws Error.
[[nodiscard]] PatchConfig read_patches(const ConfigReader& reader, std::size_t usual_patch);

/// "num_hidden_layers", "num_attention_heads" and "hidden_size", and what they are where the file is silent.
struct UsualSizes {
  std::size_t layers = 12, heads = 12, hidden = 768;
};
[[nodiscard]] SoftmaxAttention read_usual_sizes(const ConfigReader& reader, const UsualSizes& usual,
                                                ModelConfig& config);

/// The context of a picture, and the "vocabulary" of a model without names of classes.
void count_tokens(ModelConfig& config);

/// [CLS] and so many registers, called [REG1], [REG2], …
[[nodiscard]] std::vector<std::string> class_and_registers(std::size_t registers);

/// The rows of several tables below each other as float32, which `storage` keeps: the special tokens.
[[nodiscard]] TensorView rows_together(std::span<const TensorView> tables, std::size_t width, Storage& storage);

/// The convolution that makes a token of a patch, as a product: its window never overlaps the next. name + "weight" and "bias".
[[nodiscard]] Linear read_patch_projection(const ModelConfig& config, WeightReader& reader, const std::string& name,
                                           bool bias);

/// A table of positions that was learned on side × side patches, as the model adds it to the tokens of a picture: [CLS]'s row, nothing
/// for registers, and the patches' rows, brought to those that it reads as PatchConfig::stretch says. A copy, which `storage` keeps.
[[nodiscard]] TensorView fitted_positions(const ModelConfig& config, const TensorView& learned, Storage& storage);

}  // namespace regard
