// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/shader.h"

#include "app/gfx/gl.h"
#include "app/gfx/shader_source.h"
#include "core/base/error.h"
#include "tests/gl/context.h"

#include <string>

namespace regard::gfx {
namespace {

class ShaderFiles : public test::GlTest {};

TEST_F(ShaderFiles, every_file_compiles_as_glsl_330) {
  ASSERT_FALSE(shader_names().empty());
  for (const std::string_view name : shader_names()) {
    try {
      glDeleteShader(compile_shader(name, GlslDialect::desktop_330));
    } catch (const Error& error) {
      ADD_FAILURE() << error.what();
    }
  }
}

TEST_F(ShaderFiles, every_file_compiles_as_glsl_300_es) {
  if (test::make_current(test::Api::embedded) == nullptr) GTEST_SKIP() << "this driver gives no OpenGL ES context";
  for (const std::string_view name : shader_names()) {
    try {
      glDeleteShader(compile_shader(name, GlslDialect::embedded_300));
    } catch (const Error& error) {
      ADD_FAILURE() << error.what();
    }
  }
}

TEST_F(ShaderFiles, every_fragment_shader_links_with_the_rectangle) {
  for (const std::string_view name : shader_names()) {
    if (!name.ends_with(".frag")) continue;
    try {
      EXPECT_TRUE(ShaderProgram("rectangle.vert", name)) << name;
    } catch (const Error& error) {
      ADD_FAILURE() << error.what();
    }
  }
}

TEST_F(ShaderFiles, no_file_has_a_version_line_of_its_own) {
  for (const std::string_view name : shader_names())
    EXPECT_EQ(shader_source(name).find("#version"), std::string::npos) << name;
}

TEST_F(ShaderFiles, an_unknown_file_is_an_error_that_names_it) {
  try {
    (void)compile_shader("nowhere.frag", GlslDialect::desktop_330);
    FAIL() << "it compiled";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "shader");
    EXPECT_NE(std::string(error.what()).find("nowhere.frag"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace regard::gfx
