// SPDX-License-Identifier: Apache-2.0
// PNG files of any kind, written by libpng into memory.
#pragma once

#include <png.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace regard::testing {

struct PngKind {
  std::uint32_t width = 1;
  std::uint32_t height = 1;
  int depth = 8;  ///< bits of a channel
  int colour = PNG_COLOR_TYPE_RGB;
  bool interlaced = false;
  std::function<void(png_structp, png_infop)> more{};  ///< palette, transparency
};

/// `rows` as the file packs them, all of one length. Numbers of 16 bits have the high byte first.
inline std::string png_of(const PngKind& kind, const std::vector<std::uint8_t>& rows) {
  std::string file;
  png_structp png = png_create_write_struct(
      PNG_LIBPNG_VER_STRING, nullptr, [](png_structp, png_const_charp what) { throw std::runtime_error(what); },
      nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &file,
      [](png_structp to, png_bytep bytes, std::size_t count) {
        static_cast<std::string*>(png_get_io_ptr(to))->append(reinterpret_cast<const char*>(bytes), count);
      },
      nullptr);
  png_set_IHDR(png, info, kind.width, kind.height, kind.depth, kind.colour,
               kind.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  if (kind.more) kind.more(png, info);
  png_write_info(png, info);
  std::vector<png_bytep> pointers;
  for (std::size_t row = 0; row < kind.height; ++row)
    pointers.push_back(const_cast<std::uint8_t*>(rows.data()) + row * (rows.size() / kind.height));
  png_write_image(png, pointers.data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return file;
}

inline std::span<const std::byte> bytes_of_png(const std::string& file) {
  return std::as_bytes(std::span(file));
}

}  // namespace regard::testing
