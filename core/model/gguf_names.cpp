// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"
#include "core/model/gguf_model.h"

#include <charconv>
#include <optional>

namespace regard {
namespace {

struct Names {
  std::string_view huggingface;
  std::string_view gguf;
};

constexpr Names kOutside[] = {
    {"model.embed_tokens", "token_embd"}, {"model.norm", "output_norm"}, {"lm_head", "output"}};

constexpr Names kOfLayer[] = {{"input_layernorm", "attn_norm"},    {"self_attn.q_proj", "attn_q"},
                              {"self_attn.k_proj", "attn_k"},      {"self_attn.v_proj", "attn_v"},
                              {"self_attn.o_proj", "attn_output"}, {"self_attn.q_norm", "attn_q_norm"},
                              {"self_attn.k_norm", "attn_k_norm"}, {"post_attention_layernorm", "ffn_norm"},
                              {"mlp.gate_proj", "ffn_gate"},       {"mlp.up_proj", "ffn_up"},
                              {"mlp.down_proj", "ffn_down"}};

constexpr std::string_view kLayers = "model.layers.";
constexpr std::string_view kBlocks = "blk.";

/// "…name.weight" in parts; the layer is missing outside of them.
struct Parts {
  std::string_view layer{};
  std::string_view name{};
  std::string_view kind{};  ///< ".weight", ".bias"
};

Parts parts_of(std::string_view tensor, std::string_view layers) {
  Parts parts;
  if (tensor.starts_with(layers)) {
    tensor.remove_prefix(layers.size());
    parts.layer = tensor.substr(0, tensor.find('.'));
    tensor.remove_prefix(std::min(parts.layer.size() + 1, tensor.size()));
  }
  const std::size_t dot = std::min(tensor.rfind('.'), tensor.size());
  parts.name = tensor.substr(0, dot);
  parts.kind = tensor.substr(dot);
  return parts;
}

/// The layer a tensor of the file belongs to, if its number reads as one.
std::optional<std::size_t> layer_of(std::string_view digits) {
  std::size_t layer = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), layer);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return layer;
}

bool has_bias(std::string_view name, const ModelConfig& config) {
  if (name == "attn_q" || name == "attn_k" || name == "attn_v") return config.attention_bias;
  if (name == "attn_output") return config.output_bias;
  return name.starts_with("ffn_") && name != "ffn_norm" && config.feed_forward_bias;
}

bool has_place(const StoredTensor& tensor, const ModelConfig& config) {
  const Parts parts = parts_of(tensor.name, kBlocks);
  if (parts.layer.empty()) {
    if (tensor.name == "rope_freqs.weight") return true;  // part of the config
    for (const Names& names : kOutside)
      if (names.gguf == parts.name) return parts.kind == ".weight";
    return false;
  }
  const auto layer = layer_of(parts.layer);
  if (!layer || *layer >= config.layers) return false;
  if (parts.name == "attn_q_norm" || parts.name == "attn_k_norm") return config.qk_norm && parts.kind == ".weight";
  for (const Names& names : kOfLayer)
    if (names.gguf == parts.name)
      return parts.kind == ".weight" || (parts.kind == ".bias" && has_bias(parts.name, config));
  return false;
}

/// Files of architecture llama hold the query and key rows of a head with rotary pairs side by side.
std::size_t interleaved_rows(const StoredTensor& tensor, const Gguf& gguf, const ModelConfig& config) {
  const std::string_view name = parts_of(tensor.name, kBlocks).name;
  const bool rotated = name == "attn_q" || name == "attn_k";
  return rotated && gguf.text("general.architecture") == "llama" ? config.head_dim : 0;
}

}  // namespace

std::string gguf_tensor_name(std::string_view name) {
  const Parts parts = parts_of(name, kLayers);
  const std::string kind(parts.kind);
  if (parts.layer.empty()) {
    for (const Names& names : kOutside)
      if (names.huggingface == parts.name) return std::string(names.gguf) + kind;
    return std::string(name);
  }
  for (const Names& names : kOfLayer)
    if (names.huggingface == parts.name)
      return std::string(kBlocks) + std::string(parts.layer) + "." + std::string(names.gguf) + kind;
  return std::string(name);
}

Checkpoint make_gguf_checkpoint(const Gguf& gguf, const ModelConfig& config,
                                std::shared_ptr<const MappedFile> mapping) {
  Checkpoint checkpoint;
  checkpoint.listing = gguf.file;
  checkpoint.files.push_back({gguf.file, std::move(mapping)});
  checkpoint.own_name = gguf_tensor_name;
  for (const StoredTensor& tensor : gguf.tensors) {
    if (!has_place(tensor, config))
      throw Error("tensor_unknown", {.file = gguf.file, .item = tensor.name, .expected = config.architecture});
    checkpoint.places.emplace(
        tensor.name,
        Checkpoint::Place{.file = 0, .tensor = tensor, .interleaved = interleaved_rows(tensor, gguf, config)});
  }
  return checkpoint;
}

}  // namespace regard
