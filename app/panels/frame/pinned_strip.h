// SPDX-License-Identifier: Apache-2.0
// Under the live text's row of chips: the pin it is compared with, as a second, quieter row that moves along with the first, and
// lines from token to partner (solid: equal tokens; dashed: partners by their place; accent: a person's own). A person pairs two
// tokens by dragging from one to the other; a right click, or the button at the end, forgets all such pairs. Long texts only
// get a sentence. Probes "pinned.token.<index>", "pinned.summary", "pinned.reset".
#pragma once

#include "app/panels/common/panel.h"
#include "app/widgets/token_strip.h"

#include <imgui.h>

namespace regard {

/// The live text's chips as they were drawn, in one row.
struct LiveChips {
  TextSide side = TextSide::encoder;
  TokenStripState& chips;
  ImVec2 origin{};  ///< of the strip, on screen
};

/// Is the live text compared with a pin, token by token? Then its chips stand in one row.
[[nodiscard]] bool shows_pinned_strip(const PanelContext& context, TextSide side);

/// `size`: of the area for both rows; the pin's stands at its lower edge.
void draw_pinned_strip(PanelContext& context, const LiveChips& live, ImVec2 size);

}  // namespace regard
