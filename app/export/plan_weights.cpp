// SPDX-License-Identifier: Apache-2.0
// The grid of weights with other numbers in its cells: value-weighted attention, rollout.
#include "app/export/plans.h"
#include "app/style/weights_text.h"
#include "app/viewmodel/value_grid.h"
#include "core/base/error.h"

#include <array>
#include <string>
#include <utility>

namespace regard {
namespace {

constexpr std::array<const char*, grid_weights> kNumberNames{"weight", "value_weighted", "output_weighted", "rollout"};

void fill_weights(ExportTable& table, const GridView& view, const Matrix& numbers, const std::string& name) {
  table.about.emplace_back("quantity", name);
  table.columns = {"query", "key", "query_label", "key_label", "weight", name};
  for (std::size_t query = 0; query < view.rows.size(); ++query)
    for (std::size_t key = 0; key < view.cols.size(); ++key)
      table.rows.push_back({query + view.rows.window.begin, key + view.cols.window.begin, view.rows.units[query].label,
                            view.cols.units[key].label, view.weights(query, key), numbers(query, key)});
  table.arrays = {{"weights", view.weights}, {name, numbers}};
}

}  // namespace

ContentPlan plan_weights(const Seen& seen, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  const GridWeight weight = seen.session.grid_weight;
  const HeadRef head = shown_head(snapshot, seen.session);
  const GridView view = make_grid(snapshot, seen.session);
  if (why_no_weight(snapshot, seen.session, view) != nullptr || view.rows.units.empty() || view.cols.units.empty())
    throw Error("nothing_to_export", {.item = snapshot.model->name});
  const ValueGridQuestion question{snapshot.trace, shown_kind(snapshot, seen.session), head, weight};
  const std::string about = weight_name(weight) + " · " + weight_about(weight, head);
  return [seen, style, weight, view, question, about, caption = caption_of(snapshot, seen.session)](bool picture) {
    GridView drawn = view;
    drawn.weights = weights_of_units(*make_value_grid(question), view);
    drawn.weight_limit = largest_weight(drawn.weights);
    if (picture) return Content{{}, grid_figure(drawn, false, seen.session, caption, style, about)};
    Content content{table_about(*seen.snapshot, seen.session, ExportView::weights), {}};
    fill_weights(content.table, view, drawn.weights, kNumberNames[static_cast<std::size_t>(weight)]);
    return content;
  };
}

}  // namespace regard
