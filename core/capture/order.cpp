// SPDX-License-Identifier: Apache-2.0
#include "core/capture/order.h"

#include <algorithm>
#include <map>

namespace regard {
namespace {

struct HeadsOfLayer {
  std::size_t queries = 0;
  std::size_t keys = 0;
};

/// Is it what is known already? Then it is known from now on.
bool agrees(std::size_t& known, std::size_t found) {
  if (known == 0) known = found;
  return known == found;
}

bool fits(std::span<const VectorAxes> arrays, bool exchanged) {
  std::size_t unknown_tokens = 0;
  std::map<std::size_t, HeadsOfLayer> layers;
  for (const VectorAxes& each : arrays) {
    const std::size_t tokens = exchanged ? each.first : each.second, heads = exchanged ? each.second : each.first;
    if (each.tokens != 0 ? tokens != each.tokens : !agrees(unknown_tokens, tokens)) return false;
    if (each.heads != 0 && heads != each.heads) return false;
    HeadsOfLayer& layer = layers[each.layer];
    if (!agrees(each.of_keys ? layer.keys : layer.queries, heads)) return false;
  }
  return std::all_of(layers.begin(), layers.end(), [](const auto& layer) {
    const auto& [queries, keys] = layer.second;
    return queries == 0 || keys == 0 || queries % keys == 0;
  });
}

}  // namespace

FittingOrders fitting_orders(std::span<const VectorAxes> arrays) {
  const FittingOrders fitting{fits(arrays, false), fits(arrays, true)};
  const bool one_token =
      !arrays.empty() && arrays.front().first == 1;  // and many heads: nobody means that by [1, T, d]
  return {fitting.usual, fitting.exchanged && !(fitting.usual && one_token)};
}

}  // namespace regard
