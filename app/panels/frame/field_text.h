// SPDX-License-Identifier: Apache-2.0
// Texts that change under a field of ImGui: while it is edited ImGui holds a copy of its own, and what Ctrl-Z takes back it keeps
// longer than the text it belongs to. UI thread only.
#pragma once

#include <string_view>

struct ImGuiInputTextCallbackData;

namespace regard {

/// Once a frame, before the fields. ImGui 1.86 keeps the edits of the field that was edited last, and on its next turn applies
/// them to whatever stands in it then, also beyond its end.
void forget_edits_of_left_field();

/// Another text in a field that is being edited, from a callback of it. Edits of the old one cannot be taken back any more.
void replace_text(ImGuiInputTextCallbackData& data, std::string_view text);

}  // namespace regard
