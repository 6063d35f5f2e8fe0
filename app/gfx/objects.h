// SPDX-License-Identifier: Apache-2.0
// OpenGL objects that own themselves: move-only, made and destroyed on the UI thread while the context is current.
// A default-made object owns nothing and may be moved into.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace regard::gfx {

/// A name given out by OpenGL and what gives it back.
template <void (*Delete)(unsigned)>
class Handle {
public:
  Handle() = default;
  explicit Handle(unsigned id) : id_(id) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, 0)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Handle() {
    if (id_ != 0) Delete(id_);
  }
  [[nodiscard]] unsigned id() const { return id_; }
  explicit operator bool() const { return id_ != 0; }

private:
  unsigned id_ = 0;
};

void delete_texture(unsigned id);
void delete_vertex_array(unsigned id);
void delete_framebuffer(unsigned id);

enum class TextureFormat { r32f, rgba8 };
enum class TextureFilter { nearest, linear };

/// A texture [height, width], row 0 first in memory; addresses outside repeat the edge.
class Texture2D {
public:
  Texture2D() = default;
  /// Contents are zero. width, height ≥ 1.
  Texture2D(int width, int height, TextureFormat format, TextureFilter filter = TextureFilter::nearest);

  /// Replaces the rectangle at (x, y), [height, width] values, row-major. r32f textures only.
  void upload(int x, int y, int width, int height, std::span<const float> values);
  /// The same for rgba8 textures, four bytes a pixel.
  void upload(int x, int y, int width, int height, std::span<const std::uint8_t> rgba);

  void bind(int unit) const;
  [[nodiscard]] unsigned id() const { return handle_.id(); }
  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  explicit operator bool() const { return static_cast<bool>(handle_); }

private:
  Handle<delete_texture> handle_{};
  int width_ = 0;
  int height_ = 0;
  TextureFormat format_ = TextureFormat::rgba8;
};

/// A vertex array without attributes: the shader makes the corners out of gl_VertexID.
class VertexArray {
public:
  VertexArray() = default;
  /// An object that exists. (The default one owns nothing.)
  static VertexArray create();
  /// Draws the four corners of a rectangle as a triangle strip with the current program.
  void draw_rectangle() const;
  explicit operator bool() const { return static_cast<bool>(handle_); }

private:
  Handle<delete_vertex_array> handle_{};
};

/// An off-screen picture to draw into: one rgba8 colour texture.
class Framebuffer {
public:
  Framebuffer() = default;
  /// Throws Error("graphics") when the driver refuses the size.
  Framebuffer(int width, int height, TextureFilter filter = TextureFilter::linear);

  /// Drawing goes into it, the viewport covers it.
  void bind() const;
  /// Drawing goes to the window again; the caller sets its viewport.
  static void unbind();
  [[nodiscard]] unsigned id() const { return handle_.id(); }
  [[nodiscard]] const Texture2D& color() const { return color_; }
  /// [height, width, 4] bytes, the top row first.
  [[nodiscard]] std::vector<std::uint8_t> read_pixels() const;
  explicit operator bool() const { return static_cast<bool>(handle_); }

private:
  Texture2D color_{};
  Handle<delete_framebuffer> handle_{};
};

/// Pixels of the framebuffer bound for reading, [height, width, 4] bytes, the top row first.
[[nodiscard]] std::vector<std::uint8_t> read_pixels(int x, int y, int width, int height);

/// How often the contents of a texture or of an off-screen picture may have changed: while it stays, what is drawn with them
/// looks the same.
[[nodiscard]] std::uint64_t contents_so_far();

/// Finds OpenGL's functions through the current context. Throws Error("graphics") where OpenGL 3.3 (or ES 3.0) is missing.
void load_functions();

/// "llvmpipe (LLVM 15.0.6, 128 bits)"
[[nodiscard]] const char* renderer_name();

}  // namespace regard::gfx
