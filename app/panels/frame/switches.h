// SPDX-License-Identifier: Apache-2.0
// How the run and the pictures are looked at: special tokens, words or pieces, mask, temperature, colours.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_switches(PanelContext& context);
/// Lines the switches take at this width: 1 or 2.
[[nodiscard]] float switches_height(const PanelContext& context, float width);

}  // namespace regard
