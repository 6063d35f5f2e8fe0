// SPDX-License-Identifier: Apache-2.0
// All heads as thumbnails, the sliders that go through layers and heads, and what the selected head is for.
#pragma once

#include "app/panels/common/panel.h"

#include <string>

namespace regard {

void draw_heads(PanelContext& context);
/// Pixels the panel would like to have at this width.
[[nodiscard]] float heads_height(const PanelContext& context, float width);

/// "layer 2, head 5": how a head without a role is written, counted from 0 as everywhere in the program; in few letters head_place().
[[nodiscard]] std::string head_label(HeadRef head);
/// The role's name in the current language, or head_label().
[[nodiscard]] std::string head_name(const Snapshot& snapshot, HeadRef head);
/// "2.5 Subject → predicate": numbered_head() of the snapshot's model.
[[nodiscard]] std::string head_name_and_place(const Snapshot& snapshot, HeadRef head);

/// A click on a head: it is looked at; with Ctrl it is compared, or no longer.
void choose_head(const PanelContext& context, HeadRef head);

}  // namespace regard
