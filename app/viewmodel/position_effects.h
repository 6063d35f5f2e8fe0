// SPDX-License-Identifier: Apache-2.0
// What it would cost the run if a head, a layer or the whole model knew in another way where tokens stand. Made in background jobs. Pure;
// any thread.
#pragma once

#include "app/viewmodel/item_effects.h"

#include <cstddef>
#include <memory>
#include <stop_token>
#include <vector>

namespace regard {

struct PositionEffectsQuestion {
  std::shared_ptr<const Trace> trace{};  ///< its model predicts tokens
  HeadScope scope{};
  std::vector<PositionSwitch> switches{};
  std::size_t position = 0;  ///< whose prediction
  friend bool operator==(const PositionEffectsQuestion&, const PositionEffectsQuestion&) = default;
};

struct PositionEffects {
  PositionEffectsQuestion of{};
  ItemEffects effects{};  ///< of the switches; the run without any `positions`, its other interventions kept
};

/// The intervention.
[[nodiscard]] Intervention with_positions(const HeadScope& scope, const PositionSwitch& positions);

/// Throws Cancelled.
[[nodiscard]] std::shared_ptr<const PositionEffects> make_position_effects(const PositionEffectsQuestion& question,
                                                                           const std::stop_token& stop = {});

}  // namespace regard
