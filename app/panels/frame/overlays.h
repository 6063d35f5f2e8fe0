// SPDX-License-Identifier: Apache-2.0
// What lies over the panels: the help with all keys, the log, the questions for a path and an export, a notice. One at a time; Escape or a click
// beside it closes it.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

/// Draws the open overlay, if any, over the whole window.
void draw_overlays(PanelContext& context);

}  // namespace regard
