// SPDX-License-Identifier: Apache-2.0
// Tensors that no family asked for. One that belongs to the model would change the numbers if it were passed over. Not for other
// rooms.
#pragma once

#include "core/model/config.h"
#include "core/model/weight_reader.h"

#include <string_view>

namespace regard {

/// After all weights were read. Passed over are buffers (position ids, masks, angles), and what stands behind the model: heads of
/// other kinds. Throws Error tensor_unknown, is_adapter.
void refuse_unread_tensors(const ModelConfig& config, const WeightReader& reader);

/// A head of another kind, or what stands beside the model. `root` is what stands before the model's own names.
[[nodiscard]] bool is_other_part(std::string_view name, const ModelConfig& config, std::string_view root);

}  // namespace regard
