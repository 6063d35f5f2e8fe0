// SPDX-License-Identifier: Apache-2.0
// Everything by keyboard: open menus and what keys do to them, and walking from item to item and from panel to panel with a
// ring around what has the focus. ImGui's navigation does the steps; here it is switched on and off. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

#include <imgui.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct KeyboardState {
  bool walking = false;               ///< keys go from item to item: those of the pictures are quiet
  std::vector<std::string> panels{};  ///< in the order they were drawn in the last frame
  std::vector<std::string> drawn{};   ///< likewise, of this frame so far
  std::string at{};                   ///< the panel that has the focus
  std::string wanted{};               ///< gets it when it is drawn
  int menus = 0;                      ///< open in the last frame
};
[[nodiscard]] KeyboardState& keyboard(PanelState& state);
[[nodiscard]] bool is_walking(const PanelState& state);

/// Once a frame, before any window: which keys ImGui gets, and Enter presses what has the focus.
void begin_keyboard(PanelState& state);
/// Behind the keys of the commands.
void end_keyboard(PanelState& state);
/// What has the focus, in window pixels, where it is to be seen.
struct FocusBox {
  ImVec2 min{}, max{};
};
[[nodiscard]] std::optional<FocusBox> focus_box();
/// Once a frame, behind all windows: the ring around it.
void draw_focus();

/// Was a menu open when this frame's keys were pressed?
[[nodiscard]] bool menu_is_open(const PanelState& state);
void close_menus();
void close_topmost_menu(PanelState& state);
/// Keys by which one moves in a menu.
[[nodiscard]] bool moves_in_menus(int key);

/// Inside a panel's window, before its items: takes the focus that was asked for.
void enter_panel(PanelState& state, std::string_view id);

// Commands.
/// Keys go from item to item in that panel.
void walk_to_panel(PanelState& state, std::string_view panel);
void walk_to_menu(PanelContext& context, int);  ///< into the top bar; out of it where one walks there already
void walk_to_next_panel(PanelContext& context, int by);

}  // namespace regard
