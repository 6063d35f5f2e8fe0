// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/expert_load.h"

#include "core/trace/experts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace regard {
namespace {

double entropy_of_choice(const ExpertLoad& load) {
  const double all = static_cast<double>(load.rows * load.chosen);
  if (all == 0.0 || load.tokens.size() < 2) return 0.0;
  double sum = 0.0;
  for (const std::size_t tokens : load.tokens)
    if (tokens > 0) sum -= static_cast<double>(tokens) / all * std::log(static_cast<double>(tokens) / all);
  return sum / std::log(static_cast<double>(load.tokens.size()));
}

}  // namespace

ExpertLoad expert_load(const Trace& trace, std::size_t layer) {
  const std::optional<Experts>& experts = trace.model->config.plans[layer].feed_forward.experts;
  if (!experts) return {};
  ExpertLoad load{trace.tokens(), experts->chosen, std::vector<std::size_t>(experts->count)};
  for (std::size_t token = 0; token < load.rows; ++token)
    for (const ChosenExpert& each : chosen_experts(trace, layer, token))
      ++load.tokens[each.expert];
  load.entropy = entropy_of_choice(load);
  return load;
}

std::vector<std::size_t> experts_by_load(const ExpertLoad& load) {
  std::vector<std::size_t> order(load.tokens.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order,
                           [&](std::size_t one, std::size_t other) { return load.tokens[one] > load.tokens[other]; });
  return order;
}

bool has_experts(const ModelConfig& config) {
  return std::ranges::any_of(config.plans, [](const LayerPlan& plan) { return plan.feed_forward.experts.has_value(); });
}

}  // namespace regard
