// SPDX-License-Identifier: Apache-2.0
// One head of a run through several kinds of attention, with the numbers that belong to each picture. Pure; any thread.
#pragma once

#include "core/analysis/kind_cost.h"
#include "core/analysis/kind_weights.h"

#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace regard {

/// Of one grid. Rows that do not sum to 1 are scaled to it for entropy, distance and divergence; a row without any weight is left out of
/// them. The share of a head's sink is one more place of a row, at no distance.
struct KindNumbers {
  double least_sum = 0.0, largest_sum = 0.0;  ///< of the rows, keys and sink
  double entropy = 0.0;                       ///< mean over rows of −Σ A ln A, nats
  double distance = 0.0;  ///< mean over rows of Σ A·|i − j| / Σ A, tokens; NaN between two texts
  double divergence = 0.0;  ///< mean over rows of the Jensen–Shannon divergence to the weights as trained, / ln 2: 0…1
  double largest_change = 0.0;  ///< max |Â − A| against the weights as trained
  double output_change = 0.0;   ///< ‖Ô − O‖ / ‖O‖ of the head's outputs A·V (Frobenius)
  std::size_t farthest =
      0;  ///< max |i − j| that the kind leaves open in this text: how far one layer can look; 0 between two texts
  bool reaches_all = false;  ///< every key that the head as trained may look at is open
  /// Within 1 ± 10⁻⁴.
  [[nodiscard]] bool sums_to_one() const;
};

struct KindReport {
  KindOfAttention kind{};
  bool trained = false;                        ///< the head attends so as the model is
  KindObstacle obstacle = KindObstacle::none;  ///< the rest is empty where there is one
  KindWeights shown{};
  KindNumbers numbers{};
  KindCost cost{};                      ///< of this text
  std::optional<FeatureError> error{};  ///< of performer
};

inline constexpr std::size_t kPerformerSeeds = 8;

/// In the order of `kinds`. Performer's grid is that of its first seed. Throws Cancelled.
[[nodiscard]] std::vector<KindReport> kind_reports(const Trace& trace, HeadRef head,
                                                   std::span<const KindOfAttention> kinds,
                                                   const std::stop_token& stop = {},
                                                   std::size_t seeds = kPerformerSeeds);

}  // namespace regard
