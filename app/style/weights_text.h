// SPDX-License-Identifier: Apache-2.0
// What the numbers of the grid of weights are called. The window and the files say the same. UI thread.
#pragma once

#include "app/session/look.h"
#include "app/viewmodel/views.h"
#include "core/trace/trace.h"

#include <string>

namespace regard {

/// "A", "A·‖v‖", "‖A·v W_O‖", "Rollout".
[[nodiscard]] std::string weight_sign(GridWeight weight);
/// "Softmax weights", "Value-weighted A·‖v‖"…
[[nodiscard]] std::string weight_name(GridWeight weight);
/// What the numbers are and what they leave out; of rollout up to which layer, for it is of all heads. Not of the weights themselves.
[[nodiscard]] std::string weight_about(GridWeight weight, HeadRef head);
/// What the rows of the grid's weights add up to.
[[nodiscard]] std::string rows_about(const GridView& grid);
/// weight_about(), and what else the numbers of this grid are: renormalised, without interventions of the run on what heads give out.
[[nodiscard]] std::string weight_note(GridWeight weight, HeadRef head, const GridView& grid, const Trace& trace);

}  // namespace regard
