// SPDX-License-Identifier: Apache-2.0
// The tensors of latent attention, in both of the ways that files lay them out. For the files of the model families only.
#pragma once

#include "core/model/config.h"
#include "core/model/weight_reader.h"

#include <string>

namespace regard {

/// The norms and the attention of the layer whose tensors' names begin with `name` ("model.layers.3."). W_UK and W_UV lie in one
/// tensor, kv_b_proj, a view then; or, in newer GGUF files, apart, W_UK turned for every head: they are copied together, as float32
/// where they are quantised. Throws Error (tensor_missing, tensor_shape, tensor_dtype, tensor_unknown), Cancelled.
[[nodiscard]] LayerWeights read_latent_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                             const std::string& name);

}  // namespace regard
