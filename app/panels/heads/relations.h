// SPDX-License-Identifier: Apache-2.0
// Which head finds the other end of which dependency relation, in two texts side by side: Russian and English, or a person's own
// text beside ours. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_relations(PanelContext& context);

}  // namespace regard
