// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/head_importance.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace regard {

HeadList other_heads(const ModelConfig& config, const HeadList& some) {
  HeadList others = all_heads(config);
  std::erase_if(others, [&](HeadRef head) { return std::find(some.begin(), some.end(), head) != some.end(); });
  return others;
}

std::vector<Intervention> ablation_of(const HeadList& heads, bool mean) {
  std::vector<Intervention> list;
  list.reserve(heads.size());
  for (const HeadRef head : heads)
    list.push_back({.kind = InterventionKind::ablate, .scope = {head.layer, head.head}, .mean = mean});
  return list;
}

std::vector<std::vector<Intervention>> ablations_one_by_one(const HeadList& heads, bool mean) {
  std::vector<std::vector<Intervention>> variants;
  variants.reserve(heads.size());
  for (const HeadRef head : heads)
    variants.push_back(ablation_of({head}, mean));
  return variants;
}

std::vector<double> importances(const CorpusLosses& losses, Importance by) {
  std::vector<double> values;
  values.reserve(losses.changes.size());
  for (std::size_t variant = 0; variant < losses.changes.size(); ++variant)
    values.push_back(by == Importance::loss ? losses.mean_rise(variant) : losses.mean_divergence(variant));
  return values;
}

std::vector<std::size_t> least_first(std::span<const double> importance) {
  std::vector<std::size_t> order(importance.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return importance[a] < importance[b]; });
  return order;
}

std::vector<std::size_t> random_order(std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random random(seed);
  for (std::size_t at = 0; at + 1 < count; ++at)
    std::swap(order[at], order[at + random.below(count - at)]);
  return order;
}

std::vector<std::size_t> pruning_steps(std::size_t heads, std::size_t most) {
  const std::size_t count = std::min(heads, most);
  std::vector<std::size_t> steps;
  for (std::size_t step = 1; step <= count; ++step)
    steps.push_back(heads * step / count);
  return steps;
}

std::vector<std::vector<Intervention>> pruning_variants(const HeadList& heads, std::span<const std::size_t> order,
                                                        std::span<const std::size_t> steps, bool mean) {
  std::vector<std::vector<Intervention>> variants;
  for (const std::size_t removed : steps) {
    HeadList some;
    for (const std::size_t index : order.first(removed))
      some.push_back(heads[index]);
    variants.push_back(ablation_of(some, mean));
  }
  return variants;
}

std::vector<std::vector<Intervention>> pruning_study(const HeadList& heads, std::span<const std::size_t> order,
                                                     std::span<const std::size_t> steps, bool mean) {
  std::vector<std::vector<Intervention>> variants = pruning_variants(heads, order, steps, mean);
  for (std::uint64_t seed = 1; seed <= random_orders; ++seed)
    for (std::vector<Intervention>& one : pruning_variants(heads, random_order(heads.size(), seed), steps, mean))
      variants.push_back(std::move(one));
  return variants;
}

std::vector<double> pruning_curve(const CorpusLosses& study, std::size_t order, std::size_t steps) {
  std::vector<double> rises;
  for (std::size_t step = 0; step < steps; ++step)
    rises.push_back(study.mean_rise(order * steps + step));
  return rises;
}

std::optional<std::size_t> breaking_point(std::span<const double> rises, double line) {
  const auto found = std::find_if(rises.begin(), rises.end(), [line](double rise) { return rise > line; });
  if (found == rises.end()) return std::nullopt;
  return static_cast<std::size_t>(found - rises.begin());
}

bool is_sure(const CorpusLosses& losses, std::size_t variant) {
  if (is_few(losses)) return false;
  const std::optional<double> error = losses.rise_error(variant);
  return error && std::abs(losses.mean_rise(variant)) > interval_errors * *error;
}

std::vector<std::size_t> dead_heads(const CorpusLosses& losses, double line) {
  const std::vector<double> divergences = importances(losses, Importance::divergence);
  std::vector<std::size_t> dead = least_first(divergences);
  std::erase_if(dead, [&](std::size_t index) { return divergences[index] >= line; });
  return dead;
}

}  // namespace regard
