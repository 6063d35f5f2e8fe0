// SPDX-License-Identifier: Apache-2.0
// The steps in a row.
#include "app/panels/change/checkpoints_parts.h"
#include "app/panels/common/parts.h"
#include "app/session/action_kinds.h"
#include "app/session/load_session.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/mouse.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

namespace regard {
namespace {

/// Where a row of steps lies.
struct TrackPlace {
  ImVec2 min{}, max{};
  std::size_t steps = 1;

  [[nodiscard]] float x(std::size_t step) const {
    const float inset = em(0.6F), width = max.x - min.x - 2.0F * inset;
    const float share = steps > 1 ? static_cast<float>(step) / static_cast<float>(steps - 1) : 0.5F;
    return std::round(min.x + inset + share * width);
  }
  [[nodiscard]] float line() const { return std::round(max.y - em(0.7F)); }
  [[nodiscard]] std::size_t under(float mouse) const {
    const float inset = em(0.6F), width = std::max(1.0F, max.x - min.x - 2.0F * inset);
    const float share = std::clamp((mouse - min.x - inset) / width, 0.0F, 1.0F);
    return static_cast<std::size_t>(std::round(share * static_cast<float>(steps - 1)));
  }
};

void paint_ticks(ImDrawList& list, const TrackPlace& place, const CheckpointSeries& series) {
  const float line = place.line(), apart = (place.max.x - place.min.x) / static_cast<float>(place.steps);
  list.AddLine({place.x(0), line}, {place.x(place.steps - 1), line}, colour_u32(theme().text_muted, 0.6F),
               stroke(0.1F, 1.0F));
  for (std::size_t step = 0; step < place.steps; ++step) {
    const bool broken = series.steps[step].problem.has_value();
    if (apart < 3.0F && !broken) continue;  // a solid bar would say nothing
    const float x = place.x(step), half = em(broken ? 0.3F : 0.18F);
    if (!broken) {
      list.AddLine({x, line - half}, {x, line + half}, colour_u32(theme().text_muted), stroke(0.09F, 1.0F));
      continue;
    }
    const ImU32 ink = colour_u32(theme().error);
    list.AddLine({x - half, line - half}, {x + half, line + half}, ink, stroke(0.12F, 1.5F));
    list.AddLine({x - half, line + half}, {x + half, line - half}, ink, stroke(0.12F, 1.5F));
  }
}

/// A letter over its step; B's knob lies on the line.
void paint_mark(ImDrawList& list, const TrackPlace& place, std::size_t step, const char* letter, bool knob) {
  const float x = place.x(step), line = place.line();
  const Face face = small_face();
  const ImVec4& colour = knob ? theme().accent : theme().text;
  if (knob) {
    list.AddCircleFilled({x, line}, em(0.42F), colour_u32(colour), 24);
  } else {
    list.AddCircleFilled({x, line}, em(0.42F), colour_u32(theme().panel), 24);
    list.AddCircle({x, line}, em(0.42F), colour_u32(colour), 24, stroke(0.12F, 1.5F));
  }
  const float wide = text_width(face, letter);
  paint_text(list, face, {std::round(x - 0.5F * wide), line - em(0.55F) - face.size}, colour_u32(colour), letter);
}

void tell_step(const CheckpointStep& step) {
  const ScopedTooltip tooltip;
  coloured(theme().text, tr("checkpoints.step", {{"step", step.step}}));
  ImGui::PushTextWrapPos(em(24.0F));
  const ScopedFont font(fonts().small);
  coloured(step.problem ? theme().warning : theme().text_muted,
           step.problem ? tr(*step.problem) : step.path.filename().string());
  if (!step.problem) coloured(theme().text_muted, tr("checkpoints.shift_click"));
  ImGui::PopTextWrapPos();
}

}  // namespace

void draw_track(PanelContext& context, const CheckpointSeries& series, std::optional<std::size_t> now,
                std::optional<std::size_t> compared) {
  const ScopedId scope("checkpoints.track");
  const float button = quiet_button_width("▶") + ImGui::GetStyle().ItemSpacing.x;
  const float width = std::max(em(6.0F), ImGui::GetContentRegionAvail().x - button);
  const float height = std::max(ImGui::GetFrameHeight(), em(2.1F));
  TrackPlace place;
  place.min = ImGui::GetCursorScreenPos();
  place.max = {place.min.x + width, place.min.y + height};
  place.steps = series.steps.size();
  ImGui::InvisibleButton("track", {width, height});
  probe("checkpoints.track", {place.x(0), place.line()}, {place.x(place.steps - 1), place.line() + 1.0F});
  const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
  const bool pressed = ImGui::IsItemActivated();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  paint_ticks(list, place, series);
  const std::size_t under = place.under(ImGui::GetIO().MousePos.x);
  if (hovered || active)
    list.AddCircle({place.x(under), place.line()}, em(0.55F), colour_u32(theme().text_muted), 24, stroke(0.08F, 1.0F));
  if (compared && compared != now) paint_mark(list, place, *compared, "A", false);
  if (now) paint_mark(list, place, *now, compared ? "B" : "", true);
  if (const float wheel = wheel_over_item(); wheel != 0.0F) step_checkpoint(context, wheel > 0.0F ? 1 : -1);
  if (hovered || active) tell_step(series.steps[under]);
  const CheckpointStep& step = series.steps[under];
  if (active && ImGui::GetIO().KeyShift) {
    if (pressed && !step.problem) context.act(LoadSession{compared_with(context.session, series, step)});
    return;
  }
  if (pressed) ++context.state.of<CheckpointsState>().strokes;
  if (active && under != now && !step.problem) go_to_checkpoint(context, step, true);
}

}  // namespace regard
