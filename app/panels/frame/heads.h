// SPDX-License-Identifier: Apache-2.0
// All heads as thumbnails, the sliders that go through layers and heads, and what the selected head is for.
#pragma once

#include "app/panels/common/panel.h"

#include <string>

namespace regard {

void draw_heads(PanelContext& context);
/// Pixels the panel would like to have at this width.
[[nodiscard]] float heads_height(const PanelContext& context, float width);

/// "L2 · H5": how a head without a role is written, counted from 0 as everywhere in the program.
[[nodiscard]] std::string head_label(HeadRef head);
/// The role's name in the current language, or head_label().
[[nodiscard]] std::string head_name(const Snapshot& snapshot, HeadRef head);

}  // namespace regard
