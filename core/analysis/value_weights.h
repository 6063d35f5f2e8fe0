// SPDX-License-Identifier: Apache-2.0
// How much of a token really arrives: a weight says how far a query opens to a key, not how long the vector is that comes through.
// A[i,j]·‖v_j‖, and ‖A[i,j]·(v_j W_O)‖ with the head's own columns of the output projection (Kobayashi et al. 2020, "Attention is Not
// Only a Weight": ‖α·f(x)‖ with f(x) = (x W_V + b_V) W_O). W_O's bias belongs to no token, and what some models do to the sum of all
// heads afterwards (Gemma's norm) to no head: both are left out. So is what interventions do to a head's output (ablate, scale, keep,
// patch): these are the weights and values before it. Pure; any thread; on the calling thread alone.
#pragma once

#include "core/analysis/step_inputs.h"

#include <cstddef>
#include <stop_token>
#include <vector>

namespace regard {

/// What a weight is multiplied by.
enum class ValueLength {
  value,   ///< ‖v_j‖
  output,  ///< ‖v_j W_O‖
};

/// The lengths of what the keys hand over in one head: [K].
[[nodiscard]] std::vector<float> value_lengths(const LayerOf& of, std::size_t head, ValueLength length);

/// Rows of one head's weights, each times the length of what its key hands over: [queries.size(), keys.size()]. Not normalised:
/// rows sum to what they sum to.
[[nodiscard]] Matrix value_weights(const LayerOf& of, std::size_t head, ValueLength length, Range queries, Range keys);

/// ‖Σ_h A_h[i,j]·(v_j W_O)_h‖: what one token hands to another in a layer, all heads together (their vectors may cancel), [T, K].
/// A few keys are computed at a time: beside the result [H, few, D] numbers are in memory. Throws Cancelled.
[[nodiscard]] Matrix layer_value_weights(const LayerOf& of, const std::stop_token& stop = {});

}  // namespace regard
