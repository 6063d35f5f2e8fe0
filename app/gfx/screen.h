// SPDX-License-Identifier: Apache-2.0
// Large areas on the screen without ImGui's shader: a scissored clear and a framebuffer blit cost next to nothing even in
// software OpenGL, where a full-window textured quad takes longer than all the rest of a frame. They keep their place in the
// draw list's order and honour its clip rectangle. Opaque only. UI thread; the drawing happens when the frame is rendered.
#pragma once

#include "app/gfx/objects.h"

#include <imgui.h>

#include <span>

namespace regard::gfx {

/// A rectangle of one colour (its alpha is ignored). Corners are rounded by `rounding` pixels.
void fill(ImDrawList& list, ImVec2 min, ImVec2 max, ImU32 colour, float rounding = 0.0F);

struct Box {
  ImVec2 min{}, max{};
};
/// A rectangle of one colour but for holes with rounded corners, which must not overlap. Where most of a window has one
/// colour, filling all of it with that (the fastest clear there is) and then this around it costs a third of filling boxes.
void fill_around(ImDrawList& list, const Box& whole, std::span<const Box> holes, ImU32 colour, float rounding);

/// Where a framebuffer's picture goes. Must live until the frame has been rendered.
struct Copy {
  unsigned framebuffer = 0;
  int width = 0, height = 0;  ///< of the picture, pixels
  ImVec2 min{}, max{};        ///< on the screen
};
void copy(ImDrawList& list, const Copy& what);
/// What a command of copy() copies; nullptr of any other command.
[[nodiscard]] const Copy* copied_by(const ImDrawCmd& command);

}  // namespace regard::gfx
