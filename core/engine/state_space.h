// SPDX-License-Identifier: Apache-2.0
// Selective state spaces: with one decay for each head Mamba-2 (Dao & Gu 2024, https://arxiv.org/abs/2405.21060), with one for each channel
// and number of its state Mamba-1 (core/engine/selective_scan.h). Internal to the engine.
#pragma once

#include "core/engine/layer_buffers.h"

namespace regard {

/// Mixes the rows of the pass with those before them; records all that the attention hidden in it follows from, so that a growing text
/// needs no state. → what is added to the stream. Throws Cancelled.
[[nodiscard]] ConstRows state_space(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers);

}  // namespace regard
