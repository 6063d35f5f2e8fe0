// SPDX-License-Identifier: Apache-2.0
#include "app/shell/first_size.h"

#include <gtest/gtest.h>

namespace regard::shell {
namespace {

constexpr ScreenSize kWanted{1600, 900};

TEST(FirstSize, is_five_sixths_of_an_ordinary_monitor) {
  EXPECT_EQ(first_size(kWanted, {1920, 1080}, 1.0F), (ScreenSize{1600, 900}));
}

TEST(FirstSize, grows_with_a_large_screen_and_its_scale) {
  EXPECT_EQ(first_size(kWanted, {3840, 2160}, 1.0F), (ScreenSize{3200, 1800}));
  EXPECT_EQ(first_size(kWanted, {3840, 2160}, 2.0F), (ScreenSize{3200, 1800}));
  EXPECT_EQ(first_size(kWanted, {5120, 2880}, 3.0F), (ScreenSize{4800, 2700}));
}

TEST(FirstSize, never_reaches_beyond_the_work_area) {
  for (const ScreenSize area : {ScreenSize{1366, 741}, {1280, 720}, {1024, 740}, {800, 600}, {3840, 2100}, {400, 300}})
    for (const float scale : {1.0F, 1.5F, 2.0F}) {
      const ScreenSize size = first_size(kWanted, area, scale);
      EXPECT_LT(size.width, area.width);
      EXPECT_LT(size.height, area.height) << "there is a title above it";
      EXPECT_GT(size.width, area.width / 2);
      EXPECT_GT(size.height, area.height / 2);
    }
}

}  // namespace
}  // namespace regard::shell
