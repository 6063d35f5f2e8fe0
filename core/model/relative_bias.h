// SPDX-License-Identifier: Apache-2.0
// T5's relative positions (Raffel et al. 2020, https://arxiv.org/abs/1910.10683): offsets between key and query fall into
// buckets, near ones into one each, far ones into ranges that grow like a logarithm. Pure; any thread.
#pragma once

#include "core/model/config.h"
#include "core/model/weights.h"

#include <cstddef>
#include <span>
#include <vector>

namespace regard {

/// The bucket of an offset key − query. A decoder (not `bidirectional`) puts all keys ahead into bucket 0.
[[nodiscard]] std::size_t relative_bucket(std::ptrdiff_t offset, bool bidirectional, const RelativeBias& bias);

/// A table [buckets, heads] as the file holds it → [heads, 2·distance + 1], by key − query + distance.
[[nodiscard]] std::vector<float> relative_values(std::span<const float> table, std::size_t heads, bool bidirectional,
                                                 const RelativeBias& bias);

/// Gives the layers' plans the tables that were read with the weights.
void place_relative_bias(const Weights& weights, ModelConfig& config);

}  // namespace regard
