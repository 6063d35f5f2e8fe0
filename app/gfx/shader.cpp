// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/shader.h"

#include "app/gfx/gl.h"
#include "app/gfx/shader_source.h"
#include "core/base/error.h"

#include <array>

namespace regard::gfx {
namespace {

using Log = std::array<char, 2048>;

// The driver's log up to its first line break.
std::string first_line(const Log& log) {
  const std::string_view text(log.data());
  return std::string(text.substr(0, text.find('\n')));
}

class ShaderName {
public:
  explicit ShaderName(unsigned id) : id_(id) {}
  ShaderName(const ShaderName&) = delete;
  ShaderName& operator=(const ShaderName&) = delete;
  ~ShaderName() { glDeleteShader(id_); }
  [[nodiscard]] unsigned id() const { return id_; }

private:
  unsigned id_;
};

}  // namespace

void delete_program(unsigned id) {
  glDeleteProgram(id);
}

std::string_view dialect_header(GlslDialect dialect) {
  // `#line 1` makes the driver count the lines of the file, not ours.
  if (dialect == GlslDialect::embedded_300)
    return "#version 300 es\nprecision highp float;\nprecision highp int;\nprecision highp sampler2D;\n#line 1\n";
  return "#version 330 core\n#line 1\n";
}

unsigned compile_shader(std::string_view file, GlslDialect dialect) {
  const std::string_view text = shader_source(file);
  if (text.empty()) throw Error("shader", {.file = std::string(file), .found = "no such file was embedded"});
  const std::string_view header = dialect_header(dialect);
  const std::array<const char*, 2> parts{header.data(), text.data()};
  const std::array<GLint, 2> lengths{static_cast<GLint>(header.size()), static_cast<GLint>(text.size())};

  const unsigned id = glCreateShader(file.ends_with(".vert") ? GL_VERTEX_SHADER : GL_FRAGMENT_SHADER);
  glShaderSource(id, 2, parts.data(), lengths.data());
  glCompileShader(id);
  GLint compiled = 0;
  glGetShaderiv(id, GL_COMPILE_STATUS, &compiled);
  if (compiled == 0) {
    Log log{};
    glGetShaderInfoLog(id, static_cast<GLsizei>(log.size()), nullptr, log.data());
    glDeleteShader(id);
    throw Error("shader", {.file = "shaders/" + std::string(file), .found = first_line(log)});
  }
  return id;
}

ShaderProgram::ShaderProgram(std::string_view vertex_file, std::string_view fragment_file, GlslDialect dialect) {
  const ShaderName vertex(compile_shader(vertex_file, dialect));
  const ShaderName fragment(compile_shader(fragment_file, dialect));
  handle_ = Handle<delete_program>(glCreateProgram());
  glAttachShader(handle_.id(), vertex.id());
  glAttachShader(handle_.id(), fragment.id());
  glLinkProgram(handle_.id());
  GLint linked = 0;
  glGetProgramiv(handle_.id(), GL_LINK_STATUS, &linked);
  if (linked == 0) {
    Log log{};
    glGetProgramInfoLog(handle_.id(), static_cast<GLsizei>(log.size()), nullptr, log.data());
    throw Error("shader", {.file = "shaders/" + std::string(fragment_file), .found = first_line(log)});
  }
}

void ShaderProgram::use() const {
  glUseProgram(handle_.id());
}

int ShaderProgram::location(const char* uniform) {
  const auto known = locations_.find(uniform);
  if (known != locations_.end()) return known->second;
  return locations_.emplace(uniform, glGetUniformLocation(handle_.id(), uniform)).first->second;
}

void ShaderProgram::set(const char* uniform, int value) {
  glUniform1i(location(uniform), value);
}
void ShaderProgram::set(const char* uniform, float value) {
  glUniform1f(location(uniform), value);
}
void ShaderProgram::set(const char* uniform, float x, float y) {
  glUniform2f(location(uniform), x, y);
}
void ShaderProgram::set(const char* uniform, float x, float y, float z, float w) {
  glUniform4f(location(uniform), x, y, z, w);
}

}  // namespace regard::gfx
