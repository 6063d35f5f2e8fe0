// SPDX-License-Identifier: Apache-2.0
// The middle of attention for some rows of one head, every step a matrix of its own; also as it would be without the scale,
// without the mask, or with the same rows cut into another number of heads. Pure; any thread.
#pragma once

#include "core/analysis/step_inputs.h"
#include "core/trace/attention_tile.h"

#include <cstddef>
#include <stop_token>
#include <vector>

namespace regard {

/// What is otherwise than in the model. The run did not compute it so.
struct StepSwitches {
  bool unscaled = false;  ///< scores are not multiplied by the scale (1/√d)
  bool unmasked = false;  ///< neither causality nor window: every query may look at every key
  std::size_t heads = 0;  ///< the same rows of Q, K, V cut into so many heads; 0: as the model does
  friend bool operator==(const StepSwitches&, const StepSwitches&) = default;
};

/// Why the rows are not cut into so many heads.
enum class CutObstacle {
  none,
  not_a_divisor,  ///< of heads × head width
  bias,           ///< the model adds a bias of its own heads to the scores (ALiBi, T5)
};
[[nodiscard]] CutObstacle obstacle_to_cut(const LayerOf& of, std::size_t heads);
/// Every number of heads the rows can be cut into, in order: the divisors of heads × head width; the model's own alone where
/// another cut has an obstacle.
[[nodiscard]] std::vector<std::size_t> possible_cuts(const LayerOf& of);

/// Does anything differ from the run? (The model's own number of heads is no change.)
[[nodiscard]] bool changes(const LayerOf& of, const StepSwitches& switches);
[[nodiscard]] std::size_t heads_of(const LayerOf& of, const StepSwitches& switches);

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
  std::vector<float> weight_sums{};  ///< [Q] over all keys, those outside the window too
  Matrix outputs{};                  ///< [Q, d'] Σ_j A[i,j]·v_j over all keys
};

/// Queries and keys are windows onto the text. Without changes every number is the Trace's. With another number of heads the
/// rows are cut as they enter the scores (after norms and positions), a shared key or value repeated for each of its queries, and
/// interventions on heads are left out; scores are divided by √d' where the model divides by √d.
[[nodiscard]] HeadRows head_rows(const LayerOf& of, std::size_t head, Range queries, Range keys,
                                 const StepSwitches& switches = {}, const std::stop_token& stop = {});

/// The outputs of all heads side by side, [rows.size(), H·d]: the Trace's, or as they would be.
[[nodiscard]] Matrix joined_outputs(const LayerOf& of, Range rows, const StepSwitches& switches = {},
                                    const std::stop_token& stop = {});

}  // namespace regard
