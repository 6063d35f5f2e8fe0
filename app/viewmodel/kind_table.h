// SPDX-License-Identifier: Apache-2.0
// The table of kinds of attention (assets/kinds/table.json): what each is, what it costs, who uses it, and what shows it here. Pure but for
// load_kind_table(); any thread.
//
// A list of objects: id, name; formula, cost, cache, who, since (each may be left out: it is not known), show. A text is the same in all
// languages, or an object of one for each. T tokens, H heads, H_kv heads of keys and values, d and d_k, d_v widths, w window, m features,
// D hidden, N state; cost of a layer in orders of growth, cache in numbers for each token and layer.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

inline constexpr std::size_t max_kind_table_bytes = std::size_t{1} << 20;

struct KindRow {
  std::string id{};
  std::string name{}, formula{}, cost{}, cache{}, who{}, since{};  ///< empty: not known
  /// "panel <workspace>/<panel>", "kinds <kind>" (as the command line spells it), "attention cross", "layers <what>"; empty: nothing does
  std::string show{};
  friend bool operator==(const KindRow&, const KindRow&) = default;
};

/// Throws Error json_…: no list, an unknown key, a text that the language lacks, an id twice.
[[nodiscard]] std::vector<KindRow> parse_kind_table(std::string_view text, const std::string& file,
                                                    std::string_view language);
/// Throws Error file_… too.
[[nodiscard]] std::vector<KindRow> load_kind_table(std::string_view language);

/// The columns of a row in the order of the table, and their names in files.
inline constexpr std::size_t kind_columns = 6;
[[nodiscard]] const std::string& cell_of(const KindRow& row, std::size_t column);
[[nodiscard]] std::string_view column_name(std::size_t column);

/// With tabs between cells and a line for each row, names of the columns first.
[[nodiscard]] std::string kind_table_as_text(const std::vector<KindRow>& rows, const std::vector<std::string>& names);

}  // namespace regard
