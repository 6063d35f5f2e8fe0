// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/long_map.h"

#include "app/panels/common/button_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/world.h"
#include "app/style/locale.h"
#include "app/style/theme.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <string>

namespace regard {

bool long_map_runs(PanelContext& context, SlotId slot, LongMapState& state, bool quick, bool follows_run) {
  if (state.stopped || (!quick && !state.asked_for)) return false;
  const bool reads = context.world.worker != WorkerState::idle && context.world.worker != WorkerState::resting;
  if (follows_run && reads) {
    if (!state.yielded) context.background->cancel(slot);
    state.yielded = true;
    return false;
  }
  if (state.yielded) context.background->retry(slot);
  state.yielded = false;
  return true;
}

void draw_long_map_button(PanelContext& context, SlotId slot, std::string_view name, LongMapState& state, bool quick,
                          const LongMapProgress& progress, const char* start) {
  const bool waits_for_a_click = state.stopped || (!quick && !state.asked_for);
  if (!progress.pending && !progress.error && (!waits_for_a_click || progress.fresh)) return;
  align_right(std::max(quiet_button_width(tr(start)), quiet_button_width(tr("long_map.stop"))));
  if (progress.pending) {
    if (!framed_button(std::string(name) + ".stop", tr("long_map.stop"))) return;
    state = {.stopped = true};
    context.background->cancel(slot);
    return;
  }
  if (!framed_button(std::string(name) + ".start", tr(start))) return;
  state = {.asked_for = true};
  context.background->retry(slot);
}

void draw_progress_line(const LongMapProgress& progress) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const float thick = std::round(stroke(0.12F, 2.0F));
  if (progress.pending)
    ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + width * std::max(0.04F, progress.fraction), at.y + thick},
                                              colour_u32(theme().accent, 0.7F));
  ImGui::Dummy({width, thick});
}

}  // namespace regard
