// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/colour_maps.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <tuple>
#include <vector>

namespace regard::gfx {
namespace {

constexpr std::array kWeightMaps{WeightMap::viridis, WeightMap::cividis, WeightMap::blues};
constexpr std::array kScoreMaps{ScoreMap::blue_orange, ScoreMap::purple_green};
constexpr std::array kThemes{ThemeChoice::dark, ThemeChoice::light};

using Vec3 = std::array<double, 3>;

double linear(std::uint8_t value) {
  const double x = value / 255.0;
  return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
}
Vec3 linear(Rgb c) {
  return {linear(c.r), linear(c.g), linear(c.b)};
}

Vec3 oklab(Vec3 c) {
  const double l = std::cbrt(0.4122214708 * c[0] + 0.5363325363 * c[1] + 0.0514459929 * c[2]);
  const double m = std::cbrt(0.2119034982 * c[0] + 0.6806995451 * c[1] + 0.1073969566 * c[2]);
  const double s = std::cbrt(0.0883024619 * c[0] + 0.2817188376 * c[1] + 0.6299787005 * c[2]);
  return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
          1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
          0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}
double distance(Vec3 x, Vec3 y) {
  return std::hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

// Cone responses of a linear sRGB colour (Smith and Pokorny's fundamentals, as used by Viénot, Brettel and Mollon, 1999).
Vec3 cones(Vec3 c) {
  return {17.8824 * c[0] + 43.5161 * c[1] + 4.11935 * c[2], 3.45565 * c[0] + 27.1554 * c[1] + 3.86714 * c[2],
          0.0299566 * c[0] + 0.184309 * c[1] + 1.46709 * c[2]};
}

// What is left without the long- (missing = 0) or middle-wave cone (missing = 1): its answer becomes the mix of the other
// two that leaves white and blue as they are.
Vec3 dichromat(Vec3 c, std::size_t missing) {
  const std::size_t other = 1 - missing;
  const Vec3 white = cones({1, 1, 1}), blue = cones({0, 0, 1}), seen = cones(c);
  const double determinant = white[other] * blue[2] - blue[other] * white[2];
  const double from_other = (white[missing] * blue[2] - blue[missing] * white[2]) / determinant;
  const double from_short = (white[other] * blue[missing] - blue[other] * white[missing]) / determinant;
  Vec3 answer = seen;
  answer[missing] = from_other * seen[other] + from_short * seen[2];
  return answer;
}

// Distance of two colours for such an eye, in cube roots of cone responses relative to white: like OKLab's lightness scale.
double dichromat_distance(Rgb x, Rgb y, std::size_t missing) {
  const Vec3 white = cones({1, 1, 1});
  const Vec3 a = dichromat(linear(x), missing), b = dichromat(linear(y), missing);
  double sum = 0.0;
  for (std::size_t cone = 0; cone < 3; ++cone) {
    if (cone == missing) continue;
    const double difference = std::cbrt(a[cone] / white[cone]) - std::cbrt(b[cone] / white[cone]);
    sum += difference * difference;
  }
  return std::sqrt(sum);
}

TEST(ColourMaps, sequential_lightness_never_turns_back) {
  for (const ThemeChoice theme : kThemes)
    for (const WeightMap name : kWeightMaps) {
      const ColourMap& map = colour_map(name, theme);
      const float direction = theme == ThemeChoice::dark ? 1.0F : -1.0F;
      for (std::size_t i = 1; i < kColourMapSize; ++i)
        EXPECT_GT(direction * (lightness(map.table[i]) - lightness(map.table[i - 1])), -0.002F)
            << "map " << static_cast<int>(name) << " entry " << i;
      for (std::size_t i = 8; i < kColourMapSize; ++i)
        EXPECT_GT(direction * (lightness(map.table[i]) - lightness(map.table[i - 8])), 0.005F)
            << "map " << static_cast<int>(name) << " entry " << i;
      EXPECT_GT(direction * (lightness(map.table[255]) - lightness(map.table[0])), 0.55F);
    }
}

TEST(ColourMaps, equal_steps_of_value_look_equal) {
  for (const ThemeChoice theme : kThemes)
    for (const WeightMap name : kWeightMaps) {
      const ColourMap& map = colour_map(name, theme);
      std::vector<double> steps;
      for (std::size_t i = 16; i < kColourMapSize; i += 16)
        steps.push_back(distance(oklab(linear(map.table[i])), oklab(linear(map.table[i - 16]))));
      const auto [least, most] = std::minmax_element(steps.begin(), steps.end());
      EXPECT_LT(*most / *least, 1.35) << "map " << static_cast<int>(name) << " theme " << static_cast<int>(theme);
    }
}

TEST(ColourMaps, diverging_arms_are_equally_light_and_leave_the_same_neutral) {
  for (const ThemeChoice theme : kThemes)
    for (const ScoreMap name : kScoreMaps) {
      const ColourMap& map = colour_map(name, theme);
      EXPECT_TRUE(map.diverging);
      for (std::size_t i = 0; i < 128; ++i)
        EXPECT_NEAR(lightness(map.table[i]), lightness(map.table[255 - i]), 0.012F) << "entry " << i;
      for (const std::size_t middle : {127U, 128U}) {
        const Vec3 lab = oklab(linear(map.table[middle]));
        EXPECT_LT(std::hypot(lab[1], lab[2]), 0.012) << "the middle must be neutral";
      }
      const float direction = theme == ThemeChoice::dark ? 1.0F : -1.0F;
      for (std::size_t i = 136; i < kColourMapSize; ++i)
        EXPECT_GT(direction * (lightness(map.table[i]) - lightness(map.table[i - 8])), 0.005F);
    }
}

TEST(ColourMaps, values_stay_apart_for_eyes_without_red_or_green_cones) {
  for (const std::size_t missing : {0U, 1U})
    for (const ThemeChoice theme : kThemes) {
      for (const WeightMap name : kWeightMaps)
        for (std::size_t i = 32; i < kColourMapSize; i += 32)
          EXPECT_GT(
              dichromat_distance(colour_map(name, theme).table[i], colour_map(name, theme).table[i - 32], missing),
              0.04)
              << "map " << static_cast<int>(name) << " entry " << i << " missing cone " << missing;
      for (const ScoreMap name : kScoreMaps)
        for (std::size_t i = 32; i < 128; i += 16)
          EXPECT_GT(dichromat_distance(colour_map(name, theme).table[127 - i], colour_map(name, theme).table[128 + i],
                                       missing),
                    0.04)
              << "map " << static_cast<int>(name) << ": −" << i << " and +" << i << " look alike, missing cone "
              << missing;
    }
}

TEST(ColourMaps, red_and_green_of_equal_lightness_would_fail_the_same_eyes) {
  // The negative control of the test above: colours that differ only from red to green are not told apart.
  EXPECT_LT(dichromat_distance({178, 98, 70}, {112, 122, 66}, 1), 0.04);
  EXPECT_GT(distance(oklab(linear(Rgb{178, 98, 70})), oklab(linear(Rgb{112, 122, 66}))), 0.10);
}

TEST(ColourMaps, a_colour_tells_its_value_back) {
  for (const ThemeChoice theme : kThemes) {
    std::vector<const ColourMap*> maps;
    for (const WeightMap name : kWeightMaps)
      maps.push_back(&colour_map(name, theme));
    for (const ScoreMap name : kScoreMaps)
      maps.push_back(&colour_map(name, theme));
    for (const ColourMap* map : maps) {
      std::set<std::tuple<int, int, int>> seen;
      for (const Rgb& c : map->table)
        seen.insert({c.r, c.g, c.b});
      EXPECT_GE(seen.size(), kColourMapSize - 4) << "nearly all entries differ";
    }
  }
}

TEST(ColourMaps, values_are_clamped_and_rounded) {
  const ColourMap& map = colour_map(WeightMap::viridis, ThemeChoice::dark);
  EXPECT_EQ(map.index(-1.0F, 0.0F, 1.0F), 0U);
  EXPECT_EQ(map.index(2.0F, 0.0F, 1.0F), 255U);
  EXPECT_EQ(map.index(0.5F, 0.0F, 1.0F), 128U);
  EXPECT_EQ(map.index(std::nanf(""), 0.0F, 1.0F), 0U);
  EXPECT_EQ(map.index(1.0F, 1.0F, 1.0F), 0U) << "an empty range gives the first colour";
}

}  // namespace
}  // namespace regard::gfx
