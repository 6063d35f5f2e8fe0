// SPDX-License-Identifier: Apache-2.0
#include "app/style/heads_text.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace regard {
namespace {

TEST(TellingNumber, is_nought_for_nought_alone) {
  EXPECT_EQ(telling_number(0.0F), "0.00");
  EXPECT_EQ(telling_number(1.0F), "1.00");
  EXPECT_EQ(telling_number(0.472F), "0.47");
  EXPECT_EQ(telling_number(0.0472F), "0.047");
  EXPECT_EQ(telling_number(0.00472F), "0.0047");
  EXPECT_EQ(telling_number(-0.00472F), "-0.0047");
  EXPECT_EQ(telling_number(0.0000472F), "4.72e-05");
  EXPECT_EQ(telling_number(12.345F), "12.35");
  for (float value = 1.0F; value > 1e-30F; value *= 0.37F)
    EXPECT_NEAR(std::strtod(telling_number(value).c_str(), nullptr) / static_cast<double>(value), 1.0, 0.06) << value;
}

}  // namespace
}  // namespace regard
