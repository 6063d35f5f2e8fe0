// SPDX-License-Identifier: Apache-2.0
#include "core/base/normal_quantile.h"

#include <gtest/gtest.h>
#include <limits>

namespace regard {
namespace {

TEST(NormalQuantile, is_what_tables_say) {
  EXPECT_NEAR(normal_quantile(0.5), 0.0, 1e-15);
  EXPECT_NEAR(normal_quantile(0.95), 1.6448536269514722, 1e-12);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_quantile(0.01), -2.3263478740408408, 1e-12);
  EXPECT_NEAR(normal_quantile(1e-10), -6.361340902404056, 1e-9);
}

TEST(NormalQuantile, turns_a_share_back) {
  for (const double z : {-7.0, -1.25, 0.0, 0.3, 2.5, 5.0})
    EXPECT_NEAR(normal_quantile(normal_share(z)), z, 1e-9);
  EXPECT_EQ(normal_share(-std::numeric_limits<double>::infinity()), 0.0);
  EXPECT_EQ(normal_share(std::numeric_limits<double>::infinity()), 1.0);
}

}  // namespace
}  // namespace regard
