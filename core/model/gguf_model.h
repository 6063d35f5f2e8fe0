// SPDX-License-Identifier: Apache-2.0
// A GGUF file as a checkpoint: its metadata as a ModelConfig, its tensors under the names the families ask for. A new
// architecture is an entry in gguf_architectures.cpp with tables of its names.
// Not for other rooms.
#pragma once

#include "core/format/gguf.h"
#include "core/model/adapter.h"
#include "core/model/config.h"
#include "core/model/weight_reader.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// `bytes` are the whole file, or every file that the tensors lie in. Throws Error: unknown_architecture, config_missing,
/// config_value (about the keys of the file), gguf_format, tensor_missing, tensor_dtype.
[[nodiscard]] ModelConfig read_gguf_config(const Gguf& gguf, std::span<const std::span<const std::byte>> bytes);
[[nodiscard]] inline ModelConfig read_gguf_config(const Gguf& gguf, std::span<const std::byte> bytes) {
  return read_gguf_config(gguf, std::span(&bytes, 1));
}

struct GgufArchitecture;  // core/model/gguf_architectures.h

/// The GGUF name of a tensor that families know by its Hugging Face name: "model.layers.3.mlp.up_proj.weight" →
/// "blk.3.ffn_up.weight"; itself where there is none.
[[nodiscard]] std::string gguf_tensor_name(std::string_view name, const GgufArchitecture& architecture);

/// Every tensor of the files by its own name, ready for a WeightReader. A tensor that the config has no place for would change
/// the numbers if it were passed over: Error tensor_unknown.
[[nodiscard]] Checkpoint make_gguf_checkpoint(const Gguf& gguf, const ModelConfig& config,
                                              std::vector<Checkpoint::File> files);

/// An adapter's .gguf file: what it says of scale and base, and its matrices "blk.0.attn_q.weight.lora_a" under the names that
/// AdapterReader asks for. Throw Error gguf_format, adapter_kind, adapter_architecture (it is for models of another one),
/// adapter_tensor (not half of a pair).
[[nodiscard]] AdapterConfig gguf_adapter_config(const Gguf& gguf);
[[nodiscard]] Checkpoint make_gguf_adapter(const Gguf& gguf, const ModelConfig& config, Checkpoint::File file);

}  // namespace regard
