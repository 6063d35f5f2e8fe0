// SPDX-License-Identifier: Apache-2.0
// One head of a run in another kind of attention, out of its own queries, keys and values; softmax is as trained, whatever kind an
// intervention of the run puts the head in. Pure; any thread.
#pragma once

#include "core/analysis/flash.h"
#include "core/analysis/kinds.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace regard {

struct KindWeights {
  Matrix weights{};                 ///< [T, keys]
  std::vector<float> sinks{};       ///< [T] the share of the head's sink in each row; empty: it has none
  Matrix outputs{};                 ///< [T, v] Σ_j A[i,j]·v_j, before interventions on it
  std::optional<FlashRun> flash{};  ///< of that kind
  OpenCells open{};                 ///< what the kind leaves open by place
};

/// obstacle_to_kind() is none. `seed`: of the kinds that draw.
[[nodiscard]] KindWeights kind_weights(const Trace& trace, HeadRef head, const KindOfAttention& kind,
                                       std::uint64_t seed = 0);

/// Performer's with directions that are known (performer.h), [m, d].
[[nodiscard]] Matrix performer_weights(const Trace& trace, HeadRef head, const Matrix& directions);

/// s / temperature, before any mask, as if no intervention put the head in another kind: [T, keys].
[[nodiscard]] Matrix tempered_scores(const Trace& trace, HeadRef head);

/// How far m random features are from the exact weights.
struct FeatureError {
  std::size_t seeds = 0;   ///< as many times features were drawn
  double mean = 0.0;       ///< of |A − Â| over the open cells and the seeds
  double deviation = 0.0;  ///< of that mean over the seeds
  double row = 0.0;        ///< mean over rows and seeds of Σ_j |A − Â|, 0…2
};
[[nodiscard]] FeatureError performer_error(const Trace& trace, HeadRef head, const KindOfAttention& kind,
                                           std::size_t seeds);

}  // namespace regard
