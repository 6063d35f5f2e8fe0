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

/// Without the numbers that multiply its parts: another file of the same model may have them in its matrices.
Mixer without_scales(Mixer mixer) {
  if (auto* space = std::get_if<StateSpace>(&mixer)) {
    space->part_scales = StateSpace{}.part_scales;
    space->gate_scale = space->step_scale = 1.0F;
  }
  return mixer;
}

bool same_sizes(const LayerPlan& one, const LayerPlan& other) {
  const SoftmaxAttention &a = one.attention, &b = other.attention;
  return a.heads == b.heads && a.kv_heads == b.kv_heads && a.head_dim == b.head_dim && a.value_dim == b.value_dim &&
         without_scales(one.mixer) == without_scales(other.mixer);
}

}  // namespace

bool is_sum_of_writers(const ModelConfig& config) {
  return !config.streams && std::all_of(config.plans.begin(), config.plans.end(),
                                        [](const LayerPlan& plan) { return plan.side_rank == 0; });
}

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

std::size_t most_heads(const ModelConfig& config) {
  std::size_t most = 0;
  for (const LayerPlan& plan : config.plans)
    most = std::max(most, plan.attention.heads);
  return most;
}

std::size_t head_count(const ModelConfig& config) {
  std::size_t count = 0;
  for (const LayerPlan& plan : config.plans)
    count += plan.attention.heads;
  return count;
}

HeadList all_heads(const ModelConfig& config) {
  HeadList heads;
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    for (std::size_t head = 0; head < config.heads(layer); ++head)
      heads.push_back({layer, head});
  return heads;
}

HeadList softmax_heads(const ModelConfig& config) {
  HeadList heads = all_heads(config);
  std::erase_if(heads, [&](HeadRef head) { return !has_softmax(config.plans[head.layer]); });
  return heads;
}

bool has_softmax(const ModelConfig& config, HeadRef head) {
  return has_head(config, head) && has_softmax(config.plans[head.layer]);
}

std::optional<std::size_t> first_without_softmax(const ModelConfig& config) {
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    if (config.heads(layer) > 0 && !has_softmax(config.plans[layer])) return layer;
  return std::nullopt;
}

bool has_head(const ModelConfig& config, HeadRef head) {
  return head.layer < config.layers && head.head < config.heads(head.layer);
}

HeadRef nearest_head(const ModelConfig& config, HeadRef head) {
  head.layer = std::min(head.layer, config.layers - 1);
  const auto near = [&](std::size_t layer) { return std::max(layer, head.layer) - std::min(layer, head.layer); };
  std::size_t best = head.layer;
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    if (config.heads(layer) > 0 && (config.heads(best) == 0 || near(layer) < near(best))) best = layer;
  return {best, std::min(head.head, std::max<std::size_t>(config.heads(best), 1) - 1)};
}

bool layers_alike(const ModelConfig& config) {
  return std::all_of(config.plans.begin(), config.plans.end(),
                     [&](const LayerPlan& plan) { return same_sizes(plan, config.plans.front()); });
}

bool same_heads(const ModelConfig& a, const ModelConfig& b) {
  return std::equal(a.plans.begin(), a.plans.end(), b.plans.begin(), b.plans.end(), same_sizes);
}

}  // namespace regard
