// SPDX-License-Identifier: Apache-2.0
// Under the live text's chips: the pin it is compared with, as a second, quieter row of chips, and lines from token to partner
// (solid: equal tokens; dashed: partners by their place; accent: a person's own). A person pairs two tokens by dragging from one
// to the other; a right click, or the button at the end, forgets all such pairs. Where both texts have no line of their own, the
// rows wrap and there are no lines; long texts only get a sentence; low windows nothing. Probes "pinned.token.<index>",
// "pinned.summary", "pinned.reset".
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

/// The live text's chips as they were drawn.
struct LiveChips {
  TextSide side = TextSide::encoder;
  const ChipFlow& flow;
  ImVec2 origin{};      ///< of the strip, on screen
  float height = 0.0F;  ///< of the strip
};

/// Pixels it takes, with the space above it; 0 = nothing is drawn. `live_height`: of the live text's strip.
[[nodiscard]] float pinned_strip_height(const PanelContext& context, TextSide side, float width, float live_height);

void draw_pinned_strip(PanelContext& context, const LiveChips& live, float width);

}  // namespace regard
