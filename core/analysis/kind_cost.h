// SPDX-License-Identifier: Apache-2.0
// What a kind of attention costs a head as the text grows. Counted, not measured. Pure; any thread.
#pragma once

#include "core/analysis/kinds.h"

#include <cstddef>
#include <span>
#include <stop_token>
#include <vector>

namespace regard {

/// What the cost of a head depends on besides the text's length.
struct HeadShape {
  std::size_t key_width = 0;    ///< d
  std::size_t value_width = 0;  ///< v
  bool causal = false;
  KeyWindow window{};  ///< the layer's own
  friend bool operator==(const HeadShape&, const HeadShape&) = default;
};
[[nodiscard]] HeadShape head_shape(const Trace& trace, HeadRef head);

/// Of one head, from Q, K and V of T tokens to its output.
struct KindCost {
  std::size_t tokens = 0;      ///< T
  double pairs = 0.0;          ///< query–key pairs that are looked at; 0 in kinds out of features
  double multiply_adds = 0.0;  ///< of q·k, of features and of weights · v; exp and divisions are not counted
  double bytes =
      0.0;  ///< float32 that are held at once besides Q, K, V and the output: weights of all pairs, a tile, a state
};

/// Pairs P are those that place and causality leave (all kinds that choose by content look at every score):
/// softmax and what is softmax over fewer keys: P·(d + v), 4·P bytes; topk: P·d + v·Σ min(k, n_i); hard: P·d, no product with v;
/// cosine: P·(d + v) + 4·T·d; sigmoid as softmax; flash: P·(d + v) + v·Σ ⌈n_i/B⌉ for rescaling, 4·(B² + 2·T) bytes;
/// linear: T·(2·d·v + 2·d), 4·(d·v + d) bytes; performer: T·(2·m·v + 2·m + 2·m·d), 4·(m·v + m + m·d) bytes.
[[nodiscard]] KindCost kind_cost(const KindOfAttention& kind, const HeadShape& shape, std::size_t tokens);

/// 16, 32, … 1,048,576: the lengths of a curve.
[[nodiscard]] std::span<const std::size_t> cost_lengths();
/// At all of them. Sums over up to a million rows: some milliseconds. Throws Cancelled.
[[nodiscard]] std::vector<KindCost> cost_curve(const KindOfAttention& kind, const HeadShape& shape,
                                               const std::stop_token& stop = {});

}  // namespace regard
