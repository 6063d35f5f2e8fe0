// SPDX-License-Identifier: Apache-2.0
// A person's own rules about what heads look at, graded over a text like any measure. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_detectors(PanelContext& context);

}  // namespace regard
