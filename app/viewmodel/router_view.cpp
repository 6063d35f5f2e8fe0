// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/router_view.h"

#include "app/session/look.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

namespace regard {
namespace {

constexpr float kNoSuchExpert = std::numeric_limits<float>::quiet_NaN();

const std::optional<Experts>& experts_of(const ModelConfig& config, std::size_t layer) {
  return config.plans[layer].feed_forward.experts;
}

/// Layers or experts: units that hold no token are named by their numbers.
Axis numbered_axis(const std::vector<std::size_t>& numbers) {
  Axis axis;
  for (const std::size_t number : numbers)
    axis.units.push_back({.label = std::to_string(number), .tokens = {number}});
  axis.window = {0, axis.units.size()};
  axis.total = axis.units.size();
  return axis;
}

std::vector<std::size_t> numbers_to(std::size_t count) {
  std::vector<std::size_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  return numbers;
}

/// Marks the experts of a token in a row; `column_of` [experts].
void mark_chosen(RouterView& view, const Trace& trace, std::size_t row, const std::vector<std::size_t>& column_of) {
  for (const ChosenExpert& each : chosen_experts(trace, view.layer_of(row), view.token_of(row)))
    view.chosen[row * view.columns.size() + column_of[each.expert]] = true;
}

void fill_layer(RouterView& view, const Trace& trace) {
  std::vector<std::size_t> column_of(view.columns.size());
  for (std::size_t col = 0; col < view.columns.size(); ++col)
    column_of[view.columns[col]] = col;
  for (std::size_t row = 0; row < view.rows.size(); ++row) {
    const std::span<const float> given = trace.layers[view.of.layer].router.row(view.token_of(row));
    for (std::size_t col = 0; col < view.columns.size(); ++col)
      view.values(row, col) = given[view.columns[col]];
    mark_chosen(view, trace, row, column_of);
  }
}

void fill_token(RouterView& view, const Trace& trace) {
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer) {
    const Matrix& router = trace.layers[layer].router;
    if (router.cols == 0) continue;
    std::ranges::copy(router.row(view.of.token), view.values.row(layer).begin());
    mark_chosen(view, trace, layer, view.columns);
  }
}

void fill_loads(RouterView& view, const ExpertLoads& loads) {
  for (std::size_t layer = 0; layer < loads.layers.size(); ++layer)
    for (std::size_t expert = 0; expert < loads.layers[layer].tokens.size(); ++expert)
      view.values(layer, expert) = loads.layers[layer].share(expert);
}

float largest_number(const Matrix& values) {
  float largest = 0.0F;
  for (const float value : values.values)
    if (std::isfinite(value)) largest = std::max(largest, value);
  return largest > 0.0F ? largest : 1.0F;
}

/// Rows and columns of the map that is asked for.
void add_axes(RouterView& view, const Snapshot& snapshot) {
  if (view.of.map == RouterMap::layer) {
    view.columns = view.of.by_load ? experts_by_load(view.load) : numbers_to(view.experts.count);
    Axis tokens = make_axis(snapshot, AxisInputs{}, asking_encoding(snapshot, AttentionKind::self));
    view.rows = windowed(tokens, window_of(tokens, tokens.unit_of(view.of.token)));
  } else {
    std::size_t most = 0;
    for (const std::size_t layer : view.layers)
      most = std::max(most, experts_of(snapshot.trace->model->config, layer)->count);
    view.columns = numbers_to(most);
    view.rows = numbered_axis(numbers_to(snapshot.trace->layers.size()));
  }
  view.cols = numbered_axis(view.columns);
}

RouterView::Obstacle obstacle_of(const Snapshot& snapshot, const RouterInputs& inputs) {
  using Obstacle = RouterView::Obstacle;
  if (!snapshot.trace || snapshot.trace->tokens() == 0)
    return snapshot.model && !has_experts(snapshot.model->config) ? Obstacle::model : Obstacle::no_text;
  const ModelConfig& config = snapshot.trace->model->config;
  if (!has_experts(config)) return Obstacle::model;
  return inputs.map == RouterMap::layer && !experts_of(config, inputs.layer) ? Obstacle::layer : Obstacle::none;
}

}  // namespace

std::shared_ptr<const ExpertLoads> make_expert_loads(const std::shared_ptr<const Trace>& trace,
                                                     const std::function<void()>& give_way, const std::stop_token& stop,
                                                     Progress* progress) {
  auto loads = std::make_shared<ExpertLoads>();
  for (std::size_t layer = 0; layer < trace->layers.size(); ++layer) {
    if (give_way) give_way();
    if (stop.stop_requested()) throw Cancelled();
    loads->layers.push_back(expert_load(*trace, layer));
    if (progress != nullptr)
      progress->fraction = static_cast<float>(layer + 1) / static_cast<float>(trace->layers.size());
  }
  return loads;
}

RouterInputs router_inputs(const Snapshot& snapshot, const Session& session) {
  const Look& look = look_of(session);
  return {look.router_map, shown_head(snapshot, session).layer, selected_query(snapshot, session),
          look.experts_by_load};
}

RouterCell router_cell(const Trace& trace, std::size_t layer, std::size_t token, std::size_t expert) {
  const std::span<const float> given = trace.layers[layer].router.row(token);
  RouterCell cell{.probability = given[expert]};
  cell.rank += static_cast<std::size_t>(std::ranges::count_if(given, [&](float p) { return p > given[expert]; }));
  for (const ChosenExpert& each : chosen_experts(trace, layer, token))
    if (each.expert == expert) cell.gate = each.gate;
  return cell;
}

std::size_t RouterView::token_of(std::size_t row) const {
  return of.map == RouterMap::layer ? rows.units[row].tokens.front() : of.token;
}

std::size_t RouterView::column_of(std::size_t expert) const {
  return static_cast<std::size_t>(std::ranges::find(columns, expert) - columns.begin());
}

RouterView make_router(const Snapshot& snapshot, const RouterInputs& inputs, const ExpertLoads* loads) {
  RouterView view;
  view.of = inputs;
  view.obstacle = obstacle_of(snapshot, inputs);
  if (!snapshot.trace || view.obstacle == RouterView::Obstacle::no_text) return view;
  const Trace& trace = *snapshot.trace;
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer)
    if (experts_of(trace.model->config, layer)) view.layers.push_back(layer);
  if (view.obstacle != RouterView::Obstacle::none) return view;
  if (const std::optional<Experts>& experts = experts_of(trace.model->config, inputs.layer)) {
    view.experts = *experts;
    view.load = expert_load(trace, inputs.layer);
  }
  add_axes(view, snapshot);
  view.values = Matrix(view.rows.size(), view.columns.size(), kNoSuchExpert);
  if (inputs.map == RouterMap::load) {
    if (loads != nullptr) fill_loads(view, *loads);
  } else {
    view.chosen.assign(view.values.values.size(), false);
    inputs.map == RouterMap::layer ? fill_layer(view, trace) : fill_token(view, trace);
  }
  view.limit = largest_number(view.values);
  return view;
}

std::vector<ExpertToken> tokens_of_expert(const Trace& trace, std::size_t layer, std::size_t expert) {
  std::vector<ExpertToken> tokens;
  for (std::size_t token = 0; token < trace.tokens(); ++token)
    for (const ChosenExpert& each : chosen_experts(trace, layer, token))
      if (each.expert == expert) tokens.push_back({token, each.gate});
  return tokens;
}

}  // namespace regard
