// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/grids.h"

#include "app/panels/change/intervene_brush.h"
#include "app/panels/common/difference_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/go_to.h"
#include "app/panels/look/grid_look.h"
#include "app/panels/look/grid_map_panel.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/legend.h"

#include <algorithm>

namespace regard {
namespace {

bool any_masked(const std::vector<bool>& masked) {
  return std::find(masked.begin(), masked.end(), true) != masked.end();
}

std::size_t linked_unit(const Axis& axis, const std::optional<std::size_t>& token) {
  if (!token) return kNone;
  const std::size_t unit = axis.unit_of(*token);
  return unit < axis.size() ? unit : kNone;
}

std::size_t or_none(const Axis& axis, std::size_t unit) {
  return unit < axis.size() ? unit : kNone;
}

/// A little hatched square and what it means.
float masked_legend_width(const char* text) {
  const ScopedFont font(fonts().small);
  return em(1.3F) + ImGui::CalcTextSize(text).x;
}

void masked_legend(const char* text) {
  const ScopedFont font(fonts().small);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const float side = em(0.9F);
  const ImVec2 max{min.x + side, min.y + side};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  paint_hatching(list, min, max);
  list.AddRect(min, max, colour_u32(theme().grid));
  ImGui::SetCursorScreenPos({max.x + em(0.4F), min.y});
  coloured(theme().text_muted, text);
}

/// What the hatching stands for: masked cells, and where the difference is shown also those that only one text has.
const char* hatching_text(const PanelContext& context) {
  const GridDifference* difference = shown_grid_difference(context);
  if (difference == nullptr) return tr("grids.masked");
  const bool alone = !difference->rows.only_live.empty() || !difference->cols.only_live.empty();
  const bool masked = any_masked(context.views.grid.masked);
  return tr(!alone ? "grids.masked" : masked ? "difference.masked_or_alone" : "difference.alone");
}

/// Row and column the numbers are told about: under the mouse somewhere, else the selection.
std::optional<Cell> current_cell(const PanelContext& context) {
  const GridView& grid = context.views.grid;
  const std::size_t row = linked_unit(grid.rows, context.hover.query);
  const std::size_t col = linked_unit(grid.cols, context.hover.key);
  const Cell cell{row == kNone ? grid.query : row, col == kNone ? grid.key : col};
  if (cell.row >= grid.rows.size() || cell.col >= grid.cols.size()) return std::nullopt;
  return cell;
}

void take_hover(PanelContext& context, const HeatMapResult& result, GridKind kind) {
  const GridView& grid = context.views.grid;
  const auto first_token = [](const Axis& axis, std::size_t unit) { return axis.units[unit].tokens.front(); };
  if (result.hovered) {
    context.next_hover.query = first_token(grid.rows, result.hovered->row);
    context.next_hover.key = first_token(grid.cols, result.hovered->col);
    context.state.copy_from = kind;
    grid_tooltip(context, *result.hovered);
  }
  if (result.clicked) {
    context.act(SelectQuery{first_token(grid.rows, result.clicked->row)});
    context.act(SelectKey{first_token(grid.cols, result.clicked->col)});
  }
}

void draw_grid(PanelContext& context, const GridLook& look, ImVec2 size) {
  const GridView& grid = context.views.grid;
  HeatMapSpec spec;
  spec.id = look.id;
  spec.size = size;
  spec.values = look.values;
  spec.masked = look.masked;
  spec.revision = look.revision;
  spec.rows = &grid.rows;
  spec.cols = &grid.cols;
  spec.map = look.map;
  spec.low = look.low;
  spec.high = look.high;
  spec.selected_row = or_none(grid.rows, grid.query);
  spec.selected_col = or_none(grid.cols, grid.key);
  spec.linked_row = linked_unit(grid.rows, context.hover.query);
  spec.linked_col = linked_unit(grid.cols, context.hover.key);
  spec.image = look.image;
  if (shows_map(context)) {
    if (!fill_map_spec(context, look.kind, spec)) return wrapped_caption(map_note(context));
    brush_on_grid(context, spec);
    return take_stroke(context, look.kind, spec, draw_map(context, look.kind, spec));
  }
  brush_on_grid(context, spec);
  const HeatMapResult result = heat_map(spec, context.state.grid_view);
  take_hover(context, result, look.kind);
  take_stroke(context, look.kind, spec, result);
}

void draw_half(PanelContext& context, GridKind kind) {
  const GridView& grid = context.views.grid;
  const bool scores = kind == GridKind::scores;
  heading(tr(scores ? "grids.scores" : "grids.weights"));
  const bool map = shows_map(context);
  const bool with_switch = map && !scores;
  heading_note(grid_note(context, kind), with_switch ? pooling_switch_width() + em(0.5F) : 0.0F);
  if (map && scores) {
    ImGui::SameLine();
    ImGui::Dummy({0.0F, ImGui::GetFrameHeight()});  // as high as the other half's line
  }
  if (with_switch) {
    ImGui::SameLine();
    align_right(pooling_switch_width());
    draw_pooling_switch(context);
  }
  GridLook look = look_of(context, kind);
  if (map) {
    HeatMapSpec spec;
    if (fill_map_spec(context, kind, spec)) {
      look.low = spec.low;
      look.high = spec.high;
    }
  }
  const std::optional<Cell> cell = current_cell(context);
  LegendSpec legend_spec;
  legend_spec.id = look.legend_id;
  legend_spec.map = look.map;
  legend_spec.low = look.low;
  legend_spec.high = look.high;
  if (map)
    legend_spec.current = current_map_number(context, kind);
  else if (cell)
    legend_spec.current = (*look.values)(cell->row, cell->col);
  const bool masked = any_masked(*look.masked);
  const float width = ImGui::GetContentRegionAvail().x;
  legend_spec.width =
      std::min(em(20.0F), masked ? width - masked_legend_width(hatching_text(context)) - em(1.5F) : width);
  legend(legend_spec);
  if (masked) {
    ImGui::SameLine(0.0F, em(1.5F));
    masked_legend(hatching_text(context));
  }
  const ImVec2 room = ImGui::GetContentRegionAvail();
  if (grid.rows.units.empty() || grid.cols.units.empty())
    wrapped_caption(tr("grids.empty"));
  else
    draw_grid(context, look, {std::max(room.x, em(4.0F)), std::max(room.y, em(4.0F))});
}

}  // namespace

void draw_grids(PanelContext& context) {
  context.state.copy_from = GridKind::none;
  begin_brush(context);
  if (context.shown == Shown::difference && shown_difference(context) == nullptr && !context.tabbed)
    heading(tr("grids.title"));
  if (tell_no_difference(context)) return;
  if (shows_map(context)) prepare_map(context);
  draw_brush_line(context);
  draw_go_to(context);  // what it asks for is there in the next frame
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float space = em(1.0F);
  const float half = (room.x - space) * 0.5F;
  for (const GridKind kind : {GridKind::scores, GridKind::weights}) {
    if (kind == GridKind::weights) ImGui::SameLine(0.0F, space);
    const ScopedId scope(static_cast<std::size_t>(kind));
    ImGui::BeginChild("half", {half, room.y}, false, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    draw_half(context, kind);
    ImGui::EndChild();
  }
}

}  // namespace regard
