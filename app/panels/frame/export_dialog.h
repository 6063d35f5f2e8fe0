// SPDX-License-Identifier: Apache-2.0
// The question which view to write into which file, over the window: Ctrl-E.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

/// Opens it; the path proposes the shown view beside the session file.
void ask_for_export(PanelState& state);

/// Asks for a picture of the view at hand on the clipboard (Ctrl-Shift-C), or for its numbers as text (Ctrl-C): of the grid under
/// the mouse, else of the view at the side.
void copy_view(PanelContext& context, bool picture);

/// Draws what stands inside the overlay's window; the answer is a command ExportTo.
void draw_export_dialog(PanelContext& context);

}  // namespace regard
