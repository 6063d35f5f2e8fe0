// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/file_commands.h"

#include "app/panels/common/command.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/frame/path_dialog.h"
#include "app/session/reading.h"

#include <filesystem>
#include <string>

namespace regard {

void save_session(PanelContext& context, int /*argument*/) {
  const std::string& known = context.state.of<FilesState>().session_path;
  if (known.empty()) return ask_where_to_save(context);
  context.command(SaveSessionTo{known, true});
}

void ask_where_to_save(PanelContext& context, int /*argument*/) {
  const std::string& known = context.state.of<FilesState>().session_path;
  ask_for_path(context.state, PathDialog::Kind::save_session,
               known.empty() ? (context.state.of<FilesState>().folder / "regard-session.json").string() : known);
}

void ask_for_session(PanelContext& context, int /*argument*/) {
  ask_for_path(context.state, PathDialog::Kind::open_session, context.state.of<FilesState>().session_path);
}

/// Where the model on show lies, if it lies anywhere but among the built-in ones.
void ask_for_model(PanelContext& context, int /*argument*/) {
  const std::filesystem::path model(context.reading().model);
  ask_for_path(context.state, PathDialog::Kind::open_model, model.is_absolute() ? model.string() : std::string());
}

void start_anew(PanelContext& context, int /*argument*/) {
  context.command(NewSession{});
}

}  // namespace regard
