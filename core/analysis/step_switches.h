// SPDX-License-Identifier: Apache-2.0
// "What if" of the five steps: what is otherwise than in the model, and which of it changes anything in a layer. Pure; any thread.
#pragma once

#include "core/analysis/step_inputs.h"

#include <cstddef>
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
  sink,           ///< the model's own heads have sinks (core/trace/sink.h)
  widths,         ///< values are of another width than keys
};
[[nodiscard]] CutObstacle obstacle_to_cut(const LayerOf& of, std::size_t heads);
/// Every number of heads the rows can be cut into, in order: the divisors of heads × head width; the model's own alone where
/// another cut has an obstacle.
[[nodiscard]] std::vector<std::size_t> possible_cuts(const LayerOf& of);

/// Those of the switches that change anything in this layer. Off is what asks for what the model does anyway: no scale where it
/// is 1, no mask where nothing is closed, its own number of heads; and a cut that has an obstacle.
[[nodiscard]] StepSwitches effective(const LayerOf& of, const StepSwitches& switches);
/// Does anything differ from the run?
[[nodiscard]] bool changes(const LayerOf& of, const StepSwitches& switches);
/// Are the rows cut otherwise than in the model?
[[nodiscard]] bool is_recut(const LayerOf& of, const StepSwitches& switches);
[[nodiscard]] std::size_t heads_of(const LayerOf& of, const StepSwitches& switches);

/// Does the layer of the run have interventions that do not act on what the switches show? They leave out what is done to the
/// outputs of heads and behind; another cut leaves out everything that is done inside heads, too.
[[nodiscard]] bool leaves_out_edits(const LayerOf& of, const StepSwitches& switches);

/// Does the model divide scores by √d, as most do?
[[nodiscard]] bool divides_by_root(const LayerOf& of);
/// What scores are multiplied by where the rows are cut into so many heads: by 1/√d' where the model divides by √d.
[[nodiscard]] float scale_of_cut(const LayerOf& of, std::size_t heads);
/// Do causality or a window close any key to any query?
[[nodiscard]] bool closes_keys(const LayerOf& of);

}  // namespace regard
