// SPDX-License-Identifier: Apache-2.0
// The block that every token goes through alone. Internal to the engine.
#pragma once

#include "core/engine/layer_buffers.h"

namespace regard {

/// Dense or gated, as the plan says. Returns what the block writes: the layer's feed_forward_output. Throws Cancelled.
[[nodiscard]] ConstRows feed_forward(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers);

}  // namespace regard
