// SPDX-License-Identifier: Apache-2.0
#include "core/model/layer_plan.h"

#include <cmath>

namespace regard {

float usual_scale(std::size_t head_dim) {
  return 1.0F / std::sqrt(static_cast<float>(head_dim));
}

SoftmaxAttention even_heads(std::size_t heads, std::size_t hidden) {
  return {.heads = heads, .kv_heads = heads, .head_dim = hidden / heads, .scale = usual_scale(hidden / heads)};
}

bool decays_by_channel(const LayerPlan& plan) {
  const auto* space = std::get_if<StateSpace>(&plan.mixer);
  return space != nullptr && space->step_rank > 0;
}

std::size_t value_dim(const SoftmaxAttention& attention) {
  return attention.value_dim == 0 ? attention.head_dim : attention.value_dim;
}

std::size_t query_heads(const LayerPlan& plan) {
  const auto* space = std::get_if<StateSpace>(&plan.mixer);
  return space != nullptr ? space->groups : plan.attention.heads;
}

std::size_t key_heads(const LayerPlan& plan) {
  const auto* space = std::get_if<StateSpace>(&plan.mixer);
  return space != nullptr ? space->groups : plan.attention.kv_heads;
}

std::size_t convolved_channels(const LayerPlan& plan) {
  const SoftmaxAttention& sizes = plan.attention;
  const std::size_t values = sizes.heads * value_dim(sizes);
  if (decays_by_channel(plan)) return values;
  if (const auto* delta = std::get_if<GatedDelta>(&plan.mixer)) return 2 * delta->key_heads * sizes.head_dim + values;
  if (const auto* space = std::get_if<StateSpace>(&plan.mixer)) return 2 * space->groups * sizes.head_dim + values;
  return 0;
}

std::size_t convolved_tokens(const LayerPlan& plan) {
  if (const auto* delta = std::get_if<GatedDelta>(&plan.mixer)) return delta->convolution;
  if (const auto* space = std::get_if<StateSpace>(&plan.mixer)) return space->convolution;
  return 0;
}

bool normalises_read(NormPlace place) {
  return place != NormPlace::after && place != NormPlace::written;
}

bool normalises_written(NormPlace place) {
  return place == NormPlace::both || place == NormPlace::written;
}

bool is_parallel(NormPlace place) {
  return place == NormPlace::parallel || place == NormPlace::shared;
}

}  // namespace regard
