// SPDX-License-Identifier: Apache-2.0
// The ten most probable tokens at the masked or last position, with bars.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_predictions(PanelContext& context);

}  // namespace regard
