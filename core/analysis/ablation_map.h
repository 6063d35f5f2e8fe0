// SPDX-License-Identifier: Apache-2.0
// What every head matters for a prediction: the effect of ablating it alone. A long computation: many runs. Any thread.
#pragma once

#include "core/analysis/effect.h"
#include "core/base/progress.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace regard {

struct HeadEffect {
  HeadRef head{};
  double divergence = 0.0;              ///< KL(p‖p′), p′ with the head ablated
  double log_probability_change = 0.0;  ///< log p′(token) − log p(token)
};

struct AblationOptions {
  std::size_t position = 0;  ///< whose prediction; telling_position() if nobody chose
  std::int32_t token = -1;   ///< −1: the most probable one at the position
  bool mean = true;          ///< the head's output becomes its mean over the text's positions; else 0
};

/// Every head of `base` (whose own interventions stay), from the last layer to the first, because the late ones are quick; `see`
/// gets each as soon as it is known, on the calling thread. → [head_count()], by layer, then head. Empty without an LM head.
/// Throws Cancelled.
[[nodiscard]] std::vector<HeadEffect> ablation_map(const std::shared_ptr<const Trace>& base,
                                                   const AblationOptions& options,
                                                   const std::function<void(const HeadEffect&)>& see = {},
                                                   const std::stop_token& stop = {}, Progress* progress = nullptr);

}  // namespace regard
