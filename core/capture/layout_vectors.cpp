// SPDX-License-Identifier: Apache-2.0
// Of a captured run: vectors and streams, whose axes may stand in either order, and sinks.
#include "core/capture/layout_reader.h"
#include "core/capture/order.h"

#include <cstdint>

namespace regard {
namespace {

using Kinds = CapturedKind;

bool is_of_keys(Kinds kind) {
  return kind == Kinds::keys || kind == Kinds::values;
}

}  // namespace

/// One order for all vectors: whoever writes a file writes them alike.
void LayoutReader::settle_order() {
  std::vector<VectorAxes> arrays;
  const CapturedArray* first = nullptr;
  for (const NamedArray& each : named_) {
    const Kinds kind = each.name.kind;
    if (!is_of_keys(kind) && kind != Kinds::queries && kind != Kinds::head_outputs) continue;
    if (each.name.tokens_first) tokens_first_ = true;
    const CapturedArray& array = each.array;
    const std::size_t axes = array.axes(), layer = each.name.layer.value_or(0);
    if (axes < 3) fail("capture_shape", array, "[H, T, d]");
    const bool known = !is_of_keys(kind) && layer < capture_.layers.size();
    const CapturedLayer none, &read = known ? capture_.layers[layer] : none;
    const HeadArray& grid = read.weights.empty() ? read.scores : read.weights;
    arrays.push_back({.first = array.shape[axes - 3],
                      .second = array.shape[axes - 2],
                      .tokens = is_of_keys(kind) && cross_.queries > 0 ? cross_.keys : tokens_,
                      .heads = grid.empty() ? 0 : grid.heads(),
                      .layer = each.name.layer ? layer + 1 : 0,
                      .of_keys = is_of_keys(kind)});
    if (first == nullptr) first = &array;
  }
  if (arrays.empty() || tokens_first_) return;
  const FittingOrders fitting = fitting_orders(arrays);
  if (fitting.open() && choices_.vectors == AxisOrder::as_it_seems) capture_.open_vectors = first->name;
  tokens_first_ = fitting.open() ? choices_.vectors == AxisOrder::exchanged : fitting.exchanged;
}

void LayoutReader::read_vectors(Kinds kind, HeadArray CapturedLayer::*place) {
  for_layers(kind, 3, [&](std::size_t number, CapturedArray array) {
    if (array.axes() != 3) fail("capture_shape", array, "[H, T, d]");
    if (tokens_first_) array = exchanged(std::move(array), 0, 1);
    if (is_of_keys(kind))
      tell_keys(array.shape[1], array);
    else
      tell_tokens(array.shape[1], array);
    layer(number).*place = {std::move(array)};
  });
}

/// Of layers one by one, or of several in one array: [layers, T, D] or [T, layers, D].
void LayoutReader::read_states() {
  CapturedStates& states = capture_.states;
  std::vector<std::int64_t> told;
  for (const NamedArray& each : named_)
    if (each.name.kind == Kinds::state_layers) told = all_whole_numbers(each.array);
  for (const NamedArray& each : named_) {
    if (each.name.kind != Kinds::states) continue;
    CapturedArray array = without_batch(each.array, each.name.layer ? 2 : 3);
    if (each.name.layer || array.axes() == 2) {
      if (array.axes() != 2) fail("capture_shape", array, "[T, D]");
      tell_tokens(array.shape[0], array);
      if (each.name.layer) states.layers.push_back(*each.name.layer);
      states.streams.push_back(std::move(array));
      continue;
    }
    if (array.axes() != 3) fail("capture_shape", array, "[T, layers, D]");
    const std::size_t count = !choices_.layers.empty() ? choices_.layers.size() : told.size();
    VectorAxes axes{.first = array.shape[0], .second = array.shape[1], .tokens = tokens_, .heads = count};
    FittingOrders fitting = fitting_orders({&axes, 1});
    axes.heads = 0;  // a wrong number of layers is told with the checkpoint beside it
    if (!fitting.usual && !fitting.exchanged) fitting = fitting_orders({&axes, 1});
    bool tokens_first = fitting.exchanged;
    if (fitting.open()) {
      if (choices_.vectors == AxisOrder::as_it_seems && axes.first * axes.second > 1)
        capture_.open_vectors = array.name;
      tokens_first = choices_.vectors == AxisOrder::exchanged;
    }
    if (tokens_first) array = exchanged(std::move(array), 0, 1);
    tell_tokens(array.shape[1], array);
    if (array.shape[0] > kMostCapturedLayers + 1) fail("capture_shape", array, "[layers, T, D]");
    for (std::size_t place = 0; place < array.shape[0]; ++place)
      states.streams.push_back(part_of(array, place));
  }
  if (!choices_.layers.empty()) states.layers = choices_.layers;
  if (states.layers.empty())
    for (const std::int64_t number : told)
      if (number >= 0 && number <= static_cast<std::int64_t>(kMostCapturedLayers))
        states.layers.push_back(static_cast<std::size_t>(number));
  const std::size_t width = states.streams.empty() ? 0 : states.streams.front().shape[1];
  for (const CapturedArray& each : states.streams)
    if (each.shape[1] != width) fail("capture_shape", each, "[T, " + std::to_string(width) + "]");
}

void LayoutReader::read_sinks() {
  for_layers(Kinds::sink, 2, [&](std::size_t number, CapturedArray array) {
    if (array.axes() != 2 || array.shape[1] != tokens_) fail("capture_shape", array, "[H, T]");
    array.shape.insert(array.shape.begin() + 1, 1);
    array.strides.insert(array.strides.begin() + 1, 0);
    layer(number).sink = {std::move(array)};
  });
  for_layers(Kinds::sink_score, 1,
             [&](std::size_t number, const CapturedArray& array) { layer(number).sink_scores = all_numbers(array); });
}

}  // namespace regard
