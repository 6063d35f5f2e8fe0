// SPDX-License-Identifier: Apache-2.0
#include "app/export/kinds_table.h"

#include <cmath>

namespace regard {
namespace {

/// A row of which only the number is said.
std::vector<TableCell> bare_row(const std::string& kind, std::string_view number, TableCell value) {
  return {kind, std::string(number), Masked{}, Masked{}, Masked{}, Masked{}, Masked{}, std::move(value)};
}

void add_weight_rows(ExportTable& table, const std::string& kind, const KindWeights& shown, const KindsTexts& texts) {
  for (std::size_t query = 0; query < shown.weights.rows; ++query) {
    for (std::size_t key = 0; key < shown.weights.cols; ++key)
      table.rows.push_back({kind, std::string("weight"), query, key, texts.queries[query], texts.keys[key], Masked{},
                            score_or_masked(shown.weights(query, key), !shown.open(query, key))});
    if (!shown.sinks.empty())
      table.rows.push_back(
          {kind, std::string("sink"), query, Masked{}, texts.queries[query], Masked{}, Masked{}, shown.sinks[query]});
  }
}

void add_cost_rows(ExportTable& table, const std::string& kind, const KindCost& cost) {
  for (const auto& [name, value] : {std::pair<std::string_view, double>{"pairs", cost.pairs},
                                    {"multiply_adds", cost.multiply_adds},
                                    {"bytes", cost.bytes}}) {
    std::vector<TableCell> row = bare_row(kind, name, value);
    row[6] = cost.tokens;
    table.rows.push_back(std::move(row));
  }
}

}  // namespace

std::vector<std::pair<std::string_view, double>> numbers_of_kind(const KindReport& report) {
  const KindNumbers& numbers = report.numbers;
  std::vector<std::pair<std::string_view, double>> all{{"least_sum", numbers.least_sum},
                                                       {"largest_sum", numbers.largest_sum},
                                                       {"entropy", numbers.entropy},
                                                       {"distance", numbers.distance},
                                                       {"divergence", numbers.divergence},
                                                       {"largest_change", numbers.largest_change},
                                                       {"output_change", numbers.output_change},
                                                       {"farthest", static_cast<double>(numbers.farthest)}};
  if (report.error) {
    all.insert(all.end(), {{"error", report.error->mean},
                           {"error_deviation", report.error->deviation},
                           {"error_of_row", report.error->row},
                           {"seeds", static_cast<double>(report.error->seeds)}});
  }
  if (const std::optional<FlashRun>& flash = report.shown.flash)
    all.insert(all.end(), {{"tiles", static_cast<double>(flash->tiles.size())},
                           {"bound", flash_bound(report.shown.weights.cols, report.kind.first)}});
  return all;
}

void fill_kinds_table(ExportTable& table, std::span<const KindReport> reports, const KindCosts& costs,
                      const KindsTexts& texts) {
  table.columns = {"kind", "number", "query", "key", "query_label", "key_label", "tokens", "value"};
  for (std::size_t index = 0; index < reports.size(); ++index) {
    const KindReport& report = reports[index];
    const std::string kind = kind_text(report.kind);
    if (report.obstacle != KindObstacle::none) {
      table.rows.push_back(bare_row(kind, "obstacle", std::string(name_of(report.obstacle))));
      continue;
    }
    for (const auto& [name, value] : numbers_of_kind(report))
      table.rows.push_back(bare_row(kind, name, std::isnan(value) ? TableCell(Masked{}) : TableCell(value)));
    add_cost_rows(table, kind, report.cost);
    for (const KindCost& cost : costs.curves[index])
      if (cost.tokens != report.cost.tokens) add_cost_rows(table, kind, cost);
    add_weight_rows(table, kind, report.shown, texts);
    table.arrays.emplace_back(kind, report.shown.weights);
  }
}

}  // namespace regard
