// SPDX-License-Identifier: Apache-2.0
// One model with its adapters at other strengths.
#include "core/model/disentangled.h"
#include "core/model/model.h"
#include "core/model/weights.h"

#include <array>
#include <cassert>
#include <charconv>
#include <memory>

namespace regard {
namespace {

void set_strengths(std::span<const float> strengths, Linear& linear) {
  for (LowRank& each : linear.adapted)
    each.strength = strengths[each.adapter];
}

void set_strengths(std::span<const float> strengths, FeedForwardWeights& weights) {
  for (Linear* linear : {&weights.gate, &weights.up, &weights.down, &weights.gate_and_up})
    set_strengths(strengths, *linear);
}

void set_strengths(std::span<const float> strengths, LayerWeights& layer) {
  for (Linear* linear : {&layer.query,
                         &layer.key,
                         &layer.value,
                         &layer.output,
                         &layer.gate,
                         &layer.up,
                         &layer.down,
                         &layer.cross_query,
                         &layer.cross_key,
                         &layer.cross_value,
                         &layer.cross_output,
                         &layer.mixture.router,
                         &layer.mixture.shared_gate,
                         &layer.latent.query_down,
                         &layer.latent.down,
                         &layer.latent.shared_key,
                         &layer.latent.up,
                         &layer.position_query,
                         &layer.position_key,
                         &layer.output_gate,
                         &layer.state.projection,
                         &layer.state.write,
                         &layer.state.decay,
                         &layer.state.select,
                         &layer.token_row.of_embedding,
                         &layer.token_row.in,
                         &layer.token_row.out,
                         &layer.streams.router,
                         &layer.streams.prediction,
                         &layer.streams.correction,
                         &layer.side.down,
                         &layer.side.up})
    set_strengths(strengths, *linear);
  set_strengths(strengths, layer.mixture.shared);
  for (FeedForwardWeights& expert : layer.mixture.experts)
    set_strengths(strengths, expert);
}

std::shared_ptr<const Weights> at_strengths(const Weights& weights, std::span<const float> strengths) {
  auto result = std::make_shared<Weights>(weights);
  for (Linear* linear : {&result->embedding_projection, &result->output_projection, &result->head_transform,
                         &result->unembedding, &result->class_transform, &result->class_output})
    set_strengths(strengths, *linear);
  for (std::vector<Linear>* list : {&result->streams_in, &result->streams_out})
    for (Linear& linear : *list)
      set_strengths(strengths, linear);
  for (LayerWeights& layer : result->layers)
    set_strengths(strengths, layer);
  if (weights.encoder) result->encoder = at_strengths(*weights.encoder, strengths);
  return result;
}

}  // namespace

std::string full_name(const Model& model) {
  std::string name = model.name;
  for (const ModelAdapter& adapter : model.adapters) {
    if (adapter.strength == 0.0F && adapter.is_base_at_0()) continue;
    name += " + " + adapter.name;
    if (adapter.strength == 1.0F) continue;
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), adapter.strength).ptr;
    name += " × " + std::string(digits.data(), end);
  }
  return name;
}

std::shared_ptr<const Model> at_strengths(const Model& model, std::span<const float> strengths) {
  assert(strengths.size() == model.adapters.size());
  auto result = std::make_shared<Model>(model);
  for (std::size_t index = 0; index < strengths.size(); ++index)
    result->adapters[index].strength = strengths[index];
  result->weights = at_strengths(*model.weights, strengths);
  place_disentangled(*result->weights, result->config, {});  // what is made of the weights is made anew
  if (model.encoder) {
    auto encoder = std::make_shared<Model>(*model.encoder);
    encoder->weights = result->weights->encoder;
    encoder->adapters = result->adapters;
    result->encoder = std::move(encoder);
  }
  return result;
}

}  // namespace regard
