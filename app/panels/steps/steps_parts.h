// SPDX-License-Identifier: Apache-2.0
// The pieces of the Steps panel. Private to app/panels/steps. UI thread only.
#pragma once

#include "app/panels/common/panel.h"
#include "app/panels/steps/steps_state.h"
#include "app/viewmodel/steps_pictures.h"

#include <cstddef>
#include <span>
#include <vector>

namespace regard {

/// Between the two lines over a picture, ems.
inline constexpr float kCaptionSpacing = 0.1F;

/// What one frame draws.
struct StepsFrame {
  PanelContext& context;
  StepsState& state;
  const StepsView& view;
  const StepsToken* token = nullptr;  ///< of this view's layer; null until it is there
  std::size_t step = 1;
};

/// Is there so little height that what can be folded leaves its room to the pictures? Of the window that is drawn into.
[[nodiscard]] bool is_low_panel();

/// The five numbered steps, play, back and on; below them what can be switched, in a low panel as a menu of the bar. Without a
/// view there is nothing to switch. Probes "steps.step.<n>", "steps.play", "steps.back", "steps.next", "steps.what_if",
/// "steps.unscaled", "steps.unmasked", "steps.heads", "steps.cut.<n>".
void draw_steps_bar(PanelContext& context, StepsState& state, const StepsView* view);
void draw_steps_switches(const StepsFrame& frame);

/// Formulas with their shapes, then what has to be said of this model; in a low panel a line of it, and the rest as a hint.
void draw_steps_words(const StepsFrame& frame);

/// The pictures in the room that is left. Probes "steps.<id>.cells".
void draw_steps_pictures(const StepsFrame& frame);

/// What is told of a cell under the mouse.
void tell_step_cell(const StepsFrame& frame, const StepPicture& picture, Cell cell);

/// Does a picture of the step have numbers over its columns? Then all keep a line free for them.
[[nodiscard]] bool has_numbered_columns(const StepsState& state);

/// ‖a‖ and ‖f‖ of every token as bars, their rows as high as those of the pictures beside them.
void draw_step_norms(const StepsFrame& frame, ImVec2 size);

/// Goes on with the time: which picture has appeared by now. Asks for another frame while something moves.
void keep_pace(PanelContext& context, StepsState& state, std::size_t step);
/// Which pictures stand there when a step begins; pace.room and pace.count are known.
void begin_pictures(const PanelContext& context, StepsPace& pace);
/// How much of a picture is there, 0 … 1.
[[nodiscard]] float step_presence(const PanelContext& context, const StepsState& state, std::size_t picture);

}  // namespace regard
