// SPDX-License-Identifier: Apache-2.0
#include "app/panels/change/intervene_brush.h"

#include "app/panels/common/parts.h"
#include "app/panels/look/grid_map_panel.h"
#include "app/session/action_kinds.h"
#include "app/session/kept.h"
#include "app/session/reading.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/snapshot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr float kLeastCell = 5.0F;  ///< pixels: smaller ones cannot be aimed at

/// Is every cell of a long text's map a pair that one can aim at?
bool map_shows_pairs(const PanelContext& context) {
  const MapState& map = context.state.of<GridsState>().map;
  return map.drawn != nullptr && map.drawn->block == 1 && map.view.cols > 0.0F &&
         map.view.units_per_pixel * kLeastCell <= 1.0F;
}

/// The units of an axis in sight.
Range seen(const Axis& axis, float from, float count) {
  const auto begin = static_cast<std::size_t>(std::max(0.0F, from - 1.0F));
  return {begin, std::min(axis.size(), static_cast<std::size_t>(std::max(0.0F, from + count)) + 2)};
}

/// Frames around the cells in sight that the list changes, each as its last item wants.
void find_marks(const PanelContext& context, InterveneState& state) {
  if (context.reading().interventions.empty() || context.shown != Shown::live || !attention_obstacle(context).empty())
    return;
  const bool map = shows_map(context);
  if (map && !map_shows_pairs(context)) return;
  const Axis& rows = map ? *context.views.all_rows : context.views.grid.rows;
  const Axis& cols = map ? *context.views.all_cols : context.views.grid.cols;
  const MapView& view = context.state.of<GridsState>().map.view;
  const Range seen_rows = map ? seen(rows, view.top, view.rows) : Range{0, rows.size()};
  const Range seen_cols = map ? seen(cols, view.left, view.cols) : Range{0, cols.size()};
  const ResolvedList& list = resolved_list(context);
  for (const TouchedCell& each :
       touched_cells(list.items, list.acts, *context.snapshot.trace, shown_head(context.snapshot, context.session),
                     rows, cols, seen_rows, seen_cols)) {
    const InterventionKind kind = list.items[each.item].kind;
    const ImVec4 ink = each.item == state.lit ? theme().text : colour_of(kind);
    state.marks.push_back({{each.place.row, each.place.col}, colour_u32(ink)});
    if (std::find(state.marked_kinds.begin(), state.marked_kinds.end(), kind) == state.marked_kinds.end())
      state.marked_kinds.push_back(kind);
  }
}

/// The shape of a touch: whole rows are copied.
BrushShape shape_of(const InterveneState& state) {
  return state.tool == BrushTool::copy ? BrushShape::row : state.shape;
}

bool hides(const PanelContext& context, const Axis& axis) {
  std::size_t shown = 0;
  for (const Unit& unit : axis.units)
    shown += unit.tokens.size();
  return shown < intervened_encoding(context).tokens.size();
}

bool is_allowed(const PanelContext& context, const HeatMapSpec& spec, GridPlace place) {
  const HeadRef head = shown_head(context.snapshot, context.session);
  return may_look(*context.snapshot.trace, head.layer, spec.rows->units[place.row], spec.cols->units[place.col]);
}

Intervention painted_item(const PanelContext& context, const HeatMapSpec& spec, const Stroke& stroke) {
  const InterveneState& state = intervene_state(context);
  Intervention item;
  item.scope = scope_of(state.reach, shown_head(context.snapshot, context.session));
  if (state.tool == BrushTool::copy) {
    item.kind = InterventionKind::copy_pattern;
    item.source_name = chosen_pin(context);
    item.positions = painted_queries(stroke.painted, *spec.rows);
    return item;
  }
  item.cells = painted_cells(stroke.painted, shape_of(state), *spec.rows, *spec.cols, hides(context, *spec.cols));
  if (state.tool == BrushTool::add) {
    item.kind = InterventionKind::add;
    item.amount = state.added;
  } else if (state.tool == BrushTool::set_weight) {
    item.kind = InterventionKind::set_weight;
    item.amount = state.weight;
  }
  return item;
}

/// What is left of one line of the list; nothing where all of it is gone.
std::optional<PlacedIntervention> erased(const PanelContext& context, const PlacedIntervention& each,
                                         const std::vector<Cells>& cells, const std::vector<Range>& queries) {
  const Encoding& encoding = intervened_encoding(context);
  Intervention item = on_tokens(context, each);
  if (!item.scope.covers(shown_head(context.snapshot, context.session))) return each;
  if (item.kind == InterventionKind::copy_pattern) {
    const std::vector<Range> left = without(item.positions, queries, encoding.tokens.size());
    if (left.empty()) return std::nullopt;
    if (left == item.positions) return each;
    item.positions = left;
  } else if (!item.cells.empty()) {
    const std::vector<Cells> left = without(item.cells, cells);
    if (left.empty()) return std::nullopt;
    if (left == item.cells) return each;
    item.cells = left;
  } else {
    return each;
  }
  PlacedIntervention rest = place_item(context, std::move(item));
  rest.on = each.on;
  return rest;
}

SetInterventions erasing(const PanelContext& context, const HeatMapSpec& spec, const Stroke& stroke) {
  const BrushShape shape = intervene_state(context).shape;
  const std::vector<Cells> cells =
      painted_cells(stroke.painted, shape, *spec.rows, *spec.cols, hides(context, *spec.cols));
  const std::vector<Range> queries =
      shape == BrushShape::column ? std::vector<Range>{{0, kToEnd}} : painted_queries(stroke.painted, *spec.rows);
  SetInterventions set{{}, stroke.number};
  for (const PlacedIntervention& each : stroke.before)
    if (std::optional<PlacedIntervention> left = erased(context, each, cells, queries))
      set.list.push_back(std::move(*left));
  return set;
}

/// True when the touch covers more than before.
bool touch(const PanelContext& context, const HeatMapSpec& spec, Stroke& stroke, GridPlace place) {
  const InterveneState& state = intervene_state(context);
  const BrushShape shape = shape_of(state);
  if (shape == BrushShape::row) place.col = 0;
  if (shape == BrushShape::column) place.row = 0;
  if (shape == BrushShape::cell && !is_allowed(context, spec, place)) return false;
  return stroke.painted.insert(place).second;
}

/// A stroke can bring a line into the window (the legend, the switch of before and after): what comes to lie under a mouse at rest
/// was not meant.
bool moved_away(Stroke& stroke, const HeatMapResult& result, GridPlace place) {
  constexpr float kMeant = 3.0F;  // pixels
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (stroke.corner.x != result.cells_min.x || stroke.corner.y != result.cells_min.y || stroke.cell != result.cell) {
    stroke.corner = result.cells_min;
    stroke.cell = result.cell;
    stroke.held = mouse;
    stroke.holds = true;
  }
  if (!stroke.holds) return false;
  stroke.last = place;
  stroke.holds = std::abs(mouse.x - stroke.held.x) < kMeant && std::abs(mouse.y - stroke.held.y) < kMeant;
  return stroke.holds;
}

void paint(PanelContext& context, GridKind kind, const HeatMapSpec& spec, const HeatMapResult& result) {
  InterveneState& state = intervene_state(context);
  const GridPlace place{result.pressed->row, result.pressed->col};
  bool grown = false;
  if (!state.stroke) {
    state.stroke.emplace();
    state.stroke->number = ++state.strokes;
    state.stroke->grid = kind;
    state.stroke->last = place;
    state.stroke->corner = result.cells_min;
    state.stroke->cell = result.cell;
    state.stroke->legend = state.marked_kinds;
    state.stroke->before = context.reading().interventions;
    grown = touch(context, spec, *state.stroke, place);
  } else if (state.stroke->grid == kind && !moved_away(*state.stroke, result, place)) {
    if (state.stroke->last == place) grown = touch(context, spec, *state.stroke, place);
    for (const GridPlace& each : line_between(state.stroke->last, place))
      grown = touch(context, spec, *state.stroke, each) || grown;
    state.stroke->last = place;
  }
  if (!grown) return;
  if (state.tool == BrushTool::erase) return context.act(erasing(context, spec, *state.stroke));
  PlacedIntervention item = place_item(context, painted_item(context, spec, *state.stroke));
  item.stroke = state.stroke->number;
  context.act(AddIntervention{std::move(item)});
}

/// What a click would cover, framed in the tool's colour.
void preview(const PanelContext& context, const HeatMapSpec& spec, const HeatMapResult& result) {
  const InterveneState& state = intervene_state(context);
  const HeatMapView& view = context.state.of<GridsState>().view;
  const BrushShape shape = shape_of(state);
  const auto x = [&](float col) { return result.cells_min.x + (col - view.left) * result.cell; };
  const auto y = [&](float row) { return result.cells_min.y + (row - view.top) * result.cell; };
  const float col = static_cast<float>(result.hovered->col), row = static_cast<float>(result.hovered->row);
  ImVec2 min{x(col), y(row)}, max{x(col + 1.0F), y(row + 1.0F)};
  if (shape == BrushShape::row) min.x = result.cells_min.x, max.x = result.cells_max.x;
  if (shape == BrushShape::column) min.y = result.cells_min.y, max.y = result.cells_max.y;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float thick = std::round(stroke(0.125F, 2.0F));
  list.PushClipRect(result.cells_min, result.cells_max, true);
  list.AddRectFilled(min, max, colour_u32(tool_colour(state.tool), 0.25F));
  paint_outline(list, min, max, colour_u32(tool_colour(state.tool)), thick);
  list.PopClipRect();
  if (shape == BrushShape::cell && !is_allowed(context, spec, {result.hovered->row, result.hovered->col})) {
    const ScopedTooltip tooltip;
    const ScopedFont font(fonts().small);
    coloured(theme().warning, tr("intervene.future"));
  }
}

}  // namespace

std::string brush_obstacle(const PanelContext& context) {
  if (context.shown != Shown::live)
    return tr("intervene.obstacle.shown", {{"shown", context.shown == Shown::baseline ? "A" : "Δ"}});
  if (std::string why = attention_obstacle(context); !why.empty()) return why;
  const InterveneState& state = intervene_state(context);
  if (state.tool == BrushTool::copy && context.kept().pins.empty()) return tr("intervene.obstacle.no_pins");
  if (state.tool != BrushTool::erase && !state.stroke && !has_room(context))
    return tr_plural("intervene.obstacle.full", max_interventions);
  if (shows_map(context) && !map_shows_pairs(context)) return tr("intervene.obstacle.map");
  return "";
}

void choose_tool(PanelContext& context, BrushTool tool) {
  InterveneState& state = intervene_state(context);
  state.tool = state.tool == tool ? BrushTool::look : tool;
  state.stroke.reset();
}

bool put_tool_away(PanelContext& context) {
  if (!has_tool_in_hand(context)) return false;
  choose_tool(context, BrushTool::look);
  return true;
}

void begin_brush(PanelContext& context) {
  InterveneState& state = intervene_state(context);
  if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) state.stroke.reset();
  state.lit = std::exchange(state.pointed, std::nullopt);
  state.marks.clear();
  state.marked_kinds.clear();
  find_marks(context, state);
}

void brush_on_grid(PanelContext& context, HeatMapSpec& spec) {
  const InterveneState& state = intervene_state(context);
  spec.marks = state.marks;
  spec.paints = state.tool != BrushTool::look && brush_obstacle(context).empty();
}

void take_stroke(PanelContext& context, GridKind kind, const HeatMapSpec& spec, const HeatMapResult& result) {
  if (!spec.paints) return;
  if (result.hovered) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    preview(context, spec, result);
  }
  if (result.pressed) paint(context, kind, spec, result);
}

}  // namespace regard
