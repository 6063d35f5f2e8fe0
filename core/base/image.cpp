// SPDX-License-Identifier: Apache-2.0
#include "core/base/image.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace regard {
namespace {

constexpr int kBinaryPlaces = 22;

/// Which old pixels a new one is mixed from, and how much of each, in units of 2^−22.
struct FixedMix {
  std::size_t first = 0;
  std::vector<std::int32_t> parts{};
};

std::vector<FixedMix> fixed_mixes(std::size_t from, std::size_t to, Resample filter) {
  std::vector<FixedMix> result;
  for (const Mix& mix : mixes(from, to, filter)) {
    result.push_back({.first = mix.first});
    for (const double part : mix.parts)
      result.back().parts.push_back(static_cast<std::int32_t>(std::round(part * (1 << kBinaryPlaces))));
  }
  return result;
}

std::uint8_t rounded(std::int64_t sum) {
  return static_cast<std::uint8_t>(std::clamp<std::int64_t>(sum >> kBinaryPlaces, 0, 255));
}

/// One line of pixels from another; `stride` bytes lie between neighbours in it.
void mix_line(const std::uint8_t* from, std::size_t from_stride, const std::vector<FixedMix>& line, std::uint8_t* to,
              std::size_t to_stride) {
  for (const FixedMix& mix : line) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      std::int64_t sum = std::int64_t{1} << (kBinaryPlaces - 1);
      const std::uint8_t* old = from + mix.first * from_stride + channel;
      for (const std::int32_t part : mix.parts) {
        sum += std::int64_t{part} * *old;
        old += from_stride;
      }
      to[channel] = rounded(sum);
    }
    to += to_stride;
  }
}

RgbImage with_width(const RgbImage& image, std::size_t width, Resample filter) {
  if (width == image.width) return image;
  RgbImage result(width, image.height);
  const std::vector<FixedMix> line = fixed_mixes(image.width, width, filter);
  for (std::size_t row = 0; row < image.height; ++row)
    mix_line(image.pixel(row, 0), 3, line, result.pixels.data() + row * width * 3, 3);
  return result;
}

RgbImage with_height(const RgbImage& image, std::size_t height, Resample filter) {
  if (height == image.height) return image;
  RgbImage result(image.width, height);
  const std::vector<FixedMix> line = fixed_mixes(image.height, height, filter);
  const std::size_t stride = image.width * 3;
  for (std::size_t column = 0; column < image.width; ++column)
    mix_line(image.pixel(0, column), stride, line, result.pixels.data() + column * 3, stride);
  return result;
}

RgbImage nearest(const RgbImage& image, std::size_t width, std::size_t height) {
  RgbImage result(width, height);
  const auto old = [](std::size_t at, std::size_t from, std::size_t to) {
    const double middle = (static_cast<double>(at) + 0.5) * static_cast<double>(from) / static_cast<double>(to);
    return std::min(from - 1, static_cast<std::size_t>(middle));
  };
  for (std::size_t row = 0; row < height; ++row)
    for (std::size_t column = 0; column < width; ++column)
      std::copy_n(image.pixel(old(row, image.height, height), old(column, image.width, width)), 3,
                  result.pixels.data() + (row * width + column) * 3);
  return result;
}

}  // namespace

RgbImage resized(const RgbImage& image, std::size_t width, std::size_t height, Resample filter) {
  assert(width > 0 && height > 0 && image.width > 0 && image.height > 0);
  if (filter == Resample::nearest) return nearest(image, width, height);
  return with_height(with_width(image, width, filter), height, filter);
}

namespace {

using Reals = std::vector<float>;  ///< as the pixels of an RgbImage lie

/// `lines` lines, `between` numbers from one to the next; pixels of a line are `stride` numbers apart.
void mix_reals(const Reals& from, std::size_t lines, std::size_t between, std::size_t stride,
               const std::vector<Mix>& line, Reals& to, std::size_t to_between, std::size_t to_stride) {
  for (std::size_t at = 0; at < lines; ++at)
    for (std::size_t pixel = 0; pixel < line.size(); ++pixel)
      for (std::size_t channel = 0; channel < 3; ++channel) {
        double sum = 0.0;
        for (std::size_t part = 0; part < line[pixel].parts.size(); ++part)
          sum += line[pixel].parts[part] *
                 static_cast<double>(from[at * between + (line[pixel].first + part) * stride + channel]);
        to[at * to_between + pixel * to_stride + channel] = static_cast<float>(sum);
      }
}

}  // namespace

std::vector<float> resized_unrounded(const RgbImage& image, std::size_t width, std::size_t height, Resample filter) {
  assert(width > 0 && height > 0 && image.width > 0 && image.height > 0);
  if (filter == Resample::nearest) {
    const RgbImage result = nearest(image, width, height);
    return {result.pixels.begin(), result.pixels.end()};
  }
  const Reals whole(image.pixels.begin(), image.pixels.end());
  Reals wide(width * image.height * 3), result(width * height * 3);
  mix_reals(whole, image.height, image.width * 3, 3, mixes(image.width, width, filter), wide, width * 3, 3);
  mix_reals(wide, width, 3, width * 3, mixes(image.height, height, filter), result, 3, width * 3);
  return result;
}

RgbImage centre_cropped(const RgbImage& image, std::size_t width, std::size_t height) {
  RgbImage result(width, height);
  const std::size_t columns = std::min(width, image.width), rows = std::min(height, image.height);
  const std::size_t from_column = (image.width - columns) / 2, from_row = (image.height - rows) / 2;
  const std::size_t to_column = (width - columns + 1) / 2, to_row = (height - rows + 1) / 2;
  for (std::size_t row = 0; row < rows; ++row)
    std::copy_n(image.pixel(from_row + row, from_column), columns * 3,
                result.pixels.data() + ((to_row + row) * width + to_column) * 3);
  return result;
}

}  // namespace regard
