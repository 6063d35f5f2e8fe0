// SPDX-License-Identifier: Apache-2.0
// Who writes the prediction: the logit of a token as a sum of what every head and every block wrote. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_attribution(PanelContext& context);

}  // namespace regard
