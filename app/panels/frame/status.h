// SPDX-License-Identifier: Apache-2.0
// The line at the bottom: which model, how much text, how long the run took, what is running, the last error.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_status(PanelContext& context);

}  // namespace regard
