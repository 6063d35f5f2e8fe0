// SPDX-License-Identifier: Apache-2.0
// The grid of one head with what its keys hand over taken into account, and rollout and max flow up to its layer. Made in background jobs. Pure; any
// thread. Formulas: core/analysis/value_weights.h, core/analysis/flow.h.
#pragma once

#include "app/session/look.h"
#include "app/viewmodel/views.h"
#include "core/base/progress.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace regard {

struct ValueGridQuestion {
  std::shared_ptr<const Trace> trace{};  ///< of the request
  AttentionKind kind = AttentionKind::self;
  HeadRef head{};
  GridWeight weight = GridWeight::output;
  friend bool operator==(const ValueGridQuestion&, const ValueGridQuestion&) = default;
};

struct ValueGrid {
  ValueGridQuestion of{};
  Matrix weights{};  ///< [T, K]
};
/// `give_way` is called between layers. Throws Cancelled.
[[nodiscard]] std::shared_ptr<const ValueGrid> make_value_grid(const ValueGridQuestion& question,
                                                               const std::function<void()>& give_way = {},
                                                               const std::stop_token& stop = {},
                                                               Progress* progress = nullptr);

/// Tokens of which max flow is made: each of its numbers is a search through all layers of its own.
inline constexpr std::size_t longest_flow_grid = 48;

/// What stands in the way of other numbers than the weights.
enum class NoWeight {
  none,
  cross,        ///< rollout and max flow lead through layers of one text
  long_grid,    ///< more than window_units rows or columns: the grid is shown in parts
  long_flow,    ///< more than longest_flow_grid tokens
  words,        ///< what can pass to a word is not the sum of what can pass to its pieces
  no_matrices,  ///< the model is here without W_O
  not_captured  ///< a captured run has no values, or not all layers
};
/// Of what the session asks for. The snapshot has a trace.
[[nodiscard]] NoWeight why_no_weight(const Snapshot& snapshot, const Session& session, const GridView& view);

/// The numbers by the units of the grid, [rows, cols]: as its weights, summed over the pieces attended to, averaged over those that
/// ask; of the tokens that are not hidden, then each row divided by its sum.
[[nodiscard]] Matrix weights_of_units(const ValueGrid& grid, const GridView& view);

/// Which of these numbers by units are hatched, [rows·cols]: 0 because the head may not look there, as in its own grid; of rollout,
/// and of max flow, which go through all heads and the stream, 0 because the key stands after the query.
[[nodiscard]] std::vector<bool> masked_units(const ValueGrid& grid, const GridView& view, const Matrix& numbers);

/// Of a colour scale from 0 on: the largest number, 1 where there is none.
[[nodiscard]] float largest_weight(const Matrix& weights);

/// Do interventions of the run change what heads give out? Value-weighted numbers are of weights and values before that.
[[nodiscard]] bool changes_outputs(const Trace& trace);

}  // namespace regard
