// SPDX-License-Identifier: Apache-2.0
// The menu of models: built in, used lately, found in the Hugging Face cache or beside those used lately; each file once.
#pragma once

#include "app/panels/common/panel.h"

#include <string>

namespace regard {

/// Looks again at what can be opened.
void look_for_models(PanelContext& context);
void fill_model_menu(PanelContext& context);
[[nodiscard]] float model_menu_width(const PanelContext& context);

/// The entry of the model on show, if it is among those that were found.
[[nodiscard]] const ModelEntry* entry_on_show(const PanelContext& context);
/// What its folder says about a model; may be empty.
[[nodiscard]] const std::string& about_of(const ModelEntry& entry);

}  // namespace regard
