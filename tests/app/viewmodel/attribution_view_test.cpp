// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/attribution_view.h"

#include <gtest/gtest.h>

#include <vector>

namespace regard {
namespace {

std::vector<AttributedPart> parts_of(const std::vector<double>& values) {
  std::vector<AttributedPart> parts;
  for (const double value : values)
    parts.push_back({.value = value});
  return parts;
}

TEST(FoldedParts, AddUpWhatIsBelowTheShareSoThatNothingIsLost) {
  const std::vector<AttributedPart> parts = parts_of({2.0, -1.0, 0.5, -0.019, 0.01, 0.001});
  const FoldedParts folded = fold_parts(parts, 16);
  EXPECT_EQ(folded.shown, 3U);
  EXPECT_EQ(folded.count, 3U);
  EXPECT_DOUBLE_EQ(folded.sum, -0.019 + 0.01 + 0.001);
  EXPECT_EQ(folded.most, 0.019);
}

TEST(FoldedParts, AreAlsoThoseBehindTheLastThatHasRoom) {
  const FoldedParts folded = fold_parts(parts_of({4.0, 3.0, 2.0, 1.0}), 2);
  EXPECT_EQ(folded.shown, 2U);
  EXPECT_DOUBLE_EQ(folded.sum, 3.0);
}

TEST(FoldedParts, AreNeverASingleOneOrOfNothing) {
  EXPECT_EQ(fold_parts(parts_of({4.0, 3.0, 0.001}), 16).shown, 3U) << "its own line takes no more room";
  EXPECT_EQ(fold_parts({}, 16).count, 0U);
}

}  // namespace
}  // namespace regard
