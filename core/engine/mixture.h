// SPDX-License-Identifier: Apache-2.0
// A feed-forward block of which each token goes through a few experts (Shazeer et al. 2017, https://arxiv.org/abs/1701.06538).
// Internal to the engine.
#pragma once

#include "core/engine/layer_buffers.h"

namespace regard {

/// Records the router's probabilities, then Σ g·expert(x) over the experts that each row chooses, and the shared one where the plan
/// has it. An expert's matrices are read once, for all rows that chose it, and not at all where none did; a row's sum is added up in
/// the order of the experts, so that it does not depend on the other rows. Throws Cancelled.
void write_mixture(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers, Rows written);

}  // namespace regard
