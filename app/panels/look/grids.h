// SPDX-License-Identifier: Apache-2.0
// The two linked grids of the selected head: scores before the mask, weights after the softmax.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_grids(PanelContext& context);

}  // namespace regard
