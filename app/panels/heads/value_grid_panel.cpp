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

Axis value_grid_axis(const Encoding& encoding) {
  Axis axis;
  for (std::size_t token = 0; token < encoding.tokens.size(); ++token)
    axis.units.push_back({label_of(encoding.tokens[token]), {token}, encoding.tokens[token].special});
  axis.window = {0, axis.units.size()};
  axis.total = axis.units.size();
  return axis;
}

/// Labels of the picture; made again when it is another one.
bool keep_axes(ValueGridState& state, const std::shared_ptr<const ValueGrid>& grid, const Snapshot& snapshot,
               const Session& session) {
  const Encoding &asking = asking_encoding(snapshot, session), &asked = asked_encoding(snapshot, session);
  if (grid->weights.rows != asking.tokens.size() || grid->weights.cols != asked.tokens.size()) return false;
  if (state.drawn == grid) return true;
  const bool same_text = state.drawn && state.drawn->of.trace == grid->of.trace;
  state.drawn = grid;
  ++state.revision;
  if (same_text) return true;
  state.rows = value_grid_axis(asking);
  state.cols = value_grid_axis(asked);
  state.view = {};
  return true;
}

void tell_value_pair(const ValueGridState& state, Cell at) {
  const ScopedTooltip tooltip;
  coloured(theme().text, tr("flow.grid_pair", {{"query", state.rows.units[at.row].label},
                                               {"key", state.cols.units[at.col].label},
                                               {"value", exact_number(state.drawn->weights(at.row, at.col))}}));
  const ScopedFont font(fonts().small);
  coloured(theme().text_muted,
           tr("flow.grid_attention", {{"value", exact_number(state.drawn->attention(at.row, at.col))}}));
}

/// One of the two grids: A itself, or what is asked for.
HeatMapSpec value_map_spec(const PanelContext& context, const ValueGridState& state, bool attention, ImVec2 size) {
  HeatMapSpec spec;
  spec.id = attention ? "flow.attention" : "flow.map";
  spec.size = size;
  spec.values = attention ? &state.drawn->attention : &state.drawn->weights;
  spec.revision = state.revision;
  spec.rows = &state.rows;
  spec.cols = &state.cols;
  spec.map = &gfx::colour_map(context.session.weight_map, context.preferences.theme);
  spec.high = attention ? std::max(state.drawn->largest_attention, state.drawn->largest) : state.drawn->largest;
  spec.selected_row = selected_query(context.snapshot, context.session);
  spec.selected_col = selected_key(context.snapshot, context.session);
  spec.linked_row = context.hover.query.value_or(kNone);
  spec.linked_col = context.hover.key.value_or(kNone);
  if (context.images != nullptr) spec.image = &context.images->maps[std::string(spec.id)];
  return spec;
}

/// The pair under the mouse.
std::optional<Cell> draw_value_map(PanelContext& context, ValueGridState& state, const HeatMapSpec& spec) {
  const HeatMapResult result = heat_map(spec, state.view);
  if (result.hovered) {
    context.next_hover.query = result.hovered->row;
    context.next_hover.key = result.hovered->col;
    tell_value_pair(state, *result.hovered);
  }
  if (result.clicked) {
    context.act(SelectQuery{result.clicked->row});
    context.act(SelectKey{result.clicked->col});
  }
  return result.hovered;
}

/// The weights as they are beside them, where there is room for both.
void draw_value_maps(PanelContext& context, ValueGridState& state) {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const bool both = state.weight != GridWeight::attention && room.x > em(36.0F);
  const ImVec2 size{both ? 0.5F * (room.x - em()) : room.x, std::max(em(10.0F), room.y - legend_height() - em(1.0F))};
  HeatMapSpec spec = value_map_spec(context, state, false, size);
  std::optional<Cell> hovered;
  if (both) {
    HeatMapSpec plain = value_map_spec(context, state, true, size);
    spec.high = plain.high;  // one scale for both
    hovered = draw_value_map(context, state, plain);
    ImGui::SameLine(0.0F, em());
  }
  if (const std::optional<Cell> cell = draw_value_map(context, state, spec)) hovered = cell;
  LegendSpec bar{.id = "legend.flow", .width = std::min(room.x, em(18.0F)), .map = spec.map};
  bar.high = spec.high;
  if (hovered) bar.current = state.drawn->weights(hovered->row, hovered->col);
  legend(bar);
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
  const Outcome<ValueGrid> grid = context.background->ask<ValueGridSlot>({snapshot.trace, kind, head, state.weight});
  if (grid.error) wrapped_caption(tr(*grid.error));
  if (!grid.value || !keep_axes(state, grid.value, snapshot, context.session)) return;
  draw_value_maps(context, state);
}

}  // namespace regard
