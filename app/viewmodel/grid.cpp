// SPDX-License-Identifier: Apache-2.0
#include "app/session/look.h"
#include "app/viewmodel/selection.h"
#include "app/viewmodel/views.h"
#include "core/trace/head_edits.h"
#include "core/trace/sink.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace regard {
namespace {

/// Each row's weight on keys outside the window, of `mass` (its weight on all keys that are shown somewhere); `sunk`: a sink has the rest.
std::vector<float> weight_outside(const Matrix& weights, const std::vector<double>& mass, bool sunk) {
  std::vector<float> outside(weights.rows);
  for (std::size_t row = 0; row < weights.rows; ++row) {
    double inside = 0.0;
    for (const float weight : weights.row(row))
      inside += weight;
    const double whole = sunk ? 1.0 : mass[row];  // with a sink the mass is less than 1, and is left so
    outside[row] = whole > 0.0 ? static_cast<float>(std::max(0.0, mass[row] - inside) / whole) : 0.0F;
  }
  return outside;
}

void find_limits(GridView& grid) {
  float score = 0.0F, weight = 0.0F;
  const Matrix& scores = shown_scores(grid);
  for (std::size_t cell = 0; cell < grid.masked.size(); ++cell) {
    if (grid.masked[cell]) continue;
    if (std::isfinite(scores.values[cell])) score = std::max(score, std::abs(scores.values[cell]));
    weight = std::max(weight, std::abs(grid.weights.values[cell]));
  }
  for (const float share : grid.sinks)
    weight = std::max(weight, share);
  if (!grid.sinks.empty() && !grid.score_part) score = std::max(score, std::abs(grid.sink_score));
  grid.score_limit = score > 0.0F ? score : 1.0F;
  grid.weight_limit = weight > 0.0F ? weight : 1.0F;
}

/// Mean over the pieces that ask.
std::vector<float> grouped_sinks(const Trace& trace, HeadRef head, std::span<const TokenGroup> rows) {
  std::vector<float> shares;
  shares.reserve(rows.size());
  for (const TokenGroup& row : rows) {
    double sum = 0.0;
    for (const std::size_t query : row)
      sum += static_cast<double>(sink_share(trace, head, query));
    shares.push_back(static_cast<float>(sum / static_cast<double>(row.size())));
  }
  return shares;
}

/// One axis of the grid: all units as groups, and the part of them that is shown.
struct Side {
  Axis whole{};
  Range window{};
  std::vector<TokenGroup> all{};
  [[nodiscard]] std::span<const TokenGroup> shown() const {
    return std::span(all).subspan(window.begin, window.size());
  }
};

Side side_of(Axis whole, Range window) {
  Side side;
  side.all = groups_of(whole.units);
  side.window = {std::min(window.begin, whole.size()), std::min(window.end, whole.size())};
  side.whole = std::move(whole);
  return side;
}

struct ShownGroups {
  std::span<const TokenGroup> rows, cols;
};

/// Where the scores have several terms, or one is asked for: another text's head may have it.
void add_parts_of_grid(GridView& grid, const Trace& trace, const GridInputs& inputs, const ShownGroups& groups) {
  if (groups.rows.empty() || groups.cols.empty()) return;
  if (!inputs.score_part && kinds_of_parts(trace, inputs.head).size() < 2) return;
  grid.score_parts = grouped_score_parts(trace, inputs.head, groups.rows, groups.cols);
  const bool has_it = inputs.score_part && part_of(grid.score_parts, *inputs.score_part) != nullptr;
  if (has_it && grid.score_parts.size() > 1) grid.score_part = inputs.score_part;
}

GridView grid_of(const Snapshot& snapshot, const GridInputs& inputs, Axes axes, const GridWindows& windows) {
  GridView grid;
  Side rows = side_of(std::move(axes.rows), windows.rows), cols = side_of(std::move(axes.cols), windows.cols);
  const Trace& trace = attention_of(*snapshot.trace, inputs.axes.kind);
  grid.has_softmax = weights_are_softmax(trace, inputs.head);
  grid.kind = applied_kind(trace, inputs.head);
  grid.trained_so = grid.kind == trained_kind(trace.model->config.plans[inputs.head.layer]);
  grid.positions = applied_positions(trace, inputs.head);
  grid.renormalised = grid.has_softmax && hides_tokens(cols.whole, asked_encoding(snapshot, inputs.axes.kind));
  GroupedAttention attention = grouped_attention(trace, inputs.head, rows.shown(), cols.shown());
  grid.scores = std::move(attention.scores);
  grid.weights = std::move(attention.weights);
  grid.masked = std::move(attention.masked);
  grid.has_sink = has_sinks(trace, inputs.head.layer);
  if (grid.has_sink && !grid.renormalised) {
    grid.sinks = grouped_sinks(trace, inputs.head, rows.shown());
    grid.sink_score = sink_score(trace, inputs.head);
  }
  add_parts_of_grid(grid, trace, inputs, {rows.shown(), cols.shown()});
  const bool in_part = cols.window.size() < cols.all.size();
  if (grid.has_softmax && in_part) {  // signed rows have no mass that could be outside
    const std::vector<double> mass = grouped_mass(trace, inputs.head, rows.shown(), cols.all);
    grid.outside = weight_outside(grid.weights, mass, !grid.sinks.empty());
    if (grid.renormalised) renormalise_rows(grid.weights, mass);
  } else if (grid.renormalised) {
    renormalise_rows(grid.weights);
  }
  find_limits(grid);

  grid.rows = windowed(std::move(rows.whole), rows.window);
  grid.cols = windowed(std::move(cols.whole), cols.window);
  return grid;
}

GridView selected(GridView grid, const Snapshot& snapshot, const Session& session) {
  select(grid, selected_query(snapshot, session), selected_key(snapshot, session));
  return grid;
}

}  // namespace

const Matrix& shown_scores(const GridView& grid) {
  const ScorePart* part = grid.score_part ? part_of(grid.score_parts, *grid.score_part) : nullptr;
  return part == nullptr ? grid.scores : part->scores;
}

void select(GridView& grid, std::size_t query, std::size_t key) {
  grid.query = grid.rows.unit_of(query);
  grid.key = grid.cols.unit_of(key);
}

GridView make_grid(const Snapshot& snapshot, const GridInputs& inputs) {
  if (!snapshot.trace) return {};
  Axes axes = make_axes(snapshot, inputs.axes);
  const GridWindows all{{0, axes.rows.size()}, {0, axes.cols.size()}};
  return grid_of(snapshot, inputs, std::move(axes), inputs.windows.value_or(all));
}

GridView make_grid(const Snapshot& snapshot, const Session& session) {
  if (!snapshot.trace) return {};
  const Axes axes = make_axes(snapshot, whole_axes_inputs(snapshot, session));
  return selected(make_grid(snapshot, view_inputs(snapshot, session, &axes.rows, &axes.cols).grid), snapshot, session);
}

GridView make_grid(const Snapshot& snapshot, const Session& session, Range rows, Range cols) {
  if (!snapshot.trace) return {};
  const GridInputs inputs{whole_axes_inputs(snapshot, session), shown_head(snapshot, session), GridWindows{rows, cols},
                          look_of(session).score_part};
  return selected(make_grid(snapshot, inputs), snapshot, session);
}

}  // namespace regard
