// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/picture.h"

#include "app/gfx/gl.h"

#include <array>
#include <functional>
#include <map>
#include <span>
#include <string>

namespace regard::gfx {
namespace {

Texture2D colour_texture(const ColourMap& map) {
  std::array<std::uint8_t, 4 * kColourMapSize> rgba{};
  for (std::size_t i = 0; i < kColourMapSize; ++i) {
    rgba[4 * i] = map.table[i].r;
    rgba[4 * i + 1] = map.table[i].g;
    rgba[4 * i + 2] = map.table[i].b;
    rgba[4 * i + 3] = 255;
  }
  Texture2D texture(kColourMapSize, 1, TextureFormat::rgba8);
  texture.upload(0, 0, kColourMapSize, 1, std::span<const std::uint8_t>(rgba));
  return texture;
}

/// Pictures of a kind share a program: a driver that compiles it for the processor keeps half a megabyte for each.
std::shared_ptr<ShaderProgram> program_of(std::string_view fragment_file) {
  static std::map<std::string, std::weak_ptr<ShaderProgram>, std::less<>> programs;
  std::weak_ptr<ShaderProgram>& known = programs[std::string(fragment_file)];
  std::shared_ptr<ShaderProgram> program = known.lock();
  if (!program) {
    program = std::make_shared<ShaderProgram>("rectangle.vert", fragment_file);
    known = program;
  }
  return program;
}

}  // namespace

Picture::Picture(std::string_view fragment_file)
    : program_(program_of(fragment_file)), rectangle_(VertexArray::create()) {}

void Picture::begin(int width, int height, const ColourMap& map) {
  glGetIntegerv(GL_VIEWPORT, viewport_);
  if (!target_ || target_.color().width() != width || target_.color().height() != height)
    target_ = Framebuffer(width, height, TextureFilter::nearest);
  if (map_ != &map) colours_ = colour_texture(map);
  map_ = &map;
  target_.bind();
  glDisable(GL_BLEND);
  glDisable(GL_SCISSOR_TEST);
  program_->use();
  colours_.bind(1);
  program_->set("colours", 1);
  const float right = static_cast<float>(width), bottom = static_cast<float>(height);
  program_->set("u_rectangle", 0.0F, 0.0F, right, bottom);
  program_->set("u_viewport", right, bottom);
  program_->set("picture", right, bottom);
}

void Picture::finish() {
  rectangle_.draw_rectangle();
  Framebuffer::unbind();
  glActiveTexture(GL_TEXTURE0);
  glViewport(viewport_[0], viewport_[1], viewport_[2], viewport_[3]);
}

void Picture::paint(ImDrawList& list, ImVec2 min, ImVec2 max) {
  copy_ = {target_.id(), target_.color().width(), target_.color().height(), min, max};
  copy(list, copy_);
}

}  // namespace regard::gfx
