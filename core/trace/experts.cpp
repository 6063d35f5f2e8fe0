// SPDX-License-Identifier: Apache-2.0
#include "core/trace/experts.h"

#include <algorithm>
#include <cassert>

namespace regard {

std::vector<ChosenExpert> chosen_experts(const Experts& experts, std::span<const float> probabilities) {
  assert(probabilities.size() == experts.count && experts.chosen <= experts.count);
  std::vector<ChosenExpert> chosen;
  std::vector<bool> taken(experts.count);
  double sum = 0.0;
  while (chosen.size() < experts.chosen) {
    auto best = static_cast<std::size_t>(std::find(taken.begin(), taken.end(), false) - taken.begin());
    for (std::size_t expert = best + 1; expert < experts.count; ++expert)
      if (!taken[expert] && probabilities[expert] > probabilities[best]) best = expert;
    taken[best] = true;
    chosen.push_back({best, probabilities[best]});
    sum += static_cast<double>(probabilities[best]);
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
