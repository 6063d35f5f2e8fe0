// SPDX-License-Identifier: Apache-2.0
// The menu of models: built in, used lately, found in the Hugging Face cache, or a path of one's own.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

inline constexpr const char* kModelMenu = "models";
inline constexpr const char* kExamplesMenu = "examples";

/// Draws the popup while it is open; anchored below `corner`.
void draw_model_menu(PanelContext& context, ImVec2 corner);
void draw_examples_menu(PanelContext& context, ImVec2 corner);

/// A line of a menu: text and a muted second line (may be empty), as wide as the menu. Probes `id`. True when chosen.
bool menu_line(std::string_view id, std::string_view text, std::string_view second, bool selected, bool enabled = true);

}  // namespace regard
