// SPDX-License-Identifier: Apache-2.0
// Which heads look like this: heads ranked by how far their rows are from those of a pattern (row_divergence.h), and by what a corpus
// has shown of them. Any thread.
#pragma once

#include "core/analysis/head_report.h"
#include "core/analysis/row_divergence.h"
#include "core/base/matrix.h"
#include "core/base/progress.h"

#include <cstddef>
#include <memory>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace regard {

struct PatternMatch {
  ModelHead head{};
  float distance = 0.0F;  ///< mean over the pattern's rows, 0…1
};
/// Every head of every trace, the nearest first. `pattern` [T, T], its entries 0 or above, rows sum to 1 (or less)
/// or to 0 (renormalise_rows(), groups.h): these ask nothing and are not counted; all traces have T tokens. Where the
/// pattern looks farther than a causal head may, the row is compared over all keys. `left_out` of the pattern, too: what it has there asks
/// nothing. No match where the pattern has no row. Throws Cancelled.
[[nodiscard]] std::vector<PatternMatch> search_pattern(std::span<const std::shared_ptr<const Trace>> traces,
                                                       const Matrix& pattern, const std::stop_token& stop = {},
                                                       Progress* progress = nullptr,
                                                       const UncomparedTokens& left_out = {});
/// Rows of a pattern that are counted.
[[nodiscard]] std::size_t rows_of_pattern(const Matrix& pattern, const UncomparedTokens& left_out = {});

/// A head with what ranks it.
struct RankedHead {
  HeadRef head{};
  float value = 0.0F;
  float baseline = 0.0F;  ///< of a uniform head; of the best fixed offset
  std::size_t rows = 0;
};
/// Heads for which the measure (a place in named_measures()) is defined, the largest value first, or the smallest.
[[nodiscard]] std::vector<RankedHead> rank_by_measure(const HeadReport& report, std::size_t measure,
                                                      bool smallest_first = false);
/// Heads by how often they are right about a relation; none where the corpus does not ask for it.
[[nodiscard]] std::vector<RankedHead> rank_by_relation(const HeadReport& report, std::string_view relation);

}  // namespace regard
