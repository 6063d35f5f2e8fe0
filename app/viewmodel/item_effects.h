// SPDX-License-Identifier: Apache-2.0
// What it would cost a run to intervene in it in this or that way: KL of the prediction and what comes up in it. Made in background jobs. Pure;
// any thread.
#pragma once

#include "core/base/error.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace regard {

struct PredictedToken {
  std::string text{};
  double probability = 0.0;
};

struct ItemEffect {
  std::optional<Error> refused{};       ///< the rest is empty then
  double divergence = 0.0;              ///< KL(p‖p′), nats; p of the run as it is
  std::vector<PredictedToken> after{};  ///< the most probable tokens of p′
};

struct ItemEffects {
  std::vector<PredictedToken> before{};  ///< the most probable tokens of p
  std::vector<ItemEffect> each{};        ///< [items]; empty where there is no item
};

inline constexpr std::size_t effect_tokens = 3;

/// The run of another request to the same model: the run itself where it asks the same. Throws Cancelled.
[[nodiscard]] std::shared_ptr<const Trace> run_as(const std::shared_ptr<const Trace>& trace, Request request,
                                                  const std::stop_token& stop);

/// Why it cannot be added to what is done in the run otherwise.
[[nodiscard]] std::optional<Error> complaint_about(const ModelConfig& config, Request request,
                                                   const Intervention& item);

/// Each by itself, at the end of the run's list; `position`: whose prediction. The model predicts tokens. Throws Cancelled.
[[nodiscard]] ItemEffects make_item_effects(const std::shared_ptr<const Trace>& trace,
                                            std::span<const std::optional<Intervention>> items, std::size_t position,
                                            const std::stop_token& stop = {});

}  // namespace regard
