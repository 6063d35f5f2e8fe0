// SPDX-License-Identifier: Apache-2.0
// The block in which the tokens of a text look at each other. Internal to the engine.
#pragma once

#include "core/engine/layer_buffers.h"

namespace regard {

/// Queries, keys and values of what the block reads, attend(), the output projection. Returns what it writes: the layer's
/// attention_output. Throws Cancelled.
[[nodiscard]] ConstRows self_attention(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers);

/// The layer's attention from the stream before it: pass.trace.residual[layer] normalised where the plan says so, then
/// self_attention(). Nothing but the layer's own matrices and norms is looked at. Throws Cancelled.
void attention_of_stream(const Pass& pass, std::size_t layer, LayerBuffers& buffers);

}  // namespace regard
