// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/objects.h"

#include "app/gfx/gl.h"
#include "core/base/error.h"

#include <GLFW/glfw3.h>

#include <algorithm>
#include <cassert>
#include <string>

namespace regard::gfx {

void delete_texture(unsigned id) {
  glDeleteTextures(1, &id);
}
void delete_vertex_array(unsigned id) {
  glDeleteVertexArrays(1, &id);
}
void delete_framebuffer(unsigned id) {
  glDeleteFramebuffers(1, &id);
}

namespace {

struct PixelLayout {
  GLint internal;
  GLenum format;
  GLenum type;
};

PixelLayout layout_of(TextureFormat format) {
  if (format == TextureFormat::r32f) return {GL_R32F, GL_RED, GL_FLOAT};
  return {GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE};
}

std::uint64_t contents = 0;  // UI thread

unsigned make_texture() {
  unsigned id = 0;
  glGenTextures(1, &id);
  return id;
}

void upload_part(unsigned id, TextureFormat format, int x, int y, int width, int height, const void* data) {
  ++contents;
  const PixelLayout layout = layout_of(format);
  glBindTexture(GL_TEXTURE_2D, id);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
  glTexSubImage2D(GL_TEXTURE_2D, 0, x, y, width, height, layout.format, layout.type, data);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
}

}  // namespace

Texture2D::Texture2D(int width, int height, TextureFormat format, TextureFilter filter)
    : handle_(make_texture()), width_(width), height_(height), format_(format) {
  assert(width >= 1 && height >= 1);
  ++contents;
  const PixelLayout layout = layout_of(format);
  // 32-bit floats need no filtering support in OpenGL ES 3.0: they are read texel by texel.
  const GLint gl_filter = filter == TextureFilter::linear && format != TextureFormat::r32f ? GL_LINEAR : GL_NEAREST;
  const std::vector<std::uint8_t> zeros(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
  glBindTexture(GL_TEXTURE_2D, handle_.id());
  glTexImage2D(GL_TEXTURE_2D, 0, layout.internal, width, height, 0, layout.format, layout.type, zeros.data());
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, gl_filter);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, gl_filter);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
}

void Texture2D::upload(int x, int y, int width, int height, std::span<const float> values) {
  assert(format_ == TextureFormat::r32f &&
         values.size() == static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  upload_part(handle_.id(), format_, x, y, width, height, values.data());
}

void Texture2D::upload(int x, int y, int width, int height, std::span<const std::uint8_t> rgba) {
  assert(format_ == TextureFormat::rgba8 &&
         rgba.size() == 4 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  upload_part(handle_.id(), format_, x, y, width, height, rgba.data());
}

void Texture2D::bind(int unit) const {
  glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(unit));
  glBindTexture(GL_TEXTURE_2D, handle_.id());
}

VertexArray VertexArray::create() {
  unsigned id = 0;
  glGenVertexArrays(1, &id);
  VertexArray array;
  array.handle_ = Handle<delete_vertex_array>(id);
  return array;
}

void VertexArray::draw_rectangle() const {
  glBindVertexArray(handle_.id());
  glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
  glBindVertexArray(0);
}

Framebuffer::Framebuffer(int width, int height, TextureFilter filter)
    : color_(width, height, TextureFormat::rgba8, filter) {
  unsigned id = 0;
  glGenFramebuffers(1, &id);
  handle_ = Handle<delete_framebuffer>(id);
  glBindFramebuffer(GL_FRAMEBUFFER, id);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, color_.id(), 0);
  const GLenum status = glCheckFramebufferStatus(GL_FRAMEBUFFER);
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  if (status != GL_FRAMEBUFFER_COMPLETE)
    throw Error("graphics", {.item = "framebuffer",
                             .expected = "",
                             .found = std::to_string(width) + "×" + std::to_string(height) + " was refused"});
}

void Framebuffer::bind() const {
  ++contents;
  glBindFramebuffer(GL_FRAMEBUFFER, handle_.id());
  glViewport(0, 0, color_.width(), color_.height());
}

void Framebuffer::unbind() {
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
}

std::vector<std::uint8_t> Framebuffer::read_pixels() const {
  GLint before = 0;
  glGetIntegerv(GL_READ_FRAMEBUFFER_BINDING, &before);
  glBindFramebuffer(GL_READ_FRAMEBUFFER, handle_.id());
  std::vector<std::uint8_t> pixels = gfx::read_pixels(0, 0, color_.width(), color_.height());
  glBindFramebuffer(GL_READ_FRAMEBUFFER, static_cast<GLuint>(before));
  return pixels;
}

std::vector<std::uint8_t> read_pixels(int x, int y, int width, int height) {
  const std::size_t row = static_cast<std::size_t>(width) * 4;
  std::vector<std::uint8_t> pixels(row * static_cast<std::size_t>(height));
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(x, y, width, height, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
  glPixelStorei(GL_PACK_ALIGNMENT, 4);
  for (std::size_t top = 0, bottom = static_cast<std::size_t>(height); top + 1 < bottom--; ++top) {
    const auto first = pixels.begin() + static_cast<std::ptrdiff_t>(top * row);
    std::swap_ranges(first, first + static_cast<std::ptrdiff_t>(row),
                     pixels.begin() + static_cast<std::ptrdiff_t>(bottom * row));
  }
  return pixels;
}

void load_functions() {
#if __has_include(<glad/gl.h>)
  const int version = gladLoadGL(glfwGetProcAddress);
#else
  const int version = gladLoadGLLoader(reinterpret_cast<GLADloadproc>(glfwGetProcAddress));
#endif
  if (version == 0)
    throw Error("graphics", {.item = "OpenGL", .expected = "version 3.3", .found = "no functions of it"});
}

std::uint64_t contents_so_far() {
  return contents;
}

const char* renderer_name() {
  const auto* name = reinterpret_cast<const char*>(glGetString(GL_RENDERER));
  return name != nullptr ? name : "";
}

}  // namespace regard::gfx
