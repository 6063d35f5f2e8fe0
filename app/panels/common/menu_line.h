// SPDX-License-Identifier: Apache-2.0
// What menus are made of: lines to choose, names of sections, names beside controls. UI thread only.
#pragma once

#include <string_view>

namespace regard {

/// A line of a menu, as wide as the menu.
struct MenuLine {
  std::string_view id{};  ///< its probe
  std::string_view text{};
  std::string_view second{};  ///< a muted second line; may be empty
  std::string_view right{};   ///< muted, at the right end: a key, a size
  bool selected = false;
  bool enabled = true;
};
/// True when it was chosen.
bool menu_line(const MenuLine& line);
bool menu_line(std::string_view id, std::string_view text, std::string_view second, bool selected, bool enabled = true);

/// Names the lines that follow.
void menu_section(std::string_view text);
/// The name of a control that follows on the line, or below it where the menu is narrow.
void menu_row(std::string_view name);

}  // namespace regard
