// SPDX-License-Identifier: Apache-2.0
// Dear ImGui 1.86 looks at the keyboard once a frame: a key pressed and released between two frames would be lost, and
// letters and editing keys would change places. This queue hands out only as much a frame as ImGui can tell apart. No GLFW
// or ImGui in it: key codes are GLFW's. UI thread only.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

namespace regard::shell {

struct KeyEvent {
  enum class Kind { press, release, character };
  Kind kind = Kind::press;
  int key = 0;  ///< GLFW key code; presses and releases
  int scancode = 0;
  int mods = 0;
  unsigned codepoint = 0;  ///< characters
  friend bool operator==(const KeyEvent&, const KeyEvent&) = default;
};

/// Alt pressed and let go with nothing else in between.
class LoneAlt {
public:
  /// True for the event that lets it go.
  [[nodiscard]] bool take(const KeyEvent& event);
  /// The mouse was used, or the window has lost the keyboard.
  void disturb() { alone_ = false; }

private:
  bool alone_ = false;
};

class KeyQueue {
public:
  void push(const KeyEvent& event) { waiting_.push_back(event); }
  [[nodiscard]] bool empty() const { return waiting_.empty(); }

  /// The events of the next frame, in order: no key changes twice, at most one command (an editing key, or a letter with
  /// Ctrl, Alt or Super), no letters typed before a command or after it, no modifier let go before its command was seen.
  [[nodiscard]] std::vector<KeyEvent> take_frame();

private:
  std::deque<KeyEvent> waiting_{};
};

}  // namespace regard::shell
