// SPDX-License-Identifier: Apache-2.0
// The question which view to write into which file, over the window: Ctrl-E.
#pragma once

#include "app/panels/panel.h"

namespace regard {

/// Opens it; the path proposes the shown view beside the session file.
void ask_for_export(PanelState& state);

/// Draws what stands inside the overlay's window; the answer is a command ExportTo.
void draw_export_dialog(PanelContext& context);

}  // namespace regard
