// SPDX-License-Identifier: Apache-2.0
// The keyboard: what the table of commands (commands.h) says about the keys of this frame. Called once a frame before the
// panels are drawn.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

/// Reads ImGui's key state of this frame. Keys that a text field wants (arrows, Delete, letters) are left to it.
void handle_keys(PanelContext& context);

}  // namespace regard
