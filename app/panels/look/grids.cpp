// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/grids.h"

#include "app/panels/change/intervene.h"
#include "app/panels/change/intervene_brush.h"
#include "app/panels/common/difference_parts.h"
#include "app/panels/common/grids_state.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/go_to.h"
#include "app/panels/look/grid_look.h"
#include "app/panels/look/grid_map_panel.h"
#include "app/panels/look/grid_place.h"
#include "app/panels/look/score_part_menu.h"
#include "app/panels/look/weight_kind.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/fonts.h"
#include "app/style/kinds_text.h"
#include "app/style/locale.h"
#include "app/style/scores_text.h"
#include "app/style/theme.h"
#include "app/style/weights_text.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/difference_views.h"
#include "app/widgets/heat_map.h"
#include "app/widgets/legend.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr float kWidestLegend = 20.0F;       ///< ems
constexpr float kLeastLegend = 6.0F;         ///< ems
constexpr float kClassroomLegend = 12.0F;    ///< beside which a cell is told
constexpr float kCellsOfFullLines = 19.75F;  ///< ems of cells from which on a grid has all its lines

bool any_masked(const std::vector<bool>& masked) {
  return std::find(masked.begin(), masked.end(), true) != masked.end();
}

std::size_t or_none(const Axis& axis, std::size_t unit) {
  return unit < axis.size() ? unit : kNone;
}

/// A little hatched square and what it means.
float masked_legend_width(const char* text) {
  const ScopedFont font(fonts().small);
  return em(1.3F) + ImGui::CalcTextSize(text).x;
}

/// In a narrow grid the words are cut, and told in whole to the mouse.
void masked_legend(const char* text) {
  const ScopedFont font(fonts().small);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const float side = em(0.9F);
  const ImVec2 max{min.x + side, min.y + side};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  paint_hatching(list, min, max);
  list.AddRect(min, max, colour_u32(theme().grid));
  constexpr float kLeastText = 2.5F;  // ems
  if (ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x - max.x < em(0.4F + kLeastText)) {
    ImGui::Dummy({side, side});
    return hint(text);
  }
  ImGui::SetCursorScreenPos({max.x + em(0.4F), min.y});
  caption(text);
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
    context.state.of<GridsState>().copy_from = kind;
    grid_tooltip(context, *result.hovered);
  }
  if (result.beside) {
    context.next_hover.query = first_token(grid.rows, *result.beside);
    sink_tooltip(context, *result.beside);
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
  const Axis sink_axis = sink_label();
  spec.beside = look.beside.empty() ? nullptr : &look.beside;
  spec.beside_label = &sink_axis;
  if (shows_map(context)) {
    if (!fill_map_spec(context, look.kind, spec)) return wrapped_caption(map_note(context));
    brush_on_grid(context, spec);
    return take_stroke(context, look.kind, spec, draw_map(context, look.kind, spec));
  }
  brush_on_grid(context, spec);
  const HeatMapResult result = heat_map(spec, context.state.of<GridsState>().view);
  take_hover(context, result, look.kind);
  take_stroke(context, look.kind, spec, result);
  std::optional<GridPlace> pointed;
  if (result.hovered) pointed = GridPlace{result.hovered->row, result.hovered->col};
  cell_menu(context, look.kind, pointed);
}

/// Once a frame, before the first of the two.
void prepare(PanelContext& context) {
  if (context.state.of<GridsState>().frame == ImGui::GetFrameCount()) return;
  context.state.of<GridsState>().frame = ImGui::GetFrameCount();
  begin_brush(context);
  follow_text(context);
  shows_map(context) ? prepare_map(context) : forget_map(context);
  prepare_weight_kind(context);
}

LegendSpec legend_of(PanelContext& context, const GridLook& look) {
  LegendSpec spec;
  spec.id = look.legend_id;
  spec.map = look.map;
  spec.low = look.low;
  spec.high = look.high;
  if (shows_map(context)) {
    HeatMapSpec map;
    if (fill_map_spec(context, look.kind, map)) {
      spec.low = map.low;
      spec.high = map.high;
    }
    spec.current = current_map_number(context, look.kind);
  } else if (const std::optional<Cell> cell = current_cell(context)) {
    spec.current = (*look.values)(cell->row, cell->col);
  }
  return spec;
}

/// The number of the cell that is looked at, large enough to be read from afar, where the line has room for it.
void tell_cell(const PanelContext& context, const GridLook& look) {
  const std::optional<Cell> cell = current_cell(context);
  if (!cell) return;
  const GridView& grid = context.views.grid;
  const float value = (*look.values)(cell->row, cell->col);
  const bool closed = look.kind == GridKind::scores && (*look.masked)[cell->row * grid.cols.size() + cell->col];
  const ScopedFont font(fonts().large);
  const std::string query = fitted(grid.rows.units[cell->row].label, em(6.0F)),
                    key = fitted(grid.cols.units[cell->col].label, em(6.0F)), told = closed ? "−∞" : number(value, 3);
  const float space = em(0.4F), arrow = ImGui::CalcTextSize("→").x;
  const float width = ImGui::CalcTextSize(query.c_str()).x + ImGui::CalcTextSize(key.c_str()).x +
                      ImGui::CalcTextSize(told.c_str()).x + arrow + 3.0F * space;
  const float right = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x;
  if (right - ImGui::GetItemRectMax().x < width + em(1.0F)) return;
  ImGui::SameLine(0.0F, em(1.0F));
  coloured(theme().query, query);
  ImGui::SameLine(0.0F, space);
  coloured(theme().text_muted, "→");
  ImGui::SameLine(0.0F, space);
  coloured(theme().key, key);
  ImGui::SameLine(0.0F, space);
  coloured(theme().text, told);
  probe(std::string(look.id) + ".told", {right - width, ImGui::GetItemRectMin().y}, ImGui::GetItemRectMax());
}

/// The colours, and what the hatching means, on one line; in a classroom the number of a cell.
void draw_legends(PanelContext& context, const GridLook& look) {
  if (look.kind == GridKind::weights && lacks_weights(context)) return;
  if (look.kind == GridKind::scores && !context.views.grid.has_softmax) return;
  if (look.kind == GridKind::scores && lacks_scores(context.snapshot, context.session)) return;
  LegendSpec spec = legend_of(context, look);
  const bool masked = any_masked(*look.masked);
  const float room = ImGui::GetContentRegionAvail().x;
  const float kept = masked ? masked_legend_width(hatching_text(context)) + em(1.5F) : 0.0F;
  spec.width = std::min(em(context.preferences.classroom ? kClassroomLegend : kWidestLegend),
                        std::max(room - kept, std::min(room - em(2.5F), em(kLeastLegend))));
  legend(spec);
  if (masked) {
    ImGui::SameLine(0.0F, em(1.5F));
    masked_legend(hatching_text(context));
  }
  if (context.preferences.classroom && !shows_map(context)) tell_cell(context, look);
}

/// Can one choose what the cells hold?
bool has_kinds(const PanelContext& context, GridKind kind) {
  return kind == GridKind::weights || has_score_parts(context);
}

float kind_menu_width(const PanelContext& context, GridKind kind) {
  return kind == GridKind::weights ? weight_menu_width(context) : score_menu_width(context);
}

void draw_kind_menu(PanelContext& context, GridKind kind) {
  kind == GridKind::weights ? draw_weight_menu(context) : draw_score_menu(context);
}

/// The term of the scores that the cells hold; none: the sum, or they have but one.
std::optional<ScorePartKind> shown_part(const PanelContext& context) {
  return has_score_parts(context) ? context.views.grid.score_part : std::nullopt;
}

std::string kind_name(const PanelContext& context, GridKind kind) {
  if (kind == GridKind::scores) return score_part_name(shown_part(context));
  const GridWeight weight = context.look().grid_weight;
  const GridView& grid = context.views.grid;
  if (weight == GridWeight::attention && !grid.has_softmax)
    return tr(is_softmax(grid.kind.form) ? "grids.signed_weights" : "grids.sigmoid_weights");
  return weight_name(weight);
}

std::string kind_sign(const PanelContext& context, GridKind kind) {
  return kind == GridKind::weights ? weight_sign(context.look().grid_weight) : score_part_sign(shown_part(context));
}

/// As much of the name as the line has room for before the last `kept` pixels: in whole, else the sign.
std::string grid_name(const PanelContext& context, GridKind kind, float kept) {
  const std::string name = kind_name(context, kind);
  if (!has_kinds(context, kind)) return name;
  const ScopedFont font(fonts().heading);
  const bool fits = ImGui::CalcTextSize(name.c_str()).x + kept <= ImGui::GetContentRegionAvail().x;
  return fits ? name : kind_sign(context, kind);
}

/// Name and what the numbers are; for the frames of what was done by hand, what these mean.
void draw_title(PanelContext& context, GridKind kind) {
  const bool menu = has_kinds(context, kind), with_switch = shows_map(context) && kind == GridKind::weights;
  const float switches =
      (menu ? kind_menu_width(context, kind) : 0.0F) + (with_switch ? pooling_switch_width() + em(0.5F) : 0.0F);
  const float kept = menu ? switches + em(0.5F) : 0.0F;
  if (!context.tabbed) {
    align_to_frame();
    heading(grid_name(context, kind, kept));
    if (has_brush_marks(context)) {
      ImGui::SameLine(0.0F, em(0.75F));
      draw_brush_marks(context);
    } else {
      heading_note(grid_note(context, kind), kept);
    }
  } else if (has_brush_marks(context)) {
    draw_brush_marks(context);
  } else {
    align_to_frame();
    caption(grid_note(context, kind), ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x - kept);
  }
  if (!menu) return;
  ImGui::SameLine();
  align_right(switches);
  draw_kind_menu(context, kind);
  if (!with_switch) return;
  ImGui::SameLine(0.0F, em(0.5F));
  draw_pooling_switch(context);
}

/// Or at least for its sign.
bool has_room_for_name(const PanelContext& context, GridKind kind, float kept) {
  const ScopedFont font(fonts().heading);
  const float sign = ImGui::CalcTextSize(kind_sign(context, kind).c_str()).x;
  return sign + kept <= ImGui::GetContentRegionAvail().x;
}

float compact_line() {
  return std::max(ImGui::GetFrameHeight(), legend_height());
}

/// The lines above a grid; low panels have but one, with the name and the colours.
void draw_lines(PanelContext& context, const GridLook& look, bool compact) {
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float space = ImGui::GetStyle().ItemSpacing.y;
  if (!compact) {
    draw_title(context, look.kind);
    ImGui::SetCursorScreenPos({start.x, start.y + ImGui::GetFrameHeight() + space});
    return draw_legends(context, look);
  }
  const bool menu = has_kinds(context, look.kind);
  const float kept = menu ? kind_menu_width(context, look.kind) + em(kLeastLegend + 1.5F) : 0.0F;
  if (!context.tabbed && (!menu || has_room_for_name(context, look.kind, kept))) {
    heading(grid_name(context, look.kind, kept));
    hint(grid_note(context, look.kind));
    ImGui::SameLine(0.0F, em(1.0F));
  }
  if (menu) {  // where there is no room for a name the menu has its sign
    draw_kind_menu(context, look.kind);
    ImGui::SameLine(0.0F, em(0.5F));
  }
  draw_legends(context, look);
  ImGui::SetCursorScreenPos({start.x, start.y + compact_line() + space});
}

void draw_half(PanelContext& context, GridKind kind) {
  prepare(context);
  if (context.shown == Shown::difference && shown_difference(context) == nullptr && !context.tabbed)
    heading(grid_name(context, kind, 0.0F));
  if (tell_no_difference(context)) return;
  const GridRoom needed = grid_room();
  const float least = em(kCellsOfFullLines) + needed.labels.y;
  const bool compact = ImGui::GetContentRegionAvail().y - needed.lines < least;
  const GridLook look = look_of(context, kind);
  draw_lines(context, look, compact);
  ImVec2 room = ImGui::GetContentRegionAvail();
  if (compact) room.y = std::min(room.y, least);  // as large as with all lines at the most, see arrangement.h
  const GridView& grid = context.views.grid;
  if (grid.rows.units.empty() || grid.cols.units.empty())
    wrapped_caption(tr("grids.empty"));
  else if (kind == GridKind::weights && lacks_weights(context))
    tell_no_weights(context);
  else if (kind == GridKind::scores && !grid.has_softmax)
    wrapped_caption(no_softmax_note(grid.kind));
  else if (kind == GridKind::scores && lacks_scores(context.snapshot, context.session))
    wrapped_caption(tr("capture.no_scores"));
  else if (!grid.has_softmax && shows_map(context))
    wrapped_caption(tr(is_softmax(grid.kind.form) ? "grids.signed_map" : "grids.sigmoid_map"));
  else
    draw_grid(context, look, {std::max(room.x, em(4.0F)), std::max(room.y, em(4.0F))});
}

}  // namespace

void draw_scores(PanelContext& context) {
  draw_half(context, GridKind::scores);
}

void draw_weights(PanelContext& context) {
  draw_half(context, GridKind::weights);
}

bool has_grid_tools(const PanelContext& context) {
  return context.state.of<GridsState>().map.go_to.open || has_tool_in_hand(context);
}

void draw_grid_tools(PanelContext& context) {
  if (context.state.of<GridsState>().map.go_to.open)
    return draw_go_to(context);  // what it asks for is there in the next frame
  draw_brush_line(context);
}

GridRoom grid_room() {
  const float space = ImGui::GetStyle().ItemSpacing.y;
  return {
      ImGui::GetFrameHeight() + legend_height() + 2.0F * space, compact_line() + space, {em(4.9F), em(4.0F)}, em(3.1F)};
}

}  // namespace regard
