// SPDX-License-Identifier: Apache-2.0
// The question for a path over the window: folders, places, a list, a field. Where the desktop has a dialog of its own, that is
// asked instead and this one waits for its answer.
#pragma once

#include "app/panels/common/dialog_state.h"
#include "app/panels/common/panel.h"

#include <filesystem>
#include <optional>
#include <string>

namespace regard {

/// Opens the question. `proposal`: a path, its folder is shown and its name stands in the field; empty: where the last one ended.
void ask_for_path(PanelState& state, PathDialog::Kind kind, std::string proposal = {});

/// Draws what stands inside the overlay's window; the answer is a command, or the path of the export dialog.
void draw_path_dialog(PanelContext& context);

/// Shows another folder; what stands in the field stays where something is to be saved.
void show_folder(PathDialog& dialog, const std::filesystem::path& folder);

/// What a path means as the answer to this question; for an export it goes into the state, and there is no command.
[[nodiscard]] std::optional<Command> answered(PanelState& state, const std::filesystem::path& path, bool overwrite);

/// Does a handout go there?
[[nodiscard]] constexpr bool is_printing(PathDialog::Kind kind) {
  return kind == PathDialog::Kind::print_lesson || kind == PathDialog::Kind::print_lessons;
}
/// Is something written there?
[[nodiscard]] constexpr bool is_saving(PathDialog::Kind kind) {
  return kind == PathDialog::Kind::save_session || kind == PathDialog::Kind::export_to || is_printing(kind);
}
/// Locale key of what the question is called.
[[nodiscard]] const char* title_of(PathDialog::Kind kind);
[[nodiscard]] FileFilter filter_of(PathDialog::Kind kind);

}  // namespace regard
