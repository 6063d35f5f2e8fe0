// SPDX-License-Identifier: Apache-2.0
// What decoder checkpoints have in common around their blocks. For the files of the model families only.
#pragma once

#include "core/model/config.h"
#include "core/model/weight_reader.h"

#include <string>
#include <string_view>

namespace regard {

/// Reads the layer whose tensors' names begin with `name` ("model.layers.3.").
using ReadLayer = LayerWeights (*)(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                   const std::string& name);
/// Reads a norm of `size` numbers.
using ReadNorm = Norm (*)(WeightReader& reader, const std::string& name, std::size_t size);

/// Llama's layout, which Phi-3 and Gemma share: embed_tokens, layers.N, norm, lm_head. A bare …Model is saved without the
/// prefix "model.", a model with a head with it; `anchor` is a tensor that every such model has.
[[nodiscard]] Weights read_decoder(const ModelConfig& config, WeightReader& reader, ReadLayer read_layer,
                                   ReadNorm read_norm, std::string_view anchor = "layers.0.input_layernorm.weight");

/// LayerNorms without shifts of so many heads, each with a scale of its own: name.weight [heads, d], or name.norms.N.weight [d] of
/// each head.
[[nodiscard]] Norm read_head_norms(WeightReader& reader, const std::string& name, std::size_t heads,
                                   std::size_t head_dim);

/// RMSNorm whose file holds scale − 1 (Gemma, Qwen3-Next), unless the checkpoint says it holds the whole scale.
[[nodiscard]] Norm read_centred_norm(WeightReader& reader, const std::string& name, std::size_t size);

/// The table of tokens [V, E]; where it is tied to the head's matrix, the file may hold it under that name.
[[nodiscard]] TensorView read_token_table(const ModelConfig& config, WeightReader& reader, const std::string& name,
                                          std::string_view head = "lm_head.weight");

/// Where the model has a head: lm_head.weight, or the token embedding where they are tied.
void read_unembedding(const ModelConfig& config, WeightReader& reader, Weights& weights);

}  // namespace regard
