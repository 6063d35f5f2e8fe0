// SPDX-License-Identifier: Apache-2.0
// What a change does to the prediction, and what every head matters for it.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_effect(PanelContext& context);

}  // namespace regard
