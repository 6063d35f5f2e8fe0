// SPDX-License-Identifier: Apache-2.0
#include "core/format/png.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/format/png_writer.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace regard {
namespace {

using testing::bytes_of_png;
using testing::error_of;
using testing::png_of;
using testing::PngKind;
using Pixels = std::vector<std::uint8_t>;

RgbImage read(const std::string& file) {
  return parse_png(bytes_of_png(file), "a.png");
}

std::string error_code(const std::string& file) {
  return error_of([&] { static_cast<void>(read(file)); }).code();
}

Pixels some_numbers(std::size_t count) {
  Pixels numbers(count);
  for (std::size_t at = 0; at < count; ++at)
    numbers[at] = static_cast<std::uint8_t>(at * 37 + at / 5);
  return numbers;
}

std::string chunk(const std::string& kind, const std::string& data) {
  const std::string body = kind + data;
  const auto number = [](std::uint32_t value) {
    return std::string{static_cast<char>(value >> 24), static_cast<char>(value >> 16 & 0xFF),
                       static_cast<char>(value >> 8 & 0xFF), static_cast<char>(value & 0xFF)};
  };
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return number(static_cast<std::uint32_t>(data.size())) + body + number(static_cast<std::uint32_t>(sum));
}

/// A file whose header promises a picture of this size, and whose pixels are `data`.
std::string promising(std::uint32_t width, std::uint32_t height, const std::string& data) {
  std::string sizes;
  for (const std::uint32_t side : {width, height})
    for (const int shift : {24, 16, 8, 0})
      sizes += static_cast<char>(side >> shift & 0xFF);
  return std::string("\x89PNG\r\n\x1a\n") + chunk("IHDR", sizes + std::string("\x08\x02\0\0\0", 5)) +
         chunk("IDAT", data) + chunk("IEND", "");
}

TEST(Png, gives_back_the_pixels_of_a_colour_picture) {
  const Pixels pixels = some_numbers(5 * 3 * 3);
  for (const bool interlaced : {false, true}) {
    const RgbImage image = read(png_of({.width = 5, .height = 3, .interlaced = interlaced}, pixels));
    EXPECT_EQ(image.width, 5U);
    EXPECT_EQ(image.height, 3U);
    EXPECT_EQ(image.pixels, pixels) << interlaced;
  }
}

TEST(Png, rounds_16_bits_to_8) {
  const RgbImage image = read(png_of({.depth = 16}, {0x12, 0x00, 0x12, 0xFF, 0xFF, 0xFF}));
  EXPECT_EQ(image.pixels, (Pixels{0x12, 0x13, 0xFF}));
}

TEST(Png, shows_grey_of_every_depth_as_colours) {
  EXPECT_EQ(read(png_of({.width = 2, .colour = PNG_COLOR_TYPE_GRAY}, {0, 77})).pixels, (Pixels{0, 0, 0, 77, 77, 77}));
  EXPECT_EQ(read(png_of({.width = 2, .depth = 1, .colour = PNG_COLOR_TYPE_GRAY}, {0b0100'0000})).pixels,
            (Pixels{0, 0, 0, 255, 255, 255}));
  EXPECT_EQ(read(png_of({.depth = 4, .colour = PNG_COLOR_TYPE_GRAY}, {0x50})).pixels, (Pixels{85, 85, 85}));
}

TEST(Png, looks_colours_up_in_the_palette) {
  PngKind kind{.width = 3, .colour = PNG_COLOR_TYPE_PALETTE};
  kind.more = [](png_structp png, png_infop info) {
    const png_color palette[] = {{1, 2, 3}, {40, 50, 60}};
    png_set_PLTE(png, info, palette, 2);
  };
  EXPECT_EQ(read(png_of(kind, {1, 0, 1})).pixels, (Pixels{40, 50, 60, 1, 2, 3, 40, 50, 60}));
}

/// As Pillow's convert("RGB") has it, which is what vision models are given: the colour beneath counts.
TEST(Png, keeps_the_colours_of_transparent_pixels_and_says_that_there_are_some) {
  const auto transparent = [](const std::string& file, Pixels expected) {
    bool found = false;
    EXPECT_EQ(parse_png(bytes_of_png(file), "a.png", &found).pixels, expected);
    return found;
  };
  EXPECT_TRUE(transparent(
      png_of({.width = 3, .colour = PNG_COLOR_TYPE_RGBA}, {10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 200, 51}),
      {10, 20, 30, 10, 20, 30, 0, 100, 200}));
  EXPECT_FALSE(transparent(png_of({.width = 1, .colour = PNG_COLOR_TYPE_RGBA}, {10, 20, 30, 255}), {10, 20, 30}));
  EXPECT_TRUE(
      transparent(png_of({.width = 2, .colour = PNG_COLOR_TYPE_GRAY_ALPHA}, {7, 0, 9, 255}), {7, 7, 7, 9, 9, 9}));
  PngKind keyed{.width = 2, .colour = PNG_COLOR_TYPE_GRAY};
  keyed.more = [](png_structp png, png_infop info) {
    const png_color_16 key{.index = 0, .red = 0, .green = 0, .blue = 0, .gray = 9};
    png_set_tRNS(png, info, nullptr, 0, &key);
  };
  EXPECT_TRUE(transparent(png_of(keyed, {9, 10}), {9, 9, 9, 10, 10, 10}));
}

TEST(Png, says_what_else_a_file_is) {
  const Error jpeg = error_of([] { static_cast<void>(read("\xFF\xD8\xFF\xE0 and more of it")); });
  EXPECT_EQ(jpeg.code(), "png_format");
  EXPECT_EQ(jpeg.details().found, "JPEG");
  EXPECT_EQ(jpeg.details().file, "a.png");
  EXPECT_EQ(error_code(""), "png_format");
  EXPECT_EQ(error_code("hello"), "png_format");
}

TEST(Png, refuses_a_file_cut_short_at_any_byte) {
  const std::string file = png_of({.width = 9, .height = 7}, some_numbers(9 * 7 * 3));
  std::size_t pixels_end = file.find("IEND") - 4;  // libpng does not miss what follows the pixels
  for (std::size_t length = 1; length < pixels_end; ++length)
    EXPECT_EQ(error_code(file.substr(0, length)), "file_truncated") << length;
}

TEST(Png, refuses_a_byte_that_was_changed) {
  std::string file = png_of({.width = 9, .height = 7}, some_numbers(9 * 7 * 3));
  file[file.find("IDAT") + 20] = static_cast<char>(file[file.find("IDAT") + 20] ^ 1);
  EXPECT_EQ(error_code(file), "png_format");
}

TEST(Png, refuses_sizes_beyond_the_limits_before_it_takes_memory) {
  EXPECT_EQ(error_code(promising(0x7FFFFFFF, 0x7FFFFFFF, "")), "image_size");
  EXPECT_EQ(error_code(promising(0xFFFFFFFF, 1, "")), "image_size");
  EXPECT_EQ(error_code(promising(1, kMostPngSide + 1, "")), "image_size");
  EXPECT_EQ(error_code(promising(16'000, 16'000, "")), "image_size");
  EXPECT_EQ(error_code(promising(0, 5, "")), "png_format");
  // Within the limits, but the file cannot hold so many pixels however they are packed.
  EXPECT_EQ(error_code(promising(5'000, 5'000, "x")), "file_truncated");
}

TEST(Png, stops_at_the_last_pixel_of_a_bomb) {
  const std::string zeros(std::size_t{32} << 20, '\0');
  std::string packed(zeros.size() / 500, '\0');
  uLongf size = packed.size();
  ASSERT_EQ(compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(zeros.data()),
                      zeros.size(), 9),
            Z_OK);
  packed.resize(size);
  const RgbImage image = read(promising(2, 2, packed));
  EXPECT_EQ(image.pixels, Pixels(12, 0));
}

TEST(Png, skips_a_note_that_would_unpack_to_a_lot) {
  std::string packed(std::size_t{64} << 10, '\0');
  const std::string zeros(std::size_t{32} << 20, ' ');
  uLongf size = packed.size();
  ASSERT_EQ(compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(zeros.data()),
                      zeros.size(), 9),
            Z_OK);
  packed.resize(size);
  std::string file = png_of({.width = 2, .height = 2}, some_numbers(12));
  file.insert(33, chunk("zTXt", std::string("Comment\0\0", 9) + packed));
  EXPECT_EQ(read(file).pixels, some_numbers(12));
}

}  // namespace
}  // namespace regard
