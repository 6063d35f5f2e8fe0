// SPDX-License-Identifier: Apache-2.0
// What the heat map and the overview share: a shader that fills an off-screen picture, colours taken from a colour map.
// UI thread with a current GL context only; for the source files of this room.
#pragma once

#include "app/gfx/colour_maps.h"
#include "app/gfx/objects.h"
#include "app/gfx/screen.h"
#include "app/gfx/shader.h"

#include <cstddef>
#include <memory>
#include <string_view>

namespace regard::gfx {

/// What every OpenGL 3.3 implementation in use accepts as a texture's side.
inline constexpr std::size_t kLargestTexture = 16384;

class Picture {
public:
  explicit Picture(std::string_view fragment_file);

  /// Makes the target fit, binds target, program and the map's colours (unit 1, uniform `colours`, and `picture`).
  /// Set the other uniforms on program(), then call finish().
  void begin(int width, int height, const ColourMap& map);
  /// Draws and gives the window's framebuffer and viewport back.
  void finish();

  /// Shows it on the screen when the frame is rendered; this object must live until then.
  void paint(ImDrawList& list, ImVec2 min, ImVec2 max);

  /// That of all pictures of this kind: every uniform is set anew before each drawing.
  [[nodiscard]] ShaderProgram& program() const { return *program_; }
  [[nodiscard]] const Framebuffer& target() const { return target_; }

private:
  std::shared_ptr<ShaderProgram> program_;
  VertexArray rectangle_;
  Framebuffer target_{};
  Copy copy_{};
  Texture2D colours_{};
  const ColourMap* map_ = nullptr;
  int viewport_[4] = {0, 0, 0, 0};
};

}  // namespace regard::gfx
