// SPDX-License-Identifier: Apache-2.0
// The numbers of a head in several kinds of attention as one table: a row per number. Pure. The exports and the command line.
#pragma once

#include "app/export/tables.h"
#include "app/viewmodel/kinds_view.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace regard {

/// Every number of a report by the name that files have for it: least_sum, largest_sum, entropy, distance, divergence, largest_change,
/// output_change, farthest, and of performer error, error_deviation, error_of_row, seeds, of flash tiles and bound.
[[nodiscard]] std::vector<std::pair<std::string_view, double>> numbers_of_kind(const KindReport& report);

struct KindsTexts {
  std::vector<std::string> queries{}, keys{};
};
/// Columns kind, number, query, key, query_label, key_label, tokens, value. "weight" has a row per query and key, nothing where the kind
/// closes the key; "sink" one per query of a head that has one; "pairs", "multiply_adds" and "bytes" one per length; "obstacle" a word.
void fill_kinds_table(ExportTable& table, std::span<const KindReport> reports, const KindCosts& costs,
                      const KindsTexts& texts);

}  // namespace regard
