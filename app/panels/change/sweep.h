// SPDX-License-Identifier: Apache-2.0
// What if another word stood here: a list of words tried one by one, and the search for words that make the head look where one wants.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_sweep(PanelContext& context);

}  // namespace regard
