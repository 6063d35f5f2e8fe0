// SPDX-License-Identifier: Apache-2.0
// A hidden window with an OpenGL context, for tests. One per process: drivers dislike many.
#pragma once

#include "app/gfx/gl.h"
#include "app/gfx/objects.h"

#include <GLFW/glfw3.h>

#include <stdexcept>

namespace regard {

class OffscreenWindow {
public:
  OffscreenWindow(int width, int height) {
    if (glfwInit() == GLFW_FALSE) throw std::runtime_error("GLFW finds no display; run under xvfb-run");
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
    window_ = glfwCreateWindow(width, height, "test", nullptr, nullptr);
    if (window_ == nullptr) throw std::runtime_error("no OpenGL 3.3 context");
    glfwMakeContextCurrent(window_);
    gfx::load_functions();
  }
  ~OffscreenWindow() {
    glfwDestroyWindow(window_);
    glfwTerminate();
  }
  OffscreenWindow(const OffscreenWindow&) = delete;
  OffscreenWindow& operator=(const OffscreenWindow&) = delete;

private:
  GLFWwindow* window_ = nullptr;
};

}  // namespace regard
