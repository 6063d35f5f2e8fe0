// SPDX-License-Identifier: Apache-2.0
// The numbers of a view with all their digits: written as the shortest decimal that reads back as the same number.
// Pure. Private to app/export.
#pragma once

#include "app/export/export.h"
#include "app/viewmodel/views.h"
#include "core/base/matrix.h"

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace regard {

/// A key that the query may not look at has no score: nothing in CSV, null in JSON, a word in a copied table.
struct Masked {
  friend bool operator==(const Masked&, const Masked&) = default;
};
using TableCell = std::variant<std::size_t, float, double, std::string, Masked>;

/// Masked, too, where it is not known (captured runs).
[[nodiscard]] TableCell score_or_masked(float score, bool masked);

/// One table; for grids also its numbers as matrices.
struct ExportTable {
  std::vector<std::pair<std::string, TableCell>> about{};  ///< model, text, layer, head…
  std::vector<std::string> columns{};
  std::vector<std::vector<TableCell>> rows{};
  std::vector<std::pair<std::string, Matrix>> arrays{};                  ///< what an NPZ holds
  std::vector<std::pair<std::string, std::vector<std::int32_t>>> ids{};  ///< of tokens, beside these as whole numbers
};

/// The table of a view; the heads' is every weight of every head. The snapshot has a trace.
[[nodiscard]] ExportTable table_of(const Snapshot& snapshot, const Session& session, ExportView view);

/// Model, text and view, which every table is about; layer and head where the view is of one head.
[[nodiscard]] ExportTable table_about(const Snapshot& snapshot, const Session& session, ExportView view);

/// The predictions of the session's position, computed where the snapshot does not hold them.
[[nodiscard]] PredictionView complete_predictions(const Snapshot& snapshot, const Session& session);

/// Comma separated (RFC 4180), a line of names first.
[[nodiscard]] std::string table_as_csv(const ExportTable& table);
/// Tab separated, for spreadsheets that a text is pasted into; tabs and line ends inside a text become spaces, a masked
/// number is said in a word.
[[nodiscard]] std::string table_as_text(const ExportTable& table, const std::string& masked);
/// {"model":…, …, "rows":[{column: value, …}, …]}
[[nodiscard]] std::string table_as_json(const ExportTable& table);

}  // namespace regard
