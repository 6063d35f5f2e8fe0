// SPDX-License-Identifier: Apache-2.0
// Language, theme, text size, colours, the window; and the way to log and help.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void fill_settings_menu(PanelContext& context);
[[nodiscard]] float settings_menu_width(const PanelContext& context);

/// All splitters as they were at first.
void reset_layout(PanelContext& context, int = 0);

}  // namespace regard
