// SPDX-License-Identifier: Apache-2.0
// Menus of the top bar: one is open at a time, and a click on another one's button opens that. UI thread only.
#pragma once

#include "app/panels/common/panel.h"
#include "app/panels/frame/bar_fit.h"

#include <imgui.h>
#include <span>
#include <string>
#include <string_view>

namespace regard {

/// Kept by the shell between frames.
struct TopBarState {
  std::string wanted{};      ///< the menu that opens in the next frame
  bool by_mouse = false;     ///< it was clicked
  bool shows_focus = false;  ///< it was opened by a key, and its first line has yet to show that it has the focus
  std::string open{};        ///< the one that was open in the last frame
  std::string closing{};     ///< it was open when the mouse went down on its button
  BarSizes sizes{};          ///< of the parts in this frame
};
[[nodiscard]] TopBarState& top_bar_state(const PanelContext& context);

struct BarMenu {
  const char* id;                          ///< "file"; its button is probed as "top.file"
  void (*fill)(PanelContext&);             ///< draws its lines
  float (*width)(const PanelContext&);     ///< pixels, at most
  void (*opens)(PanelContext&) = nullptr;  ///< what must be looked up first; may be null
};

/// Its button at the cursor.
void menu_button(PanelContext& context, const BarMenu& menu, std::string_view label);
[[nodiscard]] float menu_button_width(std::string_view label);

/// Draws the menu if it is open, below its button (or the one behind which it is). True while it is open.
bool draw_bar_menu(PanelContext& context, const BarMenu& menu, ImVec2 button_min, ImVec2 button_max);

/// The command of that id as a line: its name, its key, grey where it cannot be done. Runs it.
void command_line(PanelContext& context, std::string_view id, bool selected = false);
/// Pixels of the widest of some such lines.
[[nodiscard]] float command_lines_width(std::span<const std::string_view> ids);

}  // namespace regard
