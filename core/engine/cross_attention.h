// SPDX-License-Identifier: Apache-2.0
// Attention of a decoder's tokens to all tokens of an encoder, all heads of a layer (Vaswani et al. 2017, §3.2.3), by blocks of
// queries. Nothing is masked, and interventions do not reach it. Internal to the engine.
#pragma once

#include "core/engine/attention.h"
#include "core/engine/forward.h"

namespace regard {

/// From `layer`'s queries (the rows of the pass) and its keys and values (all encoder tokens): its head_outputs, row maxima, row
/// sums and log-sum-exps. Throws Cancelled between blocks.
void attend_across(const Pass& pass, std::size_t index, LayerTrace& layer, AttentionScratch& scratch);

}  // namespace regard
