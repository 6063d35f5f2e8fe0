// SPDX-License-Identifier: Apache-2.0
#include "core/base/random.h"

#include <gtest/gtest.h>
#include <cmath>

namespace regard {
namespace {

TEST(Random, gives_the_sequence_of_the_published_generator) {
  // xoshiro256** from the state {1, 2, 3, 4}: worked by hand from its definition, rotl(s1·5, 7)·9.
  Random random(0);
  random.state = {1, 2, 3, 4};
  EXPECT_EQ(random.next(), 11520U);
  EXPECT_EQ(random.next(), 0U);
  EXPECT_EQ(random.next(), 1509978240U);
  EXPECT_EQ(random.next(), 1215971899390074240U);
}

TEST(Random, is_the_same_for_one_seed_and_another_for_the_next) {
  Random first(7);
  Random again(7);
  Random other(8);
  int equal = 0;
  for (int draw = 0; draw < 100; ++draw) {
    const auto number = first.next();
    EXPECT_EQ(number, again.next());
    equal += number == other.next() ? 1 : 0;
  }
  EXPECT_EQ(equal, 0);
}

TEST(Random, keeps_to_its_ranges_and_fills_them) {
  Random random(1);
  double sum = 0.0;
  double normal_sum = 0.0;
  double normal_squares = 0.0;
  int counts[5] = {};
  constexpr int kDraws = 20000;
  for (int draw = 0; draw < kDraws; ++draw) {
    const float number = random.uniform();
    ASSERT_GE(number, 0.0F);
    ASSERT_LT(number, 1.0F);
    sum += static_cast<double>(number);
    const std::size_t side = random.below(5);
    ASSERT_LT(side, 5U);
    ++counts[side];
    const auto normal = static_cast<double>(random.normal());
    ASSERT_TRUE(std::isfinite(normal));
    normal_sum += normal;
    normal_squares += normal * normal;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.01);
  for (const int count : counts)
    EXPECT_NEAR(count, kDraws / 5, 250);
  EXPECT_NEAR(normal_sum / kDraws, 0.0, 0.03);
  EXPECT_NEAR(normal_squares / kDraws, 1.0, 0.05);
}

}  // namespace
}  // namespace regard
