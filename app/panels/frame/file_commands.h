// SPDX-License-Identifier: Apache-2.0
// What a person can ask of files: entries of the table of commands, so each takes an argument, which means nothing here.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

/// To the file the session was saved to or opened from; where there is none, asks.
void save_session(PanelContext& context, int = 0);
/// Always asks.
void ask_where_to_save(PanelContext& context, int = 0);
void ask_for_session(PanelContext& context, int = 0);
void ask_for_model(PanelContext& context, int = 0);
void start_anew(PanelContext& context, int = 0);

}  // namespace regard
