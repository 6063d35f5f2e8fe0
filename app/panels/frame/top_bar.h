// SPDX-License-Identifier: Apache-2.0
// The line at the top: the program's name, the menus of models and examples, language, theme, help.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_top_bar(PanelContext& context);

/// What a model is called in menus and in the status line: the folder's name, not its path;
/// "org/name" for a model of the Hugging Face cache.
[[nodiscard]] std::string display_name(std::string_view model);

}  // namespace regard
