// SPDX-License-Identifier: Apache-2.0
// What it would cost the run if a head, a layer or the whole model attended in a kind that it was not trained for: KL of the prediction and
// what comes up in it. Made in background jobs. Pure; any thread.
#pragma once

#include "app/viewmodel/item_effects.h"
#include "core/trace/kind_of_attention.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace regard {

struct KindEffectsQuestion {
  std::shared_ptr<const Trace> trace{};  ///< its model predicts tokens
  HeadScope scope{};                     ///< who would attend so
  std::vector<KindOfAttention> kinds{};
  std::size_t position = 0;  ///< whose prediction
  friend bool operator==(const KindEffectsQuestion&, const KindEffectsQuestion&) = default;
};

struct KindEffect {
  KindOfAttention kind{};
  std::optional<Error> refused{};  ///< the rest is empty then, as it is of what the model does anyway
  double divergence = 0.0;  ///< KL(p‖p′), nats; p of the run without any `attention`, its other interventions kept
  std::vector<PredictedToken> after{};  ///< the most probable tokens of p′
};

struct KindEffects {
  KindEffectsQuestion of{};
  std::vector<PredictedToken> before{};  ///< the most probable tokens of p
  std::vector<KindEffect> effects{};     ///< [kinds]
};

/// The intervention.
[[nodiscard]] Intervention in_kind(const HeadScope& scope, const KindOfAttention& kind);

/// One run for each kind, together. Throws Cancelled.
[[nodiscard]] std::shared_ptr<const KindEffects> make_kind_effects(const KindEffectsQuestion& question,
                                                                   const std::stop_token& stop = {});

}  // namespace regard
