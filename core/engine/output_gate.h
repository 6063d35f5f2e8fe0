// SPDX-License-Identifier: Apache-2.0
// What heads put out, multiplied number by number before the output projection, where a layer does that. Internal to the engine.
#pragma once

#include "core/engine/layer_buffers.h"

namespace regard {

/// head_outputs ⊙ output_gate, in a buffer; records output_gate, made of what attention read. head_outputs as they are where the plan
/// has no gate. Throws Cancelled.
[[nodiscard]] ConstRows gated_outputs(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers);

}  // namespace regard
