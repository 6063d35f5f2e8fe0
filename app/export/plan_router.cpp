// SPDX-License-Identifier: Apache-2.0
// Which experts tokens go through: the map that the session shows, with its numbers.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/router_difference.h"
#include "app/viewmodel/router_view.h"
#include "core/base/error.h"

#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr double kLargestRouter = 1'400;  // pixels of the map: 128 experts have their numbers over it

void check_router(const RouterView& view, const Snapshot& snapshot) {
  if (view.obstacle == RouterView::Obstacle::model) throw Error("export_no_experts", {.item = snapshot.model->name});
  if (view.obstacle == RouterView::Obstacle::layer)
    throw Error("export_dense_layer", {.item = std::to_string(view.of.layer)});
  if (view.obstacle != RouterView::Obstacle::none) throw Error("no_tokens", {});
}

/// What a map holds.
struct RouterNumbers {
  RouterView view{};
  std::shared_ptr<const ExpertLoads> loads{};  ///< of a map of loads
  std::optional<RouterDifference> difference{};
};

/// The slow step.
RouterNumbers router_numbers(const Seen& seen, const RouterInputs& inputs) {
  const bool loaded = inputs.map == RouterMap::load;
  const auto loads_of = [loaded](const Snapshot& snapshot) {
    return loaded ? make_expert_loads(snapshot.trace) : nullptr;
  };
  RouterNumbers numbers;
  numbers.loads = loads_of(*seen.snapshot);
  numbers.view = make_router(*seen.snapshot, inputs, numbers.loads.get());
  if (!seen.difference) return numbers;
  const std::shared_ptr<const ExpertLoads> before = loads_of(*seen.snapshot->comparison->baseline);
  numbers.difference = make_router_difference(numbers.view, *seen.snapshot, before.get());
  return numbers;
}

void add_router_sizes(ExportTable& table, const RouterView& view) {
  if (view.of.map != RouterMap::layer) return;
  table.about.insert(table.about.end(), {{"experts", view.experts.count},
                                         {"chosen", view.experts.chosen},
                                         {"shared", std::size_t{view.experts.shared_width > 0 ? 1U : 0U}},
                                         {"entropy", view.load.entropy}});
}

/// visit(row, col) of every expert there is.
template <class Visit>
void for_router_cells(const RouterView& view, const Visit& visit) {
  for (std::size_t row = 0; row < view.rows.size(); ++row)
    for (std::size_t col = 0; col < view.columns.size(); ++col)
      if (!std::isnan(view.values(row, col))) visit(row, col);
}

std::size_t as_number(bool on) {
  return on ? 1 : 0;
}

void fill_router(ExportTable& table, const RouterNumbers& numbers, const Snapshot& snapshot) {
  const RouterView& view = numbers.view;
  if (view.of.map == RouterMap::load) {
    table.columns = {"layer", "expert", "tokens", "share"};
    return for_router_cells(view, [&](std::size_t row, std::size_t col) {
      table.rows.push_back({row, col, numbers.loads->layers[row].tokens[col], view.values(row, col)});
    });
  }
  table.columns = {"layer", "token", "label", "expert", "probability", "rank", "chosen", "gate"};
  for_router_cells(view, [&](std::size_t row, std::size_t col) {
    const std::size_t layer = view.layer_of(row), token = view.token_of(row), expert = view.columns[col];
    const RouterCell cell = router_cell(*snapshot.trace, layer, token, expert);
    table.rows.push_back({layer, token, label_of(snapshot.encoding.tokens[token]), expert, cell.probability, cell.rank,
                          as_number(cell.gate.has_value()), cell.gate ? TableCell(*cell.gate) : TableCell(Masked{})});
  });
}

/// A, B and B − A; A's places are empty where it has no such token or expert.
void fill_router_changes(ExportTable& table, const RouterNumbers& numbers, const Snapshot& snapshot) {
  const RouterView& view = numbers.view;
  const RouterDifference& difference = *numbers.difference;
  const auto row_of = [&](std::size_t row, std::size_t col, std::vector<TableCell> cells) {
    for (const float value : {difference.before(row, col), view.values(row, col), difference.changes(row, col)})
      cells.push_back(score_or_masked(value, std::isnan(value)));
    return cells;
  };
  if (view.of.map == RouterMap::load) {
    table.columns = {"layer", "expert", "baseline_share", "share", "change"};
    return for_router_cells(view, [&](std::size_t row, std::size_t col) {
      table.rows.push_back(row_of(row, col, {row, col}));
    });
  }
  table.columns = {"layer",       "token",  "label",           "expert", "baseline_probability",
                   "probability", "change", "baseline_chosen", "chosen"};
  for_router_cells(view, [&](std::size_t row, std::size_t col) {
    const std::size_t token = view.token_of(row);
    std::vector<TableCell> cells =
        row_of(row, col, {view.layer_of(row), token, label_of(snapshot.encoding.tokens[token]), view.columns[col]});
    cells.emplace_back(as_number(difference.chosen_before[row * view.columns.size() + col]));
    cells.emplace_back(as_number(view.is_chosen(row, col)));
    table.rows.push_back(std::move(cells));
  });
}

/// Numbers as the map has them, without a number where there is no such expert; 1 where a token goes through it.
void add_router_arrays(ExportTable& table, const RouterNumbers& numbers) {
  const RouterView& view = numbers.view;
  table.arrays.emplace_back(view.of.map == RouterMap::load ? "share" : "probability", view.values);
  if (numbers.difference) {
    table.arrays.emplace_back("baseline", numbers.difference->before);
    table.arrays.emplace_back("change", numbers.difference->changes);
  }
  if (view.chosen.empty()) return;
  Matrix chosen(view.values.rows, view.values.cols);
  for (std::size_t cell = 0; cell < view.chosen.size(); ++cell)
    chosen.values[cell] = view.chosen[cell] ? 1.0F : 0.0F;
  table.arrays.emplace_back("chosen", std::move(chosen));
}

LabelledMap router_map(const RouterNumbers& numbers, const gfx::ColourMap& colours) {
  const RouterView& view = numbers.view;
  LabelledMap map;
  for (const Unit& unit : view.rows.units)
    map.rows.push_back(figure_label(unit));
  for (const Unit& unit : view.cols.units)
    map.cols.push_back(unit.label);
  map.values = numbers.difference ? numbers.difference->changes : view.values;
  map.high = numbers.difference ? numbers.difference->limit : view.limit;
  map.low = numbers.difference ? -map.high : 0.0F;
  map.colours = &colours;
  map.largest = kLargestRouter;
  map.framed = view.chosen;
  return map;
}

/// "experts · layer 2", with what is subtracted from what.
std::string router_caption(const Seen& seen, const RouterInputs& inputs) {
  std::string what = tr("router.title");
  if (inputs.map == RouterMap::layer) what += " · " + tr("router.layer", {{"layer", inputs.layer}});
  if (inputs.map == RouterMap::token) what += " · " + label_of(seen.snapshot->encoding.tokens[inputs.token]);
  if (!seen.difference) return what;
  return what + " · Δ = " + told_difference(*seen.snapshot);
}

}  // namespace

ContentPlan plan_router(const Seen& seen, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  const RouterInputs inputs = router_inputs(snapshot, seen.session);
  check_router(make_router(snapshot, inputs), snapshot);
  const std::string about = tr(inputs.map == RouterMap::load ? "router.short_load" : "router.short_probability");
  const gfx::ColourMap* colours = seen.difference ? &gfx::colour_map(look_of(seen.session).score_map, style.theme)
                                                  : &gfx::colour_map(look_of(seen.session).weight_map, style.theme);
  return [seen, inputs, style, about, colours,
          caption = caption_about(snapshot, router_caption(seen, inputs))](bool picture) {
    const RouterNumbers numbers = router_numbers(seen, inputs);
    Content content{table_about(*seen.snapshot, seen.session, ExportView::router), {}};
    add_router_sizes(content.table, numbers.view);
    if (numbers.difference) {
      content.table.about.emplace_back("shown", std::string("difference"));
      fill_router_changes(content.table, numbers, *seen.snapshot);
    } else {
      fill_router(content.table, numbers, *seen.snapshot);
    }
    add_router_arrays(content.table, numbers);
    if (!picture) return content;
    LabelledMap map = router_map(numbers, *colours);
    map.about = seen.difference ? "Δ · " + about : about;
    content.figure = map_figure(map, caption, style);
    return content;
  };
}

}  // namespace regard
