// SPDX-License-Identifier: Apache-2.0
// The line of a dialog into which a path or a name is written.
#pragma once

#include "app/panels/common/dialog_state.h"

#include <string_view>

namespace regard {

struct PathFieldResult {
  bool entered = false;  ///< Enter was pressed in it
  bool edited = false;   ///< by a person
};

/// As wide as ImGui's next item. Takes the keyboard with all its text selected when the state asks for it. Probes `id`.
PathFieldResult path_field(const char* id, PathFieldState& state, std::string_view placeholder = {});

/// Shows another text, selected as a whole.
void set_path(PathFieldState& state, std::string_view text);
/// The text as a path has it (app/style/bmp_text.h).
[[nodiscard]] std::string path_in(const PathFieldState& state);

}  // namespace regard
