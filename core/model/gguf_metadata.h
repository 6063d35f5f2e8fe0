// SPDX-License-Identifier: Apache-2.0
// The settings of a GGUF file's architecture, and what single architectures say in other ways than config.json does. For the gguf_*
// files only.
#pragma once

#include "core/format/gguf.h"
#include "core/model/gguf_architectures.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

using GgufBytes = std::span<const std::span<const std::byte>>;  ///< of every file of the model

/// Lists become an excerpt, numbers that are none a text.
[[nodiscard]] nlohmann::json gguf_json(const GgufValue& value);

/// Keys behind "llama.".
class GgufMetadata {
public:
  GgufMetadata(const Gguf& gguf, std::string_view architecture)
      : gguf_(gguf), prefix_(std::string(architecture) + ".") {}

  [[nodiscard]] const std::string& file() const { return gguf_.file; }
  [[nodiscard]] std::string key(std::string_view name) const { return prefix_ + std::string(name); }
  [[nodiscard]] const GgufValue* find(std::string_view name) const { return gguf_.find(key(name)); }
  [[nodiscard]] double number(std::string_view name, double fallback) const;
  /// A size of every layer: [count] from a list of so many whole numbers, or from one for all; empty where it is not there. Throws
  /// Error config_value.
  [[nodiscard]] std::vector<std::size_t> sizes(std::string_view name, std::size_t count) const;
  void copy(const GgufName& pair, nlohmann::json& to) const;
  [[noreturn]] void fail(std::string_view name, std::string expected, std::string found) const;
  /// Likewise about what is there.
  [[noreturn]] void fail(std::string_view name, std::string expected) const;

private:
  const Gguf& gguf_;
  std::string prefix_;
};

/// The numbers of a float32 vector that belongs to the config.
[[nodiscard]] std::vector<float> gguf_numbers(const Gguf& gguf, const StoredTensor& tensor, GgufBytes bytes);

/// Layers in the file, at most as many as a model may have.
[[nodiscard]] std::size_t gguf_layers(const GgufMetadata& metadata);

/// Which layers see only a window, as config.json lists them: the file has a flag for each, or says that every n-th sees everything.
[[nodiscard]] nlohmann::json gguf_window_types(const GgufMetadata& metadata);

/// Gemma 3n: widths of blocks and shares of numbers that get through by layer, keys that later layers share.
void add_gemma3n(const Gguf& gguf, const GgufMetadata& metadata, nlohmann::json& config);
/// Gemma 4: two kinds of layers with widths of their own, keys that later layers share, what is turned of a head.
void add_gemma4(const Gguf& gguf, GgufBytes bytes, const GgufMetadata& metadata, nlohmann::json& config);
/// Nemotron-H: what each layer is, its tensors and the sizes of its kind tell.
void add_nemotron(const Gguf& gguf, const GgufMetadata& metadata, nlohmann::json& config);
/// Qwen3-Next and Qwen3.5: the sizes of delta layers.
void add_delta_layers(const GgufMetadata& metadata, nlohmann::json& config);

}  // namespace regard
