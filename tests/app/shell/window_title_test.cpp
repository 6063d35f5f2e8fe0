// SPDX-License-Identifier: Apache-2.0
#include "app/shell/window_title.h"
#include "app/session/session.h"

#include <gtest/gtest.h>

namespace regard::shell {
namespace {

TEST(WindowTitle, names_the_sentence_the_model_and_what_is_not_saved) {
  EXPECT_EQ(window_title("a cat", "council", false), "a cat — council — Regard");
  EXPECT_EQ(window_title("a cat", "council", true), "● a cat — council — Regard");
  EXPECT_EQ(window_title("", "", false), "Regard");
  EXPECT_EQ(window_title(" \n ", "council", false), "council — Regard");
}

TEST(WindowTitle, a_long_text_stands_on_one_line_and_is_cut_between_letters) {
  EXPECT_EQ(window_title("one\n\ttwo   three ", "", false), "one two three — Regard");
  std::string text;
  for (int index = 0; index < 80; ++index)
    text += "ё";
  std::string shown;
  for (int index = 0; index < 60; ++index)
    shown += "ё";
  EXPECT_EQ(window_title(text, "", false), shown + "… — Regard");
  EXPECT_EQ(window_title("\xd0", "", false), "\xEF\xBF\xBD — Regard") << "bytes that are no letter";
}

TEST(WindowTitle, what_merely_stands_on_screen_is_no_change) {
  Session kept, now;
  now.stage.workspace = "change";
  now.shown = Shown::difference;
  EXPECT_FALSE(has_changed(kept, now));
  now.temperature = 0.5F;
  EXPECT_TRUE(has_changed(kept, now));
}

}  // namespace
}  // namespace regard::shell
