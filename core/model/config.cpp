// SPDX-License-Identifier: Apache-2.0
#include "core/model/config.h"

#include <algorithm>

namespace regard {
namespace {

/// Of one block, or one expert of a mixture.
std::size_t numbers_of_block(const FeedForward& plan, std::size_t hidden) {
  const std::size_t matrices = feed_forward_matrices(plan);
  const std::size_t biases = plan.bias ? (matrices - 1) * plan.width + hidden : 0;
  return matrices * hidden * plan.width + biases;
}

}  // namespace

const Rotary* first_rotary(const ModelConfig& config) {
  for (const LayerPlan& plan : config.plans)
    if (const auto* rotary = std::get_if<Rotary>(&plan.positions)) return rotary;
  return nullptr;
}

std::size_t idle_parameters(const ModelConfig& config) {
  std::size_t sum = 0;
  for (const LayerPlan& plan : config.plans)
    if (const auto& experts = plan.feed_forward.experts)
      sum += (experts->count - experts->chosen) * numbers_of_block(plan.feed_forward, config.hidden);
  return sum;
}

bool same_heads(const ModelConfig& a, const ModelConfig& b) {
  if (a.heads != b.heads || a.layers != b.layers) return false;
  for (std::size_t layer = 0; layer < a.layers; ++layer)
    if (a.kv_heads(layer) != b.kv_heads(layer) || a.head_dim(layer) != b.head_dim(layer) ||
        a.value_dim(layer) != b.value_dim(layer))
      return false;
  return true;
}

}  // namespace regard
