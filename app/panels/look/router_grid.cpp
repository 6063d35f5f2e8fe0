// SPDX-License-Identifier: Apache-2.0
// The map of experts, and the bars below its columns.
#include "app/panels/common/compare_parts.h"
#include "app/panels/common/images.h"
#include "app/panels/common/parts.h"
#include "app/panels/look/router_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/axis_labels.h"
#include "app/widgets/changes.h"
#include "app/widgets/probe.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

namespace regard {
namespace {

constexpr float kReadableCell = 1.15F;  ///< ems: numbers of experts over every column
constexpr float kSmallCell = 0.75F;     ///< ems: smaller ones are brought to that size when the map is first shown
constexpr float kLoadBars = 3.2F;       ///< ems
constexpr float kNumbersColumn = 7.0F;  ///< ems, of a tooltip

void told_number(std::string_view name, const std::string& value) {
  coloured(theme().text_muted, name);
  ImGui::SameLine(em(kNumbersColumn));
  coloured(theme().text, value);
}

void tell_share(const ExpertLoad& load, std::size_t expert) {
  const ScopedFont font(fonts().mono);
  told_number(tr("router.tokens"), tr("router.so_many_of", {{"count", load.tokens[expert]}, {"all", load.rows}}));
  told_number(tr("router.share"), percent(load.share(expert)));
  told_number(tr("router.even"), percent(load.even_share()));
}

/// A, B and B − A.
void tell_change(const PanelContext& context, const RouterState& state, const Cell& cell) {
  const ComparedNames names = compared_names(context.session);
  const RouterView& view = state.view;
  const float before = state.difference->before(cell.row, cell.col);
  const ScopedFont font(fonts().mono);
  coloured(theme().text_muted, view.of.map == RouterMap::load ? tr("router.share") : "p");
  told_number("  " + names.baseline,
              std::isnan(before) ? tr("difference.not_there", {{"name", names.baseline}}) : exact_number(before));
  told_number("  " + names.live, exact_number(view.values(cell.row, cell.col)));
  if (!std::isnan(before)) told_number("  Δ", exact_change(state.difference->changes(cell.row, cell.col)));
}

void tell_expert_cell(const PanelContext& context, const RouterState& state, const Cell& cell) {
  const RouterView& view = state.view;
  const std::size_t layer = view.layer_of(cell.row), expert = view.columns[cell.col];
  const ScopedTooltip tooltip;
  if (view.of.map != RouterMap::load)
    coloured(theme().query, label_of(context.snapshot.encoding.tokens[view.token_of(cell.row)]));
  coloured(theme().text, tr("router.place", {{"layer", layer}, {"expert", expert}}));
  if (std::isnan(view.values(cell.row, cell.col))) {
    if (view.of.map == RouterMap::load && !state.loads) return coloured(theme().text_muted, tr("router.counting"));
    return coloured(theme().text_muted, tr("router.no_such"));
  }
  if (state.difference) return tell_change(context, state, cell);
  if (view.of.map == RouterMap::load) return tell_share(state.loads->layers[layer], expert);
  const RouterCell numbers = router_cell(*context.snapshot.trace, layer, view.token_of(cell.row), expert);
  const std::size_t experts = context.snapshot.trace->layers[layer].router.cols;
  const ScopedFont font(fonts().mono);
  told_number("p", exact_number(numbers.probability));
  told_number(tr("router.rank"), tr("router.so_many_of", {{"count", numbers.rank}, {"all", experts}}));
  told_number(tr("router.gate"), numbers.gate ? exact_number(*numbers.gate) : std::string(tr("router.not_chosen")));
}

/// Inks are readable on their cells whatever the colour.
void paint_choices(const RouterState& state, const HeatMapSpec& spec, const HeatMapResult& grid,
                   const HeatMapView& zoom) {
  const RouterView& view = state.view;
  if (view.chosen.empty() || spec.map == nullptr) return;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.PushClipRect(grid.cells_min, grid.cells_max, true);
  const auto last = [](float end, std::size_t size) {
    return std::min(size, static_cast<std::size_t>(std::ceil(end)));
  };
  const std::size_t row_end = last(zoom.top + grid.rows, view.rows.size());
  const std::size_t col_end = last(zoom.left + grid.cols, view.columns.size());
  const auto at = [&](float origin, std::size_t unit, float first) {
    return std::round(origin + (static_cast<float>(unit) - first) * grid.cell);
  };
  for (auto row = static_cast<std::size_t>(zoom.top); row < row_end; ++row)
    for (auto col = static_cast<std::size_t>(zoom.left); col < col_end; ++col) {
      const bool before = state.difference && state.difference->chosen_before[row * view.columns.size() + col];
      if (!view.is_chosen(row, col) && !before) continue;
      const float value = (*spec.values)(row, col);
      const ImVec4 ground = std::isnan(value)
                                ? theme().panel
                                : ImGui::ColorConvertU32ToFloat4(to_u32(spec.map->at(value, spec.low, spec.high)));
      paint_router_mark(list, {at(grid.cells_min.x, col, zoom.left), at(grid.cells_min.y, row, zoom.top)},
                        {at(grid.cells_min.x, col + 1, zoom.left), at(grid.cells_min.y, row + 1, zoom.top)},
                        colour_u32(readable_on(ground)),
                        view.is_chosen(row, col) ? RouterMark::chosen : RouterMark::chosen_before);
    }
  list.PopClipRect();
}

/// Many experts in a narrow panel: the map begins with cells that can be read, at the row that is chosen.
void begin_zoom(RouterState& state, const HeatMapSpec& spec) {
  const auto map = static_cast<std::size_t>(state.view.of.map);
  const std::size_t experts = state.view.columns.size();
  if (state.begun[map] == experts) return;
  state.begun[map] = experts;
  HeatMapView& zoom = state.zooms[map];
  zoom = {};
  const float cell = axis_room({spec.rows, spec.rows->size()}, {spec.cols, spec.cols->size()}, spec.size).cell;
  if (cell >= em(kSmallCell)) return;
  zoom.zoom = em(kReadableCell) / cell;
  if (spec.selected_row != kNone && spec.selected_row > 2) zoom.top = static_cast<float>(spec.selected_row - 2);
}

std::size_t row_of_selection(const PanelContext& context, const RouterView& view) {
  const std::size_t row = view.of.map == RouterMap::layer ? view.rows.unit_of(view.of.token)
                                                          : shown_head(context.snapshot, context.session).layer;
  return row < view.rows.size() ? row : kNone;
}

std::size_t linked_token_row(const PanelContext& context, const RouterView& view) {
  const std::optional<std::size_t>& token = context.hover.query ? context.hover.query : context.hover.key;
  if (view.of.map != RouterMap::layer || !token) return kNone;
  const std::size_t row = view.rows.unit_of(*token);
  return row < view.rows.size() ? row : kNone;
}

void follow_grid(PanelContext& context, const RouterState& state, const HeatMapResult& grid) {
  const RouterView& view = state.view;
  if (grid.hovered) {
    if (view.of.map == RouterMap::layer) context.next_hover.key = view.token_of(grid.hovered->row);
    tell_expert_cell(context, state, *grid.hovered);
  }
  if (!grid.clicked) return;
  if (view.of.map == RouterMap::layer)
    context.act(SelectQuery{view.token_of(grid.clicked->row)});
  else
    context.act(SelectHead{{grid.clicked->row, shown_head(context.snapshot, context.session).head}});
  context.act(SelectExpert{view.columns[grid.clicked->col]});
}

void toggle_expert(PanelContext& context, std::size_t expert) {
  const bool shown = context.look().expert == expert;
  context.act(SelectExpert{shown ? std::nullopt : std::optional(expert)});
}

}  // namespace

RouterColours router_colours(const PanelContext& context, const RouterState& state) {
  const ThemeChoice theme = context.preferences.theme;
  if (!state.difference) return {&gfx::colour_map(context.look().weight_map, theme), 0.0F, state.view.limit};
  return {&gfx::colour_map(context.look().score_map, theme), -state.difference->limit, state.difference->limit};
}

void paint_router_mark(ImDrawList& list, ImVec2 min, ImVec2 max, ImU32 ink, RouterMark mark) {
  const float side = max.x - min.x, line = std::round(stroke(0.11F, 2.0F)), inset = std::floor(0.25F * side);
  if (mark == RouterMark::chosen_before) {
    list.AddLine({min.x + inset, min.y + inset}, {max.x - inset, max.y - inset}, ink, 0.5F * line);
    return list.AddLine({min.x + inset, max.y - inset}, {max.x - inset, min.y + inset}, ink, 0.5F * line);
  }
  if (side < 4.0F * line)
    return list.AddRectFilled({min.x + inset, min.y + inset}, {max.x - inset, max.y - inset}, ink);
  paint_outline(list, {min.x + 1.0F, min.y + 1.0F}, {max.x - 1.0F, max.y - 1.0F}, ink, line);
}

float router_grid_height(const RouterView& view, float width, float most) {
  const AxisRoom room = axis_room({&view.rows, view.rows.size()}, {&view.cols, view.cols.size()}, {width, most});
  const float cell = std::max(room.cell, em(kReadableCell));
  return std::min(most, std::ceil(room.top + cell * static_cast<float>(view.rows.size()) + outline_room() + 1.0F));
}

HeatMapResult draw_router_grid(PanelContext& context, RouterState& state, ImVec2 size) {
  const RouterView& view = state.view;
  HeatMapSpec spec;
  spec.id = "router.grid";
  spec.size = size;
  spec.values = state.difference ? &state.difference->changes : &view.values;
  spec.revision = state.revision;
  spec.rows = &view.rows;
  spec.cols = &view.cols;
  const RouterColours colours = router_colours(context, state);
  spec.map = colours.map;
  spec.low = colours.low;
  spec.high = colours.high;
  spec.selected_row = row_of_selection(context, view);
  if (const auto expert = context.look().expert; expert && view.column_of(*expert) < view.columns.size())
    spec.selected_col = view.column_of(*expert);
  spec.linked_row = linked_token_row(context, view);
  if (context.images != nullptr) spec.image = &context.images->maps["router"];
  begin_zoom(state, spec);
  HeatMapView& zoom = state.zooms[static_cast<std::size_t>(view.of.map)];
  const HeatMapResult grid = heat_map(spec, zoom);
  paint_choices(state, spec, grid, zoom);
  follow_grid(context, state, grid);
  return grid;
}

void draw_router_load(PanelContext& context, const RouterState& state, const HeatMapResult& grid) {
  const RouterView& view = state.view;
  const HeatMapView& zoom = state.zooms[static_cast<std::size_t>(RouterMap::layer)];
  brief_caption(tr("router.load", {{"even", percent(view.load.even_share())},
                                   {"entropy", number(static_cast<float>(view.load.entropy), 2)}}),
                tr("router.load_about"));
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const ImVec2 min{grid.cells_min.x, start.y}, max{grid.cells_max.x, start.y + std::round(em(kLoadBars))};
  ImGui::SetCursorScreenPos(min);
  ImGui::InvisibleButton("router.load", {std::max(1.0F, max.x - min.x), max.y - min.y});
  probe("router.load", min, max, {zoom.left, 0.0F, grid.cols, 1.0F});
  std::optional<std::size_t> hovered;
  if (ImGui::IsItemHovered()) {
    const auto col = static_cast<std::size_t>(zoom.left + (ImGui::GetIO().MousePos.x - min.x) / grid.cell);
    if (col < view.columns.size()) hovered = col;
  }
  const std::size_t busiest = *std::ranges::max_element(view.load.tokens);
  const float most = busiest == 0 ? 1.0F : static_cast<float>(busiest) / static_cast<float>(view.load.rows);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.PushClipRect(min, max, true);
  const auto end = std::min(view.columns.size(), static_cast<std::size_t>(std::ceil(zoom.left + grid.cols)));
  for (auto col = static_cast<std::size_t>(zoom.left); col < end; ++col) {
    const std::size_t expert = view.columns[col];
    const float left = std::round(min.x + (static_cast<float>(col) - zoom.left) * grid.cell);
    const float right = std::max(left + 1.0F, std::round(left + grid.cell) - (grid.cell > 4.0F ? 1.0F : 0.0F));
    const float top = std::round(max.y - (max.y - min.y) * view.load.share(expert) / most);
    const bool lit = context.look().expert == expert;
    if (hovered == col) list.AddRectFilled({left, min.y}, {right, max.y}, colour_u32(theme().frame_hovered));
    list.AddRectFilled({left, top}, {right, max.y}, colour_u32(lit ? theme().key : theme().accent));
  }
  const float even = std::round(max.y - (max.y - min.y) * view.load.even_share() / most);
  for (float x = min.x; x < max.x; x += em(0.6F))
    list.AddRectFilled({x, even}, {std::min(x + em(0.3F), max.x), even + std::round(stroke(0.06F, 1.0F))},
                       colour_u32(theme().text));
  list.PopClipRect();
  list.AddRectFilled({min.x, max.y}, {max.x, max.y + 1.0F}, colour_u32(theme().grid));
  if (hovered) {
    const ScopedTooltip tooltip;
    coloured(theme().text, tr("router.place", {{"layer", view.of.layer}, {"expert", view.columns[*hovered]}}));
    tell_share(view.load, view.columns[*hovered]);
  }
  if (hovered && ImGui::IsMouseReleased(ImGuiMouseButton_Left)) toggle_expert(context, view.columns[*hovered]);
  ImGui::SetCursorScreenPos({start.x, max.y + em(0.4F)});
}

}  // namespace regard
