// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/shortcuts.h"

#include "app/panels/change/intervene_brush.h"
#include "app/panels/common/compare_parts.h"
#include "app/panels/common/difference_parts.h"
#include "app/panels/frame/export_dialog.h"
#include "app/panels/frame/go_to.h"
#include "app/panels/frame/overlays.h"
#include "app/panels/look/grid_map_panel.h"
#include "app/panels/registry.h"
#include "app/panels/write/generate.h"

#include <GLFW/glfw3.h>

#include <algorithm>

namespace regard {
namespace {

bool pressed(int key, bool repeat = false) {
  return ImGui::IsKeyPressed(key, repeat);
}

constexpr float kTextStep = 1.1F;

void step_head(PanelContext& context, int layers, int heads) {
  if (!context.snapshot.model) return;
  const ModelConfig& config = shown_config(context.snapshot, context.session);
  const auto moved = [](std::size_t from, int by, std::size_t count) {
    const auto last = static_cast<std::ptrdiff_t>(count) - 1;
    return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(from) + by, 0, last));
  };
  const HeadRef now = shown_head(context.snapshot, context.session);
  const HeadRef next{moved(now.layer, layers, config.layers), moved(now.head, heads, config.heads)};
  if (next != now) context.act(SelectHead{next});
}

/// Moves the query over what can be seen: special tokens that are hidden are passed over.
void step_query(PanelContext& context, int by) {
  const Axis& rows = context.views.all_rows ? *context.views.all_rows : context.views.grid.rows;
  const auto count = static_cast<std::ptrdiff_t>(rows.size());
  if (count == 0) return;
  const std::size_t unit = rows.unit_of(context.views.query);
  std::ptrdiff_t next = unit < rows.size() ? static_cast<std::ptrdiff_t>(unit) + by : 0;
  next = (next + count) % count;
  context.act(SelectQuery{rows.units[static_cast<std::size_t>(next)].tokens.front()});
}

/// The text whose tokens ask.
TextSide asking_text(const PanelContext& context) {
  if (!has_two_texts(context.snapshot)) return TextSide::encoder;
  return asking_side(context.session.attention);
}

void close_or_cancel(PanelContext& context) {
  PanelState& state = context.state;
  if (state.dialog.kind != PathDialog::Kind::closed)
    state.dialog.kind = PathDialog::Kind::closed;
  else if (state.overlay != Overlay::none)
    state.overlay = Overlay::none;
  else if (state.map.go_to.open)
    state.map.go_to.open = false;
  else if (put_tool_away(context))
    return;
  else if (!state.popup_open && (!ImGui::GetIO().WantTextInput || is_generating(context)) &&
           context.world.worker != WorkerState::idle)
    context.command(CancelRun{});
}

void toggle(Overlay& overlay, Overlay wanted) {
  overlay = overlay == wanted ? Overlay::none : wanted;
}

void function_keys(PanelContext& context) {
  const Preferences& preferences = context.preferences;
  if (pressed(GLFW_KEY_F1)) toggle(context.state.overlay, Overlay::help);
  if (pressed(GLFW_KEY_F2))
    context.command(SetLanguage{preferences.language == Language::ru ? Language::en : Language::ru});
  if (pressed(GLFW_KEY_F3))
    context.command(SetTheme{preferences.theme == ThemeChoice::dark ? ThemeChoice::light : ThemeChoice::dark});
  if (pressed(GLFW_KEY_F5)) toggle_shown(context, Shown::baseline);
  if (pressed(GLFW_KEY_F6)) toggle_shown(context, Shown::live);
  if (pressed(GLFW_KEY_F7)) toggle_shown(context, Shown::difference);
  if (pressed(GLFW_KEY_F11)) context.command(ToggleFullScreen{});
  if (pressed(GLFW_KEY_F12)) context.command(CapturePicture{});
  if (pressed(GLFW_KEY_ESCAPE)) close_or_cancel(context);
}

/// The numbers of the grid under the mouse, of the text that it shows; else of the view at the side.
void copy(PanelContext& context) {
  const GridKind kind = context.state.copy_from;
  if (ImGui::GetIO().WantTextInput) return;
  if (kind == GridKind::none) return copy_view(context, false);
  const PanelContext& shown = context.baseline != nullptr ? *context.baseline : context;
  const bool weights = kind == GridKind::weights;
  if (const DifferenceViews* difference = shown_difference(shown))
    return context.command(CopyText{grid_as_text(shown.views.grid, difference->grid, weights)});
  context.command(CopyText{grid_as_text(shown.views.grid, weights)});
}

void size_keys(PanelContext& context) {
  if (pressed(GLFW_KEY_EQUAL, true) || pressed(GLFW_KEY_KP_ADD, true)) context.command(ScaleText{kTextStep});
  if (pressed(GLFW_KEY_MINUS, true) || pressed(GLFW_KEY_KP_SUBTRACT, true))
    context.command(ScaleText{1.0F / kTextStep});
  if (pressed(GLFW_KEY_0) || pressed(GLFW_KEY_KP_0)) context.command(ScaleText{0.0F});
}

/// Ctrl-1 … Ctrl-9: the panels at the side.
void side_keys(PanelContext& context) {
  const std::vector<const Panel*>& list = side_panels();
  for (std::size_t index = 0; index < std::min(list.size(), most_side_keys); ++index) {
    if (!pressed(GLFW_KEY_1 + static_cast<int>(index))) continue;
    context.act(SelectSide{list[index]->id});
    context.state.lower = LowerView::side;
  }
}

void control_keys(PanelContext& context, bool shift) {
  if (pressed(GLFW_KEY_Z, true)) context.act(shift ? Action{Redo{}} : Action{Undo{}});
  if (pressed(GLFW_KEY_Y, true)) context.act(Redo{});
  if (pressed(GLFW_KEY_S)) ask_for_path(context.state, PathDialog::Kind::save_session, context.state.session_path);
  if (pressed(GLFW_KEY_O)) ask_for_path(context.state, PathDialog::Kind::open_session, context.state.session_path);
  if (pressed(GLFW_KEY_E)) ask_for_export(context.state);
  if (pressed(GLFW_KEY_L)) context.state.sentence.wants_focus = true;
  if (pressed(GLFW_KEY_G)) open_go_to(context);
  if (pressed(GLFW_KEY_P) && context.session.pins.size() < max_pins) context.act(PinText{});
  if (pressed(GLFW_KEY_C)) shift ? copy_view(context, true) : copy(context);
  if (pressed(GLFW_KEY_ENTER) || pressed(GLFW_KEY_KP_ENTER)) toggle_generating(context);
  side_keys(context);
}

/// Alt with arrows: the map of a long text.
void pan_keys(PanelContext& context) {
  if (pressed(GLFW_KEY_UP, true)) pan_map(context, 0, -1);
  if (pressed(GLFW_KEY_DOWN, true)) pan_map(context, 0, 1);
  if (pressed(GLFW_KEY_LEFT, true)) pan_map(context, -1, 0);
  if (pressed(GLFW_KEY_RIGHT, true)) pan_map(context, 1, 0);
}

void plain_keys(PanelContext& context, bool shift) {
  if (pressed(GLFW_KEY_UP, true)) step_head(context, -1, 0);
  if (pressed(GLFW_KEY_DOWN, true)) step_head(context, 1, 0);
  if (pressed(GLFW_KEY_LEFT, true)) step_head(context, 0, -1);
  if (pressed(GLFW_KEY_RIGHT, true)) step_head(context, 0, 1);
  if (pressed(GLFW_KEY_TAB, true)) step_query(context, shift ? -1 : 1);
  if (pressed(GLFW_KEY_PERIOD, true)) step_query(context, 1);
  if (pressed(GLFW_KEY_COMMA, true)) step_query(context, -1);
  if (pressed(GLFW_KEY_DELETE, true) &&
      can_replace(context.views.query, asking_encoding(context.snapshot, context.session)))
    context.act(ReplaceToken{context.views.query, "", asking_text(context)});
  tool_keys(context);
}

}  // namespace

void handle_keys(PanelContext& context) {
  const ImGuiIO& io = ImGui::GetIO();
  function_keys(context);
  const bool covered = context.state.overlay != Overlay::none ||
                       context.state.dialog.kind != PathDialog::Kind::closed || context.state.popup_open ||
                       context.state.strip.editing != kNone || context.state.decoder_strip.editing != kNone;
  if (io.KeyCtrl) {
    size_keys(context);
    if (!covered) control_keys(context, io.KeyShift);
    return;
  }
  if (!covered && !io.WantTextInput && io.KeyAlt && !io.KeySuper) pan_keys(context);
  if (!covered && !io.WantTextInput && !io.KeyAlt && !io.KeySuper) plain_keys(context, io.KeyShift);
}

}  // namespace regard
