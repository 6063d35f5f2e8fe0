// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/gl_errors.h"

#include "app/gfx/gl.h"
#include "core/base/text_file.h"
#include "tests/gl/context.h"

#include <unistd.h>
#include <filesystem>
#include <string>

namespace regard::gfx {
namespace {

class GlErrors : public test::GlTest {
protected:
  void TearDown() override { std::filesystem::remove(path); }
  std::string written() const { return read_file(path, 1U << 16); }

  std::filesystem::path path =
      std::filesystem::path(::testing::TempDir()) / ("regard-gl-errors-" + std::to_string(::getpid()));
};

TEST_F(GlErrors, an_error_is_written_with_its_frame_and_only_once) {
  ErrorLog log(path);
  log.look(6);
  EXPECT_EQ(written(), "");
  glEnable(GL_TEXTURE_2D + 77);
  log.look(7);
  const std::string first = written();
  EXPECT_EQ(first.substr(0, 24), "frame 7: GL_INVALID_ENUM") << first;
  log.look(8);
  EXPECT_EQ(written(), first);
}

TEST_F(GlErrors, the_drivers_own_words_stand_behind_it) {
  if (GLAD_GL_KHR_debug == 0) GTEST_SKIP() << "this driver says no more";
  ErrorLog log(path);
  glBindTexture(GL_TEXTURE_2D + 77, 1);
  log.look(1);
  EXPECT_NE(written().find("glBindTexture"), std::string::npos) << written();
}

TEST_F(GlErrors, a_file_that_cannot_be_written_is_an_error) {
  EXPECT_THROW(ErrorLog(std::filesystem::path("/nowhere/at/all")), std::exception);
}

}  // namespace
}  // namespace regard::gfx
