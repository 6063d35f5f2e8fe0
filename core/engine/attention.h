// SPDX-License-Identifier: Apache-2.0
// Scaled dot-product attention of all heads of a layer (Vaswani et al. 2017), or the attention hidden in a gated delta layer, by blocks of queries: the T×T grids are never
// stored, so memory grows with T. Internal to the engine.
#pragma once

#include "core/base/multiply.h"
#include "core/engine/forward.h"

#include <cstddef>
#include <vector>

namespace regard {

/// Keys and values of each kv head (of each text of the pass) as multiply() wants them; one for all layers, so that its memory is taken once.
struct AttentionScratch {
  std::vector<PaddedMatrix> transposed_keys{};  ///< [texts · kv heads] of [d, T]
  std::vector<PaddedMatrix> values{};           ///< [texts · kv heads] of [T, v]
};

/// From the layer's queries, keys and values (of a gated delta layer also write and decay): its head_outputs and, of softmax, its row maxima, row sums and log-sum-exps for the rows of the pass.
/// Throws Cancelled between blocks of queries.
void attend(const Pass& pass, std::size_t layer, AttentionScratch& scratch);

}  // namespace regard
