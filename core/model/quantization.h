// SPDX-License-Identifier: Apache-2.0
// How config.json says that the matrices of a checkpoint are quantised: "quantization_config". Plain values, any thread.
#pragma once

#include "core/base/stored_type.h"

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

class ConfigReader;

struct Quantization {
  /// none: number by number, of whatever kind. fp8: F8 with scales apart. The others: packed in whole numbers of 32 bits.
  enum class Method : std::uint8_t { none, fp8, gptq, awq };
  Method method = Method::none;
  std::size_t bits = 0;         ///< of a packed number
  std::size_t group = 0;        ///< inputs with one scale; 0: all of a matrix
  bool act_order = false;       ///< GPTQ: which inputs make a group is told by g_idx
  bool zeros_less_one = false;  ///< GPTQ, its first version: what is stored is the zero minus 1
  std::size_t block_rows = 0;   ///< FP8: outputs and inputs with one scale; 0: blocks have none
  std::size_t block_cols = 0;
  std::vector<std::string> unquantised{};  ///< modules that the config says are not

  [[nodiscard]] bool packed() const { return method == Method::gptq || method == Method::awq; }
  [[nodiscard]] StoredType packed_type() const;
  /// Is this module (a name without ".weight") one of `unquantised`? As Hugging Face's library looks: the whole name, its
  /// beginning or its end.
  [[nodiscard]] bool leaves_out(std::string_view module) const;
};

/// The kind of numbers for people: "GPTQ, 4 bit"; empty where the tensors' own kinds tell.
[[nodiscard]] std::string name_of(const Quantization& quantization);

/// Of the whole document of config.json. Throws Error config_quantized (a method that cannot be read, named), config_value.
[[nodiscard]] Quantization read_quantization(const nlohmann::json& document, const ConfigReader& reader);

}  // namespace regard
