// SPDX-License-Identifier: Apache-2.0
#include "core/base/multiply.h"

#include "core/base/random.h"

#include <gtest/gtest.h>
#include <cmath>
#include <vector>

namespace regard {
namespace {

std::vector<float> some_numbers(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> numbers(count);
  for (float& number : numbers)
    number = random.uniform() - 0.5F;
  return numbers;
}

TEST(Multiply, TurnsAMatrixIntoAPanelAndFillsTheRestWithZeros) {
  for (const std::size_t rows : {std::size_t{1}, kLanes - 1, kLanes, kPanel - 3, kPanel}) {
    const std::size_t cols = 2 * kLanes + 5, stride = cols + 3;
    const std::vector<float> from = some_numbers(rows * stride, 1);
    std::vector<float> panel(cols * kPanel, 7.0F);
    transpose_into_panel({from.data(), stride}, rows, cols, panel.data());
    for (std::size_t col = 0; col < cols; ++col)
      for (std::size_t row = 0; row < kPanel; ++row)
        ASSERT_EQ(panel[col * kPanel + row], row < rows ? from[row * stride + col] : 0.0F) << row << ", " << col;
  }
}

TEST(Multiply, AddsTheProductWithAPanelToAMatrixOrToOneRow) {
  const std::size_t depth = 37, stride = depth + 2;
  const std::vector<float> panel = some_numbers(depth * kPanel, 2);
  const std::vector<float> one_row = some_numbers(kPanel, 3);
  for (std::size_t rows = 1; rows <= 13; ++rows) {
    const std::vector<float> a = some_numbers(rows * stride, rows);
    std::vector<float> same_place(rows * kPanel, 3.0F), elsewhere(rows * kPanel);
    multiply_add_panel({a.data(), stride}, rows, depth, panel.data(), {same_place.data(), kPanel}, same_place.data(),
                       kPanel);
    multiply_add_panel({a.data(), stride}, rows, depth, panel.data(), {one_row.data(), 0}, elsewhere.data(), kPanel);
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t col = 0; col < kPanel; ++col) {
        double sum = 0.0;
        for (std::size_t k = 0; k < depth; ++k)
          sum += static_cast<double>(a[row * stride + k]) * static_cast<double>(panel[k * kPanel + col]);
        ASSERT_NEAR(same_place[row * kPanel + col], 3.0 + sum, 1e-5) << row << ", " << col;
        ASSERT_NEAR(elsewhere[row * kPanel + col], static_cast<double>(one_row[col]) + sum, 1e-5) << row << ", " << col;
      }
  }
}

TEST(Multiply, StripsHaveTheSameBitsAsAPanel) {
  constexpr std::size_t kStrips = kPanel / kStrip;  // of three registers' panel one strip is compared
  for (const std::size_t depth : {1U, 7U, 8U, 37U, 256U})
    for (const std::size_t rows : {1U, 3U, 20U}) {
      const std::vector<float> a = some_numbers(rows * depth, rows), panel = some_numbers(depth * kPanel, depth);
      const std::vector<float> zeros(kPanel);
      std::vector<float> expected(rows * kPanel), sums(kStrips * rows * kStrip, 7.0F);
      multiply_add_panel({a.data(), depth}, rows, depth, panel.data(), {zeros.data(), 0}, expected.data(), kPanel);
      multiply_strips({a.data(), depth}, rows, depth, {panel.data(), kPanel}, kStrips, sums.data());
      for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t col = 0; col < kStrips * kStrip; ++col)
          ASSERT_EQ(sums[(col / kStrip * rows + row) * kStrip + col % kStrip], expected[row * kPanel + col])
              << depth << " deep: " << row << ", " << col;
    }
}

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
