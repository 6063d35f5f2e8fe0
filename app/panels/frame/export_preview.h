// SPDX-License-Identifier: Apache-2.0
// How the file will look, inside the export dialog: the picture itself, smaller, or the first lines of its text.
#pragma once

#include "app/panels/common/panel.h"

#include <imgui.h>

namespace regard {

/// Fills the rectangle; tells the shell through its ExportDialog how much room there is. Probes "export.preview".
void draw_export_preview(PanelContext& context, ImVec2 size);

}  // namespace regard
