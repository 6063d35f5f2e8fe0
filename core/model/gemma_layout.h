// SPDX-License-Identifier: Apache-2.0
// What Gemma 3n and Gemma 4 have in common: normalised values, keys that later layers share, rows that tokens bring into layers. For the
// files of these families.
#pragma once

#include "core/model/config.h"
#include "core/model/config_reader.h"
#include "core/model/weight_reader.h"

#include <cstddef>
#include <string>
#include <vector>

namespace regard {

/// "num_kv_shared_layers": so many last layers read the keys and values of the last earlier layer of their kind, and make none of their
/// own. `far`: [layers], whether a layer sees everything; `usual`: where the file is silent. Returns the first of them, or the number of
/// layers where there is none.
std::size_t share_keys(const ConfigReader& reader, const std::vector<bool>& far, std::size_t usual,
                       ModelConfig& config);

/// q_proj, k_proj, v_proj and o_proj, and the norms of heads; no keys and values of a layer that reads an earlier one's.
void read_normed_heads(const ModelConfig& config, const SoftmaxAttention& plan, WeightReader& reader,
                       const std::string& name, LayerWeights& layer);

/// What asks for the token's row and what it brings, where the plan has one.
void read_token_row(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader, const std::string& name,
                    LayerWeights& layer);

/// Tables and norms that the rows of all layers are made by. The reader has found the root of the model.
void read_row_tables(const ModelConfig& config, WeightReader& reader, Weights& weights);

}  // namespace regard
