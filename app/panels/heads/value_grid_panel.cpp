// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/images.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/attention_kind.h"
#include "app/panels/heads/flow_parts.h"
#include "app/session/action.h"
#include "app/session/preferences.h"
#include "app/session/session.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/widgets/legend.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace regard {
namespace {

constexpr std::array<const char*, grid_weights> kGridAbout{"flow.grid_about.attention", "flow.grid_about.value",
                                                           "flow.grid_about.output", "flow.grid_about.rollout"};

/// Labels of the picture; made again when it is another one.
bool keep_axes(ValueGridState& state, const std::shared_ptr<const ValueGrid>& grid, const Snapshot& snapshot,
               const Session& session) {
  const Encoding &asking = asking_encoding(snapshot, session), &asked = asked_encoding(snapshot, session);
  if (grid->weights.rows != asking.tokens.size() || grid->weights.cols != asked.tokens.size()) return false;
  if (state.drawn.lock() == grid) return true;
  state.drawn = grid;
  ++state.revision;
  if (state.text.lock() == grid->of.trace) return true;
  state.text = grid->of.trace;
  state.rows = make_axis(snapshot, AxisInputs{}, asking);
  state.cols = make_axis(snapshot, AxisInputs{}, asked);
  state.view = {};
  return true;
}

void tell_value_pair(const ValueGridState& state, const ValueGrid& grid, Cell at) {
  const ScopedTooltip tooltip;
  coloured(theme().text, tr("flow.grid_pair", {{"query", state.rows.units[at.row].label},
                                               {"key", state.cols.units[at.col].label},
                                               {"value", exact_number(grid.weights(at.row, at.col))}}));
  const ScopedFont font(fonts().small);
  coloured(theme().text_muted, tr("flow.grid_attention", {{"value", exact_number(grid.attention(at.row, at.col))}}));
}

/// One of the two grids: A itself, or what is asked for.
HeatMapSpec value_map_spec(const PanelContext& context, const ValueGridState& state, const ValueGrid& grid,
                           bool attention, ImVec2 size) {
  HeatMapSpec spec;
  spec.id = attention ? "flow.attention" : "flow.map";
  spec.size = size;
  spec.values = attention ? &grid.attention : &grid.weights;
  spec.revision = state.revision;
  spec.rows = &state.rows;
  spec.cols = &state.cols;
  spec.map = &gfx::colour_map(context.session.weight_map, context.preferences.theme);
  spec.high = attention ? std::max(grid.largest_attention, grid.largest) : grid.largest;
  spec.selected_row = selected_query(context.snapshot, context.session);
  spec.selected_col = selected_key(context.snapshot, context.session);
  spec.linked_row = context.hover.query.value_or(kNone);
  spec.linked_col = context.hover.key.value_or(kNone);
  if (context.images != nullptr) spec.image = &context.images->maps[std::string(spec.id)];
  return spec;
}

/// The pair under the mouse.
std::optional<Cell> draw_value_map(PanelContext& context, ValueGridState& state, const ValueGrid& grid,
                                   const HeatMapSpec& spec) {
  const HeatMapResult result = heat_map(spec, state.view);
  if (result.hovered) {
    context.next_hover.query = result.hovered->row;
    context.next_hover.key = result.hovered->col;
    tell_value_pair(state, grid, *result.hovered);
  }
  if (result.clicked) {
    context.act(SelectQuery{result.clicked->row});
    context.act(SelectKey{result.clicked->col});
  }
  return result.hovered;
}

/// The weights as they are beside them, where there is room for both.
void draw_value_maps(PanelContext& context, ValueGridState& state, const ValueGrid& grid) {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const bool both = state.weight != GridWeight::attention && room.x > em(36.0F);
  const ImVec2 size{both ? 0.5F * (room.x - em()) : room.x, std::max(em(10.0F), room.y - legend_height() - em(1.0F))};
  HeatMapSpec spec = value_map_spec(context, state, grid, false, size);
  std::optional<Cell> hovered;
  if (both) {
    HeatMapSpec plain = value_map_spec(context, state, grid, true, size);
    spec.high = plain.high;  // one scale for both
    hovered = draw_value_map(context, state, grid, plain);
    ImGui::SameLine(0.0F, em());
  }
  if (const std::optional<Cell> cell = draw_value_map(context, state, grid, spec)) hovered = cell;
  heat_map_legend("legend.flow", spec,
                  hovered ? std::optional(grid.weights(hovered->row, hovered->col)) : std::nullopt);
}

}  // namespace

void draw_value_grid(PanelContext& context, ValueGridState& state, AttentionKind kind) {
  const Snapshot& snapshot = context.snapshot;
  const std::string_view rollout = tr(flow_names[0]);
  const auto now = static_cast<std::size_t>(state.weight);
  const std::size_t chosen = kind == AttentionKind::cross
                                 ? choose("flow.grid", {"A", "A·‖v‖", "‖A·v W_O‖"}, std::min<std::size_t>(now, 2))
                                 : choose("flow.grid", {"A", "A·‖v‖", "‖A·v W_O‖", rollout}, now);
  state.weight = static_cast<GridWeight>(chosen);
  const HeadRef head = shown_head(snapshot, context.session);
  wrapped_caption(tr(kGridAbout[chosen], {{"head", head_name(snapshot, head)}, {"layer", head.layer}}));
  tell_attention_kind(snapshot, kind);
  tell_changed_outputs(*snapshot.trace);
  const Outcome<ValueGrid> grid = context.background->ask<ValueGridSlot>({snapshot.trace, kind, head, state.weight});
  if (grid.error) wrapped_caption(tr(*grid.error));
  if (!grid.value || !grid.fresh || !keep_axes(state, grid.value, snapshot, context.session)) return;
  draw_value_maps(context, state, *grid.value);
}

}  // namespace regard
