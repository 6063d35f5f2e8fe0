// SPDX-License-Identifier: Apache-2.0
// How the head on show knows where tokens stand: its score against the distance, and one score as the sum of its terms. Made in background
// jobs. Pure; any thread.
#pragma once

#include "app/viewmodel/views.h"
#include "core/analysis/rotary_planes.h"
#include "core/analysis/score_by_distance.h"
#include "core/analysis/stretched_context.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace regard {

inline constexpr std::size_t usual_reach = 64;

struct DistancesQuestion {
  std::shared_ptr<const Trace> trace{};  ///< of the request
  AttentionKind attention = AttentionKind::self;
  HeadRef head{};
  std::size_t reach = usual_reach;
  bool others = false;  ///< the other heads of the layer, too
  friend bool operator==(const DistancesQuestion&, const DistancesQuestion&) = default;
};
/// What the session shows; the snapshot has a trace.
[[nodiscard]] DistancesQuestion distances_question(const Snapshot& snapshot, const Session& session);

struct DistancesAnswer {
  DistancesQuestion of{};
  DistanceObstacle obstacle =
      DistanceObstacle::none;  ///< `stream` and `mixed`: the curve has in_text alone; others: it is empty
  ScoreByDistance curve{};
  std::vector<std::vector<double>> others{};  ///< [heads][distances], empty ones have an obstacle
  std::vector<std::vector<double>> biases{};  ///< [heads][distances] of ALiBi and T5; else empty
};
/// Throws Cancelled.
[[nodiscard]] std::shared_ptr<const DistancesAnswer> make_distances(const DistancesQuestion& question,
                                                                    const std::stop_token& stop = {});

struct TermsQuestion {
  std::shared_ptr<const Trace> trace{};
  AttentionKind attention = AttentionKind::self;
  HeadRef head{};
  std::size_t query = 0, key = 0;
  std::size_t reach = usual_reach;
  friend bool operator==(const TermsQuestion&, const TermsQuestion&) = default;
};
struct TermsAnswer {
  TermsQuestion of{};
  DistanceObstacle obstacle = DistanceObstacle::none;  ///< the rest is empty then
  ScoreTerms terms{};
  std::vector<double> pair{};        ///< [distances] of this pair; empty where there is no such curve
  std::vector<std::size_t> order{};  ///< the planes, that with the largest share, of either sign, first
};
[[nodiscard]] std::shared_ptr<const TermsAnswer> make_terms(const TermsQuestion& question);

struct StretchQuestion {
  std::shared_ptr<const Trace> trace{};
  std::vector<std::size_t> predicts{};  ///< predicted_positions() of its text
  friend bool operator==(const StretchQuestion&, const StretchQuestion&) = default;
};
struct StretchAnswer {
  StretchQuestion of{};
  StretchObstacle obstacle = StretchObstacle::none;  ///< the rest is empty then
  StretchCosts costs{};
};
/// The positions whose next token is no special one.
[[nodiscard]] std::vector<std::size_t> predicted_positions(const Encoding& encoding);
/// usual_stretches. Throws Error, Cancelled.
[[nodiscard]] std::shared_ptr<const StretchAnswer> make_stretch(const StretchQuestion& question,
                                                                const std::stop_token& stop = {},
                                                                Progress* progress = nullptr);

}  // namespace regard
