// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/placed_tokens.h"

#include "core/engine/engine.h"

#include <memory>

namespace regard {
namespace {

/// The embedding and the attention of layer 0, nothing behind them.
std::shared_ptr<const Model> first_attention(const Model& model) {
  auto first = std::make_shared<Model>(model);
  first->config.layers = 1;
  first->config.plans.resize(1);
  LayerPlan& plan = first->config.plans.front();
  plan.cross = false;
  plan.feed_forward = {.width = 0};
  first->encoder = nullptr;
  first->config.encoder = nullptr;
  return first;
}

bool is_unplaced(const ModelConfig& config, std::int32_t id) {
  const auto* learned = std::get_if<LearnedPositions>(&config.embedded_positions);
  return learned != nullptr && learned->unplaced_id == id;
}

void add_placed_rows(const Matrix& from, Matrix& to) {
  for (std::size_t at = 0; at < from.values.size(); ++at)
    to.values[at] += from.values[at];
}

void divide_placed(Matrix& matrix, std::size_t by) {
  for (float& value : matrix.values)
    value /= static_cast<float>(by);
}

}  // namespace

PlacedTokens place_tokens(const Trace& trace, std::span<const std::size_t> tokens, std::size_t places,
                          const std::stop_token& stop) {
  const ModelConfig& config = trace.model->config;
  const std::shared_ptr<const Model> first = first_attention(*trace.model);
  PlacedTokens placed{Matrix(places, config.queries_width(0)), Matrix(places, config.keys_width(0))};
  for (const std::size_t token : tokens) {
    const std::int32_t id = trace.request.ids[token];
    if (is_unplaced(config, id)) continue;
    const auto read = run(first, {.ids = std::vector<std::int32_t>(places, id)}, nullptr, stop);
    add_placed_rows(read->layers.front().queries, placed.queries);
    add_placed_rows(read->layers.front().keys, placed.keys);
    ++placed.tokens;
  }
  if (placed.tokens > 0) divide_placed(placed.queries, placed.tokens), divide_placed(placed.keys, placed.tokens);
  return placed;
}

}  // namespace regard
