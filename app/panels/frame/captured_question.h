// SPDX-License-Identifier: Apache-2.0
// What a captured run is asked about, over the window: two readings of its first cells to choose from, the checkpoint of its hidden
// states, or their layers. Probes "captured.0" and "captured.1" (the readings), "captured.field", "captured.open", "captured.model.0" ….
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

/// Draws what stands inside the overlay's window; the answer is a command OpenCaptured.
void draw_captured_question(PanelContext& context);

}  // namespace regard
