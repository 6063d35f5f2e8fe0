// SPDX-License-Identifier: Apache-2.0
// The interventions of a request at the steps of the forward pass (the order is told in core/trace/intervention.h). What a
// block has to call: edit_attention_output() or edit_feed_forward_output() before that is added to the stream; Pass::embedded()
// and Pass::layer_done() see to the stream, attend() to everything inside a head, Pass::places() to positions.
// Each returns at once where the list is empty. Internal to the engine.
#pragma once

#include "core/engine/forward.h"

#include <cstddef>

namespace regard {

/// Patched q, k, v, as they enter the scores.
void edit_queries_keys_values(const Pass& pass, std::size_t layer);

/// Patched, scaled, ablated outputs of heads, before the output projection.
void edit_head_outputs(const Pass& pass, std::size_t layer);

/// What the blocks write, as they add it to the stream.
void edit_attention_output(const Pass& pass, std::size_t layer);
void edit_feed_forward_output(const Pass& pass, std::size_t layer);

/// Trace::residual[index], complete, and the streams beside it.
void edit_residual(const Pass& pass, std::size_t index);

}  // namespace regard
