// SPDX-License-Identifier: Apache-2.0
// What stands over the panels, and what the mouse was over in the last frame.
#pragma once

#include <string>

namespace regard {

/// One at a time, over everything.
enum class Overlay { none, help, log, palette, exporting, model_card, glossary, captured };

struct WindowState {
  Overlay overlay = Overlay::none;
  bool popup_open = false;          ///< a menu was open in the last frame
  std::string panel_under_mouse{};  ///< its id, in the last frame; empty: none
};

}  // namespace regard
