// SPDX-License-Identifier: Apache-2.0
// Shader programs from the files in shaders/. UI thread, context current.
#pragma once

#include "app/gfx/objects.h"

#include <map>
#include <string>
#include <string_view>

namespace regard::gfx {

/// The two languages every shader of ours is written for; a file has no #version line of its own.
enum class GlslDialect { desktop_330, embedded_300 };

/// What goes before the file's text: version, and for the embedded dialect the precisions.
[[nodiscard]] std::string_view dialect_header(GlslDialect dialect);

/// Compiles one embedded file, vertex or fragment by its extension. Throws Error("shader") with the file, and the driver's
/// first complaint, whose line numbers are those of the file. The caller owns the returned name (glDeleteShader).
[[nodiscard]] unsigned compile_shader(std::string_view file, GlslDialect dialect);

void delete_program(unsigned id);

/// A linked program and its uniforms.
class ShaderProgram {
public:
  ShaderProgram() = default;
  /// Files as in shaders/: "rectangle.vert", "grid.frag". Throws Error("shader").
  ShaderProgram(std::string_view vertex_file, std::string_view fragment_file,
                GlslDialect dialect = GlslDialect::desktop_330);

  void use() const;
  /// Uniforms of the program in use. A name that the compiler has removed is ignored.
  void set(const char* uniform, int value);
  void set(const char* uniform, float value);
  void set(const char* uniform, float x, float y);
  void set(const char* uniform, float x, float y, float z, float w);

  [[nodiscard]] unsigned id() const { return handle_.id(); }
  explicit operator bool() const { return static_cast<bool>(handle_); }

private:
  int location(const char* uniform);

  Handle<delete_program> handle_{};
  std::map<std::string, int, std::less<>> locations_{};
};

}  // namespace regard::gfx
