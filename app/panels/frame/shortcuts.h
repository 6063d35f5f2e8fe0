// SPDX-License-Identifier: Apache-2.0
// The keyboard: which key means which action or command. Called once a frame before the panels are drawn.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

/// Ctrl-1 … Ctrl-9 show the first nine panels of the side.
inline constexpr std::size_t most_side_keys = 9;

/// Reads ImGui's key state of this frame. Keys that a text field wants (arrows, Delete, letters) are left to it.
void handle_keys(PanelContext& context);

}  // namespace regard
