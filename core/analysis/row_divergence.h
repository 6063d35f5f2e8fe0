// SPDX-License-Identifier: Apache-2.0
// Jensen–Shannon divergence between rows of many heads. JS(a, b) = H((a + b)/2) − (H(a) + H(b))/2 with H(x) = −Σ x ln x, divided
// by ln 2: 0 the same, 1 nothing in common (DEFINITIONS: redundancy). Every row is smoothed first, 0.999·A + 0.001/n over its n
// open keys (Clark et al. 2019), so that distances here are a little below those of core/analysis/difference.h, which smooths
// nothing. Where a head of the runs has a sink (core/trace/sink.h), every row has one cell more: the sink's share, which is compared
// like the weight of a key; a head without one has 0 there. Any other row that sums to less than 1 is left as it is. Pure; any thread; on the calling thread alone.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace regard {

/// A head of one of several models.
struct ModelHead {
  std::size_t model = 0;
  HeadRef head{};
  friend bool operator==(const ModelHead&, const ModelHead&) = default;
};
/// The heads of all these traces by model, layer, head.
[[nodiscard]] std::vector<ModelHead> all_heads(std::span<const std::shared_ptr<const Trace>> traces);

/// How many keys, from the first on, a query of any of these runs may look at; windows are not counted. The runs read as many tokens.
[[nodiscard]] std::size_t open_keys(std::span<const std::shared_ptr<const Trace>> traces, std::size_t query);

/// Tokens that rows are not compared by: a row of one of `queries` is not counted, and of the others the weights on `keys` are left out and
/// what is left is scaled to sum to 1, however little it was. Empty: all tokens are compared, and rows are as they are.
struct UncomparedTokens {
  std::vector<bool> queries{}, keys{};
  friend bool operator==(const UncomparedTokens&, const UncomparedTokens&) = default;
  [[nodiscard]] bool query(std::size_t at) const { return at < queries.size() && queries[at]; }
  [[nodiscard]] bool key(std::size_t at) const { return at < keys.size() && keys[at]; }
};

/// Some rows of one head, smoothed, one after the other, each cut to its open keys.
struct PackedRows {
  std::vector<float> cells{};
  double entropy = 0.0;  ///< −Σ x ln x over all cells, nats
};
/// `open` [weights.rows] at most weights.cols each; a row with 0 open keys, or none that is kept, is left out. Columns are keys from the
/// first on; n of the smoothing are those that are open and kept. `sinks` [weights.rows]: one cell more for each row that is not left
/// out; empty: none.
[[nodiscard]] PackedRows packed_rows(const Matrix& weights, std::span<const std::size_t> open,
                                     const UncomparedTokens& left_out = {}, std::span<const float> sinks = {});

/// Some rows of a head of one of several runs that are compared, all packed alike. Columns are `keys` keys from the first on.
[[nodiscard]] PackedRows packed_head(std::span<const std::shared_ptr<const Trace>> traces, const ModelHead& head,
                                     Range rows, std::size_t keys, std::span<const std::size_t> open,
                                     const UncomparedTokens& left_out);
/// Has a head of these runs a sink?
[[nodiscard]] bool any_has_sinks(std::span<const std::shared_ptr<const Trace>> traces);

/// Σ over the rows of their divergence / ln 2; exactly 0 where all are equal. Both were packed with the same `open`.
[[nodiscard]] double divergence(const PackedRows& a, const PackedRows& b);

}  // namespace regard
