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

/// The five numbered steps, play, back and on; below them what can be switched. Probes "steps.step.<n>", "steps.play",
/// "steps.back", "steps.next", "steps.unscaled", "steps.unmasked", "steps.heads", "steps.cut.<n>".
void draw_steps_bar(PanelContext& context, StepsState& state);
void draw_steps_switches(const StepsFrame& frame);

/// Formulas with their shapes, then what has to be said of this model.
void draw_steps_words(const StepsFrame& frame);

/// The pictures in the room that is left. Probes "steps.<id>.cells".
void draw_steps_pictures(const StepsFrame& frame);

/// What is told of a cell under the mouse.
void tell_step_cell(const StepsFrame& frame, const StepPicture& picture, Cell cell);

/// ‖a‖ and ‖f‖ of every token as bars, their rows as high as those of the pictures beside them.
void draw_step_norms(const StepsFrame& frame, ImVec2 size);

/// Goes on with the time: which picture has appeared by now. Asks for another frame while something moves.
void keep_pace(PanelContext& context, StepsState& state, std::size_t step);
/// Which pictures stand there when a step begins; pace.room and pace.count are known.
void begin_pictures(const PanelContext& context, StepsPace& pace);
/// How much of a picture is there, 0 … 1.
[[nodiscard]] float step_presence(const PanelContext& context, const StepsState& state, std::size_t picture);

}  // namespace regard
