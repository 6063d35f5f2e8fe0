// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/colour_maps.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <vector>

namespace regard::gfx {
namespace {

struct Lab {
  float L = 0.0F, a = 0.0F, b = 0.0F;  // OKLab
};
struct Linear {
  float r = 0.0F, g = 0.0F, b = 0.0F;  // linear-light sRGB
};
/// Control point: lightness, chroma, hue in degrees, in OKLab's polar form.
struct Point {
  float L, C, h;
};

float cube(float x) {
  return x * x * x;
}

// Both directions as in Ottosson's note on OKLab.
Linear to_linear(Lab lab) {
  const float l = cube(lab.L + 0.3963377774F * lab.a + 0.2158037573F * lab.b);
  const float m = cube(lab.L - 0.1055613458F * lab.a - 0.0638541728F * lab.b);
  const float s = cube(lab.L - 0.0894841775F * lab.a - 1.2914855480F * lab.b);
  return {4.0767416621F * l - 3.3077115913F * m + 0.2309699292F * s,
          -1.2684380046F * l + 2.6097574011F * m - 0.3413193965F * s,
          -0.0041960863F * l - 0.7034186147F * m + 1.7076147010F * s};
}

float to_lightness(Linear c) {
  const float l = std::cbrt(0.4122214708F * c.r + 0.5363325363F * c.g + 0.0514459929F * c.b);
  const float m = std::cbrt(0.2119034982F * c.r + 0.6806995451F * c.g + 0.1073969566F * c.b);
  const float s = std::cbrt(0.0883024619F * c.r + 0.2817188376F * c.g + 0.6299787005F * c.b);
  return 0.2104542553F * l + 0.7936177850F * m - 0.0040720468F * s;
}

bool displayable(Linear c) {
  const auto inside = [](float x) { return x >= 0.0F && x <= 1.0F; };
  return inside(c.r) && inside(c.g) && inside(c.b);
}

std::uint8_t encode(float linear) {
  const float x = std::clamp(linear, 0.0F, 1.0F);
  const float encoded = x <= 0.0031308F ? 12.92F * x : 1.055F * std::pow(x, 1.0F / 2.4F) - 0.055F;
  return static_cast<std::uint8_t>(std::lround(255.0F * encoded));
}

float decode(std::uint8_t value) {
  const float x = static_cast<float>(value) / 255.0F;
  return x <= 0.04045F ? x / 12.92F : std::pow((x + 0.055F) / 1.055F, 2.4F);
}

/// Keeps lightness and hue, gives up as much chroma as the screen cannot show.
Lab into_gamut(Lab lab) {
  if (displayable(to_linear(lab))) return lab;
  float kept = 0.0F, lost = 1.0F;
  for (int step = 0; step < 24; ++step) {
    const float middle = 0.5F * (kept + lost);
    (displayable(to_linear({lab.L, middle * lab.a, middle * lab.b})) ? kept : lost) = middle;
  }
  return {lab.L, kept * lab.a, kept * lab.b};
}

Lab cartesian(Point p) {
  const float angle = p.h * std::numbers::pi_v<float> / 180.0F;
  return {p.L, p.C * std::cos(angle), p.C * std::sin(angle)};
}

float mix(float from, float to, float t) {
  return from + (to - from) * t;
}

Lab mix(Lab from, Lab to, float t) {
  return {mix(from.L, to.L, t), mix(from.a, to.a, t), mix(from.b, to.b, t)};
}

/// A curve through the points. Between neighbouring hues it keeps its chroma instead of passing through grey; between hues
/// more than a right angle apart it goes straight, through grey.
Lab along(std::span<const Point> points, float t) {
  const float place = t * static_cast<float>(points.size() - 1);
  const std::size_t left = std::min(static_cast<std::size_t>(place), points.size() - 2);
  const float part = place - static_cast<float>(left);
  const Point& from = points[left];
  const Point& to = points[left + 1];
  if (std::abs(from.h - to.h) > 90.0F) return mix(cartesian(from), cartesian(to), part);
  return cartesian({mix(from.L, to.L, part), mix(from.C, to.C, part), mix(from.h, to.h, part)});
}

float distance(Lab x, Lab y) {
  return std::hypot(x.L - y.L, x.a - y.a, x.b - y.b);
}

constexpr std::size_t kFine = 2048;  // steps that a curve is followed in

/// Corners rounded: each place becomes the mean of its surroundings, which shrink towards the ends so that these stay.
std::vector<Lab> rounded(const std::vector<Lab>& curve) {
  constexpr std::size_t kReach = kFine / 10;
  std::vector<Lab> sums(curve.size() + 1);
  for (std::size_t i = 0; i < curve.size(); ++i)
    sums[i + 1] = {sums[i].L + curve[i].L, sums[i].a + curve[i].a, sums[i].b + curve[i].b};
  std::vector<Lab> result(curve.size());
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const std::size_t reach = std::min({i, curve.size() - 1 - i, kReach});
    const Lab &from = sums[i - reach], &to = sums[i + reach + 1];
    const float count = static_cast<float>(2 * reach + 1);
    result[i] = {(to.L - from.L) / count, (to.a - from.a) / count, (to.b - from.b) / count};
  }
  return result;
}

/// `count` colours at equal OKLab distances along the curve, ends included.
std::vector<Lab> even_steps(std::span<const Point> points, std::size_t count) {
  std::vector<Lab> curve(kFine + 1);
  for (std::size_t i = 0; i <= kFine; ++i)
    curve[i] = into_gamut(along(points, static_cast<float>(i) / kFine));
  curve = rounded(curve);
  std::vector<float> length(kFine + 1, 0.0F);
  for (std::size_t i = 1; i <= kFine; ++i)
    length[i] = length[i - 1] + distance(curve[i - 1], curve[i]);
  std::vector<Lab> steps;
  steps.reserve(count);
  std::size_t right = 1;
  for (std::size_t step = 0; step < count; ++step) {
    const float wanted = length.back() * static_cast<float>(step) / static_cast<float>(count - 1);
    while (right < kFine && length[right] < wanted)
      ++right;
    const float part = (wanted - length[right - 1]) / std::max(length[right] - length[right - 1], 1e-9F);
    steps.push_back(mix(curve[right - 1], curve[right], std::clamp(part, 0.0F, 1.0F)));
  }
  return steps;
}

Rgb to_rgb(Lab lab) {
  const Linear c = to_linear(into_gamut(lab));
  return {encode(c.r), encode(c.g), encode(c.b)};
}

ColourMap sequential(std::span<const Point> points) {
  ColourMap map;
  const std::vector<Lab> steps = even_steps(points, kColourMapSize);
  std::transform(steps.begin(), steps.end(), map.table.begin(), to_rgb);
  return map;
}

/// Two arms that leave the same neutral; the arms' lightness is the same, step by step.
ColourMap diverging(Point middle, std::span<const Point> negative, std::span<const Point> positive) {
  constexpr std::size_t kHalf = kColourMapSize / 2;
  ColourMap map;
  map.diverging = true;
  const auto arm = [&](std::span<const Point> points) {
    std::vector<Point> whole{{middle.L, middle.C, points.front().h}};
    whole.insert(whole.end(), points.begin(), points.end());
    std::vector<Lab> steps(kHalf);
    for (std::size_t i = 0; i < kHalf; ++i)  // entries 127 and 128 stand half a step from the middle
      steps[i] = along(whole, (static_cast<float>(i) + 0.5F) / (static_cast<float>(kHalf) - 0.5F));
    return steps;
  };
  const std::vector<Lab> below = arm(negative), above = arm(positive);
  for (std::size_t i = 0; i < kHalf; ++i) {
    map.table[kHalf - 1 - i] = to_rgb(below[i]);
    map.table[kHalf + i] = to_rgb(above[i]);
  }
  return map;
}

// The dark theme's panels lie at lightness 0.21 … 0.25, the light theme's at 0.97 … 1.
constexpr float kDarkZero = 0.245F;
constexpr float kLightZero = 0.965F;

ColourMap make(WeightMap map, ThemeChoice theme) {
  const bool dark = theme == ThemeChoice::dark;
  switch (map) {
    case WeightMap::viridis: {
      static constexpr std::array kDark{Point{kDarkZero, 0.045F, 295.0F}, Point{0.375F, 0.105F, 283.0F},
                                        Point{0.505F, 0.100F, 240.0F},    Point{0.635F, 0.110F, 190.0F},
                                        Point{0.775F, 0.165F, 146.0F},    Point{0.925F, 0.175F, 108.0F}};
      static constexpr std::array kLight{Point{kLightZero, 0.008F, 108.0F}, Point{0.86F, 0.110F, 128.0F},
                                         Point{0.72F, 0.120F, 165.0F},      Point{0.57F, 0.100F, 215.0F},
                                         Point{0.42F, 0.120F, 275.0F},      Point{0.29F, 0.130F, 300.0F}};
      return sequential(dark ? std::span<const Point>(kDark) : kLight);
    }
    case WeightMap::cividis: {
      static constexpr std::array kDark{Point{kDarkZero, 0.050F, 262.0F}, Point{0.42F, 0.070F, 262.0F},
                                        Point{0.73F, 0.078F, 95.0F}, Point{0.92F, 0.150F, 98.0F}};
      static constexpr std::array kLight{Point{kLightZero, 0.010F, 98.0F}, Point{0.84F, 0.110F, 95.0F},
                                         Point{0.47F, 0.070F, 262.0F}, Point{0.29F, 0.100F, 264.0F}};
      return sequential(dark ? std::span<const Point>(kDark) : kLight);
    }
    case WeightMap::blues: {
      static constexpr std::array kDark{Point{kDarkZero, 0.022F, 255.0F}, Point{0.45F, 0.110F, 256.0F},
                                        Point{0.68F, 0.130F, 248.0F}, Point{0.93F, 0.045F, 235.0F}};
      static constexpr std::array kLight{Point{kLightZero, 0.010F, 240.0F}, Point{0.76F, 0.105F, 245.0F},
                                         Point{0.54F, 0.145F, 255.0F}, Point{0.31F, 0.120F, 262.0F}};
      return sequential(dark ? std::span<const Point>(kDark) : kLight);
    }
  }
  return {};
}

ColourMap make(ScoreMap map, ThemeChoice theme) {
  const bool dark = theme == ThemeChoice::dark;
  const Point middle{dark ? kDarkZero + 0.02F : kLightZero, 0.0F, 0.0F};
  const float half = dark ? 0.52F : 0.74F, end = dark ? 0.77F : 0.50F;
  const float half_chroma = dark ? 0.105F : 0.085F;
  const auto arm = [&](float hue, float chroma) {
    return std::array{Point{half, half_chroma, hue}, Point{end, chroma, hue}};
  };
  if (map == ScoreMap::blue_orange) return diverging(middle, arm(248.0F, 0.135F), arm(60.0F, 0.150F));
  return diverging(middle, arm(308.0F, 0.150F), arm(138.0F, 0.160F));
}

template <typename Map, std::size_t Count>
const ColourMap& kept(Map map, ThemeChoice theme) {
  static const std::array<std::array<ColourMap, 2>, Count> tables = [] {
    std::array<std::array<ColourMap, 2>, Count> all;
    for (std::size_t i = 0; i < Count; ++i)
      all[i] = {make(static_cast<Map>(i), ThemeChoice::dark), make(static_cast<Map>(i), ThemeChoice::light)};
    return all;
  }();
  return tables[static_cast<std::size_t>(map)][theme == ThemeChoice::dark ? 0 : 1];
}

}  // namespace

std::size_t ColourMap::index(float value, float low, float high) const {
  const float part = high > low ? (value - low) / (high - low) : 0.0F;
  if (!(part > 0.0F)) return 0;  // NaN too
  return static_cast<std::size_t>(std::min(part, 1.0F) * static_cast<float>(kColourMapSize - 1) + 0.5F);
}

const ColourMap& colour_map(WeightMap map, ThemeChoice theme) {
  return kept<WeightMap, 3>(map, theme);
}
const ColourMap& colour_map(ScoreMap map, ThemeChoice theme) {
  return kept<ScoreMap, 2>(map, theme);
}
const ColourMap& colours_of_weights(const Look& look, ThemeChoice theme, bool has_softmax) {
  return has_softmax ? colour_map(look.weight_map, theme) : colour_map(look.score_map, theme);
}

float lightness(Rgb colour) {
  return to_lightness({decode(colour.r), decode(colour.g), decode(colour.b)});
}

bool wants_dark_text(Rgb colour) {
  return lightness(colour) > 0.63F;
}

}  // namespace regard::gfx
