// SPDX-License-Identifier: Apache-2.0
// Writing at the class's pace: on and on or one token at a time, how fast, paused and resumed, why it stopped, and by what
// settings the next token is chosen. UI thread only. Probes "writing.start", "writing.one", "writing.pause", "writing.state",
// "writing.pace", "generate.…".
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_writing(PanelContext& context);

/// The settings alone; also in the menu beside the button that writes.
void draw_writing_settings(PanelContext& context);

}  // namespace regard
