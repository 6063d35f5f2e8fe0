// SPDX-License-Identifier: Apache-2.0
// Heads × measures as a table: which columns there are, what stands in a cell, which heads have badges, in which order the rows
// come. Pure; any thread.
#pragma once

#include "core/analysis/head_report.h"
#include "core/analysis/heads_measure.h"
#include "core/model/model.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// What a column's numbers are.
enum class HeadColumnKind {
  share,  ///< of a row's weight, 0…1, beside what a head gets that looks at all keys alike: can earn a badge
  plain,  ///< a number of another kind: entropy, distance
};

struct HeadColumn {
  /// As in named_measures(), or "repeated_tokens": the probe of random tokens said twice, or of a further measure.
  std::string name{};
  HeadColumnKind kind = HeadColumnKind::share;
  std::vector<Measure> cells{};   ///< [heads of the model]
  std::vector<float> contrast{};  ///< [heads] of the probe; else empty
  bool on_corpus = true;          ///< taken on the report's text: there are sentences behind it
  float largest = 0.0F;           ///< of the cells that are defined
  std::size_t fewest_rows = 0;    ///< of a cell that is defined
  bool defined = false;           ///< any of them
  std::string text{};             ///< the file it was taken on, where that is not the report's
};

/// A head's badge: what it does above the line.
struct RoleBadge {
  std::string name{};  ///< of a column or, where `relation`, of a relation
  bool relation = false;
  float value = 0.0F;
};

struct HeadTable {
  std::size_t layers = 0, heads = 0;
  std::vector<HeadColumn> columns{};
  /// [heads of the model] what the model card says of the head first, sinks last (separators, the first token, punctuation), between them
  /// the largest value first.
  std::vector<std::vector<RoleBadge>> badges{};
};

/// `probe` may be null, or be of seeds 0: no such column then. Relations give badges by the names that heads are named after alone
/// (not once more for each label of the tree); each head has the best two of them at most. `further` measures of as many heads come last.
/// `roles` of the model card say which badge of a head stands first, where it has earned it.
[[nodiscard]] HeadTable make_head_table(const HeadReport& report, const InductionProbe* probe, const BadgeLine& line,
                                        std::span<const HeadsMeasure> further = {},
                                        std::span<const HeadRole> roles = {});

/// The column of that name, or null.
[[nodiscard]] const HeadColumn* column_named(const HeadTable& table, std::string_view name);

/// Heads (layer · heads + head) by a column, the largest first unless `ascending`; without that column, or where a cell is not
/// defined, in their own order at the end. Heads of which nothing is measured are left out.
[[nodiscard]] std::vector<std::size_t> sorted_heads(const HeadTable& table, std::string_view column, bool ascending);

/// Heads by their first badge: what they are seen to do, the largest value first, then those that only sink, then those without a badge.
/// Among equals by layer.
[[nodiscard]] std::vector<std::size_t> heads_by_badge(const HeadTable& table);

/// How many heads have more in this column; none where the cell is not defined.
[[nodiscard]] std::optional<std::size_t> rank_of(const HeadColumn& column, std::size_t head);

/// Is it a relation that heads are named after, rather than a label of the tree ("nsubj:up")?
[[nodiscard]] bool is_named_relation(std::string_view relation);

}  // namespace regard
