// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/weight_kind.h"

#include "app/panels/common/difference_parts.h"
#include "app/panels/common/job_line.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/look/grid_map_panel.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/style/weights_text.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"

#include <imgui.h>

namespace regard {
namespace {

/// Why the grid on show cannot have these numbers; empty where it can.
std::string why_not_here(const PanelContext& context) {
  switch (why_no_weight(context.snapshot, context.session, context.views.grid)) {
    case NoWeight::cross:
      return tr("grids.kind.no_cross");
    case NoWeight::long_grid:
      return tr("grids.kind.too_long");
    case NoWeight::long_flow:
      return tr("grids.kind.long_flow", {{"most", longest_flow_grid}});
    case NoWeight::words:
      return tr("grids.kind.flow_words");
    case NoWeight::no_matrices:
      return tr("grids.kind.no_weights");
    case NoWeight::not_captured:
      return tr("capture.no_values");
    case NoWeight::none:
      break;
  }
  if (shows_map(context)) return tr("grids.kind.too_long");
  return shown_difference(context) != nullptr ? tr("grids.kind.no_difference") : std::string();
}

}  // namespace

void prepare_weight_kind(PanelContext& context) {
  WeightKindState& state = context.state.of<WeightKindState>();
  const GridWeight weight = context.look().grid_weight;
  const GridView& view = context.views.grid;
  state.asked =
      weight != GridWeight::attention && context.snapshot.trace && view.rows.size() > 0 && view.cols.size() > 0;
  state.ready = false;
  state.why.clear();
  state.job = {};
  if (!state.asked) return;
  state.why = why_not_here(context);
  if (!state.why.empty() || context.background == nullptr) return;
  const Outcome<ValueGrid> grid =
      context.background->ask<ValueGridSlot>({context.snapshot.trace, shown_kind(context.snapshot, context.session),
                                              shown_head(context.snapshot, context.session), weight});
  state.job = {nullptr, grid.fresh, grid.state, grid.progress, grid.error};
  if (!grid.value || !grid.fresh) return;
  if (state.made_of.lock() != grid.value || state.grid_revision != context.views.grid_revision) {
    state.values = weights_of_units(*grid.value, view);
    state.masked = masked_units(*grid.value, view, state.values);
    state.largest = largest_weight(state.values);
    state.made_of = grid.value;
    state.grid_revision = context.views.grid_revision;
    ++state.revision;
  }
  state.ready = true;
}

const WeightKindState* other_weights(const PanelContext& context) {
  const WeightKindState& state = context.state.of<WeightKindState>();
  return state.asked && state.ready ? &state : nullptr;
}

void draw_weight_menu(PanelContext& context) {
  const GridWeight now = context.look().grid_weight;
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  if (quiet_button("grids.kind", weight_sign(now), true)) ImGui::OpenPopup("grids.kind.menu");
  hint(tr("grids.kind.about"));
  ImGui::SetNextWindowPos({corner.x, corner.y + ImGui::GetFrameHeight()});
  ImGui::SetNextWindowSizeConstraints({em(27.0F), 0.0F}, {em(36.0F), em(26.0F)});
  if (!ImGui::BeginPopup("grids.kind.menu")) return;
  context.state.of<WindowState>().popup_open = true;
  const HeadRef head = shown_head(context.snapshot, context.session);
  for (std::size_t index = 0; index < grid_weights; ++index) {
    const auto weight = static_cast<GridWeight>(index);
    if (!menu_line("grids.kind." + std::to_string(index), weight_name(weight), weight_about(weight, head),
                   weight == now))
      continue;
    context.act(SetGridWeight{weight});
    ImGui::CloseCurrentPopup();
  }
  ImGui::EndPopup();
}

float weight_menu_width(const PanelContext& context) {
  return quiet_button_width(weight_sign(context.look().grid_weight), true);
}

bool lacks_weights(const PanelContext& context) {
  const WeightKindState& state = context.state.of<WeightKindState>();
  return state.asked && !state.ready;
}

void tell_no_weights(PanelContext& context) {
  const WeightKindState& state = context.state.of<WeightKindState>();
  if (!state.why.empty()) return wrapped_caption(state.why);
  draw_job_state(context, "grid.weights.job", slot_id<ValueGridSlot>(), state.job, {});
}

}  // namespace regard
