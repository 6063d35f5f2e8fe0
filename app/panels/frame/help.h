// SPDX-License-Identifier: Apache-2.0
// The help: every key of the table of commands, and what the mouse does; found by words. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

/// Inside the overlay's window.
void draw_help(PanelContext& context);

}  // namespace regard
