// SPDX-License-Identifier: Apache-2.0
#include "core/base/resampling.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>

namespace regard {
namespace {

double sinc(double x) {
  return x == 0.0 ? 1.0 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

/// Half the width of a filter, in samples of the larger line's grid when nothing is reduced.
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

/// Cubic convolution (Keys 1981) at a distance below 2.
double cubic(double x, double a) {
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
  return (((x - 5.0) * x + 8.0) * x - 4.0) * a;
}

double height_at(Resample filter, double x) {
  const double away = std::abs(x);
  if (filter == Resample::box) return x > -0.5 && x <= 0.5 ? 1.0 : 0.0;
  if (away >= reach(filter)) return 0.0;
  if (filter == Resample::bilinear) return 1.0 - away;
  if (filter == Resample::hamming) return sinc(x) * (0.54 + 0.46 * std::cos(std::numbers::pi * x));
  if (filter == Resample::bicubic) return cubic(away, -0.5);
  return sinc(x) * sinc(x / 3.0);
}

}  // namespace

std::vector<Mix> mixes(std::size_t from, std::size_t to, Resample filter) {
  assert(from > 0 && to > 0 && filter != Resample::nearest);
  const double step = static_cast<double>(from) / static_cast<double>(to);
  const double stretch = std::max(step, 1.0), shrink = 1.0 / stretch;
  const double half = reach(filter) * stretch;
  std::vector<Mix> result(to);
  for (std::size_t at = 0; at < to; ++at) {
    const double centre = (static_cast<double>(at) + 0.5) * step;
    // The Python Imaging Library rounds the ends of the filter to the nearest pixel border.
    const auto first = static_cast<std::size_t>(std::floor(std::max(0.0, centre - half + 0.5)));
    const auto end = std::min(from, static_cast<std::size_t>(std::floor(centre + half + 0.5)));
    Mix& mix = result[at];
    mix.first = first;
    double sum = 0.0;
    for (std::size_t old = first; old < end; ++old) {
      mix.parts.push_back(height_at(filter, (static_cast<double>(old) - centre + 0.5) * shrink));
      sum += mix.parts.back();
    }
    for (double& part : mix.parts)
      part /= sum;
  }
  return result;
}

std::vector<Mix> sharp_cubic_mixes(std::size_t from, std::size_t to) {
  assert(from > 0 && to > 0);
  const double step = static_cast<double>(from) / static_cast<double>(to);
  const auto last = static_cast<std::ptrdiff_t>(from) - 1;
  const auto within = [&](std::ptrdiff_t old) { return std::clamp<std::ptrdiff_t>(old, 0, last); };
  std::vector<Mix> result(to);
  for (std::size_t at = 0; at < to; ++at) {
    const double place = (static_cast<double>(at) + 0.5) * step - 0.5;
    const auto before = static_cast<std::ptrdiff_t>(std::floor(place));
    const double past = place - static_cast<double>(before);
    const std::array heights{cubic(1.0 + past, -0.75), cubic(past, -0.75), cubic(1.0 - past, -0.75),
                             cubic(2.0 - past, -0.75)};
    Mix& mix = result[at];
    mix.first = static_cast<std::size_t>(within(before - 1));
    mix.parts.resize(static_cast<std::size_t>(within(before + 2)) - mix.first + 1);
    for (std::ptrdiff_t nth = 0; nth < 4; ++nth)
      mix.parts[static_cast<std::size_t>(within(before - 1 + nth)) - mix.first] +=
          heights[static_cast<std::size_t>(nth)];
  }
  return result;
}

}  // namespace regard
