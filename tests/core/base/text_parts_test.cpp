// SPDX-License-Identifier: Apache-2.0
#include "core/base/text_parts.h"
#include "core/base/excerpt.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

TEST(TextParts, AreTrimmedOfBlanksAtBothEnds) {
  EXPECT_EQ(trimmed(" \ta b\r"), "a b");
  EXPECT_EQ(trimmed("a"), "a");
  EXPECT_EQ(trimmed(" \t "), "");
}

TEST(TextParts, AreQuotedUpToAWholeCharacter) {
  EXPECT_EQ(excerpt("кот", 6), "кот");
  EXPECT_EQ(excerpt("кот", 5), "ко…");
  EXPECT_EQ(excerpt("кот", 1), "…");
  EXPECT_EQ(excerpt("", 0), "");
}

}  // namespace
}  // namespace regard
