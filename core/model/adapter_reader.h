// SPDX-License-Identifier: Apache-2.0
// The tensors of adapters, for WeightReader: which matrix of the model each of them changes. Not for other rooms.
#pragma once

#include "core/model/adapter.h"
#include "core/model/config.h"
#include "core/model/weight_reader.h"

#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// An adapter's files, mapped.
struct AdapterFiles {
  AdapterUse use{};
  std::string name{};     ///< of the folder or file
  std::string listing{};  ///< the file that says what it is, for errors
  AdapterConfig config{};
  Checkpoint tensors{};
};

/// `model` says how a .gguf file's tensors are called. Throws Error: file_missing, json_*, config_*, adapter_kind,
/// adapter_setting, adapter_architecture (a .gguf file for another one), and what opening weights throws.
[[nodiscard]] AdapterFiles open_adapter(const AdapterUse& use, const ModelConfig& model);

/// Hands out what one adapter changes, each tensor checked against the shape that the model's has. Throws as WeightReader does.
class AdapterReader {
public:
  /// `files` must outlive the reader (not the weights read). `index`: of the adapter, in Model::adapters.
  AdapterReader(const AdapterFiles& files, std::size_t index, const std::stop_token& stop);

  /// The adapter's name for a tensor of the model that it replaces whole; empty where it does not. `root` is what stands before the
  /// model's own names.
  [[nodiscard]] std::string replacement(std::string_view tensor, std::string_view root) const;
  [[nodiscard]] TensorView replaced(const std::string& own, std::vector<std::size_t> shape);
  [[nodiscard]] std::vector<float> replaced_vector(const std::string& own, std::size_t size);

  /// Adds to `linear`, whole as the file of the model has it, what the adapter has for it.
  void adapt(std::string_view module, std::string_view root, Linear& linear);

  [[nodiscard]] const Checkpoint& checkpoint() const { return files_.tensors; }
  /// What is to be told of it. Throws Error adapter_tensor where a tensor of the adapter was not asked for: its model is another one.
  [[nodiscard]] ModelAdapter tell(const ModelConfig& model) const;
  [[nodiscard]] std::vector<std::shared_ptr<const void>> take_storage() { return reader_.take_storage(); }

private:
  [[nodiscard]] std::string find(std::string_view name, std::string_view root) const;

  const AdapterFiles& files_;
  std::size_t index_;
  WeightReader reader_;
  std::stop_token stop_;
  std::map<std::string, std::string, std::less<>> names_{};  ///< plain names → those of the file
  ModelAdapter told_{};
};

}  // namespace regard
