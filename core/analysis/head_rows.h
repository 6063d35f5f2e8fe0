// SPDX-License-Identifier: Apache-2.0
// The middle of attention for some rows of one head, every step a matrix of its own; also as it would be without the scale,
// without the mask, or with the same rows cut into another number of heads. Pure; any thread.
#pragma once

#include "core/analysis/step_inputs.h"
#include "core/analysis/step_switches.h"
#include "core/trace/attention_tile.h"

#include <cstddef>
#include <stop_token>
#include <vector>

namespace regard {

/// How many cells of a picture somebody has changed, beside what the model itself does.
struct TouchedCells {
  std::size_t closed = 0;  ///< hidden by an intervention, and open in the mask
  std::size_t raised = 0;  ///< an intervention adds to their scores
  std::size_t set = 0;     ///< their weights are not softmax's any more
};

/// Rows of one head. Steps that the head does not have are empty; the scale is one of them where it is 1 or switched off.
struct HeadRows {
  ScoreRule rule{};                  ///< as used: a scale of 1 where it is switched off
  float temperature = 1.0F;          ///< what scores are divided by before the softmax
  Matrix dots{};                     ///< [Q, K] q·k
  Matrix scaled{};                   ///< · scale
  Matrix capped{};                   ///< cap·tanh(· / cap)
  Matrix biased{};                   ///< + bias of the positions
  Matrix scores{};                   ///< [Q, K] + what interventions add: what goes into the softmax
  Matrix weights{};                  ///< [Q, K]
  std::vector<bool> masked{};        ///< [Q·K] the query may not look at the key
  std::vector<float> weight_sums{};  ///< [Q] over all keys, those outside the window too; 0 where every key is closed
  float sink_score = kNoSink;        ///< kNoSink: the head has no sink
  std::vector<float> sink_shares{};  ///< [Q] what the sums leave to 1; empty: the head has no sink
  std::size_t closed_behind = 0;     ///< cells that the mask closes because their keys stand too far behind the query
  std::size_t closed_ahead = 0;      ///< likewise ahead of it: later, or too far ahead
  TouchedCells touched{};
  Matrix outputs{};  ///< [Q, v'] Σ_j A[i,j]·v_j over all keys
};

/// Queries and keys are windows onto the text. Without changes every number is the Trace's, to the last bit. With another number
/// of heads the rows are cut as they enter the scores (after norms and positions), a shared key or value repeated for each of its
/// queries, and interventions on heads are left out; scores are divided by √d' where the model divides by √d.
[[nodiscard]] HeadRows head_rows(const LayerOf& of, std::size_t head, Range queries, Range keys,
                                 const StepSwitches& switches = {}, const std::stop_token& stop = {});

/// The outputs of all heads side by side, through the gate where the layer has one, [rows.size(), H·v]: the Trace's, or as they would be.
[[nodiscard]] Matrix joined_outputs(const LayerOf& of, Range rows, const StepSwitches& switches = {},
                                    const std::stop_token& stop = {});

}  // namespace regard
