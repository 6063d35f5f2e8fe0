// SPDX-License-Identifier: Apache-2.0
#include "core/base/resampling.h"
#include "core/base/image.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace regard {
namespace {

std::vector<double> mixed(const std::vector<Mix>& mixes, const std::vector<double>& line) {
  std::vector<double> result;
  for (const Mix& mix : mixes)
    result.push_back(std::inner_product(mix.parts.begin(), mix.parts.end(),
                                        line.begin() + static_cast<std::ptrdiff_t>(mix.first), 0.0));
  return result;
}

TEST(Resampling, shares_sum_to_1_within_the_line_at_any_length) {
  for (const std::size_t from : {1U, 2U, 3U, 7U, 37U})
    for (const std::size_t to : {1U, 2U, 5U, 16U, 90U})
      for (const std::vector<Mix>& all : {mixes(from, to, Resample::bicubic), sharp_cubic_mixes(from, to)}) {
        ASSERT_EQ(all.size(), to);
        for (const Mix& mix : all) {
          EXPECT_LE(mix.first + mix.parts.size(), from);
          EXPECT_NEAR(std::accumulate(mix.parts.begin(), mix.parts.end(), 0.0), 1.0, 1e-12);
        }
      }
}

TEST(Resampling, at_the_same_length_changes_nothing) {
  const std::vector<double> line{3, -1, 4, 1, -5};
  EXPECT_EQ(mixed(sharp_cubic_mixes(5, 5), line), line);
  EXPECT_EQ(mixed(mixes(5, 5, Resample::bicubic), line), line);
}

TEST(Resampling, of_the_sharp_cubic_looks_at_four_samples_whatever_the_reduction) {
  // torch.nn.functional.interpolate([3, −1, 4, 1, −5, 9, 2], size, mode="bicubic"), as a row of a picture of one row
  const std::vector<double> line{3, -1, 4, 1, -5, 9, 2};
  const std::vector<double> fewer = mixed(sharp_cubic_mixes(7, 2), line);
  ASSERT_EQ(fewer.size(), 2U);
  // Places 1.25 and 4.75, a quarter past and before a sample: Keys's weights at a = −3/4.
  const double far = -0.10546875, near = 0.87890625, next = 0.26171875, beyond = -0.03515625;
  EXPECT_NEAR(fewer[0], far * 3 + near * -1 + next * 4 + beyond * 1, 1e-12);
  EXPECT_NEAR(fewer[1], beyond * 1 + next * -5 + near * 9 + far * 2, 1e-12);
  const std::vector<double> ends = mixed(sharp_cubic_mixes(1, 3), {7});
  for (const double end : ends)
    EXPECT_NEAR(end, 7.0, 1e-12);
}

TEST(Resampling, without_rounding_is_what_is_rounded_else) {
  RgbImage image(13, 9);
  for (std::size_t at = 0; at < image.pixels.size(); ++at)
    image.pixels[at] = static_cast<std::uint8_t>(at * 37 % 251);
  const RgbImage rounded = resized(image, 6, 11, Resample::bilinear);
  const std::vector<float> exact = resized_unrounded(image, 6, 11, Resample::bilinear);
  ASSERT_EQ(exact.size(), rounded.pixels.size());
  double worst = 0.0;
  for (std::size_t at = 0; at < exact.size(); ++at)
    worst = std::max(worst, std::abs(static_cast<double>(exact[at]) - rounded.pixels[at]));
  EXPECT_LE(worst, 1.01);  // rounded twice: along the rows, then along the columns
  EXPECT_GT(worst, 0.1);
}

}  // namespace
}  // namespace regard
