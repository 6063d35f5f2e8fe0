// SPDX-License-Identifier: Apache-2.0
// The block in which the tokens of a text look at each other. Internal to the engine.
#pragma once

#include "core/engine/layer_buffers.h"

namespace regard {

/// Queries, keys and values of what the block reads, attend(), the output projection. Returns what it writes: the layer's
/// attention_output. Throws Cancelled.
[[nodiscard]] ConstRows self_attention(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers);

}  // namespace regard
