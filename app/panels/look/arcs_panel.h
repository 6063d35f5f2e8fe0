// SPDX-License-Identifier: Apache-2.0
// The sentence with arrows from the token that asks to the tokens it looks at, for one head or several.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_arcs(PanelContext& context);

}  // namespace regard
