// SPDX-License-Identifier: Apache-2.0
// The grid of weights with other numbers in its cells: value-weighted attention, rollout.
#include "app/export/plans.h"
#include "app/session/look.h"
#include "app/style/kinds_text.h"
#include "app/style/positions_text.h"
#include "app/style/weights_text.h"
#include "app/viewmodel/value_grid.h"
#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

namespace regard {
namespace {

constexpr std::array<const char*, grid_weights> kNumberNames{"weight", "value_weighted", "output_weighted", "rollout",
                                                             "max_flow"};

void fill_weights(ExportTable& table, const GridView& view, const Matrix& numbers, const std::string& name) {
  table.about.emplace_back("quantity", name);
  table.about.emplace_back("renormalised", std::size_t{view.renormalised ? 1U : 0U});
  table.columns = {"query", "key", "query_label", "key_label", "weight", name};
  for (std::size_t query = 0; query < view.rows.size(); ++query)
    for (std::size_t key = 0; key < view.cols.size(); ++key)
      table.rows.push_back({query + view.rows.window.begin, key + view.cols.window.begin, view.rows.units[query].label,
                            view.cols.units[key].label, view.weights(query, key), numbers(query, key)});
  table.arrays = {{"weights", view.weights}, {name, numbers}};
}

/// Throws Error: why the session's numbers cannot be written.
void check_weights(const Snapshot& snapshot, const Session& session, const GridView& view) {
  if (view.rows.units.empty() || view.cols.units.empty()) throw Error("no_tokens", {});
  switch (why_no_weight(snapshot, session, view)) {
    case NoWeight::cross:
      throw Error("export_cross", {});
    case NoWeight::long_grid:
      throw Error("export_long_grid", {.expected = std::to_string(window_units),
                                       .found = std::to_string(std::max(view.rows.total, view.cols.total))});
    case NoWeight::long_flow:
      throw Error("export_long_flow",
                  {.expected = std::to_string(longest_flow_grid), .found = std::to_string(snapshot.trace->tokens())});
    case NoWeight::words:
      throw Error("export_flow_words", {});
    case NoWeight::no_matrices:
      throw Error("export_no_weights", {.item = snapshot.model->name});
    case NoWeight::not_captured:
      throw Error("capture_no_values", {.item = snapshot.model->name});
    case NoWeight::none:
      return;
  }
}

}  // namespace

ContentPlan plan_weights(const Seen& seen, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  const GridWeight weight = look_of(seen.session).grid_weight;
  const HeadRef head = shown_head(snapshot, seen.session);
  const GridView view = make_grid(snapshot, seen.session);
  check_weights(snapshot, seen.session, view);
  const ValueGridQuestion question{snapshot.trace, shown_kind(snapshot, seen.session), head, weight};
  const std::string kind = untrained_note(view.untrained_kind(), view.positions);
  const std::string about = (kind.empty() ? kind : kind + " · ") + weight_name(weight) + " · " +
                            weight_note(weight, head, view, *snapshot.trace);
  return [seen, style, weight, view, question, about, caption = caption_of(snapshot, seen.session)](bool picture) {
    const std::shared_ptr<const ValueGrid> made = make_value_grid(question);
    GridView drawn = view;
    drawn.weights = weights_of_units(*made, view);
    drawn.masked = masked_units(*made, view, drawn.weights);
    drawn.weight_limit = largest_weight(drawn.weights);
    drawn.sinks.clear();  // these numbers do not tell of it
    if (picture) return Content{{}, grid_figure(drawn, false, seen.session, caption, style, about)};
    Content content{table_about(*seen.snapshot, seen.session, ExportView::weights), {}};
    content.table.about.emplace_back("outputs_changed", std::size_t{changes_outputs(*question.trace) ? 1U : 0U});
    fill_weights(content.table, view, drawn.weights, kNumberNames[static_cast<std::size_t>(weight)]);
    return content;
  };
}

}  // namespace regard
