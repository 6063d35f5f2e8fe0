// SPDX-License-Identifier: Apache-2.0
#include "app/panels/kinds/kinds.h"

#include "app/panels/common/job_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/kinds/kinds_parts.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/locale.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/legend.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

namespace regard {
namespace {

constexpr float kKindsLegend = 14.0F;  ///< ems

/// Takes what the background has made, in the units of the grids on show; until it is there the old pictures stay.
void take_kinds(PanelContext& context, KindsState& state, const Outcome<KindsAnswer>& made) {
  if (!made.value || !made.fresh) return;
  const bool same = state.answer == made.value && state.grid_revision == context.views.grid_revision &&
                    state.made_tiles == state.tiles;
  if (same) return;
  state.answer = made.value;
  state.rows = context.views.grid.rows;
  state.cols = context.views.grid.cols;
  state.grid_revision = context.views.grid_revision;
  state.made_tiles = state.tiles;
  state.pictures.clear();
  state.largest = 0.0F;
  for (const KindReport& report : made.value->reports) {
    KindPicture picture;
    if (report.obstacle == KindObstacle::none)
      picture =
          kind_picture(report, state.rows, state.cols, state.tiles == 0 ? std::nullopt : std::optional(state.tiles));
    for (const float value : picture.values.values)
      state.largest = std::max(state.largest, std::isnan(value) ? 0.0F : value);  // a tile that is still to come
    state.pictures.push_back(std::move(picture));
  }
  if (state.largest <= 0.0F) state.largest = 1.0F;
  ++state.revision;
}

/// Why there is nothing to be seen; empty where there is.
std::string why_no_kinds(const PanelContext& context) {
  const Snapshot& snapshot = context.snapshot;
  if (!snapshot.trace || context.background == nullptr || context.views.grid.rows.size() == 0 ||
      context.views.grid.cols.size() == 0)
    return tr("grids.empty");
  const Trace& trace = shown_trace(snapshot, context.session);
  const std::size_t longest = std::max(trace.tokens(), trace.keys());
  if (longest > longest_kinds) return tr("kinds.too_long", {{"tokens", longest}, {"most", longest_kinds}});
  return {};
}

}  // namespace

void draw_kinds(PanelContext& context) {
  if (!context.tabbed) heading(tr("kinds.title"));
  draw_relatives(context);
  if (const std::string why = why_no_kinds(context); !why.empty()) return wrapped_caption(why);
  KindsState& state = context.state.of<KindsState>();
  const Outcome<KindsAnswer> made =
      context.background->ask<KindsSlot>(kinds_question(context.snapshot, context.session));
  take_kinds(context, state, made);
  draw_add_kind(context);
  ImGui::SameLine(0.0F, em());
  LegendSpec spec;
  spec.id = "legend.kinds";
  spec.map = &gfx::colour_map(context.look().weight_map, context.preferences.theme);
  spec.high = state.largest;
  spec.width = std::min(em(kKindsLegend), ImGui::GetContentRegionAvail().x);
  legend(spec);
  draw_kind_reach(context, state);
  if (made.error) draw_job_line(context, "kinds.job", slot_id<KindsSlot>(), made);
  if (state.answer != nullptr) draw_kind_grids(context, state);
}

}  // namespace regard
