// SPDX-License-Identifier: Apache-2.0
// PNG pictures, read. Pure over bytes, bounded and fuzzed. Source: the PNG specification (W3C, 2nd edition), by libpng.
#pragma once

#include "core/base/image.h"

#include <cstddef>
#include <span>
#include <string>

namespace regard {

inline constexpr std::size_t kMostPngBytes = std::size_t{256} << 20;  ///< of a file
inline constexpr std::size_t kMostPngSide = 16'384;                   ///< pixels
inline constexpr std::size_t kMostPngPixels = std::size_t{1} << 25;   ///< 33 million

/// A picture from the whole bytes of a .png file; `name` is for errors. Any colour type and depth, interlaced or not: 16 bits
/// are rounded to 8, grey and palette become colours. What is transparent keeps the colour that it has underneath, as the
/// processors of vision models take it (Pillow's convert("RGB")); `transparent` then becomes true. Colour profiles and gamma are
/// not applied: the numbers are those of the file. Sizes are checked before memory is taken, and a file too short to hold its
/// pixels however well they are packed is refused at once.
/// Throws Error: png_format, file_truncated, image_size, file_too_large.
[[nodiscard]] RgbImage parse_png(std::span<const std::byte> file, const std::string& name, bool* transparent = nullptr);

}  // namespace regard
