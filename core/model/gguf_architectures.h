// SPDX-License-Identifier: Apache-2.0
// What the GGUF architectures are called, and what their keys and tensors mean in the words of Hugging Face. For the gguf_*
// files only.
#pragma once

#include "core/format/gguf.h"

#include <span>
#include <string_view>

namespace regard {

/// A key (after "llama.") or a tensor (without ".weight", ".bias", or with it where the families' ending is another) and what
/// config.json or the families call it.
struct GgufName {
  const char* gguf;
  const char* huggingface;
};

/// Which matrices and norms have biases: none, those that the file holds, or all.
enum class GgufBiases { none, as_held, all };

struct GgufArchitecture {
  std::string_view name;                ///< general.architecture
  const char* huggingface;              ///< one of architectures() of family.h
  std::string_view layers;              ///< how the families' names of a layer's tensors begin: "model.layers."
  std::span<const GgufName> required;   ///< keys
  std::span<const GgufName> optional;   ///< keys
  std::span<const GgufName> experts{};  ///< keys, required: of two entries of a name, one is of files with experts
  std::span<const GgufName> outside;    ///< tensors outside of layers
  std::span<const GgufName> of_layer;   ///< tensors of a layer
  GgufBiases biases = GgufBiases::none;
  bool interleaved = false;    ///< rows of queries and keys lie as pairs (2k, 2k+1)
  bool outputs_first = false;  ///< matrices are [out, in] although the family's own files have [in, out]
  bool whole_norms = false;    ///< norm scales are w although the family's own files have w − 1
  bool shifted_norms = false;  ///< norms of the stream have biases, whatever `biases` says of the rest
  bool parts_apart = false;    ///< Checkpoint::parts_apart
  bool latent = false;         ///< DeepSeek: one name for V2 and V3, widths and choices of experts in keys of their own
  bool states = false;         ///< state spaces: A itself, kernels without their middle axis, norms by groups
  bool layers_differ = false;  ///< widths and kinds of layers are said one by one (gguf_layers.cpp)
  bool whole_rates = false;    ///< as in `states`
  bool values_by_turns = false;  ///< Checkpoint::values_by_turns
  std::size_t halves =
      1;  ///< layers of the config for each block of the file: 2 where both mixers of a layer stand in one
  std::size_t scaled_by_width = 0;  ///< with so many layers, scores are divided by √(hidden/heads), else by √head_dim
};

[[nodiscard]] std::span<const GgufArchitecture> gguf_architectures();

/// What the file names. Throws Error config_missing, unknown_architecture (with the known ones), gguf_format.
[[nodiscard]] const GgufArchitecture& gguf_architecture_of(const Gguf& gguf);

}  // namespace regard
