// SPDX-License-Identifier: Apache-2.0
#include "app/shell/key_queue.h"

#include <GLFW/glfw3.h>

#include <algorithm>

namespace regard::shell {
namespace {

bool is_modifier(int key) {
  return key >= GLFW_KEY_LEFT_SHIFT && key <= GLFW_KEY_RIGHT_SUPER;
}

bool is_command(const KeyEvent& event) {
  if (event.kind != KeyEvent::Kind::press || is_modifier(event.key)) return false;
  const bool prints = event.key >= GLFW_KEY_SPACE && event.key < GLFW_KEY_ESCAPE;
  return !prints || (event.mods & (GLFW_MOD_CONTROL | GLFW_MOD_ALT | GLFW_MOD_SUPER)) != 0;
}

}  // namespace

bool LoneAlt::take(const KeyEvent& event) {
  if (event.kind == KeyEvent::Kind::character) return false;
  const bool alt = event.key == GLFW_KEY_LEFT_ALT;
  const bool was_alone = alone_;
  alone_ = alt && event.kind == KeyEvent::Kind::press;
  return alt && event.kind == KeyEvent::Kind::release && was_alone;
}

std::vector<KeyEvent> KeyQueue::take_frame() {
  std::vector<KeyEvent> frame;
  bool letters = false;
  bool command = false;
  const auto changed = [&](int key) {
    return std::any_of(frame.begin(), frame.end(), [key](const KeyEvent& event) {
      return event.kind != KeyEvent::Kind::character && event.key == key;
    });
  };
  for (; !waiting_.empty(); waiting_.pop_front()) {
    const KeyEvent& next = waiting_.front();
    if (next.kind == KeyEvent::Kind::character) {
      if (command) break;
      letters = true;
    } else {
      if (changed(next.key) || (command && is_modifier(next.key))) break;
      if (is_command(next)) {
        if (command || letters) break;
        command = true;
      }
    }
    frame.push_back(next);
  }
  return frame;
}

}  // namespace regard::shell
