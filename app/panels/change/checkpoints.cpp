// SPDX-License-Identifier: Apache-2.0
#include "app/panels/change/checkpoints.h"

#include "app/panels/change/checkpoints_parts.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/command.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/two_columns.h"
#include "app/panels/frame/command_actions.h"
#include "app/session/action_kinds.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <string>

namespace regard {
namespace {

constexpr std::size_t kMostProblems = 6;  // sentences

std::string step_text(const CheckpointSeries& series, std::optional<std::size_t> at) {
  return at ? std::to_string(series.steps[*at].step) : std::string();
}

/// "Step 350" and where it stands among the others.
void draw_shown_step(const CheckpointSeries& series, std::optional<std::size_t> now) {
  const std::string last = std::to_string(series.steps.back().step);
  coloured(theme().text, now ? tr("checkpoints.step", {{"step", step_text(series, now)}}) : tr("checkpoints.no_step"));
  ImGui::SameLine();
  caption(tr_plural("checkpoints.of", series.steps.size(), {{"last", last}}));
}

/// ◀, the steps, ▶.
void draw_line(PanelContext& context, const CheckpointSeries& series, std::optional<std::size_t> now,
               std::optional<std::size_t> compared) {
  if (framed_button("checkpoints.previous", "◀")) step_checkpoint(context, -1);
  hint(tr("checkpoints.previous_hint"));
  ImGui::SameLine();
  draw_track(context, series, now, compared);
  ImGui::SameLine();
  if (framed_button("checkpoints.next", "▶")) step_checkpoint(context, 1);
  hint(tr("checkpoints.next_hint"));
}

/// Which steps A and B are, and how to make this one A.
void draw_compared(PanelContext& context, const CheckpointSeries& series, std::optional<std::size_t> now,
                   std::optional<std::size_t> compared) {
  const bool room = can_pin(context);
  if (framed_button("checkpoints.pin", tr("checkpoints.pin")) && room) pin_text(context, 0);
  if (room)
    hint(tr("checkpoints.pin_hint"));
  else
    why_not(tr("command.no_room_for_pins"));
  ImGui::SameLine();
  align_to_frame();
  if (compared && now)
    caption(tr("checkpoints.compared", {{"a", step_text(series, compared)}, {"b", step_text(series, now)}}));
  else
    caption(tr("checkpoints.not_compared"));
}

/// What is no step of this model says why.
void draw_problems(const CheckpointSeries& series) {
  std::size_t told = 0, all = 0;
  for (const CheckpointStep& each : series.steps) {
    if (!each.problem || ++all > kMostProblems) continue;
    wrapped(theme().warning, tr("checkpoints.problem", {{"step", each.step}, {"why", tr(*each.problem)}}));
    probe_last_item("checkpoints.problem." + std::to_string(told++));
  }
  if (all > told) wrapped_caption(tr_plural("checkpoints.more_problems", all - told));
  if (!series.others.empty()) {
    std::string names;
    for (const std::string& name : series.others)
      names += (names.empty() ? "" : ", ") + name;
    wrapped_caption(tr("checkpoints.others", {{"names", names}}));
  }
  if (series.cut) wrapped_caption(tr("checkpoints.cut", {{"most", most_checkpoint_names}}));
}

void draw_folder(PanelContext& context, const CheckpointSeries& series) {
  const std::string again = tr("checkpoints.again");
  align_to_frame();
  caption(series.folder.filename().string(),
          ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x - quiet_button_width(again) - em(0.5F));
  hint(series.folder.string());
  ImGui::SameLine();
  align_right(quiet_button_width(again));
  if (quiet_button("checkpoints.again", again)) ++context.state.of<CheckpointsState>().reading;
  hint(tr("checkpoints.again_hint"));
}

void draw_steps_of_training(PanelContext& context, const CheckpointSeries& series, std::optional<std::size_t> now) {
  const std::optional<std::size_t> compared = compared_checkpoint(series, context.session);
  draw_shown_step(series, now);
  draw_line(context, series, now, compared);
  gap(0.25F);
  draw_compared(context, series, now, compared);
  gap(0.5F);
  draw_folder(context, series);
  draw_problems(series);
}

}  // namespace

void draw_checkpoints(PanelContext& context) {
  if (!context.tabbed) heading(tr("checkpoints.title"));
  const Outcome<CheckpointSeries> known = checkpoints_at_hand(context);
  if (!known.value || !known.fresh || known.value->steps.empty())
    return wrapped_caption(tr(known.pending() ? "checkpoints.looking" : "checkpoints.about"));
  const std::optional<std::size_t> now = chosen_checkpoint(*known.value, context.session, context.snapshot);
  TimelineState& state = context.state.of<TimelineState>();
  two_columns([&] { draw_steps_of_training(context, *known.value, now); },
              [&] { draw_head_curves(context, state, known.value, now); });
}

}  // namespace regard
