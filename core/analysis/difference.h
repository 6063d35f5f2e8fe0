// SPDX-License-Identifier: Apache-2.0
// How attention differs between two runs: of two sentences, of two models on one sentence (heads matched by index), or of one
// sentence before and after an intervention. Pure; any thread.
//
// Rows are compared where both texts have the query (Alignment::pairs). A row's keys are put on common ground: aligned keys stand
// for themselves; keys without a partner that lie between the same two aligned neighbours are taken as one place, so that a word
// replaced by another (or by two) is compared as that place, and an inserted word has nothing to be compared with. Pairs that
// cross others are keys of their own, but not borders of places.
// Movement of a row: Jensen–Shannon divergence of the two rows on that ground, ½·KL(a‖m) + ½·KL(b‖m), m = (a + b)/2, divided by
// ln 2: 0 the same, 1 nothing in common. Movement of a head: the mean over the aligned rows. Nothing is renormalised. The share of a
// head's sink (core/trace/sink.h) is a place of the row, too: the sinks of both heads are partners.
#pragma once

#include "core/analysis/alignment.h"
#include "core/base/progress.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace regard {

/// Jensen–Shannon divergence of two rows of weights over the same keys, / ln 2; exactly 0 where they are equal.
[[nodiscard]] double row_movement(std::span<const float> a, std::span<const float> b);

/// One query that moved.
struct QueryMovement {
  AlignedPair query{};
  double movement = 0.0;  ///< 0…1
};

struct HeadMovement {
  HeadRef head{};
  double movement = 0.0;                 ///< mean over the aligned rows; 0 if there is none
  double lost = 0.0;                     ///< mean weight of aligned rows of the first on keys without a partner
  double gained = 0.0;                   ///< likewise of the second
  std::vector<QueryMovement> queries{};  ///< the rows that moved most, largest first, at most `top`
};

/// Which queries and which keys are partners. In self-attention both are one Alignment; in cross-attention the queries are tokens of
/// the decoder's texts, the keys of the encoder's.
struct AlignedAxes {
  const Alignment& queries;
  const Alignment& keys;
  AlignedAxes(const Alignment& both) : queries(both), keys(both) {}  // NOLINT(google-explicit-constructor)
  AlignedAxes(const Alignment& of_queries, const Alignment& of_keys) : queries(of_queries), keys(of_keys) {}
};

/// Movement of every aligned row of a head, [axes.queries.pairs.size()]. Throws Error no_softmax where rows are no shares.
[[nodiscard]] std::vector<double> row_movements(const Trace& first, const Trace& second, const AlignedAxes& axes,
                                                HeadRef head);

/// One head. Both traces have it. Throws likewise.
[[nodiscard]] HeadMovement head_movement(const Trace& first, const Trace& second, const AlignedAxes& axes, HeadRef head,
                                         std::size_t top = 3);

/// Every head with a softmax that both models have, by layer, then head. Uses all cores. Throws Cancelled.
[[nodiscard]] std::vector<HeadMovement> head_movements(const Trace& first, const Trace& second, const AlignedAxes& axes,
                                                       std::size_t top = 3, const std::stop_token& stop = {},
                                                       Progress* progress = nullptr);

/// The grid of a head on aligned rows and columns, [pairs of queries, pairs of keys]: weights of the second minus those of the first.
[[nodiscard]] Matrix weights_difference(const Trace& first, const Trace& second, const AlignedAxes& axes, HeadRef head);

/// The same for scores.
[[nodiscard]] Matrix scores_difference(const Trace& first, const Trace& second, const AlignedAxes& axes, HeadRef head);

}  // namespace regard
