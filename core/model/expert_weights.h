// SPDX-License-Identifier: Apache-2.0
// The tensors of a mixture of experts, in any of the ways that files lay them out. For the files of the model families only.
#pragma once

#include "core/model/config.h"
#include "core/model/weight_reader.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace regard {

/// What a family calls the parts of a mixture, behind the name of the layer.
struct MixtureNames {
  std::string_view router{};
  std::string_view experts{};                      ///< what the number of an expert follows: "mlp.experts."
  std::string_view gate{}, up{}, down{};           ///< gate: where the plan has one
  std::string_view shared = "mlp.shared_expert.";  ///< the expert of every token, where the plan has one
  std::string_view shared_gate = "mlp.shared_expert_gate";
  std::string_view choice_bias{};  ///< the whole name, where the plan has one
  // All experts in one tensor, each with its gate above its up:
  std::string_view glued = "gate_up_proj";
  std::string_view glued_down = "down_proj";
};

/// One tensor for each matrix of each expert ("experts.3.gate_proj.weight"), or all experts in one: "experts.gate_up_proj"
/// [E, 2F, D] and "experts.down_proj" [E, D, F] of newer files, "experts.gate_proj.weight" [E, F, D] and so on of GGUF. Views of
/// the file, whatever the layout. Throws Error (tensor_missing, tensor_shape, tensor_dtype), Cancelled.
[[nodiscard]] MixtureWeights read_mixture(const FeedForward& plan, std::size_t hidden, WeightReader& reader,
                                          const std::string& layer, const MixtureNames& names);

/// Without the expert of all tokens, which some files lay out in a way of their own.
[[nodiscard]] MixtureWeights read_chosen_experts(const FeedForward& plan, std::size_t hidden, WeightReader& reader,
                                                 const std::string& layer, const MixtureNames& names);

/// Gives the layers' plans the biases and factors that were read with the weights.
void place_gates(const Weights& weights, ModelConfig& config);

}  // namespace regard
