// SPDX-License-Identifier: Apache-2.0
// A picture on the clipboard. GLFW puts only text there, so this owns the X11 selection CLIPBOARD itself: a window of its own on
// a connection of its own, and a thread that answers whoever asks for image/png (in pieces where it is larger than one request
// may be: INCR). The picture stays as long as the object lives and nobody else copies something. Under Wayland and on other
// systems there is no such thing: available() says so.
#pragma once

#include <memory>
#include <string>

namespace regard::shell {

class PictureClipboard {
public:
  /// Does this display have one? Asks the environment once; UI thread.
  [[nodiscard]] static bool available();

  PictureClipboard();
  ~PictureClipboard();
  PictureClipboard(const PictureClipboard&) = delete;
  PictureClipboard& operator=(const PictureClipboard&) = delete;

  /// Takes the clipboard with the bytes of a PNG file. False where the display cannot be reached.
  [[nodiscard]] bool offer(std::string png);

private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace regard::shell
