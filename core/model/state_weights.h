// SPDX-License-Identifier: Apache-2.0
// Mamba-1 and Mamba-2 layers as Hugging Face's files describe and hold them, and what gated delta layers have in common with them. For the
// files of the model families.
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
/// As Granite 4 and Falcon-H1 name them.
inline constexpr StateSpaceKeys kHybridSpaceKeys{.heads = "mamba_n_heads",
                                                 .state = "mamba_d_state",
                                                 .groups = "mamba_n_groups",
                                                 .convolution = "mamba_d_conv",
                                                 .convolution_bias = "mamba_conv_bias",
                                                 .bias = "mamba_proj_bias",
                                                 .usual_heads = 128,
                                                 .usual_state = 256,
                                                 .usual_groups = 1};

/// The mixer of Mamba-2 layers and the sizes of their heads; the rest of the plan is as it was. Steps that the file limits are refused:
/// Δ = softplus(·) is what models are trained with.
[[nodiscard]] LayerPlan read_state_space_plan(const ConfigReader& reader, const StateSpaceKeys& keys, LayerPlan plan);

/// The same where the heads divide `inner` numbers among themselves and mamba_d_head, which may be "auto", must agree; `inner_name` tells
/// in errors what is divided. `keys` has no head_dim.
[[nodiscard]] LayerPlan read_divided_state_space_plan(const ConfigReader& reader, StateSpaceKeys keys,
                                                      std::size_t inner, const std::string& inner_name,
                                                      const LayerPlan& plan);

/// What each family calls the sizes of its Mamba-1 layers.
struct ScanKeys {
  const char* expand = nullptr;
  const char* state = nullptr;
  const char* convolution = nullptr;
  const char* convolution_bias = nullptr;
  const char* bias = nullptr;
  const char* step_rank = nullptr;  ///< "auto": a sixteenth of the stream
  bool inner_norms = false;
};

/// The mixer of Mamba-1 layers, with a head for each of `expand` times the stream's channels; the rest of the plan is as it was.
[[nodiscard]] LayerPlan read_scan_plan(const ConfigReader& reader, const ScanKeys& keys, std::size_t hidden,
                                       LayerPlan plan);

/// in_proj [x | z], conv1d, x_proj [Δ's row | B | C], dt_proj, A_log, D, out_proj and, where the plan has them, dt_layernorm, b_layernorm
/// and c_layernorm of the mixer whose tensors' names begin with `name`.
void read_scan(const LayerPlan& plan, const StateSpace& space, std::size_t hidden, WeightReader& reader,
               const std::string& name, LayerWeights& layer);

/// conv1d.weight [channels, 1, tokens].
[[nodiscard]] std::vector<float> read_kernel(WeightReader& reader, const std::string& name, std::size_t channels,
                                             std::size_t tokens);

/// A_log [heads], whether the file holds it or −exp of it (Checkpoint::whole_rates).
[[nodiscard]] std::vector<float> read_log_rates(WeightReader& reader, const std::string& name, std::size_t heads);

/// in_proj [z | x, B, C | Δ], conv1d, dt_bias, A_log, D, out_proj and, where the plan has it, norm of the mixer whose tensors' names begin with `name`.
void read_state_space(const LayerPlan& plan, const StateSpace& space, std::size_t hidden, WeightReader& reader,
                      const std::string& name, LayerWeights& layer);

}  // namespace regard
