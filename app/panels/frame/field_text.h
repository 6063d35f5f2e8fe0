// SPDX-License-Identifier: Apache-2.0
// Puts another text into a field that is being edited: then ImGui edits a copy of its own. UI thread only.
#pragma once

#include <string_view>

struct ImGuiInputTextCallbackData;

namespace regard {

/// From a callback of the field.
void replace_text(ImGuiInputTextCallbackData& data, std::string_view text);

}  // namespace regard
