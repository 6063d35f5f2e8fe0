// SPDX-License-Identifier: Apache-2.0
// The question which view to write into which file, over the window, with a preview of it: Ctrl-E.
#pragma once

#include "app/export/export.h"
#include "app/panels/common/panel.h"

namespace regard {

/// Opens it for the view at hand; the path proposes a file beside the session's.
void ask_for_export(PanelContext& context);

/// Asks for a picture of the view at hand on the clipboard (Ctrl-Shift-C), or for its numbers as text (Ctrl-C).
void copy_view(PanelContext& context, bool picture);

/// Draws what stands inside the overlay's window; the answer is a command ExportTo.
void draw_export_dialog(PanelContext& context);

/// What the dialog asks for, with what was chosen in the views themselves, as far as they show it of this run.
[[nodiscard]] ExportOptions chosen_options(const Snapshot& snapshot, const Session& session, const PanelState& state);

}  // namespace regard
