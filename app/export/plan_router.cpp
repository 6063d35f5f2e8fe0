// SPDX-License-Identifier: Apache-2.0
// Which experts tokens go through: the map that the session shows, with its numbers.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/style/locale.h"
#include "app/viewmodel/router_view.h"
#include "core/base/error.h"

#include <cmath>
#include <memory>
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

/// Of a token in a layer, or of a text: [rows · cols] rows in the order of the map.
void fill_router(ExportTable& table, const RouterView& view, const Snapshot& snapshot, const ExpertLoads* loads) {
  const bool of_tokens = view.of.map != RouterMap::load;
  table.columns =
      of_tokens ? std::vector<std::string>{"layer", "token", "label", "expert", "probability", "rank", "chosen", "gate"}
                : std::vector<std::string>{"layer", "expert", "tokens", "share"};
  for (std::size_t row = 0; row < view.rows.size(); ++row)
    for (std::size_t col = 0; col < view.columns.size(); ++col) {
      if (std::isnan(view.values(row, col))) continue;
      const std::size_t layer = view.layer_of(row), expert = view.columns[col];
      if (!of_tokens) {
        table.rows.push_back({layer, expert, loads->layers[layer].tokens[expert], view.values(row, col)});
        continue;
      }
      const std::size_t token = view.token_of(row);
      const RouterCell cell = router_cell(*snapshot.trace, layer, token, expert);
      table.rows.push_back({layer, token, label_of(snapshot.encoding.tokens[token]), expert, cell.probability,
                            cell.rank, std::size_t{cell.gate ? 1U : 0U},
                            cell.gate ? TableCell(*cell.gate) : TableCell(Masked{})});
    }
}

/// Numbers as the map has them, without a number where there is no such expert; 1 where a token goes through it.
void add_router_arrays(ExportTable& table, const RouterView& view) {
  table.arrays.emplace_back(view.of.map == RouterMap::load ? "share" : "probability", view.values);
  if (view.chosen.empty()) return;
  Matrix chosen(view.values.rows, view.values.cols);
  for (std::size_t cell = 0; cell < view.chosen.size(); ++cell)
    chosen.values[cell] = view.chosen[cell] ? 1.0F : 0.0F;
  table.arrays.emplace_back("chosen", std::move(chosen));
}

LabelledMap router_map(const RouterView& view, const gfx::ColourMap& colours) {
  LabelledMap map;
  for (const Unit& unit : view.rows.units)
    map.rows.push_back(figure_label(unit));
  for (const Unit& unit : view.cols.units)
    map.cols.push_back(unit.label);
  map.values = view.values;
  map.high = view.limit;
  map.colours = &colours;
  map.largest = kLargestRouter;
  map.framed = view.chosen;
  return map;
}

}  // namespace

ContentPlan plan_router(const Seen& seen, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  const RouterInputs inputs = router_inputs(snapshot, seen.session);
  check_router(make_router(snapshot, inputs), snapshot);
  std::string what = tr("router.title");
  if (inputs.map == RouterMap::layer) what += " · " + tr("router.layer", {{"layer", inputs.layer}});
  if (inputs.map == RouterMap::token) what += " · " + label_of(snapshot.encoding.tokens[inputs.token]);
  const std::string about = tr(inputs.map == RouterMap::load ? "router.short_load" : "router.short_probability");
  return [seen, inputs, style, about, caption = caption_about(snapshot, what),
          colours = &gfx::colour_map(seen.session.weight_map, style.theme)](bool picture) {
    const bool loaded = inputs.map == RouterMap::load;
    const std::shared_ptr<const ExpertLoads> loads = loaded ? make_expert_loads(seen.snapshot->trace) : nullptr;
    const RouterView view = make_router(*seen.snapshot, inputs, loads.get());
    Content content{table_about(*seen.snapshot, seen.session, ExportView::router), {}};
    if (inputs.map == RouterMap::layer) {
      content.table.about.emplace_back("experts", view.experts.count);
      content.table.about.emplace_back("chosen", view.experts.chosen);
      content.table.about.emplace_back("shared", std::size_t{view.experts.shared_width > 0 ? 1U : 0U});
      content.table.about.emplace_back("entropy", view.load.entropy);
    }
    fill_router(content.table, view, *seen.snapshot, loads.get());
    add_router_arrays(content.table, view);
    if (!picture) return content;
    LabelledMap map = router_map(view, *colours);
    map.about = about;
    content.figure = map_figure(map, caption, style);
    return content;
  };
}

}  // namespace regard
