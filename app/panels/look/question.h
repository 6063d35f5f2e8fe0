// SPDX-License-Identifier: Apache-2.0
// One question: how the selected token's score of the selected key becomes a weight, with its own numbers, and what the
// weights then gather from the values.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_question(PanelContext& context);

}  // namespace regard
