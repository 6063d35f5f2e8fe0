// SPDX-License-Identifier: Apache-2.0
// The block that every token goes through alone. Internal to the engine.
#pragma once

#include "core/engine/layer_buffers.h"

namespace regard {

/// out = down·f(up·x), or down·(f(gate·x)·(up·x)) where the plan has a gate, clamped where it says so. x [n × D], n at most the rows of the pass. Throws
/// Cancelled.
void write_block(const FeedForward& plan, const Linear& gate, const Linear& up, const Linear& down, ConstRows read,
                 LayerBuffers& buffers, Rows written, const std::stop_token& stop);

/// The same, of weights whose gate and up may lie by turns in one matrix.
void write_block(const FeedForward& plan, const FeedForwardWeights& w, ConstRows read, LayerBuffers& buffers,
                 Rows written, const std::stop_token& stop);

/// Dense, gated or a mixture of experts, as the plan says, and what the tokens' own rows add (token_row.h). Returns what the block writes: the layer's feed_forward_output.
/// Throws Cancelled.
[[nodiscard]] ConstRows feed_forward(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers);

}  // namespace regard
