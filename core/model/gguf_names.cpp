// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"
#include "core/model/gguf_architectures.h"
#include "core/model/gguf_model.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace regard {
namespace {

constexpr std::string_view kBlocks = "blk.";

/// "…name.weight" in parts; the layer is missing outside of them.
struct Parts {
  std::string_view layer{};
  std::string_view name{};
  std::string_view kind{};   ///< ".weight", ".bias"
  std::string_view whole{};  ///< both
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
  parts.whole = tensor;
  return parts;
}

/// The layer a tensor of the file belongs to, if its number reads as one.
std::optional<std::size_t> layer_of(std::string_view digits) {
  std::size_t layer = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), layer);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return layer;
}

bool is_table(std::string_view name) {
  return name == "token_embd" || name == "position_embd" || name == "token_types" || name == "output";
}

bool has_bias(std::string_view name, const GgufArchitecture& architecture, const ModelConfig& config) {
  if (architecture.biases == GgufBiases::all) return !is_table(name);
  const bool of_stream = name.find("norm") != std::string_view::npos && name != "attn_q_norm" && name != "attn_k_norm";
  if (architecture.shifted_norms && of_stream) return true;
  if (architecture.biases == GgufBiases::none) return false;
  const LayerPlan& plan = config.plans.front();
  if (name == "attn_q" || name == "attn_k" || name == "attn_v") return plan.attention.bias;
  if (name == "attn_output") return plan.attention.output_bias;
  return name.starts_with("ffn_") && name != "ffn_norm" && plan.feed_forward.bias;
}

/// Vectors that are part of the config, not of the weights.
bool is_setting(std::string_view tensor, const ModelConfig& config) {
  using Scaling = RopeConfig::Scaling;
  const Rotary* rotary = first_rotary(config);
  if (rotary == nullptr) return false;
  const bool stands = std::any_of(config.plans.begin(), config.plans.end(), [](const LayerPlan& plan) {
    const auto* own = std::get_if<Rotary>(&plan.positions);
    return own != nullptr && own->rope.turned;
  });
  if (tensor == "rope_freqs.weight") return stands || rotary->rope.scaling == Scaling::llama3;
  return rotary->rope.scaling == Scaling::longrope && tensor.starts_with("rope_factors_");
}

/// A and D of state spaces have no ending.
bool is_bare(std::string_view name) {
  return name == "ssm_a" || name == "ssm_d";
}

/// Is there a place in this layer for what not all layers of an architecture have?
bool layer_has(const LayerPlan& plan, const Parts& parts, bool layers_differ) {
  const auto& experts = plan.feed_forward.experts;
  const std::string_view name = parts.name;
  const bool of_heads = name == "attn_q" || name == "attn_k" || name == "attn_v" || name == "attn_output" ||
                        name == "attn_q_norm" || name == "attn_k_norm";
  if (layers_differ && of_heads && !has_softmax(plan)) return false;
  if (layers_differ && name == "attn_v") return !plan.attention.values_are_keys;
  if (layers_differ && (name.starts_with("ssm_") || name == "attn_qkv" || name == "attn_gate"))
    return keeps_state(plan);
  if (name.starts_with("ffn_") && name != "ffn_norm" && plan.feed_forward.width == 0) return false;
  if (name == "inp_gate" || name == "proj" || name == "post_norm") return plan.token_row > 0;
  if (name.ends_with("_shexp")) return experts && experts->shared_width > 0;
  if (parts.whole == "exp_probs_b.bias") return experts && experts->has_choice_bias;
  if (name.ends_with("_exps") || name == "ffn_gate_inp") return experts.has_value();
  const bool own_norms = experts && experts->own_norms;
  if (name == "pre_ffw_norm_2" || name == "post_ffw_norm_1" || name == "post_ffw_norm_2") return own_norms;
  if (name == "ffn_gate" || name == "ffn_up" || name == "ffn_down") return !experts || own_norms;
  const bool narrow = plan.attention.latent && plan.attention.latent->query_rank > 0;
  if (name == "attn_q") return !narrow;
  if (name.starts_with("attn_q_a") || name == "attn_q_b") return narrow;
  return true;
}

bool has_place(const StoredTensor& tensor, const GgufArchitecture& architecture, const ModelConfig& config) {
  if (is_setting(tensor.name, config)) return true;
  const Parts parts = parts_of(tensor.name, kBlocks);
  const bool inside = !parts.layer.empty();
  const auto layer = layer_of(parts.layer);
  const std::size_t halves = architecture.halves, blocks = config.layers / halves;
  if (inside && (!layer || *layer >= blocks + config.unread_layers)) return false;
  if (inside && *layer >= blocks) return true;
  if ((parts.name == "attn_q_norm" || parts.name == "attn_k_norm") &&
      config.plans[layer.value_or(0) * halves].attention.qk_norm == QkNorm::none)
    return false;
  if (inside && !layer_has(config.plans[*layer * halves + halves - 1], parts, architecture.layers_differ)) return false;
  if (parts.name.starts_with("per_layer_") && config.token_rows == 0) return false;
  for (const GgufName& names : inside ? architecture.of_layer : architecture.outside) {
    if (names.gguf == parts.whole && (!parts.kind.empty() || is_bare(parts.name))) return true;
    if (names.gguf != parts.name) continue;
    if (parts.kind == ".weight" || (parts.kind == ".bias" && has_bias(parts.name, architecture, config))) return true;
  }
  return false;
}

/// Files of architecture llama hold the query and key rows of a head with rotary pairs side by side.
std::size_t interleaved_rows(const StoredTensor& tensor, const GgufArchitecture& architecture,
                             const ModelConfig& config) {
  const std::string_view name = parts_of(tensor.name, kBlocks).name;
  const HeadList softmax = softmax_heads(config);
  const std::size_t layer = softmax.empty() ? 0 : softmax.front().layer;
  return architecture.interleaved && (name == "attn_q" || name == "attn_k") ? config.head_dim(layer) : 0;
}

/// State spaces as the families have them: a kernel [channels, 1, tokens], A and D of heads and norms of all groups as vectors.
void reshape_states(const GgufArchitecture& architecture, StoredTensor& tensor) {
  const std::string_view name = parts_of(tensor.name, kBlocks).name;
  std::vector<std::size_t>& shape = tensor.shape;
  if (!(architecture.states || architecture.whole_rates) || shape.size() != 2) return;
  if (name == "ssm_conv1d") shape.insert(shape.begin() + 1, 1);
  if (is_bare(name) && shape[1] == 1 && architecture.name != "mamba" && architecture.name != "jamba") shape.pop_back();
  if (name == "ssm_norm") shape = {shape[0] * shape[1]};
}

/// Files of Falcon-H1 name one norm without its ending.
StoredTensor with_ending(const GgufArchitecture& architecture, StoredTensor tensor) {
  if (architecture.name == "falcon-h1" && tensor.name.ends_with(".ffn_norm")) tensor.name += ".weight";
  return tensor;
}

/// The gate of the shared expert is a vector in these files: a matrix of one row.
StoredTensor as_matrix(const GgufArchitecture& architecture, StoredTensor tensor) {
  reshape_states(architecture, tensor);
  if (tensor.shape.size() == 1 && parts_of(tensor.name, kBlocks).name == "ffn_gate_inp_shexp")
    tensor.shape.insert(tensor.shape.begin(), 1);
  return tensor;
}

constexpr std::string_view kAdapterParts[][2] = {{".lora_A.weight", ".lora_a"}, {".lora_B.weight", ".lora_b"}};

/// "model.layers.3.mlp.up_proj.lora_A.weight" → "blk.3.ffn_up.weight.lora_a"
std::string gguf_adapter_name(std::string_view name, const GgufArchitecture& architecture) {
  for (const auto& [huggingface, gguf] : kAdapterParts)
    if (name.ends_with(huggingface)) {
      name.remove_suffix(huggingface.size());
      return gguf_tensor_name(std::string(name) + ".weight", architecture) + std::string(gguf);
    }
  return std::string(name);
}

}  // namespace

std::string gguf_tensor_name(std::string_view name, const GgufArchitecture& architecture) {
  const Parts parts = parts_of(name, architecture.layers);
  const std::string kind(parts.kind);
  const bool inside = !parts.layer.empty();
  const std::string block = inside ? std::string(kBlocks) + std::string(parts.layer) + "." : "";
  for (const GgufName& names : inside ? architecture.of_layer : architecture.outside) {
    if (names.huggingface == parts.whole) return block + names.gguf;
    if (names.huggingface == parts.name && (kind == ".weight" || kind == ".bias")) return block + names.gguf + kind;
  }
  return std::string(name);
}

Checkpoint make_gguf_checkpoint(const Gguf& gguf, const ModelConfig& config, std::vector<Checkpoint::File> files) {
  const GgufArchitecture& architecture = gguf_architecture_of(gguf);
  Checkpoint checkpoint;
  checkpoint.listing = gguf.file;
  checkpoint.files = std::move(files);
  checkpoint.own_name = [&architecture](std::string_view name) { return gguf_tensor_name(name, architecture); };
  checkpoint.outputs_first = architecture.outputs_first;
  checkpoint.whole_norms = architecture.whole_norms;
  checkpoint.parts_apart = architecture.parts_apart;
  checkpoint.whole_rates = architecture.states || architecture.whole_rates;
  checkpoint.values_by_turns = architecture.values_by_turns;
  for (const StoredTensor& stored : gguf.tensors) {
    const StoredTensor tensor = with_ending(architecture, stored);
    if (!has_place(tensor, architecture, config))
      throw Error("tensor_unknown", {.file = gguf.file, .item = tensor.name, .expected = config.architecture});
    checkpoint.places.emplace(tensor.name,
                              Checkpoint::Place{.file = tensor.file,
                                                .tensor = as_matrix(architecture, tensor),
                                                .interleaved = interleaved_rows(tensor, architecture, config)});
  }
  return checkpoint;
}

AdapterConfig gguf_adapter_config(const Gguf& gguf) {
  const std::string_view kind = gguf.text("adapter.type").value_or("");
  if (kind != "lora") throw Error("adapter_kind", {.file = gguf.file, .found = kind.empty() ? "∅" : std::string(kind)});
  AdapterConfig config;
  const GgufValue* alpha = gguf.find("adapter.lora.alpha");
  const double* number = alpha == nullptr ? nullptr : std::get_if<double>(alpha);
  if (number == nullptr || !(*number >= 0.0) || !(*number <= 1e6))
    gguf.fail("adapter.lora.alpha", "0…1000000", alpha == nullptr ? "∅" : gguf_excerpt(*alpha));
  config.alpha = static_cast<float>(*number);
  config.base = gguf.text("general.base_model.0.name").value_or("");
  return config;
}

Checkpoint make_gguf_adapter(const Gguf& gguf, const ModelConfig& config, Checkpoint::File file) {
  const GgufArchitecture& architecture = gguf_architecture_of(gguf);
  if (architecture.huggingface != config.architecture)
    throw Error("adapter_architecture",
                {.file = gguf.file, .expected = architecture.huggingface, .found = config.architecture});
  Checkpoint checkpoint;
  checkpoint.listing = gguf.file;
  checkpoint.files.push_back(std::move(file));
  checkpoint.own_name = [&architecture](std::string_view name) { return gguf_adapter_name(name, architecture); };
  checkpoint.parts_apart = architecture.parts_apart;
  for (const StoredTensor& tensor : gguf.tensors) {
    Checkpoint::Place place{.file = 0, .tensor = tensor};
    StoredTensor adapted = tensor;  // the model's own
    adapted.name = tensor.name.substr(0, tensor.name.rfind('.'));
    if (tensor.name.ends_with(kAdapterParts[1][1]))
      place.interleaved = interleaved_rows(adapted, architecture, config);
    else if (!tensor.name.ends_with(kAdapterParts[0][1]))
      throw Error("adapter_tensor", {.file = gguf.file, .item = tensor.name, .expected = config.architecture});
    checkpoint.places.emplace(tensor.name, std::move(place));
  }
  return checkpoint;
}

}  // namespace regard
