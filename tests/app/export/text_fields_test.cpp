// SPDX-License-Identifier: Apache-2.0
#include "app/export/text_fields.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

TEST(MarkupText, HoldsNoSignOfMarkupAndNoControlCharacter) {
  EXPECT_EQ(markup_text("<a href=\"x\">&</a>"), "&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;");
  EXPECT_EQ(markup_text("a\tb\nc"), "a\tb\nc");
  EXPECT_EQ(markup_text(std::string("a\0b\x1b", 4)), "a\uFFFDb\uFFFD");
  EXPECT_EQ(markup_text("кот €"), "кот €");
}

}  // namespace
}  // namespace regard
