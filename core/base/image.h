// SPDX-License-Identifier: Apache-2.0
// A picture in memory, 8 bits a channel, and what happens to it before a model sees it. Pure; any thread.
#pragma once

#include "core/base/resampling.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace regard {

/// Pixels row by row from the top, red, green and blue side by side: [height, width, 3]. Owning.
struct RgbImage {
  std::size_t width = 0;
  std::size_t height = 0;
  std::vector<std::uint8_t> pixels{};

  RgbImage() = default;
  RgbImage(std::size_t columns, std::size_t rows) : width(columns), height(rows), pixels(columns * rows * 3) {}

  [[nodiscard]] const std::uint8_t* pixel(std::size_t row, std::size_t column) const {
    return pixels.data() + (row * width + column) * 3;
  }
  friend bool operator==(const RgbImage&, const RgbImage&) = default;
};

/// The picture at another size, with the rounding of the Python Imaging Library (Pillow 9): first along the rows, then along
/// the columns, 22 binary places, 8 bits in between; checked against it bit by bit. Sizes are positive.
[[nodiscard]] RgbImage resized(const RgbImage& image, std::size_t width, std::size_t height, Resample filter);

/// Likewise, without any rounding: [height, width, 3], 0…255, beyond it where a filter overshoots.
[[nodiscard]] std::vector<float> resized_unrounded(const RgbImage& image, std::size_t width, std::size_t height,
                                                   Resample filter);

/// The middle of the picture; black where it is smaller than what is asked for. Of an odd remainder more is cut at the right
/// and at the bottom, and more is added at the left and at the top.
[[nodiscard]] RgbImage centre_cropped(const RgbImage& image, std::size_t width, std::size_t height);

}  // namespace regard
