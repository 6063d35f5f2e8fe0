// SPDX-License-Identifier: Apache-2.0
#include "core/base/image.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace regard {
namespace {

constexpr int kBinaryPlaces = 22;

double sinc(double x) {
  return x == 0.0 ? 1.0 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

/// Half the width of a filter, in pixels of the larger picture's grid when nothing is reduced.
double reach(Resample filter) {
  switch (filter) {
    case Resample::nearest:
    case Resample::box:
      return 0.5;
    case Resample::bilinear:
    case Resample::hamming:
      return 1.0;
    case Resample::bicubic:
      return 2.0;
    case Resample::lanczos:
      return 3.0;
  }
  return 0.5;
}

/// Cubic convolution with a = −1/2 (Keys 1981).
double cubic(double x) {
  constexpr double a = -0.5;
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
  return (((x - 5.0) * x + 8.0) * x - 4.0) * a;
}

double height_at(Resample filter, double x) {
  const double away = std::abs(x);
  if (filter == Resample::box) return x > -0.5 && x <= 0.5 ? 1.0 : 0.0;
  if (away >= reach(filter)) return 0.0;
  if (filter == Resample::bilinear) return 1.0 - away;
  if (filter == Resample::hamming) return sinc(x) * (0.54 + 0.46 * std::cos(std::numbers::pi * x));
  if (filter == Resample::bicubic) return cubic(away);
  return sinc(x) * sinc(x / 3.0);
}

/// Which old pixels a new one is mixed from, and how much of each, in units of 2^−22.
struct Mix {
  std::size_t first = 0;
  std::vector<std::int32_t> parts{};
};

std::vector<Mix> mixes(std::size_t from, std::size_t to, Resample filter) {
  const double step = static_cast<double>(from) / static_cast<double>(to);
  const double stretch = std::max(step, 1.0), shrink = 1.0 / stretch;
  const double half = reach(filter) * stretch;
  std::vector<Mix> result(to);
  std::vector<double> heights;
  for (std::size_t at = 0; at < to; ++at) {
    const double centre = (static_cast<double>(at) + 0.5) * step;
    // The Python Imaging Library rounds the ends of the filter to the nearest pixel border.
    const auto first = static_cast<std::size_t>(std::floor(std::max(0.0, centre - half + 0.5)));
    const auto end = std::min(from, static_cast<std::size_t>(std::floor(centre + half + 0.5)));
    heights.clear();
    double sum = 0.0;
    for (std::size_t old = first; old < end; ++old) {
      heights.push_back(height_at(filter, (static_cast<double>(old) - centre + 0.5) * shrink));
      sum += heights.back();
    }
    result[at].first = first;
    for (const double height : heights)
      result[at].parts.push_back(static_cast<std::int32_t>(std::round(height / sum * (1 << kBinaryPlaces))));
  }
  return result;
}

std::uint8_t rounded(std::int64_t sum) {
  return static_cast<std::uint8_t>(std::clamp<std::int64_t>(sum >> kBinaryPlaces, 0, 255));
}

/// One line of pixels from another; `stride` bytes lie between neighbours in it.
void mix_line(const std::uint8_t* from, std::size_t from_stride, const std::vector<Mix>& line, std::uint8_t* to,
              std::size_t to_stride) {
  for (const Mix& mix : line) {
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
  const std::vector<Mix> line = mixes(image.width, width, filter);
  for (std::size_t row = 0; row < image.height; ++row)
    mix_line(image.pixel(row, 0), 3, line, result.pixels.data() + row * width * 3, 3);
  return result;
}

RgbImage with_height(const RgbImage& image, std::size_t height, Resample filter) {
  if (height == image.height) return image;
  RgbImage result(image.width, height);
  const std::vector<Mix> line = mixes(image.height, height, filter);
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
