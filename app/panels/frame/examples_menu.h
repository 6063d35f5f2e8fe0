// SPDX-License-Identifier: Apache-2.0
// The menu of example sentences, by language and by the model they are meant for.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void fill_examples_menu(PanelContext& context);
[[nodiscard]] float examples_menu_width(const PanelContext& context);

}  // namespace regard
