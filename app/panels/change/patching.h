// SPDX-License-Identifier: Apache-2.0
// Activation patching: which state of the pinned text, carried over into the live one, brings its answer back.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_patching(PanelContext& context);

}  // namespace regard
