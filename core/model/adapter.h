// SPDX-License-Identifier: Apache-2.0
// Adapters: files that change a model which is not part of them. LoRA (Hu et al. 2021, https://arxiv.org/abs/2106.09685) as PEFT
// writes it (adapter_config.json beside adapter_model.safetensors or .bin), and as llama.cpp does (a .gguf file).
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace regard {

/// What adapter_config.json says of LoRA. A plain value.
struct AdapterConfig {
  std::string base{};            ///< name or path of the model it was trained on; may be empty
  std::size_t rank = 0;          ///< r; 0: as each pair of matrices has it
  float alpha = 0.0F;            ///< 0: B·A is added as it is (llama.cpp)
  bool rank_stabilised = false;  ///< B·A is multiplied by α/√r, not by α/r (https://arxiv.org/abs/2312.03732)
  bool dora = false;             ///< the lengths of the rows are learned, too (https://arxiv.org/abs/2402.09353)
  /// Of the modules whose names, or their ends behind a dot, match the expression.
  std::vector<std::pair<std::string, std::size_t>> rank_pattern{};
  std::vector<std::pair<std::string, float>> alpha_pattern{};
};

/// From the bytes of adapter_config.json (`file` only names it in errors). Pure; fuzzed. Throws Error: json_*, config_*,
/// adapter_kind (another kind of adapter than LoRA, named), adapter_setting (a setting that is not understood here, named).
[[nodiscard]] AdapterConfig parse_adapter_config(std::string_view json, const std::string& file);

/// Of one module ("model.layers.0.self_attn.q_proj"): its rank, 0 where the file does not say it, and what its B·A of rank `rank`
/// is multiplied by. Throw Error where a pattern is no regular expression, or where two that fit disagree.
[[nodiscard]] std::size_t rank_of(const AdapterConfig& config, std::string_view module, const std::string& file);
[[nodiscard]] float scale_of(const AdapterConfig& config, std::string_view module, std::size_t rank,
                             const std::string& file);

/// An adapter to open with a model.
struct AdapterUse {
  std::filesystem::path path{};  ///< its folder, a file in that, or a .gguf file
  float strength = 1.0F;         ///< 0: none of it, 1: as trained
};

/// What an opened model says of an adapter it was opened with.
struct ModelAdapter {
  std::filesystem::path path{};
  std::string name{};  ///< of its folder or file
  AdapterConfig config{};
  float strength = 1.0F;
  std::vector<std::string> low_rank{};  ///< the matrices it changes, by their names, in the order they are read
  std::vector<std::string>
      replaced{};  ///< tensors that stand in the place of the model's at any strength (modules_to_save)
  std::size_t least_rank = 0;
  std::size_t most_rank = 0;
  std::size_t parameters = 0;
  std::size_t bytes_on_disk = 0;

  /// At strength 0 the model is its base, to the last bit.
  [[nodiscard]] bool is_base_at_0() const { return replaced.empty() && !config.dora; }
};

/// What the adapter at `path` (as in AdapterUse) says of itself; reads no numbers. Throws Error: file_missing, json_*, config_*, gguf_*,
/// adapter_kind, adapter_setting.
[[nodiscard]] AdapterConfig read_adapter_config(const std::filesystem::path& path);

/// Does an adapter lie here, and no model: a folder of one, a file of one, an adapter's .gguf? Reads no numbers.
[[nodiscard]] bool is_adapter(const std::filesystem::path& path);

}  // namespace regard
