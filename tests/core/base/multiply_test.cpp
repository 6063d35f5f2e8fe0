// SPDX-License-Identifier: Apache-2.0
#include "core/base/multiply.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

TEST(Multiply, KeepsRowsOfAMatrixFromLyingAWholePageApart) {
  PaddedMatrix matrix;
  matrix.resize(3, 1024);
  EXPECT_NE(matrix.stride % 1024, 0U);
  EXPECT_GE(matrix.stride, 1024U);
  matrix.resize(3, 1000);
  EXPECT_EQ(matrix.stride, padded(1000));
}

}  // namespace
}  // namespace regard
