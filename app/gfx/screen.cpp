// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/screen.h"

#include "app/gfx/gl.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace regard::gfx {
namespace {

struct Pixels {
  int x = 0, y = 0, width = 0, height = 0;  // OpenGL's way: y grows upwards
};

/// From ImGui's coordinates to the framebuffer that is being drawn into.
Pixels to_pixels(ImVec2 min, ImVec2 max) {
  const ImDrawData& data = *ImGui::GetDrawData();
  const ImVec2 scale = data.FramebufferScale;
  const auto x = [&](float at) { return static_cast<int>(std::lround((at - data.DisplayPos.x) * scale.x)); };
  const auto y = [&](float at) {
    return static_cast<int>(std::lround((data.DisplaySize.y - (at - data.DisplayPos.y)) * scale.y));
  };
  return {x(min.x), y(max.y), x(max.x) - x(min.x), y(min.y) - y(max.y)};
}

/// False where nothing is visible.
bool set_scissor(const ImVec4& clip) {
  const Pixels visible = to_pixels({clip.x, clip.y}, {clip.z, clip.w});
  if (visible.width <= 0 || visible.height <= 0) return false;
  glEnable(GL_SCISSOR_TEST);
  glScissor(visible.x, visible.y, visible.width, visible.height);
  return true;
}

void run_fill(const ImDrawList*, const ImDrawCmd* command) {
  if (!set_scissor(command->ClipRect)) return;
  const auto colour = static_cast<ImU32>(reinterpret_cast<std::uintptr_t>(command->UserCallbackData));
  const ImVec4 parts = ImGui::ColorConvertU32ToFloat4(colour);
  glClearColor(parts.x, parts.y, parts.z, 1.0F);
  glClear(GL_COLOR_BUFFER_BIT);
}

void run_copy(const ImDrawList*, const ImDrawCmd* command) {
  if (!set_scissor(command->ClipRect)) return;
  const Copy* what = copied_by(*command);
  const Pixels to = to_pixels(what->min, what->max);
  GLint before = 0;
  glGetIntegerv(GL_READ_FRAMEBUFFER_BINDING, &before);
  glBindFramebuffer(GL_READ_FRAMEBUFFER, what->framebuffer);
  glBlitFramebuffer(0, 0, what->width, what->height, to.x, to.y, to.x + to.width, to.y + to.height, GL_COLOR_BUFFER_BIT,
                    GL_NEAREST);
  glBindFramebuffer(GL_READ_FRAMEBUFFER, static_cast<GLuint>(before));
}

void fill_box(ImDrawList& list, ImVec2 min, ImVec2 max, ImU32 colour) {
  list.PushClipRect(min, max, true);
  list.AddCallback(run_fill, reinterpret_cast<void*>(static_cast<std::uintptr_t>(colour)));
  list.PopClipRect();
}

Box whole_pixels(const Box& box) {
  return {{std::floor(box.min.x), std::floor(box.min.y)}, {std::floor(box.max.x), std::floor(box.max.y)}};
}

/// What is left of `piece` without `hole`: up to four boxes.
void cut(const Box& piece, const Box& hole, std::vector<Box>& rest) {
  const Box both{{std::max(piece.min.x, hole.min.x), std::max(piece.min.y, hole.min.y)},
                 {std::min(piece.max.x, hole.max.x), std::min(piece.max.y, hole.max.y)}};
  if (both.min.x >= both.max.x || both.min.y >= both.max.y) return rest.push_back(piece);
  const auto keep = [&](const Box& box) {
    if (box.min.x < box.max.x && box.min.y < box.max.y) rest.push_back(box);
  };
  keep({piece.min, {piece.max.x, both.min.y}});
  keep({{piece.min.x, both.max.y}, piece.max});
  keep({{piece.min.x, both.min.y}, {both.min.x, both.max.y}});
  keep({{both.max.x, both.min.y}, {piece.max.x, both.max.y}});
}

/// The four pieces between a box's corners and the arcs that round them.
void fill_corners(ImDrawList& list, const Box& box, ImU32 colour, float round) {
  const auto corner = [&](ImVec2 tip, float inward_x, float inward_y, int quarter) {
    list.PathLineTo(tip);
    list.PathArcToFast({tip.x + inward_x * round, tip.y + inward_y * round}, round, 3 * quarter, 3 * quarter + 3);
    list.PathFillConvex(colour | IM_COL32_A_MASK);
  };
  corner(box.max, -1.0F, -1.0F, 0);
  corner({box.min.x, box.max.y}, 1.0F, -1.0F, 1);
  corner(box.min, 1.0F, 1.0F, 2);
  corner({box.max.x, box.min.y}, -1.0F, 1.0F, 3);
}

}  // namespace

void fill(ImDrawList& list, ImVec2 min, ImVec2 max, ImU32 colour, float rounding) {
  const ImVec2 low(std::floor(min.x), std::floor(min.y)), high(std::floor(max.x), std::floor(max.y));
  const float round = std::min({std::ceil(rounding), 0.5F * (high.x - low.x), 0.5F * (high.y - low.y)});
  if (high.x <= low.x || high.y <= low.y) return;
  if (round < 1.0F) return fill_box(list, low, high, colour);
  fill_box(list, {low.x, low.y + round}, {high.x, high.y - round}, colour);
  fill_box(list, {low.x + round, low.y}, {high.x - round, low.y + round}, colour);
  fill_box(list, {low.x + round, high.y - round}, {high.x - round, high.y}, colour);
  const auto corner = [&](float x, float y, int quarter) {
    list.PathLineTo({x, y});
    list.PathArcToFast({x, y}, round, 3 * quarter, 3 * quarter + 3);
    list.PathFillConvex(colour | IM_COL32_A_MASK);
  };
  corner(high.x - round, high.y - round, 0);
  corner(low.x + round, high.y - round, 1);
  corner(low.x + round, low.y + round, 2);
  corner(high.x - round, low.y + round, 3);
}

void fill_around(ImDrawList& list, const Box& whole, std::span<const Box> holes, ImU32 colour, float rounding) {
  std::vector<Box> pieces{whole_pixels(whole)};
  for (const Box& hole : holes) {
    std::vector<Box> rest;
    for (const Box& piece : pieces)
      cut(piece, whole_pixels(hole), rest);
    pieces = std::move(rest);
  }
  for (const Box& piece : pieces)
    fill_box(list, piece.min, piece.max, colour);
  if (rounding < 1.0F) return;
  for (const Box& hole : holes)
    fill_corners(list, whole_pixels(hole), colour, rounding);
}

void copy(ImDrawList& list, const Copy& what) {
  list.PushClipRect(what.min, what.max, true);
  list.AddCallback(run_copy, const_cast<Copy*>(&what));
  list.PopClipRect();
}

const Copy* copied_by(const ImDrawCmd& command) {
  return command.UserCallback == run_copy ? static_cast<const Copy*>(command.UserCallbackData) : nullptr;
}

}  // namespace regard::gfx
