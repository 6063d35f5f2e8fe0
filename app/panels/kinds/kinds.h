// SPDX-License-Identifier: Apache-2.0
// The head on show through several kinds of attention, side by side, and what they cost as the text grows.
#pragma once

namespace regard {

struct PanelContext;

void draw_kinds(PanelContext& context);
void draw_kind_costs(PanelContext& context);

}  // namespace regard
