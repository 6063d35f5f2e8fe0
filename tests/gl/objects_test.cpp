// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/objects.h"

#include "app/gfx/gl.h"
#include "app/gfx/png.h"
#include "core/base/error.h"
#include "tests/gl/context.h"

#include <png.h>

#include <array>
#include <filesystem>
#include <utility>
#include <vector>

namespace regard::gfx {
namespace {

class GlObjects : public test::GlTest {};

TEST_F(GlObjects, a_moved_texture_leaves_nothing_behind_and_is_deleted_once) {
  Texture2D first(3, 2, TextureFormat::r32f);
  const unsigned id = first.id();
  {
    const Texture2D second = std::move(first);
    EXPECT_EQ(second.id(), id);
    EXPECT_EQ(glIsTexture(id), GL_TRUE);
  }
  EXPECT_EQ(glIsTexture(id), GL_FALSE);
}

TEST_F(GlObjects, floats_come_back_from_a_texture_as_they_went_in) {
  Texture2D texture(3, 2, TextureFormat::r32f);
  const std::array<float, 6> values{1.0F, -2.5F, 1e-20F, 3e20F, 0.1F, -0.0F};
  texture.upload(0, 0, 3, 2, std::span<const float>(values));
  const std::array<float, 1> one{42.0F};
  texture.upload(2, 1, 1, 1, std::span<const float>(one));
  std::array<float, 6> back{};
  texture.bind(0);
  glGetTexImage(GL_TEXTURE_2D, 0, GL_RED, GL_FLOAT, back.data());
  EXPECT_EQ(back, (std::array<float, 6>{1.0F, -2.5F, 1e-20F, 3e20F, 0.1F, 42.0F}));
  EXPECT_EQ(glGetError(), static_cast<GLenum>(GL_NO_ERROR));
}

TEST_F(GlObjects, pixels_are_read_with_the_top_row_first) {
  const Framebuffer picture(2, 3);
  picture.bind();
  glEnable(GL_SCISSOR_TEST);
  for (int row_from_bottom = 0; row_from_bottom < 3; ++row_from_bottom) {
    glScissor(0, row_from_bottom, 2, 1);
    glClearColor(static_cast<float>(row_from_bottom) / 255.0F, 0.0F, 0.0F, 1.0F);
    glClear(GL_COLOR_BUFFER_BIT);
  }
  glDisable(GL_SCISSOR_TEST);
  const std::vector<std::uint8_t> pixels = picture.read_pixels();
  Framebuffer::unbind();
  ASSERT_EQ(pixels.size(), 2U * 3U * 4U);
  EXPECT_EQ(pixels[0], 2);
  EXPECT_EQ(pixels[8], 1);
  EXPECT_EQ(pixels[16], 0);
}

TEST(Png, a_picture_comes_back_from_its_file_pixel_by_pixel) {
  const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "regard_png_test.png";
  const std::vector<std::uint8_t> pixels{1,   2,   3,   255, 40, 50, 60, 255, 7, 8, 9, 0,
                                         250, 251, 252, 255, 0,  0,  0,  255, 9, 9, 9, 9};
  write_png(path, 3, 2, pixels);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  ASSERT_NE(png_image_begin_read_from_file(&image, path.c_str()), 0) << image.message;
  EXPECT_EQ(image.width, 3U);
  EXPECT_EQ(image.height, 2U);
  image.format = PNG_FORMAT_RGB;
  std::vector<std::uint8_t> back(PNG_IMAGE_SIZE(image));
  ASSERT_NE(png_image_finish_read(&image, nullptr, back.data(), 0, nullptr), 0) << image.message;
  EXPECT_EQ(back, (std::vector<std::uint8_t>{1, 2, 3, 40, 50, 60, 7, 8, 9, 250, 251, 252, 0, 0, 0, 9, 9, 9}));
  std::filesystem::remove(path);
}

TEST(Png, a_folder_that_does_not_exist_is_an_error_with_the_path) {
  try {
    write_png("/nonexistent/folder/picture.png", 1, 1, std::vector<std::uint8_t>(4));
    FAIL() << "it was written";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "file_unwritable");
    EXPECT_EQ(error.details().file, "/nonexistent/folder/picture.png");
  }
}

}  // namespace
}  // namespace regard::gfx
