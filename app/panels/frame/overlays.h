// SPDX-License-Identifier: Apache-2.0
// What lies over the panels: the help with all keys, the log, the question for a path. One at a time; Escape or a click
// beside it closes it.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

/// Draws the open overlay, if any, over the whole window.
void draw_overlays(PanelContext& context);

/// Opens the question for a path with a proposal.
void ask_for_path(PanelState& state, PathDialog::Kind kind, std::string proposal);

}  // namespace regard
