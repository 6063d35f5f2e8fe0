// SPDX-License-Identifier: Apache-2.0
// The parts of the top bar: what stands on their buttons, how they are drawn, the menus behind them. UI thread only.
#pragma once

#include "app/panels/frame/bar_menu.h"

#include <string>

namespace regard {

/// Of every part at its sizes, with the language, the text size and the names of now.
[[nodiscard]] BarWidths bar_widths(const PanelContext& context);

/// Draws a part at the cursor, on the current line.
void draw_bar_part(PanelContext& context, BarPart part, BarSize size);

/// The menu of a part, or null: the mark and A | B | Δ have none, and the workspaces only where they are small.
[[nodiscard]] const BarMenu* menu_of(BarPart part);
/// The menu behind "⋯": what does not stand in the bar.
[[nodiscard]] const BarMenu& menu_of_the_rest();
/// Its button.
void draw_more(PanelContext& context);

}  // namespace regard
