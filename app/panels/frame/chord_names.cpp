// SPDX-License-Identifier: Apache-2.0
// Chords as keyboards name them.
#include "app/panels/frame/commands.h"

#include <GLFW/glfw3.h>

namespace regard {
namespace {

const char* name_of_key(int key) {
  switch (key) {
    case GLFW_KEY_UP:
      return "↑";
    case GLFW_KEY_DOWN:
      return "↓";
    case GLFW_KEY_LEFT:
      return "←";
    case GLFW_KEY_RIGHT:
      return "→";
    case GLFW_KEY_TAB:
      return "Tab";
    case GLFW_KEY_ENTER:
    case GLFW_KEY_KP_ENTER:
      return "Enter";
    case GLFW_KEY_DELETE:
      return "Delete";
    case GLFW_KEY_ESCAPE:
      return "Escape";
    case GLFW_KEY_SPACE:
      return "Space";
    case GLFW_KEY_HOME:
      return "Home";
    case GLFW_KEY_END:
      return "End";
    case GLFW_KEY_PAGE_UP:
      return "PgUp";
    case GLFW_KEY_PAGE_DOWN:
      return "PgDn";
    case GLFW_KEY_EQUAL:
    case GLFW_KEY_KP_ADD:
      return "+";
    case GLFW_KEY_MINUS:
    case GLFW_KEY_KP_SUBTRACT:
      return "−";
    case GLFW_KEY_KP_0:
      return "0";
    default:
      return nullptr;
  }
}

}  // namespace

std::string text_of(const Chord& chord) {
  if (chord.key == 0) return {};
  std::string text = std::string(chord.ctrl ? "Ctrl-" : "") + (chord.alt ? "Alt-" : "") + (chord.shift ? "Shift-" : "");
  if (const char* name = name_of_key(chord.key)) return text + name;
  if (chord.key >= GLFW_KEY_F1 && chord.key <= GLFW_KEY_F25)
    return text + "F" + std::to_string(chord.key - GLFW_KEY_F1 + 1);
  return text + static_cast<char>(chord.key);  // GLFW names letters, digits and signs by their ASCII codes
}

}  // namespace regard
