// SPDX-License-Identifier: Apache-2.0
// Any bytes as a PNG file: a picture whose pixels fill its size or a regard::Error, nothing else.
#include "core/base/error.h"
#include "core/format/png.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  try {
    const regard::RgbImage image = regard::parse_png(bytes, "fuzz");
    if (image.pixels.size() != image.width * image.height * 3 || image.pixels.empty()) std::abort();
    if (image.width > regard::kMostPngSide || image.width * image.height > regard::kMostPngPixels) std::abort();
  } catch (const regard::Error&) {}
  return 0;
}
