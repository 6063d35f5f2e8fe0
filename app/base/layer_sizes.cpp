// SPDX-License-Identifier: Apache-2.0
#include "app/base/layer_sizes.h"

#include <set>

namespace regard {

std::string sizes_in_words(const ModelConfig& config, std::size_t (*size)(const SoftmaxAttention& plan)) {
  std::set<std::size_t> sizes;
  for (const LayerPlan& plan : config.plans)
    if (plan.attention.heads > 0) sizes.insert(size(plan.attention));
  if (sizes.empty()) return "–";
  const std::string least = std::to_string(*sizes.begin());
  return sizes.size() == 1 ? least : least + "–" + std::to_string(*sizes.rbegin());
}

std::string heads_in_words(const ModelConfig& config) {
  return sizes_in_words(config, [](const SoftmaxAttention& plan) { return plan.heads; });
}

}  // namespace regard
