// SPDX-License-Identifier: Apache-2.0
// "Heads like this": the heads of all models at hand that look like one of them, like a painted pattern, or that do most of something.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_head_search(PanelContext& context);

}  // namespace regard
