// SPDX-License-Identifier: Apache-2.0
// The line at the top: model, workspaces, examples, how the model is looked at, A | B | Δ, files, settings. What does not fit
// is behind "⋯" at its right end (bar_fit.h says in which order). Its menus open at a click, by a key, or from behind "⋯".
#pragma once

#include "app/panels/common/panel.h"

#include <string>
#include <string_view>

namespace regard {

void draw_top_bar(PanelContext& context);

/// What a model is called in menus and in the status line: the folder's name, not its path;
/// "org/name" for a model of the Hugging Face cache.
[[nodiscard]] std::string display_name(std::string_view model);

}  // namespace regard
