// SPDX-License-Identifier: Apache-2.0
// One layer of attention as five pictures with the numbers of the run: projection, split, focus, concatenation, output
// projection. At the person's pace: play, one picture further, back, or straight to a step.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_steps(PanelContext& context);

// Of the keyboard.
[[nodiscard]] bool shows_steps(const PanelContext& context);
void go_to_step(PanelContext& context, int step);  ///< 1 … 5
void move_step(PanelContext& context, int by);     ///< a picture further, or a step
void toggle_steps_playing(PanelContext& context, int);

}  // namespace regard
