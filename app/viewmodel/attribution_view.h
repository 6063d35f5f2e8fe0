// SPDX-License-Identifier: Apache-2.0
// The logit of a token as a sum of what every head and every block wrote. Too slow for a frame: made in a background job. Pure; any
// thread. Formulas: core/analysis/attribution.h.
#pragma once

#include "core/analysis/attribution.h"
#include "core/engine/engine.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

namespace regard {

inline constexpr std::size_t attributed_choices = 10;

struct AttributionQuestion {
  std::shared_ptr<const Trace> trace{};  ///< of a model that has_attribution()
  std::size_t position = 0;
  std::int32_t token = -1;  ///< −1: the most probable one
  std::int32_t other = -1;  ///< whose logit is subtracted; −1: none
  friend bool operator==(const AttributionQuestion&, const AttributionQuestion&) = default;
};

/// What is told of one kind of writer.
struct AttributionTotals {
  double embedding = 0.0, attention = 0.0, cross_attention = 0.0, feed_forward = 0.0;
  double biases = 0.0;  ///< of W_O, of norms, of the prediction head
  double interventions = 0.0;
};

/// One head, or one feed-forward block.
struct AttributedPart {
  enum class Kind { head, cross_head, feed_forward, embedding };
  Kind kind = Kind::head;
  std::size_t layer = 0, head = 0;
  double value = 0.0;
};

struct AttributionView {
  AttributionQuestion of{};        ///< with the token that was meant
  std::vector<Prediction> best{};  ///< of the position: what could be asked for
  Attribution numbers{};
  AttributionTotals totals{};
  std::vector<double>
      running{};  ///< [L + 1] the logit as the embedding, then every layer leaves it (without head_bias)
  std::vector<AttributedPart> parts{};  ///< all of them, the largest |value| first
  double largest_head = 0.0;            ///< |value|
};

/// Throws Cancelled.
[[nodiscard]] std::shared_ptr<const AttributionView> make_attribution(const AttributionQuestion& question,
                                                                      const std::stop_token& stop = {});

}  // namespace regard
