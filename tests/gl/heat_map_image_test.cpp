// SPDX-License-Identifier: Apache-2.0
// Truth first: pixels are turned back into numbers and compared with the matrix; the transposed matrix must not pass.
#include "app/gfx/heat_map_image.h"

#include "app/gfx/picture.h"
#include "tests/gl/context.h"
#include "tests/gl/reading.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace regard::gfx {
namespace {

constexpr std::array<float, 3> kGround{0.25F, 0.0F, 0.5F};
constexpr std::array<float, 3> kHatch{1.0F, 1.0F, 1.0F};
constexpr Rgb kGroundColour{64, 0, 128};
constexpr Rgb kHatchColour{255, 255, 255};

class HeatMapPicture : public test::GlTest {
protected:
  static const ColourMap& map() { return colour_map(WeightMap::viridis, ThemeChoice::dark); }

  static HeatMapLook whole(const Matrix& values, int width, int height) {
    return {.cols = static_cast<float>(values.cols),
            .rows = static_cast<float>(values.rows),
            .width = width,
            .height = height,
            .map = &map(),
            .background = kGround,
            .hatch = kHatch};
  }

  static test::Screenshot picture(const Matrix& values, const std::vector<bool>* masked, const HeatMapLook& look) {
    HeatMapImage image;
    image.upload(values, masked, 1);
    image.render(look);
    return {look.width, look.height, image.read_pixels()};
  }

  /// Largest |number in the picture − number in the matrix| over all cells; infinity where a pixel has no colour of the map.
  static float worst(const test::Screenshot& shot, const HeatMapLook& look, const Matrix& values) {
    float largest = 0.0F;
    for (std::size_t row = 0; row < values.rows; ++row)
      for (std::size_t col = 0; col < values.cols; ++col) {
        const float x = (static_cast<float>(col) + 0.5F - look.left) / look.cols * static_cast<float>(look.width);
        const float y = (static_cast<float>(row) + 0.5F - look.top) / look.rows * static_cast<float>(look.height);
        if (x < 0.0F || y < 0.0F || x >= static_cast<float>(look.width) || y >= static_cast<float>(look.height))
          continue;
        const auto seen =
            test::value_of(*look.map, shot.at(static_cast<int>(x), static_cast<int>(y)), look.low, look.high);
        if (!seen) return std::numeric_limits<float>::infinity();
        largest = std::max(largest, std::abs(*seen - values(row, col)));
      }
    return largest;
  }
};

Matrix numbers(std::size_t rows, std::size_t cols) {
  Matrix values(rows, cols);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t col = 0; col < cols; ++col)
      values(row, col) = 0.5F + 0.5F * std::sin(static_cast<float>(7 * row + 3 * col * col + 1));
  return values;
}

Matrix transposed(const Matrix& values) {
  Matrix turned(values.cols, values.rows);
  for (std::size_t row = 0; row < values.rows; ++row)
    for (std::size_t col = 0; col < values.cols; ++col)
      turned(col, row) = values(row, col);
  return turned;
}

constexpr float kStep = 1.0F / 255.0F;  // of the table over 0 … 1; duplicates widen it a little

TEST_F(HeatMapPicture, pixels_at_cell_centres_are_the_numbers_of_the_matrix) {
  for (const int side : {8, 40, 173, 400}) {
    const Matrix values = numbers(8, 8);
    const HeatMapLook look = whole(values, side, side);
    const test::Screenshot shot = picture(values, nullptr, look);
    EXPECT_LE(worst(shot, look, values), 1.5F * kStep) << side << " pixels";
  }
}

TEST_F(HeatMapPicture, the_transposed_matrix_does_not_pass_the_same_comparison) {
  const Matrix values = numbers(8, 8);
  const HeatMapLook look = whole(values, 400, 400);
  const test::Screenshot shot = picture(values, nullptr, look);
  EXPECT_GT(worst(shot, look, transposed(values)), 0.5F);
}

TEST_F(HeatMapPicture, rows_and_columns_of_a_matrix_that_is_not_square_stay_apart) {
  const Matrix values = numbers(3, 11);
  const HeatMapLook look = whole(values, 11 * 23, 3 * 23);
  EXPECT_LE(worst(picture(values, nullptr, look), look, values), 1.5F * kStep);
}

TEST_F(HeatMapPicture, zoom_and_pan_show_the_cells_they_should) {
  const Matrix values = numbers(20, 20);
  HeatMapLook look = whole(values, 300, 300);
  look.left = 3.3F;
  look.top = 11.8F;
  look.cols = look.rows = 6.0F;
  EXPECT_LE(worst(picture(values, nullptr, look), look, values), 1.5F * kStep);
}

TEST_F(HeatMapPicture, small_cells_touch_and_every_pixel_is_exactly_one_cell) {
  const Matrix values = numbers(50, 50);
  const HeatMapLook look = whole(values, 173, 173);
  const test::Screenshot shot = picture(values, nullptr, look);
  for (int y = 0; y < 173; ++y)
    for (int x = 0; x < 173; ++x) {
      const auto cell = [](int at) {
        return static_cast<std::size_t>((static_cast<float>(at) + 0.5F) * 50.0F / 173.0F);
      };
      const std::size_t entry = map().index(values(cell(y), cell(x)), 0.0F, 1.0F);
      ASSERT_EQ(shot.at(x, y), map().table[entry]) << x << ", " << y;
    }
}

TEST_F(HeatMapPicture, large_cells_have_a_crisp_gap_of_one_pixel) {
  const Matrix values(4, 4, 1.0F);
  const test::Screenshot shot = picture(values, nullptr, whole(values, 80, 80));
  for (int x = 0; x < 80; ++x)
    EXPECT_EQ(shot.at(x, 30), x % 20 == 0 ? kGroundColour : map().table[255]) << "column of pixels " << x;
}

TEST_F(HeatMapPicture, masked_cells_and_nan_are_hatched_whatever_their_number) {
  Matrix values(2, 2, 0.9F);
  values(1, 1) = std::nanf("");
  const std::vector<bool> masked{false, true, false, false};
  const test::Screenshot shot = picture(values, &masked, whole(values, 80, 80));
  const auto colours_of = [&](int left, int top) {
    bool ground = false, lines = false, number = false;
    for (int y = top + 2; y < top + 38; ++y)
      for (int x = left + 2; x < left + 38; ++x) {
        ground |= shot.at(x, y) == kGroundColour;
        lines |= shot.at(x, y).r > 200 && shot.at(x, y).g > 150;
        number |= shot.at(x, y) == map().at(0.9F, 0.0F, 1.0F);
      }
    return std::array{ground, lines, number};
  };
  const std::array hatched{true, true, false}, plain{false, false, true};
  EXPECT_EQ(colours_of(0, 0), plain);
  EXPECT_EQ(colours_of(40, 0), hatched) << "masked";
  EXPECT_EQ(colours_of(0, 40), plain);
  EXPECT_EQ(colours_of(40, 40), hatched) << "NaN";
}

TEST_F(HeatMapPicture, one_bright_cell_survives_zooming_out) {
  Matrix values(2000, 2000, 0.0F);
  values(1234, 567) = 1.0F;
  for (const int side : {200, 333, 700}) {
    const test::Screenshot shot = picture(values, nullptr, whole(values, side, side));
    std::vector<std::pair<int, int>> bright;
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x)
        if (shot.at(x, y) == map().table[255]) bright.emplace_back(x, y);
    ASSERT_FALSE(bright.empty()) << "lost at " << side << " pixels";
    const float scale = static_cast<float>(side) / 2000.0F;
    EXPECT_LE(bright.size(), 9U);
    for (const auto& [x, y] : bright) {
      EXPECT_NEAR(static_cast<float>(x), 567.0F * scale, 2.0F);
      EXPECT_NEAR(static_cast<float>(y), 1234.0F * scale, 2.0F);
    }
  }
}

TEST_F(HeatMapPicture, the_score_farthest_from_zero_survives_whatever_its_sign) {
  Matrix values(512, 512, 0.5F);
  values(100, 300) = -4.0F;
  const ColourMap& scores = colour_map(ScoreMap::blue_orange, ThemeChoice::dark);
  HeatMapLook look = whole(values, 64, 64);
  look.map = &scores;
  look.low = -4.0F;
  look.high = 4.0F;
  const test::Screenshot shot = picture(values, nullptr, look);
  EXPECT_EQ(shot.at(300 / 8, 100 / 8), scores.table[0]);
  EXPECT_EQ(shot.at(5, 5), scores.at(0.5F, -4.0F, 4.0F));
}

TEST_F(HeatMapPicture, a_masked_half_does_not_hide_numbers_when_zoomed_out) {
  Matrix values(256, 256, 0.7F);
  std::vector<bool> masked(256 * 256, false);
  for (std::size_t row = 0; row < 256; ++row)
    for (std::size_t col = row + 1; col < 256; ++col)
      masked[row * 256 + col] = true;
  const test::Screenshot shot = picture(values, &masked, whole(values, 32, 32));
  EXPECT_EQ(shot.at(3, 28), map().at(0.7F, 0.0F, 1.0F));
  EXPECT_EQ(shot.at(16, 16), map().at(0.7F, 0.0F, 1.0F)) << "a texel with an allowed cell shows it";
  EXPECT_EQ(test::value_of(map(), shot.at(28, 3), 0.0F, 1.0F), std::nullopt);
}

TEST_F(HeatMapPicture, outside_the_matrix_lies_the_ground) {
  const Matrix values(2, 2, 1.0F);
  HeatMapLook look = whole(values, 80, 80);
  look.left = look.top = -1.0F;
  look.cols = look.rows = 4.0F;
  const test::Screenshot shot = picture(values, nullptr, look);
  EXPECT_EQ(shot.at(10, 10), kGroundColour);
  EXPECT_EQ(shot.at(70, 30), kGroundColour);
  EXPECT_EQ(shot.at(30, 30), map().table[255]);
}

TEST_F(HeatMapPicture, numbers_change_with_the_revision_and_only_then) {
  HeatMapImage image;
  const HeatMapLook look = whole(Matrix(2, 2), 8, 8);
  image.upload(Matrix(2, 2, 0.0F), nullptr, 1);
  image.render(look);
  image.upload(Matrix(2, 2, 1.0F), nullptr, 1);
  image.render(look);
  EXPECT_EQ((test::Screenshot{8, 8, image.read_pixels()}).at(1, 1), map().table[0]);
  image.upload(Matrix(2, 2, 1.0F), nullptr, 2);
  image.render(look);
  EXPECT_EQ((test::Screenshot{8, 8, image.read_pixels()}).at(1, 1), map().table[255]);
}

TEST_F(HeatMapPicture, an_empty_matrix_draws_nothing_and_harms_nothing) {
  HeatMapImage image;
  image.upload(Matrix(), nullptr, 1);
  image.render(whole(Matrix(2, 2), 8, 8));
  image.upload(Matrix(2, 2, 1.0F), nullptr, 2);
  image.render(whole(Matrix(2, 2), 8, 8));
  EXPECT_EQ((test::Screenshot{8, 8, image.read_pixels()}).at(1, 1), map().table[255]);
}

TEST_F(HeatMapPicture, two_of_them_have_one_program_and_show_their_own_numbers_in_turn) {
  const Picture one("heat_map.frag"), other("heat_map.frag");
  EXPECT_EQ(one.program().id(), other.program().id());
  EXPECT_NE(one.program().id(), Picture("atlas.frag").program().id());

  const Matrix values = numbers(8, 8), turned = transposed(values);
  HeatMapLook look = whole(values, 400, 400), turned_look = whole(turned, 173, 173);
  turned_look.low = -1.0F;
  HeatMapImage first, second;
  first.upload(values, nullptr, 1);
  second.upload(turned, nullptr, 1);
  for (const float high : {1.0F, 2.0F}) {
    look.high = high;
    turned_look.high = 3.0F - high;
    first.render(look);
    second.render(turned_look);
    EXPECT_LE(worst({look.width, look.height, first.read_pixels()}, look, values), 1.5F * high * kStep);
    EXPECT_LE(worst({turned_look.width, turned_look.height, second.read_pixels()}, turned_look, turned),
              1.5F * (4.0F - high) * kStep);
  }
}

}  // namespace
}  // namespace regard::gfx
