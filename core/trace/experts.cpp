// SPDX-License-Identifier: Apache-2.0
#include "core/trace/experts.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace regard {

std::vector<ChosenExpert> chosen_experts(const Experts& experts, std::span<const float> probabilities) {
  assert(probabilities.size() == experts.count && experts.chosen <= experts.count);
  // What is not a number comes last; the forward pass refuses it soon after.
  const auto comes_before = [&](std::size_t one, std::size_t other) {
    const float a = probabilities[one], b = probabilities[other];
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) == std::isnan(b) ? one < other : std::isnan(b);
    return a != b ? a > b : one < other;
  };
  std::vector<std::size_t> order(experts.count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(experts.chosen), order.end(),
                    comes_before);
  std::vector<ChosenExpert> chosen;
  double sum = 0.0;
  for (std::size_t place = 0; place < experts.chosen; ++place) {
    chosen.push_back({order[place], probabilities[order[place]]});
    sum += static_cast<double>(chosen.back().gate);
  }
  if (experts.gates_sum_to_1)
    for (ChosenExpert& each : chosen)
      each.gate = static_cast<float>(static_cast<double>(each.gate) / sum);
  return chosen;
}

std::vector<ChosenExpert> chosen_experts(const Trace& trace, std::size_t layer, std::size_t token) {
  const std::optional<Experts>& experts = trace.model->config.plans[layer].feed_forward.experts;
  if (!experts) return {};
  return chosen_experts(*experts, trace.layers[layer].router.row(token));
}

}  // namespace regard
