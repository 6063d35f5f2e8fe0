// SPDX-License-Identifier: Apache-2.0
// Sessions, models, what is written into files and onto the clipboard.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void fill_file_menu(PanelContext& context);
[[nodiscard]] float file_menu_width(const PanelContext& context);

}  // namespace regard
