// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/png.h"

#include "core/base/error.h"

#include <png.h>

#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

namespace regard::gfx {

void write_png(const std::filesystem::path& path, int width, int height, std::span<const std::uint8_t> rgba) {
  assert(rgba.size() == static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
  std::vector<std::uint8_t> rgb;
  rgb.reserve(rgba.size() / 4 * 3);
  for (std::size_t pixel = 0; pixel < rgba.size(); pixel += 4)
    rgb.insert(rgb.end(), rgba.begin() + static_cast<std::ptrdiff_t>(pixel),
               rgba.begin() + static_cast<std::ptrdiff_t>(pixel + 3));

  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = PNG_FORMAT_RGB;
  image.flags = PNG_IMAGE_FLAG_FAST;
  if (png_image_write_to_file(&image, path.c_str(), 0, rgb.data(), 0, nullptr) == 0)
    throw Error("file_unwritable", {.file = path.string(), .found = errno != 0 ? std::strerror(errno) : image.message});
}

}  // namespace regard::gfx
