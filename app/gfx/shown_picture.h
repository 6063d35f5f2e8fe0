// SPDX-License-Identifier: Apache-2.0
// What a window shows. ImGui wants three frames after each event, and most of them come out as the one before: those need not be
// drawn and swapped again, which is most of a frame's time where OpenGL is software. UI thread only.
#pragma once

#include <imgui.h>

#include <cstddef>
#include <vector>

namespace regard::gfx {

class ShownPicture {
public:
  /// Whether drawing `data` on a ground of that colour into width × height pixels would show something else than what the last
  /// call was about: every vertex, index and command is looked at, and whether a texture or an off-screen picture has changed
  /// since (objects.h). Callbacks are those of screen.h.
  [[nodiscard]] bool becomes(const ImDrawData& data, const ImVec4& ground, int width, int height);
  /// The next call answers yes: the window's pixels may be lost, or a texture was changed without objects.h.
  void forget() { shown_.clear(); }

private:
  std::vector<std::byte> shown_{}, next_{};
};

}  // namespace regard::gfx
