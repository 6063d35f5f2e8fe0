// SPDX-License-Identifier: Apache-2.0
// What is odd about a run, in numbers: sinks, massive activations, heads that do not read what they look at, pairs that look one way
// only, tokens nobody looks at. Of one text: it says how many rows each number stands on. Pure; any thread; on the calling thread alone.
#pragma once

#include "core/base/progress.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <functional>
#include <stop_token>
#include <vector>

namespace regard {

/// From where on something is told. The numbers of the papers where there are any.
struct AnomalyLimits {
  float sink = 0.3F;          ///< mean weight of a head's other queries on one token (α of Gu et al. 2024) …
  float over_uniform = 2.0F;  ///< … so many times what a head that looks everywhere alike gives it …
  float over_even_share =
      1.5F;  ///< … and, of all heads' weight, so many times the share it had if they all looked everywhere alike
  float massive = 100.0F;         ///< |x| (Sun et al. 2024) …
  float massive_ratio = 1000.0F;  ///< … and so many times the median |x| of that layer's stream
  float blind = 0.05F;            ///< mean Jensen–Shannon divergence of a head's rows / ln 2
  float one_way = 0.5F;           ///< A[i,j] at least …
  float one_way_ratio = 10.0F;    ///< … and so many times A[j,i]
  float unseen = 0.1F;            ///< the largest weight that any other query of any head gives the token
  std::size_t most = 8;           ///< of each kind that are listed
};

/// A token that heads look at from everywhere (half of the other queries may, and three at least) and that takes clearly more than an
/// even share of all weight.
struct SinkToken {
  std::size_t key = 0;
  double share = 0.0;     ///< of all weight of all heads, over rows with a choice
  double uniform = 0.0;   ///< what heads that look everywhere alike would give it on the same rows
  std::size_t heads = 0;  ///< for which it is a sink
  HeadRef head{};         ///< the one that looks at it most …
  double alpha = 0.0;     ///< … and its mean weight over the other queries
};

/// A number of the residual stream that dwarfs all others.
struct MassiveActivation {
  std::size_t place = 0;  ///< 0: the embedding; l: after layer l − 1
  std::size_t token = 0, dimension = 0;
  float value = 0.0F;
  float median = 0.0F;  ///< of |x| over all tokens and dimensions there
  [[nodiscard]] float ratio() const;
};

/// A head whose rows are alike whatever the query is. Rows are compared where both may look, each divided by its sum there: by key
/// (does it look at the same tokens?) and, in one text, by distance (at the same offsets?); the smaller mean counts.
struct BlindHead {
  HeadRef head{};
  double divergence = 0.0;  ///< mean Jensen–Shannon divergence / ln 2
  bool by_distance = false;
  std::size_t pairs = 0;  ///< of rows compared
};

/// i looks at j, j not at i.
struct OneWayPair {
  HeadRef head{};
  std::size_t query = 0, key = 0;
  float there = 0.0F, back = 0.0F;
};

/// How much a token is looked at, at most.
struct SeenToken {
  std::size_t key = 0;
  float weight = 0.0F;  ///< the largest one
  HeadRef head{};
  std::size_t query = 0;
};

struct Anomalies {
  std::size_t heads = 0;                     ///< measured
  std::size_t rows = 0;                      ///< queries of each
  std::vector<SinkToken> sinks{};            ///< by share
  std::size_t sink_heads = 0;                ///< heads with a sink, those whose sinks are not listed included
  std::vector<MassiveActivation> massive{};  ///< by |x|
  std::size_t massive_count = 0;
  MassiveActivation largest{};     ///< |x|/median is largest here, massive or not
  bool has_stream = false;         ///< false: cross-attention has none of its own, a captured run may lack it
  std::vector<BlindHead> blind{};  ///< by divergence
  std::size_t blind_count = 0;
  std::size_t compared_heads = 0;     ///< with enough rows to compare
  std::vector<OneWayPair> one_way{};  ///< the widest of each head, by difference
  std::size_t one_way_heads = 0;
  bool looks_both_ways = false;     ///< false: a pair cannot look both ways, so there is nothing to compare
  std::vector<SeenToken> unseen{};  ///< by weight
  std::size_t unseen_count = 0;
  SeenToken least_seen{};  ///< also where it is seen enough
  bool any_seen = false;   ///< some token can be looked at by another
};

/// Of one kind of attention of a run (`whole`: see LayerOf) and of the stream it reads. `left_out`: keys and queries that no pair is told
/// of, such as separators, [T] or empty. The grid of one head is in memory at a time. `give_way` is called between heads. Throws Cancelled.
[[nodiscard]] Anomalies find_anomalies(const Trace& whole, AttentionKind kind, const std::vector<bool>& left_out = {},
                                       const AnomalyLimits& limits = {}, const std::stop_token& stop = {},
                                       Progress* progress = nullptr, const std::function<void()>& give_way = {});

/// How alike the rows of one head are. `pairs` is 0 where no two rows have enough in common to be compared.
[[nodiscard]] BlindHead row_likeness(const Trace& trace, HeadRef head, const Matrix& weights);

}  // namespace regard
