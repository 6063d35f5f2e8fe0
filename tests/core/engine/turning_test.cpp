// SPDX-License-Identifier: Apache-2.0
// Pairs of dimensions and norms of single heads.
#include "core/engine/norm.h"
#include "core/engine/rope.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

namespace regard {
namespace {

/// One row of two heads of 6, the first 4 dimensions of each turned; the row stands at place 3.
Matrix turned(bool interleaved) {
  Matrix row(1, 12);
  for (std::size_t at = 0; at < 12; ++at)
    row.values[at] = static_cast<float>(at + 1);
  RotaryTables tables({3.0F}, 4);
  rotate(all_rows(row), tables.of({.rope = {.base = 100.0F}, .width = 4, .interleaved = interleaved}), 6);
  return row;
}

/// The pair x, y turned by 3·θ_k.
std::pair<float, float> expected(float x, float y, std::size_t pair) {
  const double angle = 3.0 * std::pow(100.0, -2.0 * static_cast<double>(pair) / 4.0);
  return {static_cast<float>(static_cast<double>(x) * std::cos(angle) - static_cast<double>(y) * std::sin(angle)),
          static_cast<float>(static_cast<double>(y) * std::cos(angle) + static_cast<double>(x) * std::sin(angle))};
}

void expect_pair(const Matrix& row, std::size_t first, std::size_t second, std::size_t pair) {
  const auto [x, y] = expected(static_cast<float>(first + 1), static_cast<float>(second + 1), pair);
  EXPECT_NEAR(row.values[first], x, 1e-5F);
  EXPECT_NEAR(row.values[second], y, 1e-5F);
}

TEST(Turning, OfHalvesPairsTheFirstDimensionWithTheMiddleOne) {
  const Matrix row = turned(false);
  for (const std::size_t head : {std::size_t{0}, std::size_t{6}}) {
    expect_pair(row, head, head + 2, 0);
    expect_pair(row, head + 1, head + 3, 1);
    EXPECT_EQ(row.values[head + 4], static_cast<float>(head + 5));
    EXPECT_EQ(row.values[head + 5], static_cast<float>(head + 6));
  }
}

TEST(Turning, OfNeighboursPairsTheFirstDimensionWithTheSecond) {
  const Matrix row = turned(true);
  for (const std::size_t head : {std::size_t{0}, std::size_t{6}}) {
    expect_pair(row, head, head + 1, 0);
    expect_pair(row, head + 2, head + 3, 1);
    EXPECT_EQ(row.values[head + 4], static_cast<float>(head + 5));
    EXPECT_EQ(row.values[head + 5], static_cast<float>(head + 6));
  }
}

TEST(Turning, KeepsATableForEachKindOfPairs) {
  RotaryTables tables({1.0F, 2.0F}, 2);
  const Rotary halves{.width = 4}, neighbours{.width = 4, .interleaved = true};
  const RotaryTable &first = tables.of(halves), &second = tables.of(neighbours);
  EXPECT_NE(&first, &second);
  EXPECT_FALSE(first.interleaved);
  EXPECT_TRUE(second.interleaved);
  EXPECT_EQ(&tables.of(neighbours), &second);
}

/// Four rows of 2 with two norms: rows 0 and 2 take the first, 1 and 3 the second.
TEST(Norms, OfSeveralScalesTakeTurns) {
  Matrix rows(4, 2);
  rows.values = {3.0F, 1.0F, 3.0F, 1.0F, 5.0F, 1.0F, 5.0F, 1.0F};
  const Norm norm{.scale = {1.0F, 2.0F, 10.0F, 20.0F}, .shift = {0.0F, 0.0F, 0.5F, 0.25F}};
  normalise(all_rows(std::as_const(rows)), norm, 1e-9F, all_rows(rows));
  const std::vector<float> expected{1.0F, -2.0F, 10.5F, -19.75F, 1.0F, -2.0F, 10.5F, -19.75F};
  for (std::size_t at = 0; at < expected.size(); ++at)
    EXPECT_NEAR(rows.values[at], expected[at], 1e-5F) << at;
}

}  // namespace
}  // namespace regard
