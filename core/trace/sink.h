// SPDX-License-Identifier: Apache-2.0
// Attention sinks that a model learned: each head has one more score, which stands in every row beside those of the keys and has no
// value, so that the weights of the keys sum to less than 1 (gpt-oss; Xiao et al. 2023, https://arxiv.org/abs/2309.17453, section 3.1
// for the idea). The sink is no key: no mask, window or intervention reaches it; temperature divides it like every score. What
// set_weight and copy_pattern do to its share is told in core/trace/intervention.h. Pure; any thread.
#pragma once

#include "core/base/row_statistics.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <vector>

namespace regard {

/// Do the heads of the layer have sinks? Cross-attention never has.
[[nodiscard]] bool has_sinks(const Trace& trace, std::size_t layer);
/// Does any layer have them?
[[nodiscard]] bool has_sinks(const Trace& trace);

/// The head's learned score, before temperature; kNoSink where it has none.
[[nodiscard]] float sink_score(const Model& model, HeadRef head);
[[nodiscard]] float sink_score(const Trace& trace, HeadRef head);

/// exp((score − m)/temperature)/z, the share that softmax leaves to a sink of this score; 0 without one.
[[nodiscard]] float softmax_share(float score, float temperature, RowStatistics statistics);

/// The sink's share of a row: what the weights of its keys leave to sum to 1, interventions included; 0 where the head has no sink.
[[nodiscard]] float sink_share(const Trace& trace, HeadRef head, std::size_t query);
/// Of some rows: [queries.size()].
[[nodiscard]] std::vector<float> sink_shares(const Trace& trace, HeadRef head, Range queries);

}  // namespace regard
