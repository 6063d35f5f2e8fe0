// SPDX-License-Identifier: Apache-2.0
// What happens from layer to layer: how far and how widely the heads look, how the residual stream moves and who moves it,
// what the model would predict if it stopped there. The numbers come from the background; older ones stay meanwhile.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_layers(PanelContext& context);

}  // namespace regard
