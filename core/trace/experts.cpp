// SPDX-License-Identifier: Apache-2.0
#include "core/trace/experts.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace regard {
namespace {

/// What is not a number comes last; the forward pass refuses it soon after.
bool is_larger(float a, float b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(b) && !std::isnan(a);
  return a > b;
}

/// The places of the `count` largest numbers, the largest first; of two alike the first one.
std::vector<std::size_t> largest_of(std::span<const float> numbers, std::size_t count) {
  std::vector<std::size_t> order(numbers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto comes_before = [&](std::size_t one, std::size_t other) {
    const float a = numbers[one], b = numbers[other];
    return is_larger(a, b) || (!is_larger(b, a) && one < other);
  };
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(order.begin(), end, order.end(), comes_before);
  order.erase(end, order.end());
  return order;
}

/// What the groups of experts are worth, [groups].
std::vector<float> worth_of_groups(const Experts& experts, std::span<const float> votes) {
  const std::size_t size = experts.count / experts.groups;
  std::vector<float> worth(experts.groups);
  for (std::size_t group = 0; group < experts.groups; ++group) {
    const std::span<const float> own = votes.subspan(group * size, size);
    for (const std::size_t place : largest_of(own, std::min(experts.group_votes, size)))
      worth[group] += own[place];
  }
  return worth;
}

/// p and the bias of the choice; −∞ outside of the best groups.
std::vector<float> votes_of(const Experts& experts, std::span<const float> probabilities) {
  std::vector<float> votes(probabilities.begin(), probabilities.end());
  if (experts.choice_bias)
    std::transform(votes.begin(), votes.end(), experts.choice_bias->begin(), votes.begin(), std::plus<>());
  if (experts.chosen_groups >= experts.groups) return votes;
  std::vector<bool> open(experts.groups);
  for (const std::size_t group : largest_of(worth_of_groups(experts, votes), experts.chosen_groups))
    open[group] = true;
  const std::size_t size = experts.count / experts.groups;
  for (std::size_t expert = 0; expert < experts.count; ++expert)
    if (!open[expert / size]) votes[expert] = -std::numeric_limits<float>::infinity();
  return votes;
}

}  // namespace

std::vector<ChosenExpert> chosen_experts(const Experts& experts, std::span<const float> probabilities) {
  assert(probabilities.size() == experts.count && experts.chosen <= experts.count);
  std::vector<ChosenExpert> chosen;
  double sum = 0.0;
  for (const std::size_t expert : largest_of(votes_of(experts, probabilities), experts.chosen)) {
    chosen.push_back({expert, probabilities[expert]});
    sum += static_cast<double>(chosen.back().gate);
  }
  if (experts.gates_sum_to_1)
    for (ChosenExpert& each : chosen)
      each.gate = static_cast<float>(static_cast<double>(each.gate) / sum);
  if (experts.gate_scale != 1.0F)
    for (ChosenExpert& each : chosen)
      each.gate *= experts.gate_scale;
  if (experts.gate_factors)
    for (ChosenExpert& each : chosen)
      each.gate *= (*experts.gate_factors)[each.expert];
  return chosen;
}

std::vector<ChosenExpert> chosen_experts(const Trace& trace, std::size_t layer, std::size_t token) {
  const std::optional<Experts>& experts = trace.model->config.plans[layer].feed_forward.experts;
  if (!experts) return {};
  return chosen_experts(*experts, trace.layers[layer].router.row(token));
}

}  // namespace regard
