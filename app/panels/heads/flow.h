// SPDX-License-Identifier: Apache-2.0
// The layers of the sentence as a graph: one token followed down to the input. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_flow(PanelContext& context);

}  // namespace regard
