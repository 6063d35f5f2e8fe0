// SPDX-License-Identifier: Apache-2.0
// What a change does to a prediction. p is before, p′ after; natural logarithms; softmax over the whole vocabulary at temperature 1.
// Pure; any thread.
#pragma once

#include "core/engine/engine.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace regard {

/// KL(p‖p′) = Σ_v p(v)·(log p(v) − log p′(v)) from logits of equal size; exactly 0 where they are equal.
[[nodiscard]] double divergence(std::span<const float> logits, std::span<const float> changed_logits);

/// log p(id).
[[nodiscard]] double log_probability(std::span<const float> logits, std::int32_t id);

/// The `count` most probable ids, best first; ties go to the smaller id.
[[nodiscard]] std::vector<Prediction> most_probable(std::span<const float> logits, std::size_t count);

struct Effect {
  double divergence = 0.0;               ///< KL(p‖p′)
  std::int32_t token = -1;               ///< the chosen one
  double log_probability = 0.0;          ///< log p(token)
  double changed_log_probability = 0.0;  ///< log p′(token)
  std::vector<Prediction> before{};      ///< the most probable tokens
  std::vector<Prediction> after{};
  [[nodiscard]] double log_probability_change() const { return changed_log_probability - log_probability; }
};

struct EffectOptions {
  std::size_t position = 0;               ///< whose prediction; of both traces unless `changed_position` says more
  std::size_t changed_position = kToEnd;  ///< of the second trace; kToEnd: the same
  std::int32_t token = -1;                ///< −1: the most probable token before
  std::size_t count = 5;                  ///< entries of `before` and `after`
};

/// Two runs of models with one vocabulary. Without an LM head everything is empty and 0.
[[nodiscard]] Effect effect(const Trace& before, const Trace& after, const EffectOptions& options);

/// Where a person would ask for a prediction: the first masked token, else the last one.
[[nodiscard]] std::size_t telling_position(const Trace& trace);

}  // namespace regard
