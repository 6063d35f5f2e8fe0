// SPDX-License-Identifier: Apache-2.0
// One window that fills the viewport: the rows that always stand (top bar, sentence, status), and between them the workspace on
// show, composed of the panels that the registry puts into it. Which of its places exist is arranged by arrangement.h. UI
// thread only.
#pragma once

#include "app/panels/common/panel.h"
#include "app/shell/arrangement.h"

#include <imgui.h>

namespace regard::shell {

/// Draws all panels and the overlays of this frame.
void draw_window(PanelContext& context);

/// What a window of this size (pixels) has room for at the current text size.
[[nodiscard]] Arrangement arrangement_of(const PanelContext& context, ImVec2 window);

}  // namespace regard::shell
