// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/job_line.h"

#include "app/panels/common/button_parts.h"
#include "app/panels/common/long_map.h"
#include "app/panels/common/parts.h"
#include "app/style/locale.h"

#include <imgui.h>

namespace regard {
namespace {

/// "Russian · Measuring: 12 %"
std::string of_what(const std::string& what, const std::string& text) {
  return what.empty() ? text : what + " · " + text;
}

}  // namespace

void draw_job_state(PanelContext& context, const char* id, SlotId slot, const Outcome<void>& outcome,
                    const std::string& what) {
  if (outcome.pending()) {
    align_to_frame();
    caption(of_what(what, tr("roles.measuring", {{"percent", percent(outcome.progress)}})),
            ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x - quiet_button_width(tr("long_map.stop")) -
                em());
    ImGui::SameLine();
    align_right(quiet_button_width(tr("long_map.stop")));
    if (framed_button(std::string(id) + ".stop", tr("long_map.stop"))) context.background->cancel(slot);
  } else if (outcome.state == TaskState::cancelled || outcome.error) {
    if (outcome.error) {
      wrapped_caption(of_what(what, tr(*outcome.error)));
    } else {
      align_to_frame();
      caption(of_what(what, tr("roles.stopped")));
      ImGui::SameLine();
    }
    align_right(quiet_button_width(tr("long_map.start")));
    if (framed_button(std::string(id) + ".start", tr("long_map.start"))) context.background->retry(slot);
  } else {
    return;
  }
  draw_progress_line({outcome.pending(), outcome.fresh, outcome.progress, outcome.error});
}

}  // namespace regard
