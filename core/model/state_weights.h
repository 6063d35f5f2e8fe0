// SPDX-License-Identifier: Apache-2.0
// Mamba-2 layers as Hugging Face's files describe and hold them, and what gated delta layers have in common with them. For the files of
// the model families.
#pragma once

#include "core/model/config.h"
#include "core/model/weight_reader.h"

#include <cstddef>
#include <string>
#include <vector>

namespace regard {

class ConfigReader;

/// What each family calls the sizes of its Mamba-2 layers, and what it takes where a file is silent.
struct StateSpaceKeys {
  const char* heads = nullptr;
  const char* head_dim = nullptr;  ///< null: usual_head_dim, whatever the file says
  const char* state = nullptr;
  const char* groups = nullptr;
  const char* convolution = nullptr;
  const char* convolution_bias = nullptr;
  const char* bias = nullptr;
  std::size_t usual_heads = 0, usual_head_dim = 0, usual_state = 0, usual_groups = 0;  ///< where a file is silent
};

/// The mixer of Mamba-2 layers and the sizes of their heads; the rest of the plan is as it was. Steps that the file limits are refused:
/// Δ = softplus(·) is what models are trained with.
[[nodiscard]] LayerPlan read_state_space_plan(const ConfigReader& reader, const StateSpaceKeys& keys, LayerPlan plan);

/// conv1d.weight [channels, 1, tokens].
[[nodiscard]] std::vector<float> read_kernel(WeightReader& reader, const std::string& name, std::size_t channels,
                                             std::size_t tokens);

/// A_log [heads], whether the file holds it or −exp of it (Checkpoint::whole_rates).
[[nodiscard]] std::vector<float> read_log_rates(WeightReader& reader, const std::string& name, std::size_t heads);

/// in_proj [z | x, B, C | Δ], conv1d, dt_bias, A_log, D, norm and out_proj of the mixer whose tensors' names begin with `name`.
void read_state_space(const LayerPlan& plan, const StateSpace& space, std::size_t hidden, WeightReader& reader,
                      const std::string& name, LayerWeights& layer);

}  // namespace regard
