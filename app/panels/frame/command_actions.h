// SPDX-License-Identifier: Apache-2.0
// What the entries of the table do (commands.cpp). Each takes the entry's argument. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

// Heads, words, texts.
void step_layer(PanelContext& context, int by);
void step_head(PanelContext& context, int by);
/// Moves the query over what can be seen: special tokens that are hidden are passed over.
void step_query(PanelContext& context, int by);
void delete_query(PanelContext& context, int);
/// The query's token is edited in its place.
void edit_query(PanelContext& context, int);
[[nodiscard]] bool can_edit_query(const PanelContext& context);
void focus_sentence(PanelContext& context, int);
void pin_text(PanelContext& context, int);
[[nodiscard]] bool can_pin(const PanelContext& context);
void undo(PanelContext& context, int);
void redo(PanelContext& context, int);
[[nodiscard]] bool can_undo(const PanelContext& context);
[[nodiscard]] bool can_redo(const PanelContext& context);

// Views. `number` counts from 0.
void show_workspace(PanelContext& context, int number);
void next_workspace(PanelContext& context, int by);
void show_panel(PanelContext& context, int number);
void fill_window(PanelContext& context, int);

/// Closes what is topmost: dialog, overlay, field; brings a filled window back; puts a brush away; stops a run.
void close_topmost(PanelContext& context, int);

// What one looks at, on the clipboard.
void copy_numbers(PanelContext& context, int);
void copy_picture(PanelContext& context, int);

}  // namespace regard
