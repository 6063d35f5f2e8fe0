// SPDX-License-Identifier: Apache-2.0
// The logit of a token as a sum of what every head and every block wrote. Too slow for a frame: made in a background job. Pure; any
// thread. Formulas: core/analysis/attribution.h.
#pragma once

#include "core/analysis/attribution.h"
#include "core/engine/engine.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
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

/// The parts that a list does not name one by one.
struct FoldedParts {
  std::size_t shown = 0;         ///< the first ones of AttributionView::parts, which are named
  std::size_t count = 0;         ///< the others
  double sum = 0.0, most = 0.0;  ///< of the others: together, and the largest |value|
};
/// Below this share of the largest part, parts are added up.
inline constexpr double folded_share = 0.01;
/// Names at most so many parts, the largest ones, and those alone that are not below folded_share; a single part is never folded.
[[nodiscard]] FoldedParts fold_parts(std::span<const AttributedPart> parts, std::size_t most);

/// Throws Cancelled.
[[nodiscard]] std::shared_ptr<const AttributionView> make_attribution(const AttributionQuestion& question,
                                                                      const std::stop_token& stop = {});

}  // namespace regard
