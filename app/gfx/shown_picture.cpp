// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/shown_picture.h"

#include "app/gfx/objects.h"
#include "app/gfx/screen.h"

#include <span>
#include <type_traits>

namespace regard::gfx {
namespace {

void append(std::vector<std::byte>& bytes, std::span<const std::byte> more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

template <typename Value>
void append(std::vector<std::byte>& bytes, const Value& value) {
  static_assert(std::has_unique_object_representations_v<Value> || std::is_floating_point_v<Value>);
  append(bytes, std::as_bytes(std::span(&value, 1)));
}

template <typename Element>
void append(std::vector<std::byte>& bytes, const ImVector<Element>& all) {
  append(bytes, all.Size);
  append(bytes, std::as_bytes(std::span(all.Data, static_cast<std::size_t>(all.Size))));
}

void append(std::vector<std::byte>& bytes, ImVec2 point) {
  append(bytes, point.x);
  append(bytes, point.y);
}

void append(std::vector<std::byte>& bytes, const ImVec4& four) {
  append(bytes, ImVec2(four.x, four.y));
  append(bytes, ImVec2(four.z, four.w));
}

void append(std::vector<std::byte>& bytes, const ImDrawCmd& command) {
  append(bytes, command.ClipRect);
  append(bytes, command.TextureId);
  append(bytes, command.VtxOffset);
  append(bytes, command.IdxOffset);
  append(bytes, command.ElemCount);
  append(bytes, command.UserCallback);
  append(bytes, command.UserCallbackData);
  if (const Copy* what = copied_by(command)) {
    append(bytes, what->framebuffer);
    append(bytes, what->width);
    append(bytes, what->height);
    append(bytes, what->min);
    append(bytes, what->max);
  }
}

}  // namespace

bool ShownPicture::becomes(const ImDrawData& data, const ImVec4& ground, int width, int height) {
  next_.clear();
  append(next_, contents_so_far());
  append(next_, ground);
  append(next_, width);
  append(next_, height);
  append(next_, data.DisplayPos);
  append(next_, data.DisplaySize);
  append(next_, data.FramebufferScale);
  for (const ImDrawList* list : std::span(data.CmdLists, static_cast<std::size_t>(data.CmdListsCount))) {
    append(next_, list->VtxBuffer);
    append(next_, list->IdxBuffer);
    append(next_, list->CmdBuffer.Size);
    for (const ImDrawCmd& command : list->CmdBuffer)
      append(next_, command);
  }
  if (next_ == shown_) return false;
  shown_.swap(next_);
  return true;
}

}  // namespace regard::gfx
