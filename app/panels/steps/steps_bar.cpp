// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/command.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/steps/steps.h"
#include "app/panels/steps/steps_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/steps_text.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <string>

namespace regard {
namespace {

constexpr float kLowPanel =
    26.0F;  ///< ems of the panel's height: less, and pictures get the room of what can be folded
constexpr float kRoomBelow = 20.0F;   ///< ems for what is below: less, and a remark gets but one line
constexpr float kLeastRemark = 8.0F;  ///< ems of a line that are worth beginning a remark in

std::string numbered(std::size_t step, bool with_name) {
  const std::string number = std::to_string(step);
  return with_name ? number + "  " + step_name(step) : number;
}

/// Names of all steps where there is room, else of the current one.
std::array<Segment, count_of_steps> step_segments(std::size_t current, float room) {
  std::array<Segment, count_of_steps> segments;
  for (const bool all : {true, false}) {
    for (std::size_t step = 1; step <= count_of_steps; ++step)
      segments[step - 1] = {"steps.step." + std::to_string(step), numbered(step, all || step == current),
                            all || step == current ? std::string() : step_name(step)};
    if (segments_width(segments) <= room) return segments;
  }
  segments[current - 1].label = numbered(current, false);
  return segments;
}

/// Going over the numbers with the button held scrubs through the steps.
void scrub(PanelContext& context, ImVec2 min, ImVec2 max, std::span<const Segment> segments) {
  const ImGuiIO& io = ImGui::GetIO();
  if (!ImGui::IsWindowFocused()) return;
  if (!ImGui::IsMouseDown(ImGuiMouseButton_Left) || !inside(io.MouseClickedPos[0], min, max)) return;
  float left = min.x;
  for (std::size_t index = 0; index < segments.size(); ++index) {
    const float width = ImGui::CalcTextSize(segments[index].label.c_str()).x + em(1.0F);
    const bool over = io.MousePos.x >= left && io.MousePos.x < left + width;
    if (over && context.look().stage.step != index + 1) context.act(SetStep{index + 1});
    left += width;
  }
}

/// "3–4 / 10" where not all pictures are on show at once.
std::string places_text(const StepsPace& pace) {
  if (pace.room >= pace.count || pace.room == 0) return {};
  const std::size_t last = std::min(pace.last + 1, pace.count), first = last > pace.room ? last - pace.room + 1 : 1;
  const std::string from = first == last ? std::string() : std::to_string(first) + "–";
  return from + std::to_string(last) + " / " + std::to_string(pace.count);
}

float pace_width(const StepsState& state) {
  const float places = ImGui::CalcTextSize(places_text(state.pace).c_str()).x;
  return places + (places > 0.0F ? em(0.4F) : 0.0F) + quiet_button_width("←") + quiet_button_width("→") + em(0.6F) +
         quiet_button_width(tr(state.pace.playing ? "steps.pause" : "steps.play"));
}

void draw_pace(PanelContext& context, const StepsState& state) {
  if (const std::string places = places_text(state.pace); !places.empty()) {
    align_to_frame();
    coloured(theme().text_muted, places);
    ImGui::SameLine(0.0F, em(0.4F));
  }
  if (quiet_button("steps.back", "←")) move_step(context, -1);
  hint(tr("steps.back_hint"));
  ImGui::SameLine(0.0F, em(0.2F));
  if (quiet_button("steps.play", tr(state.pace.playing ? "steps.pause" : "steps.play"), false, state.pace.playing))
    toggle_steps_playing(context, 0);
  hint(tr("steps.play_hint"));
  ImGui::SameLine(0.0F, em(0.2F));
  if (quiet_button("steps.next", "→")) move_step(context, 1);
  hint(tr("steps.next_hint"));
}

/// Every number of heads to cut into.
void draw_cuts(const StepsView& view, StepSwitches& switches) {
  const std::size_t width = view.heads * view.head_dim;
  if (view.cuts.size() < 2)
    wrapped_caption(tr(view.value_dim != view.head_dim          ? "steps.no_cut_of_widths"
                       : view.numbers.focus.sink_shares.empty() ? "steps.no_other_cut"
                                                                : "steps.no_other_cut_sunk"));
  for (const std::size_t heads : view.cuts) {
    const std::string id = "steps.cut." + std::to_string(heads);
    const std::string name = std::to_string(heads) + " × " + std::to_string(width / heads);
    if (!menu_line({.id = id,
                    .text = name,
                    .right = heads == view.heads ? tr("steps.cut_of_model") : "",
                    .selected = heads == view.shown_heads}))
      continue;
    switches.heads = heads == view.heads ? 0 : heads;
    ImGui::CloseCurrentPopup();
  }
}

void draw_switch(const char* id, const char* name, const char* about, bool& on) {
  check(id, name, on);
  hint(about);
}
void draw_scale_switch(StepSwitches& switches) {
  draw_switch("steps.unscaled", tr("steps.switch_scale"), tr("steps.switch_scale_hint"), switches.unscaled);
}
void draw_mask_switch(StepSwitches& switches) {
  draw_switch("steps.unmasked", tr("steps.switch_mask"), tr("steps.switch_mask_hint"), switches.unmasked);
}
void draw_animation_switch(const PanelContext& context) {
  bool animate = context.preferences.animate;
  if (check("steps.animate", tr("steps.animate"), animate)) context.command(SetAnimation{animate});
  hint(tr("steps.animate_hint"));
}

/// A button, and the menu below it.
struct StepsMenu {
  const char* id = "";  ///< of the button
  std::string name{};
  const char* about = "";
  bool active = false;  ///< something is chosen in it
};
template <class Lines>
void draw_menu(const PanelContext& context, const StepsMenu& menu, const Lines& lines) {
  const std::string popup = std::string(menu.id) + ".menu";
  if (quiet_button(menu.id, menu.name, true, menu.active)) ImGui::OpenPopup(popup.c_str());
  hint(menu.about);
  ImGui::SetNextWindowSize({em(18.0F), 0.0F});
  if (!ImGui::BeginPopup(popup.c_str())) return;
  context.state.of<WindowState>().popup_open = true;
  lines();
  ImGui::EndPopup();
}

/// The divisors as a menu.
void draw_cut_menu(const StepsFrame& frame) {
  const StepsView& view = frame.view;
  const StepsMenu menu{"steps.heads", tr_plural("steps.heads", view.shown_heads), tr("steps.heads_hint"),
                       view.shown_heads != view.heads};
  draw_menu(frame.context, menu, [&] { draw_cuts(view, frame.state.switches); });
}

/// All switches as one menu, for a panel that has no room for a line of them.
void draw_what_if(const PanelContext& context, StepsState& state, const StepsView& view) {
  const StepsMenu menu{"steps.what_if", tr("steps.what_if"), tr("steps.what_if_hint"), view.changed};
  draw_menu(context, menu, [&] {
    draw_scale_switch(state.switches);
    draw_mask_switch(state.switches);
    draw_animation_switch(context);
    menu_section(tr("steps.heads_hint"));
    draw_cuts(view, state.switches);
  });
}

/// The formulas as one item, in as many lines as it takes; returns where the last one ends, at its top.
ImVec2 draw_formulas(const StepsMade& made, bool with_shapes) {
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float right = start.x + ImGui::GetContentRegionAvail().x;
  ImGui::BeginGroup();
  for (const StepFormula& line : made.formulas) {
    const ScopedFont font(fonts().mono);
    const std::string shapes = with_shapes ? line.shapes : std::string();
    const float width = ImGui::CalcTextSize((line.formula + shapes).c_str()).x + em(0.8F);
    if (&line != &made.formulas.front()) {
      ImGui::SameLine(0.0F, em(1.6F));
      if (ImGui::GetCursorScreenPos().x + width > right) ImGui::NewLine();
    }
    coloured(theme().text, line.formula);
    if (shapes.empty()) continue;
    ImGui::SameLine(0.0F, em(0.8F));
    coloured(theme().text_muted, fitted(shapes, std::max(em(4.0F), right - ImGui::GetCursorScreenPos().x)));
  }
  const ImVec2 end{ImGui::GetItemRectMax().x, ImGui::GetItemRectMin().y};
  ImGui::EndGroup();
  probe("steps.formula", start, {right, ImGui::GetItemRectMax().y});
  return end;
}

/// What has to be said of this model and is no warning, in one line.
std::string quiet_remarks(const StepsMade& made) {
  std::string remarks;
  for (const StepRemark& remark : made.remarks)
    if (!remark.warns) remarks += (remarks.empty() ? "" : " · ") + remark.text;
  return remarks;
}

/// Formulas without their shapes, behind them as much of the remarks as there is room for; all of it as a hint.
void draw_folded_words(const StepsMade& made, const std::string& remarks) {
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  const ImVec2 end = draw_formulas(made, false);
  std::string all;
  for (const StepFormula& line : made.formulas)
    if (!line.shapes.empty()) all += line.formula + "   " + line.shapes + "\n";
  hint(all + remarks);
  if (remarks.empty() || right - end.x < em(kLeastRemark)) return;
  const ImVec2 below = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({end.x + em(1.6F), end.y});
  caption(remarks);
  ImGui::SetCursorScreenPos(below);
}

}  // namespace

bool is_low_panel() {
  return ImGui::GetWindowHeight() < em(kLowPanel);
}

void draw_steps_bar(PanelContext& context, StepsState& state, const StepsView* view) {
  const float room = ImGui::GetContentRegionAvail().x;
  const float menu =
      is_low_panel() && view != nullptr ? quiet_button_width(tr("steps.what_if"), true) + em(1.0F) : 0.0F;
  const float kept = pace_width(state) + menu + em(1.0F);
  const std::size_t step = context.look().stage.step;
  const auto segments = step_segments(step, room - kept);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + segments_width(segments), min.y + ImGui::GetFrameHeight()};
  if (const auto clicked = draw_segments(segments, step - 1)) context.act(SetStep{*clicked + 1});
  scrub(context, min, max, segments);
  if (segments_width(segments) + kept <= room) {
    ImGui::SameLine();
    align_right(pace_width(state) + menu);
  }
  if (menu > 0.0F) {
    draw_what_if(context, state, *view);
    ImGui::SameLine(0.0F, em(1.0F));
  }
  draw_pace(context, state);
}

void draw_steps_switches(const StepsFrame& frame) {
  if (is_low_panel()) return;  // they are a menu of the bar
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  const auto goes_on = [right](float width) {
    ImGui::SameLine(0.0F, em(1.0F));
    if (ImGui::GetCursorScreenPos().x + width > right) ImGui::NewLine();
  };
  draw_scale_switch(frame.state.switches);
  goes_on(check_width(tr("steps.switch_mask")));
  draw_mask_switch(frame.state.switches);
  goes_on(quiet_button_width(tr_plural("steps.heads", frame.view.shown_heads), true));
  draw_cut_menu(frame);
  goes_on(check_width(tr("steps.animate")));
  draw_animation_switch(frame.context);
}

void draw_steps_words(const StepsFrame& frame) {
  const StepsMade& made = frame.state.made;
  const std::string remarks = quiet_remarks(made);
  if (is_low_panel())
    draw_folded_words(made, remarks);
  else
    (void)draw_formulas(made, true);
  for (const StepRemark& remark : made.remarks)
    if (remark.warns) wrapped(theme().warning, remark.text);
  if (remarks.empty() || is_low_panel()) return;
  if (ImGui::GetContentRegionAvail().y > em(kRoomBelow)) return wrapped_caption(remarks);
  caption(remarks);
  hint(remarks);
}

}  // namespace regard
