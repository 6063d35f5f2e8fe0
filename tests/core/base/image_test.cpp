// SPDX-License-Identifier: Apache-2.0
// Numbers that the Python Imaging Library 9.4 gave for the same little picture.
#include "core/base/image.h"

#include <gtest/gtest.h>
#include <tuple>

namespace regard {
namespace {

RgbImage some_picture(std::size_t width, std::size_t height) {
  RgbImage image(width, height);
  for (std::size_t at = 0; at < image.pixels.size(); ++at)
    image.pixels[at] = static_cast<std::uint8_t>(at * at * 7 + at * 13 + (at % 5) * 40);
  return image;
}

/// Sum of pixel · (place + 1), so that swapped pixels do not go unseen.
std::uint64_t fingerprint(const RgbImage& image) {
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at < image.pixels.size(); ++at)
    sum += image.pixels[at] * (at + 1);
  return sum;
}

TEST(Image, is_resized_as_the_python_imaging_library_does_it) {
  struct Case {
    std::size_t width, height, new_width, new_height;
    Resample filter;
    std::uint64_t fingerprint;
  };
  const Case cases[] = {
      {7, 5, 3, 2, Resample::nearest, 21524},          {7, 5, 3, 2, Resample::box, 22633},
      {7, 5, 3, 2, Resample::bilinear, 22530},         {7, 5, 3, 2, Resample::hamming, 22467},
      {7, 5, 3, 2, Resample::bicubic, 22514},          {7, 5, 3, 2, Resample::lanczos, 22598},
      {7, 5, 16, 11, Resample::nearest, 18608434},     {7, 5, 16, 11, Resample::box, 18608434},
      {7, 5, 16, 11, Resample::bilinear, 18594068},    {7, 5, 16, 11, Resample::hamming, 18588920},
      {7, 5, 16, 11, Resample::bicubic, 18626410},     {7, 5, 16, 11, Resample::lanczos, 18612979},
      {61, 45, 20, 12, Resample::nearest, 33097176},   {61, 45, 20, 12, Resample::box, 32951060},
      {61, 45, 20, 12, Resample::bilinear, 32959245},  {61, 45, 20, 12, Resample::hamming, 32989706},
      {61, 45, 20, 12, Resample::bicubic, 32958934},   {61, 45, 20, 12, Resample::lanczos, 32966314},
      {9, 14, 20, 20, Resample::nearest, 91380720},    {9, 14, 20, 20, Resample::box, 91380720},
      {9, 14, 20, 20, Resample::bilinear, 90765067},   {9, 14, 20, 20, Resample::hamming, 90956734},
      {9, 14, 20, 20, Resample::bicubic, 90907867},    {9, 14, 20, 20, Resample::lanczos, 91011711},
      {5, 6, 5, 13, Resample::nearest, 2713532},       {5, 6, 5, 13, Resample::box, 2713532},
      {5, 6, 5, 13, Resample::bilinear, 2689373},      {5, 6, 5, 13, Resample::hamming, 2689948},
      {5, 6, 5, 13, Resample::bicubic, 2690598},       {5, 6, 5, 13, Resample::lanczos, 2687302},
      {100, 3, 32, 32, Resample::nearest, 589922304},  {100, 3, 32, 32, Resample::box, 581095210},
      {100, 3, 32, 32, Resample::bilinear, 583334407}, {100, 3, 32, 32, Resample::hamming, 585042221},
      {100, 3, 32, 32, Resample::bicubic, 582374926},  {100, 3, 32, 32, Resample::lanczos, 582514647},
  };
  for (const Case& one : cases) {
    const RgbImage image = resized(some_picture(one.width, one.height), one.new_width, one.new_height, one.filter);
    EXPECT_EQ(fingerprint(image), one.fingerprint) << one.width << "×" << one.height << " to " << one.new_width << "×"
                                                   << one.new_height << ", filter " << static_cast<int>(one.filter);
  }
  EXPECT_EQ(
      resized(some_picture(4, 3), 3, 2, Resample::bilinear).pixels,
      (std::vector<std::uint8_t>{126, 117, 153, 161, 91, 175, 80, 85, 67, 180, 135, 161, 116, 96, 132, 135, 166, 110}));
}

TEST(Image, keeps_its_pixels_at_its_own_size) {
  const RgbImage image = some_picture(7, 5);
  for (const Resample filter : {Resample::nearest, Resample::box, Resample::bilinear, Resample::bicubic})
    EXPECT_EQ(resized(image, 7, 5, filter), image);
}

TEST(Image, mixes_all_pixels_where_one_is_left) {
  RgbImage image(2, 2);
  image.pixels = {0, 10, 20, 100, 110, 120, 0, 10, 20, 100, 110, 120};
  EXPECT_EQ(resized(image, 1, 1, Resample::bilinear).pixels, (std::vector<std::uint8_t>{50, 60, 70}));
  EXPECT_EQ(resized(image, 1, 1, Resample::box).pixels, (std::vector<std::uint8_t>{50, 60, 70}));
}

TEST(Image, crops_the_middle_and_fills_with_black) {
  RgbImage image(4, 1);
  image.pixels = {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4};
  EXPECT_EQ(centre_cropped(image, 2, 1).pixels, (std::vector<std::uint8_t>{2, 2, 2, 3, 3, 3}));
  EXPECT_EQ(centre_cropped(image, 1, 1).pixels, (std::vector<std::uint8_t>{2, 2, 2}));
  EXPECT_EQ(centre_cropped(image, 2, 3).pixels,
            (std::vector<std::uint8_t>{0, 0, 0, 0, 0, 0, 2, 2, 2, 3, 3, 3, 0, 0, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace regard
