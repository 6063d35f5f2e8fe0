// SPDX-License-Identifier: Apache-2.0
#include "tests/gl/context.h"

#include "app/gfx/objects.h"

#include <GLFW/glfw3.h>
#include <imgui.h>

#include <string>

namespace regard::test {
namespace {

GLFWwindow* open(Api api) {
  if (glfwInit() == GLFW_FALSE) return nullptr;
  glfwDefaultWindowHints();
  glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  if (api == Api::embedded) {
    glfwWindowHint(GLFW_CLIENT_API, GLFW_OPENGL_ES_API);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 0);
  } else {
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  }
  return glfwCreateWindow(64, 64, "test", nullptr, nullptr);
}

}  // namespace

GLFWwindow* make_current(Api api) {
  static GLFWwindow* const desktop = open(Api::desktop);
  static GLFWwindow* const embedded = open(Api::embedded);
  GLFWwindow* window = api == Api::desktop ? desktop : embedded;
  if (window != nullptr) {
    glfwMakeContextCurrent(window);
    gfx::load_functions();
  }
  return window;
}

void GlTest::SetUp() {
  ASSERT_NE(make_current(Api::desktop), nullptr) << "no OpenGL 3.3 context: run under xvfb-run (ctest -L gl does)";
  ASSERT_NE(std::string(gfx::renderer_name()).find("llvmpipe"), std::string::npos)
      << "the renderer is " << gfx::renderer_name()
      << "; pixels are compared on llvmpipe only (LIBGL_ALWAYS_SOFTWARE=1)";
}

void ImGuiGlTest::SetUp() {
  GlTest::SetUp();
  if (HasFatalFailure()) return;
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
}

void ImGuiGlTest::TearDown() {
  if (ImGui::GetCurrentContext() != nullptr) ImGui::DestroyContext();
}

}  // namespace regard::test
