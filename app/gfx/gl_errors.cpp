// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/gl_errors.h"

#include "app/gfx/gl.h"
#include "core/base/error.h"

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace regard::gfx {
namespace {

const char* name_of(GLenum error) {
  switch (error) {
    case GL_INVALID_ENUM:
      return "GL_INVALID_ENUM";
    case GL_INVALID_VALUE:
      return "GL_INVALID_VALUE";
    case GL_INVALID_OPERATION:
      return "GL_INVALID_OPERATION";
    case GL_INVALID_FRAMEBUFFER_OPERATION:
      return "GL_INVALID_FRAMEBUFFER_OPERATION";
    case GL_OUT_OF_MEMORY:
      return "GL_OUT_OF_MEMORY";
    default:
      return "another error";
  }
}

/// The driver's own words, where it has them.
void listen([[maybe_unused]] std::string* said) {
#ifdef GL_KHR_debug
  if (GLAD_GL_KHR_debug == 0) return;
  glEnable(GL_DEBUG_OUTPUT);
  glEnable(GL_DEBUG_OUTPUT_SYNCHRONOUS);
  glDebugMessageCallback(
      [](GLenum, GLenum type, GLuint, GLenum, GLsizei, const GLchar* message, const void* kept) {
        if (type != GL_DEBUG_TYPE_ERROR) return;
        std::string& text = *static_cast<std::string*>(const_cast<void*>(kept));
        text += std::string(text.empty() ? "" : "; ") + message;
      },
      said);
#endif
}

void stop_listening() {
#ifdef GL_KHR_debug
  if (GLAD_GL_KHR_debug != 0) glDebugMessageCallback(nullptr, nullptr);
#endif
}

}  // namespace

ErrorLog::ErrorLog(const std::filesystem::path& path) : file_(path) {
  if (!file_) throw Error("file_unwritable", {.file = path.string(), .found = std::strerror(errno)});
  listen(&said_);
}

ErrorLog::~ErrorLog() {
  stop_listening();
}

void ErrorLog::look(std::uint64_t frame) {
  for (GLenum error = glGetError(); error != GL_NO_ERROR; error = glGetError()) {
    file_ << "frame " << frame << ": " << name_of(error);
    if (!said_.empty()) file_ << ": " << std::exchange(said_, {});
    file_ << std::endl;
  }
}

}  // namespace regard::gfx
