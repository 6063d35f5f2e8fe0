// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/command_actions.h"

#include "app/panels/change/intervene_brush.h"
#include "app/panels/common/command.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/difference_parts.h"
#include "app/panels/common/grids_state.h"
#include "app/panels/common/text_states.h"
#include "app/panels/common/window_state.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/export_dialog.h"
#include "app/panels/frame/keyboard.h"
#include "app/panels/frame/overlays.h"
#include "app/panels/heads/evidence.h"
#include "app/panels/registry.h"
#include "app/panels/write/generate.h"
#include "app/session/action_kinds.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/session/selection.h"
#include "app/style/locale.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/difference_views.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/token_strip.h"

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace regard {
namespace {

std::size_t moved(std::size_t from, int by, std::size_t count) {
  const auto last = static_cast<std::ptrdiff_t>(count) - 1;
  return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(from) + by, 0, last));
}

void select_head(PanelContext& context, int layers, int heads) {
  if (!context.snapshot.model) return;
  const ModelConfig& config = shown_config(context.snapshot, context.session);
  const HeadRef now = shown_head(context.snapshot, context.session);
  std::size_t layer = moved(now.layer, layers, config.layers);
  while (config.heads(layer) == 0 && layer != moved(layer, layers, config.layers))
    layer = moved(layer, layers, config.layers);
  if (config.heads(layer) == 0) layer = now.layer;  // none beyond it has any
  const HeadRef next{layer, moved(std::min(now.head, config.heads(layer) - 1), heads, config.heads(layer))};
  if (next != now) context.act(SelectHead{next});
}

/// The text whose tokens ask.
TextSide asking_text(const PanelContext& context) {
  if (!has_two_texts(context.snapshot)) return TextSide::encoder;
  return asking_side(context.selection().attention);
}

}  // namespace

void step_layer(PanelContext& context, int by) {
  select_head(context, by, 0);
}

void step_head(PanelContext& context, int by) {
  select_head(context, 0, by);
}

void step_query(PanelContext& context, int by) {
  const Axis& rows = context.views.all_rows ? *context.views.all_rows : context.views.grid.rows;
  const auto count = static_cast<std::ptrdiff_t>(rows.size());
  if (count == 0) return;
  const std::size_t unit = rows.unit_of(context.views.query);
  std::ptrdiff_t next = unit < rows.size() ? static_cast<std::ptrdiff_t>(unit) + by : 0;
  next = (next + count) % count;
  context.act(SelectQuery{rows.units[static_cast<std::size_t>(next)].tokens.front()});
}

void delete_query(PanelContext& context, int) {
  if (is_captured(context.snapshot)) return;
  if (can_replace(context.views.query, asking_encoding(context.snapshot, context.session)))
    context.act(ReplaceToken{context.views.query, "", asking_text(context)});
}

bool can_edit_query(const PanelContext& context) {
  return !is_captured(context.snapshot) &&
         can_replace(context.views.query, asking_encoding(context.snapshot, context.session));
}

void edit_query(PanelContext& context, int) {
  const TextSide side = asking_text(context);
  const Snapshot& snapshot = context.snapshot;
  const std::string& text = text_of(context.session, side, has_two_texts(snapshot) ? &snapshot.encoding : nullptr);
  TokenStripState& chips =
      side == TextSide::decoder ? context.state.of<TextStates>().decoder_strip : context.state.of<TextStates>().strip;
  if (const auto place = place_of(context.views.query, encoding_of(snapshot, side), text))
    begin_editing(chips, *place, text);
}

void focus_sentence(PanelContext& context, int) {
  context.state.of<TextStates>().sentence.wants_focus = true;
}

bool can_pin(const PanelContext& context) {
  return context.kept().pins.size() < max_pins;
}

void pin_text(PanelContext& context, int) {
  context.act(PinText{});
}

void undo(PanelContext& context, int) {
  context.act(Undo{});
}

void redo(PanelContext& context, int) {
  context.act(Redo{});
}

bool can_undo(const PanelContext& context) {
  return context.world.can_undo;
}

bool can_redo(const PanelContext& context) {
  return context.world.can_redo;
}

void show_workspace(PanelContext& context, int number) {
  if (const auto index = static_cast<std::size_t>(number); index < workspaces().size())
    context.act(SelectWorkspace{workspaces()[index].id});
}

void next_workspace(PanelContext& context, int by) {
  const auto count = static_cast<std::ptrdiff_t>(workspaces().size());
  const std::ptrdiff_t now = &workspace_named(context.look().stage.workspace) - workspaces().data();
  show_workspace(context, static_cast<int>((now + by + count) % count));
}

void show_panel(PanelContext& context, int number) {
  const Workspace& workspace = workspace_named(context.look().stage.workspace);
  const std::vector<const Panel*> list = panels_of(workspace);
  if (const auto index = static_cast<std::size_t>(number); index < list.size())
    context.act(SelectPanel{workspace.id, list[index]->id});
}

void fill_window(PanelContext& context, int) {
  if (!context.look().stage.filling.empty()) return context.act(FillWindow{});
  context.act(FillWindow{panel_at_hand(context).id});
}

void close_topmost(PanelContext& context, int) {
  PanelState& state = context.state;
  const bool typing = ImGui::GetIO().WantTextInput && !is_generating(context);
  if (menu_is_open(state))
    close_topmost_menu(state);
  else if (state.of<PathDialog>().kind != PathDialog::Kind::closed)
    state.of<PathDialog>().kind = PathDialog::Kind::closed;
  else if (state.of<WindowState>().overlay != Overlay::none)
    state.of<WindowState>().overlay = Overlay::none;
  else if (state.of<GridsState>().map.go_to.open)
    state.of<GridsState>().map.go_to.open = false;
  else if (state.of<FilesState>().notice)
    state.of<FilesState>().notice.reset();
  else if (typing)
    return;  // the field itself takes its text back
  else if (is_walking(state))
    keyboard(state).walking = false;
  else if (!context.look().stage.filling.empty())
    context.act(FillWindow{});
  else if (put_tool_away(context) || put_evidence_away(context))
    return;
  else if (context.world.worker != WorkerState::idle)
    context.command(CancelRun{});
}

/// The numbers of the grid under the mouse, of the text that it shows; else of the view at hand.
void copy_numbers(PanelContext& context, int) {
  const GridKind kind = context.state.of<GridsState>().copy_from;
  if (ImGui::GetIO().WantTextInput) return;
  if (kind == GridKind::none) return copy_view(context, false);
  const PanelContext& shown = context.baseline != nullptr ? *context.baseline : context;
  const bool weights = kind == GridKind::weights;
  if (const DifferenceViews* difference = shown_difference(shown))
    return context.command(CopyText{grid_as_text(shown.views.grid, difference->grid, weights, tr("export.masked"))});
  context.command(CopyText{grid_as_text(shown.views.grid, weights, tr("export.masked"))});
}

void copy_picture(PanelContext& context, int) {
  copy_view(context, true);
}

}  // namespace regard
