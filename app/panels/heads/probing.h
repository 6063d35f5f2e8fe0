// SPDX-License-Identifier: Apache-2.0
// What a linear probe reads off the model's states: over depth, or head by head. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_probing(PanelContext& context);

}  // namespace regard
