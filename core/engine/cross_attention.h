// SPDX-License-Identifier: Apache-2.0
// Attention of a decoder's tokens to all tokens of an encoder, all heads of a layer (Vaswani et al. 2017, §3.2.3), by blocks of
// queries. Nothing is masked, and interventions do not reach it. Internal to the engine.
#pragma once

#include "core/engine/layer_buffers.h"

namespace regard {

/// Fills the buffers with what the encoder says: its last stream, normalised.
void hear_encoder(const Pass& pass, LayerBuffers& buffers);

/// The block in which a decoder's tokens look at the encoder's: queries are the decoder's, keys and values the encoder's; these are
/// there if an earlier run with the same encoder made them. Returns what it writes. Throws Cancelled between blocks of queries.
[[nodiscard]] ConstRows cross_attention(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers);

}  // namespace regard
