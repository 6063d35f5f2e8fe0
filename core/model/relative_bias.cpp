// SPDX-License-Identifier: Apache-2.0
#include "core/model/relative_bias.h"

#include <algorithm>
#include <cmath>

namespace regard {

std::size_t relative_bucket(std::ptrdiff_t offset, bool bidirectional, const RelativeBias& bias) {
  const std::size_t buckets = bidirectional ? bias.buckets / 2 : bias.buckets;
  const std::size_t first = bidirectional && offset > 0 ? buckets : 0;
  const std::ptrdiff_t away = bidirectional ? std::abs(offset) : std::max<std::ptrdiff_t>(-offset, 0);
  const std::size_t exact = buckets / 2;  // so many buckets hold one offset each
  const auto distance = static_cast<std::size_t>(away);
  if (distance < exact) return first + distance;
  // In float32 and in this order, as the models were trained: at the borders the last bit decides.
  const float ratio = std::log(static_cast<float>(distance) / static_cast<float>(exact)) /
                      static_cast<float>(std::log(static_cast<double>(bias.distance) / static_cast<double>(exact)));
  const auto beyond = static_cast<std::size_t>(ratio * static_cast<float>(buckets - exact));
  return first + std::min(exact + beyond, buckets - 1);
}

std::vector<float> relative_values(std::span<const float> table, std::size_t heads, bool bidirectional,
                                   const RelativeBias& bias) {
  std::vector<float> values(heads * bias.width());
  const auto reach = static_cast<std::ptrdiff_t>(bias.distance);
  for (std::ptrdiff_t offset = -reach; offset <= reach; ++offset) {
    const std::size_t bucket = relative_bucket(offset, bidirectional, bias);
    for (std::size_t head = 0; head < heads; ++head)
      values[head * bias.width() + static_cast<std::size_t>(offset + reach)] = table[bucket * heads + head];
  }
  return values;
}

void place_relative_bias(const Weights& weights, ModelConfig& config) {
  std::shared_ptr<const std::vector<float>> table;
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    auto* bias = std::get_if<RelativeBias>(&config.plans[layer].positions);
    if (bias == nullptr) continue;
    if (!bias->shared) table = weights.relative_bias[layer];
    bias->values = table;
  }
}

}  // namespace regard
