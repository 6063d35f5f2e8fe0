// SPDX-License-Identifier: Apache-2.0
#include "app/shell/classroom.h"

#include <gtest/gtest.h>

namespace regard::shell {
namespace {

TEST(ClassroomText, is_the_same_share_of_every_projector) {
  EXPECT_EQ(classroom_text_pixels({1024, 768}, 1.0F), 28.0F);
  EXPECT_EQ(classroom_text_pixels({1920, 1080}, 1.0F), 40.0F);
  EXPECT_EQ(classroom_text_pixels({1366, 768}, 1.0F), 28.0F);
}

TEST(ClassroomText, leaves_a_narrow_window_its_columns) {
  EXPECT_LE(36.0F * classroom_text_pixels({640, 1200}, 1.0F), 640.0F + 36.0F * 2.0F);
}

TEST(ClassroomText, follows_the_persons_own_wish_and_stays_drawable) {
  EXPECT_GT(classroom_text_pixels({1024, 768}, 1.25F), classroom_text_pixels({1024, 768}, 1.0F));
  EXPECT_EQ(classroom_text_pixels({320, 240}, 0.7F), 16.0F);
  EXPECT_EQ(classroom_text_pixels({7680, 4320}, 2.5F), 64.0F);
}

}  // namespace
}  // namespace regard::shell
