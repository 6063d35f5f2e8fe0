// SPDX-License-Identifier: Apache-2.0
// All heads × measures as a table: what every head does, on what text, against what baseline. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_roles(PanelContext& context);

}  // namespace regard
