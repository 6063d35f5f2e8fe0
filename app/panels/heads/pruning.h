// SPDX-License-Identifier: Apache-2.0
// What matters: the loss of predictions without each head, without a team of heads or with nothing but it, without more and more heads.
// UI thread only.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_pruning(PanelContext& context);

}  // namespace regard
