// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/selection.h"
#include "app/viewmodel/views.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace regard {
namespace {

/// Each row's weight on keys outside the window, of `mass` (its weight on all keys that are shown somewhere).
std::vector<float> weight_outside(const Matrix& weights, const std::vector<double>& mass) {
  std::vector<float> outside(weights.rows);
  for (std::size_t row = 0; row < weights.rows; ++row) {
    double inside = 0.0;
    for (const float weight : weights.row(row))
      inside += weight;
    outside[row] = mass[row] > 0.0 ? static_cast<float>(std::max(0.0, mass[row] - inside) / mass[row]) : 0.0F;
  }
  return outside;
}

void find_limits(GridView& grid) {
  float score = 0.0F, weight = 0.0F;
  for (std::size_t cell = 0; cell < grid.masked.size(); ++cell) {
    if (grid.masked[cell]) continue;
    if (std::isfinite(grid.scores.values[cell])) score = std::max(score, std::abs(grid.scores.values[cell]));
    weight = std::max(weight, grid.weights.values[cell]);
  }
  grid.score_limit = score > 0.0F ? score : 1.0F;
  grid.weight_limit = weight > 0.0F ? weight : 1.0F;
}

void append_number(std::string& text, float value) {
  char digits[32];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
  text.append(std::begin(digits), end);
}

void append_label(std::string& text, std::string label) {
  std::replace_if(
      label.begin(), label.end(), [](char letter) { return letter == '\t' || letter == '\n'; }, ' ');
  text += label;
}

GridView grid_of(const Snapshot& snapshot, const Session& session, Axis axis, Range window) {
  GridView grid;
  grid.total_units = axis.size();
  grid.window = {std::min(window.begin, axis.size()), std::min(window.end, axis.size())};
  grid.renormalised = hides_tokens(axis, snapshot);
  const HeadRef head = shown_head(snapshot, session);
  const std::vector<TokenGroup> all = groups_of(axis.units);
  const auto shown = std::span(all).subspan(grid.window.begin, grid.window.size());

  GroupedAttention attention = grouped_attention(*snapshot.trace, head, shown, shown);
  grid.scores = std::move(attention.scores);
  grid.weights = std::move(attention.weights);
  grid.masked = std::move(attention.masked);
  if (grid.window.size() < axis.size()) {
    const std::vector<double> mass = grouped_mass(*snapshot.trace, head, shown, all);
    grid.outside = weight_outside(grid.weights, mass);
    if (grid.renormalised) renormalise_rows(grid.weights, mass);
  } else if (grid.renormalised) {
    renormalise_rows(grid.weights);
  }
  find_limits(grid);

  axis.units.erase(axis.units.begin() + static_cast<std::ptrdiff_t>(grid.window.end), axis.units.end());
  axis.units.erase(axis.units.begin(), axis.units.begin() + static_cast<std::ptrdiff_t>(grid.window.begin));
  grid.axis = std::move(axis);
  grid.query = grid.axis.unit_of(selected_query(snapshot, session));
  grid.key = grid.axis.unit_of(selected_key(snapshot, session));
  return grid;
}

}  // namespace

GridView make_grid(const Snapshot& snapshot, const Session& session) {
  if (!snapshot.trace) return {};
  Axis axis = make_axis(snapshot, session);
  const Range window = window_of(axis, axis.unit_of(selected_query(snapshot, session)));
  return grid_of(snapshot, session, std::move(axis), window);
}

GridView make_grid(const Snapshot& snapshot, const Session& session, Range window) {
  if (!snapshot.trace) return {};
  return grid_of(snapshot, session, make_axis(snapshot, session), window);
}

std::string grid_as_text(const GridView& grid, bool weights) {
  const Matrix& numbers = weights ? grid.weights : grid.scores;
  std::string text;
  for (const Unit& key : grid.axis.units)
    append_label(text += '\t', key.label);
  text += '\n';
  for (std::size_t query = 0; query < numbers.rows; ++query) {
    append_label(text, grid.axis.units[query].label);
    for (const float value : numbers.row(query))
      append_number(text += '\t', value);
    text += '\n';
  }
  return text;
}

}  // namespace regard
