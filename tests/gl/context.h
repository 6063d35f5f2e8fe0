// SPDX-License-Identifier: Apache-2.0
// A hidden window with an OpenGL context for tests, made once and shared: OpenGL 3.3, or OpenGL ES 3.0 beside it.
#pragma once

#include <gtest/gtest.h>

struct GLFWwindow;

namespace regard::test {

enum class Api { desktop, embedded };

/// Makes the context current, null where the driver offers none.
GLFWwindow* make_current(Api api);

/// OpenGL 3.3 on the software renderer, whose pixels are the same on every machine.
class GlTest : public ::testing::Test {
protected:
  void SetUp() override;
};

/// Likewise, with a context of ImGui for each test; none where there is no OpenGL.
class ImGuiGlTest : public GlTest {
protected:
  void SetUp() override;
  void TearDown() override;
};

}  // namespace regard::test
