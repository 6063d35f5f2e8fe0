// SPDX-License-Identifier: Apache-2.0
// Time: pictures appear one after the other, a step follows the one before while it plays.
#include "app/panels/common/redraw.h"
#include "app/panels/registry.h"
#include "app/panels/steps/steps.h"
#include "app/panels/steps/steps_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/preferences.h"

#include <imgui.h>

#include <algorithm>

namespace regard {
namespace {

constexpr double kAppears = 0.35;  ///< seconds until a picture is there
constexpr double kBetweenPictures = 0.45;
constexpr double kPlayedPicture = 1.4;  ///< likewise while it plays
constexpr double kPlayedStep = 3.0;     ///< the whole step stands before the next one comes
constexpr float kFrame = 0.016F;

bool has_all(const StepsPace& pace) {
  return pace.last + 1 >= pace.count;
}

void show_up_to(StepsPace& pace, std::size_t picture) {
  pace.last = picture;
  pace.since = ImGui::GetTime();
}

/// A step has just been chosen; how many pictures it has is told by the drawing.
void choose_step(StepsPace& pace, std::size_t step) {
  pace.backwards = step < pace.step;
  pace.begun = false;
  pace.step = step;
  pace.count = 0;
}

/// Small panels show one picture at a time, and a person goes on by hand; large ones fill by themselves.
bool fills_by_itself(const StepsPace& pace) {
  return pace.playing || pace.room >= pace.count;
}

}  // namespace

void keep_pace(PanelContext& context, StepsState& state, std::size_t step) {
  StepsPace& pace = state.pace;
  const bool animated = context.preferences.animate;
  if (pace.step != step) choose_step(pace, step);
  if (pace.count == 0) return draw_again_within(kFrame);
  pace.last = std::min(pace.last, pace.count - 1);
  const double waited = ImGui::GetTime() - pace.since;
  const double between = pace.playing ? kPlayedPicture : kBetweenPictures;
  if (!has_all(pace)) {
    if (!animated && pace.room >= pace.count) return show_up_to(pace, pace.count - 1);
    if (fills_by_itself(pace) && waited >= between) show_up_to(pace, pace.last + 1);
    if (fills_by_itself(pace)) draw_again_within(kFrame);
  } else if (pace.playing) {
    if (waited >= kPlayedStep && step < count_of_steps) context.act(SetStep{step + 1});
    if (waited >= kPlayedStep && step == count_of_steps) pace.playing = false;
    draw_again_within(static_cast<float>(std::max(0.016, kPlayedStep - waited)));
  }
  if (animated && waited < kAppears) draw_again_within(kFrame);
}

void begin_pictures(const PanelContext& context, StepsPace& pace) {
  if (pace.begun) return;
  pace.begun = true;
  const bool one_by_one = pace.room < pace.count, animated = context.preferences.animate;
  if (pace.backwards)
    show_up_to(pace, pace.count - 1);
  else
    show_up_to(pace, one_by_one ? pace.room - 1 : animated ? 0 : pace.count - 1);
}

float step_presence(const PanelContext& context, const StepsState& state, std::size_t picture) {
  const StepsPace& pace = state.pace;
  if (picture > pace.last) return 0.0F;
  if (picture < pace.last || !context.preferences.animate) return 1.0F;
  return std::clamp(static_cast<float>((ImGui::GetTime() - pace.since) / kAppears), 0.0F, 1.0F);
}

bool shows_steps(const PanelContext& context) {
  const Stage& stage = context.look().stage;
  return stage.filling.empty() ? workspace_named(stage.workspace).id == std::string_view("steps")
                               : stage.filling == "steps";
}

void go_to_step(PanelContext& context, int step) {
  context.act(SetStep{static_cast<std::size_t>(step)});
}

void move_step(PanelContext& context, int by) {
  StepsPace& pace = context.state.of<StepsState>().pace;
  const std::size_t step = context.look().stage.step;
  const bool one_by_one = pace.room < pace.count;
  if (by > 0 && !has_all(pace) && pace.count > 0) return show_up_to(pace, one_by_one ? pace.last + 1 : pace.count - 1);
  if (by < 0 && one_by_one && pace.last + 1 > std::max<std::size_t>(pace.room, 1))
    return show_up_to(pace, pace.last - 1);
  const auto wanted = static_cast<std::ptrdiff_t>(step) + by;
  if (wanted >= 1 && wanted <= static_cast<std::ptrdiff_t>(count_of_steps))
    context.act(SetStep{static_cast<std::size_t>(wanted)});
}

void toggle_steps_playing(PanelContext& context, int) {
  StepsPace& pace = context.state.of<StepsState>().pace;
  pace.playing = !pace.playing;
  if (!pace.playing) return;
  const bool at_the_end = context.look().stage.step == count_of_steps && has_all(pace);
  if (at_the_end) context.act(SetStep{1});
  show_up_to(pace, at_the_end || pace.count == 0 ? 0 : std::min(pace.last, pace.count - 1));
}

}  // namespace regard
